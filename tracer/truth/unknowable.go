package truth

import (
	"slices"
	"time"

	"tcptrace/flows"
)

// Class is a reason for which an end cannot come out right from where the
// capture was made. None looks at the name of a scenario: each is a condition
// on what the kernel did, what the tracer said, and what was captured.
type Class struct {
	Name  string
	Why   string
	holds func(*wrong) bool
}

// Classes are the reasons, in the order in which they are tried.
func Classes() []Class {
	return []Class{
		{"first-fin-unseen", "the first FIN went by before the capture began; the FIN that it holds may be the first or the second", firstFINUnseen},
		{"opening-unseen", "the segment by which it opened is not in the capture", openingUnseen},
		{"effect-unseen", "what moved it needs no answer, and it was not heard again: it may have been lost behind the capture point, or dropped or ignored by the host", effectUnseen},
		{"answer-unseen", "it moved, and nothing that it sent since is in the capture", answerUnseen},
		{"arrival-unseen", "of several segments that were sent to it some arrived, and it was not heard again", arrivalUnseen},
		{"fin-unseen", "a FIN that both ends know is not in the capture; an acknowledgement of its number may as well be that of a byte", finUnseen},
		{"reset-unseen", "it reset the connection, and only a later RST of it is in the capture", resetUnseen},
	}
}

// Excuse finds the reason for which an end came out wrong, if there is one.
func (r *Result) Excuse() (Class, bool) {
	w := layOut(r)
	for _, class := range Classes() {
		if class.holds(w) {
			return class, true
		}
	}
	return Class{}, false
}

// firstFINUnseen: the end held a state behind a FIN when the capture began, and
// the end that closed first was not seen to send its FIN again.
func firstFINUnseen(w *wrong) bool {
	if !w.end.Held {
		return false
	}
	switch w.end.States[0] {
	case flows.FinWait1, flows.FinWait2, flows.Closing, flows.TimeWait:
		return !sent(w.Own, flows.FIN, 0)
	case flows.CloseWait, flows.LastAck:
		return !sent(w.Peer, flows.FIN, 0)
	}
	return false
}

// openingUnseen: the tracer and the kernel differ from the first state on, and
// the SYN, or SYN-ACK, that proves it is not there.
func openingUnseen(w *wrong) bool {
	if w.agree > 0 || len(w.have) == 0 || len(w.end.States) == 0 {
		return false
	}
	switch w.end.States[0] {
	case flows.SynSent:
		return !sent(w.Own, flows.SYN, flows.ACK)
	case flows.SynReceived:
		return !sent(w.Own, flows.SYN|flows.ACK, 0)
	}
	return false
}

// effectUnseen: the tracer goes further than the kernel, for nothing that the
// end did itself.
func effectUnseen(w *wrong) bool {
	return w.agree == len(w.want) && w.merelyDelivered() && w.silentSince()
}

// answerUnseen: the kernel goes further than the tracer, by something that the
// end must answer, or that nobody sent where the capture was made.
func answerUnseen(w *wrong) bool {
	return w.agree == len(w.have) && w.silentSince() && !w.causeSeen() && !w.closingSeen()
}

// arrivalUnseen: both go on, but differently.
func arrivalUnseen(w *wrong) bool {
	return w.agree < len(w.want) && w.agree < len(w.have) &&
		w.merelyDelivered() && w.silentSince() && !w.closingSeen()
}

// finUnseen: what the tracer lacks first came with a FIN that is not there.
func finUnseen(w *wrong) bool {
	switch next, _ := w.missing(); next {
	case flows.FinWait1, flows.LastAck:
		return !w.ownFINSeen()
	case flows.CloseWait, flows.Closing, flows.TimeWait:
		return !sent(w.Peer, flows.FIN, 0)
	}
	return false
}

// resetUnseen: the end was closed already when it sent the first RST that is
// there, and until then it was believed to go on for what it was sent.
func resetUnseen(w *wrong) bool {
	next, _ := w.missing()
	at, ok := w.moment(w.agree)
	if next != flows.Closed || !ok || sent(w.Peer, flows.RST, 0) {
		return false
	}
	first := slices.IndexFunc(w.Own, func(x Word) bool { return x.Time.UTC().After(at.Add(w.way() + copyAfter)) })
	return first >= 0 && w.Own[first].Flags.Has(flows.RST) && !sent(w.Own[:first], flows.RST, 0)
}

// closingSeen reports whether what the tracer lacks first is what the end's own
// FIN proves.
func (w *wrong) closingSeen() bool {
	next, _ := w.missing()
	return (next == flows.FinWait1 || next == flows.LastAck) && w.ownFINSeen()
}

// ownFINSeen reports whether the capture shows in time that the end sent its
// FIN: by the FIN, or by a later segment that has a higher number. When all
// that is there is a copy sent again much later, it looks like a first FIN that
// was sent then.
func (w *wrong) ownFINSeen() bool {
	i := slices.IndexFunc(w.Own, func(x Word) bool { return x.Flags.Has(flows.FIN) })
	if i < 0 {
		return false
	}
	at, ok := w.moment(w.agree)
	if !ok || w.Own[i].Time.UTC().Before(at.Add(w.way()+copyAfter)) {
		return true
	}
	return slices.ContainsFunc(w.Own[:i], func(x Word) bool { return x.End == w.Own[i].End })
}

// copyAfter is less than any timer takes to send a FIN again, and more than
// sending it the first time takes.
const copyAfter = 5 * time.Millisecond

// causeSeen reports whether the capture holds what moved the end although the
// end needs not answer it: the tracer should have believed that it arrived.
func (w *wrong) causeSeen() bool {
	next, _ := w.missing()
	if len(w.have) == 0 || len(w.Own) == 0 {
		return false
	}
	own := w.Own[len(w.Own)-1]
	acked := slices.ContainsFunc(w.Peer, func(p Word) bool {
		return p.Flags.Has(flows.ACK) && !p.Flags.Any(flows.SYN) && p.Ack == own.End && p.Time >= own.Time
	})
	reset := slices.ContainsFunc(w.Peer, func(p Word) bool { return p.Flags.Has(flows.RST) && p.Time >= own.Time })
	switch before := w.have.last(); {
	case before == flows.FinWait1 && next == flows.FinWait2:
		return acked && !sent(w.Peer, flows.FIN, 0) // if the FINs crossed, it may be CLOSING
	case before == flows.SynReceived && next == flows.Established, before == flows.Closing && next == flows.TimeWait:
		return acked
	case before == flows.LastAck && next == flows.Closed:
		return acked || reset
	case next == flows.Closed:
		return reset
	}
	return false
}
