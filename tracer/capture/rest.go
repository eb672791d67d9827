package capture

import "tcptrace/tracer/decode"

// restFrames is how many frames Rest hands over at most: 20 KB of them, which
// stay in a processor's cache until they are looked at.
const restFrames = 256

// Rest hands over frames that are in memory already behind the one that Next
// returned last, as Next would, and only those: none after Stop, when Next has
// to look for the end behind each, nor of several interfaces, whose frames it
// puts in order. They are valid until the next call of Next or Rest.
func (l *Live) Rest() []decode.Frame {
	if len(l.taps) != 1 || l.draining {
		return nil
	}
	t := l.taps[0]
	if t.unread == nil {
		return nil
	}
	n := min(len(t.unread.packets)-t.at, len(l.rest))
	for i := range n {
		f := &l.rest[i]
		t.hand(f)
		l.frame.Number++
		f.Number = l.frame.Number
	}
	return l.rest[:n]
}
