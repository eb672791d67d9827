package text

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// extras writes what a step shows beside its moves: the numbers that it gives
// the letters, how long the handshake took, what is peculiar about it.
func (s *Sink) extras(st *flows.Step) {
	if e := st.Label.ICMP; e != nil {
		s.icmp(e)
	}
	seg := st.Segment
	if seg == nil {
		return
	}
	if seg.Flags.Has(flows.SYN) {
		s.initial(st)
	}
	if st.HandshakeRTT > 0 {
		l := &s.line
		l.begin()
		l.buf = append(l.buf, "handshake "...)
		l.buf = appendDuration(l.buf, st.HandshakeRTT)
		l.doneRunes()
	}
	if seg.Flags.Has(flows.FIN) {
		s.final(st)
	}
	if s.o.Detail == All {
		s.sizes(seg)
	}
	s.notes(st)
}

// initial writes the number of a SYN: "J=2891337121".
func (s *Sink) initial(st *flows.Step) {
	if hasInitial(st) {
		l := &s.line
		l.begin()
		l.buf = appendInitial(l.buf, st)
		l.doneASCII()
	}
}

// hasInitial reports whether the number of a SYN is the flow's: that of one that
// is not stands in the label.
func hasInitial(st *flows.Step) bool {
	isn := &st.ISN[st.From&1]
	return isn.Known && isn.Seq == st.Segment.Seq
}

func appendInitial(b []byte, st *flows.Step) []byte {
	return digits.Append(append(b, "JK"[st.From&1], '='), uint64(st.Segment.Seq))
}

// final writes the number of a FIN as a distance from its sender's SYN:
// "M=J+518". Without that SYN it is the number itself.
func (s *Sink) final(st *flows.Step) {
	if hasFinal(st) {
		l := &s.line
		l.begin()
		l.buf = appendFinal(l.buf, st)
		l.doneASCII()
	}
}

func hasFinal(st *flows.Step) bool {
	letter := st.Label.FIN.Letter
	return (letter == 'M' || letter == 'N') && st.FIN[st.From&1].Known
}

func appendFinal(b []byte, st *flows.Step) []byte {
	isn, number := &st.ISN[st.From&1], uint64(st.FIN[st.From&1].Seq)
	b = append(b, st.Label.FIN.Letter, '=')
	if isn.Known {
		number = uint64(uint32(st.FIN[st.From&1].Seq.Sub(isn.Seq)))
		b = append(b, "JK"[st.From&1])
		if number == 0 {
			return b
		}
		b = append(b, '+')
	}
	return digits.Append(b, number)
}

// sizes writes how much a segment carries and how much its sender would take.
func (s *Sink) sizes(seg *flows.Segment) {
	l := &s.line
	l.begin()
	l.buf = append(l.buf, "len "...)
	l.buf = digits.Append(l.buf, uint64(seg.Length))
	l.buf = append(l.buf, " win "...)
	l.buf = digits.Append(l.buf, uint64(seg.Window))
	l.doneASCII()
}

// usual are the notes that say nothing about a move, or what the label says
// too: they are left to -v.
const usual = flows.DuplicateAck | flows.KeepAlive | flows.WindowProbe | flows.ZeroWindow | flows.WrongAck

// notes writes what is peculiar about a segment: "[retransmission gap]".
func (s *Sink) notes(st *flows.Step) {
	shown := st.Notes
	if s.o.Detail != All {
		shown &^= usual
	}
	if shown == 0 {
		return
	}
	l := &s.line
	l.begin()
	between := byte('[')
	shown.Each(func(name string) {
		l.buf = append(append(l.buf, between), name...)
		between = ' '
	})
	l.buf = append(l.buf, ']')
	l.doneASCII()
}
