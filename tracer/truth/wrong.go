package truth

import (
	"slices"
	"time"

	"tcptrace/flows"
)

// wrong is an end that came out wrong, laid out for comparison.
type wrong struct {
	*Result
	end   *End
	have  States // what the tracer said
	want  States // what the kernel did
	agree int    // with how many states both begin
}

func layOut(r *Result) *wrong {
	w := &wrong{Result: r, end: r.Truth(), have: opened(r.States()), want: opened(r.Truth().States)}
	if v := opened(w.end.visible()); len(v) < len(w.want) && slices.Equal(v, w.want[:len(v)]) {
		w.want = v // nobody asks for what left no trace at the end
	}
	if w.end.Held {
		w.have = once(r.States())
		if len(w.have) == 0 || w.have[0] != w.want[0] {
			w.want = w.want[1:] // what was held is free
		}
	}
	for w.agree < min(len(w.have), len(w.want)) && w.have[w.agree] == w.want[w.agree] {
		w.agree++
	}
	return w
}

// missing is the first state of the kernel that the tracer does not have, where
// it should be.
func (w *wrong) missing() (flows.State, bool) {
	if w.agree < len(w.want) {
		return w.want[w.agree], true
	}
	return flows.Unknown, false
}

// silentSince reports whether the end was not heard any more after the tracer
// and the kernel parted. That is the core of the proofs: what an end sends is
// all that a capture shows of it, so the capture is the same whatever it did
// after its last word.
func (w *wrong) silentSince() bool {
	if len(w.Own) == 0 {
		return true
	}
	last := w.Own[len(w.Own)-1].Time
	if at, ok := w.moment(w.agree); ok && last.UTC().After(at.Add(w.way())) {
		return false
	}
	return w.agree == len(w.have) || w.said(w.agree).Time >= last || w.resetAfter(last)
}

// resetAfter reports whether the tracer takes the end for closed and it was sent
// a RST, perhaps again, when it had said its last word.
func (w *wrong) resetAfter(last flows.Time) bool {
	return w.have.last() == flows.Closed &&
		slices.ContainsFunc(w.Peer, func(p Word) bool { return p.Flags.Has(flows.RST) && p.Time >= last })
}

// moment is when the kernel entered the i-th state of want. A state that was
// held has none.
func (w *wrong) moment(i int) (time.Time, bool) {
	if i >= len(w.want) {
		return time.Time{}, false
	}
	// want begins where the list of the moments does, or one state before.
	if w.end.Held && len(w.want) > 0 && w.startsHeld() {
		i--
	}
	if i < 0 || i >= len(w.end.At) {
		return time.Time{}, false
	}
	return w.Connection.entered(w.end, i), true
}

// startsHeld reports whether want still has the state that was held.
func (w *wrong) startsHeld() bool { return len(w.have) > 0 && w.have[0] == w.end.States[0] }

// said is the claim of the i-th state of have.
func (w *wrong) said(i int) Claim { return w.Got[i+len(w.Got)-len(w.have)] }

// way is how long it takes what the end sends to come to the capture point: not
// longer than the quickest of the segments by which both agree.
func (w *wrong) way() time.Duration {
	way := time.Duration(-1)
	for i := range w.agree {
		c := w.said(i)
		if at, ok := w.moment(i); ok && c.Basis == flows.Sent {
			if took := c.Time.UTC().Sub(at); way < 0 || took < way {
				way = took
			}
		}
	}
	return max(way, 0)
}

// merelyDelivered reports whether the tracer believed what the kernel did not
// do only for something that was sent to the end.
func (w *wrong) merelyDelivered() bool {
	for i := w.agree; i < len(w.have); i++ {
		if w.said(i).Basis != flows.Delivered {
			return false
		}
	}
	return true
}

// sent reports whether a word with all these flags, and without the others, is
// among words.
func sent(words []Word, with, without flows.Flags) bool {
	return slices.ContainsFunc(words, func(x Word) bool { return x.Flags.Has(with) && !x.Flags.Any(without) })
}
