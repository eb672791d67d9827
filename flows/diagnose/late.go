package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

const (
	// farewell is how much of what an end says when it reads end of file is of no
	// use to anybody: the close_notify of TLS (RFC 8446 §6.1), in a record or two.
	farewell = 100
	// atOnce is how soon it comes.
	atOnce = 50 * time.Millisecond
	// tuned is the shortest time in FIN_WAIT_2 that looks like the timer of a host
	// or socket that somebody tuned.
	tuned = 5 * time.Second
	// slack is how much earlier than its time a timer may seem to expire.
	slack = time.Second
)

// resetAfterFIN is for a RST of an end that has sent its FIN: before its peer
// has closed, too, it keeps the peer from what it still had to say.
func (m *moment) resetAfterFIN(before flows.State, lasted time.Duration) {
	from, t := m.st.From, m.track
	to := from.Peer()
	late := m.sent(to).Data && m.sent(to).Payload >= m.time.Add(-lasted)
	lost := m.unacknowledgedBytes(to)
	switch how := m.origin(); {
	case m.st.Notes.Has(flows.SuspectReset):
	case before == flows.FinWait2 && how == abort && m.finFrame(to) == 0 && !late && lasted >= tuned:
		m.timedOut(lasted)
	case how != noSocket:
	case before == flows.FinWait2 && (lasted >= m.kernel(from).FinTimeout-slack ||
		lasted >= tuned && !late && (m.finFrame(to) != 0 || t.marks[to]&probed != 0)):
		m.expired(lasted, late && lost > 0)
	case m.finFrame(to) != 0 || !late || lost == 0 || before == flows.FinWait1 && from == flows.Client:
		// Both have closed, or the client went while the answer was on its way.
	case lost <= farewell && m.sent(to).Payload.Sub(m.time.Add(-lasted)) <= atOnce+m.facts(to).RTT:
	default:
		m.lateData(before, lasted, lost)
	}
}

// unacknowledgedBytes is how much of what an end sent its peer never
// acknowledged.
func (m *moment) unacknowledgedBytes(of flows.Side) uint32 {
	f := m.facts(of)
	if !f.Unacknowledged() {
		return 0
	}
	return uint32(f.Next.Seq.Sub(f.Una.Seq))
}

// lateData says that the peer's payload found a closed end.
func (m *moment) lateData(before flows.State, lasted time.Duration, lost uint32) {
	from := m.st.From
	after := lasted - m.time.Sub(m.sent(from.Peer()).Payload)
	f := Finding{ID: LateDataAfterClose, Confidence: Likely, At: party(from),
		Packets: m.evidence(m.finFrame(from), m.movedFrame(from), m.before(), m.packet())}
	if before == flows.FinWait2 {
		f.Summary = fmt.Sprintf("%d bytes of the %v come %s after it acknowledged FIN(%s) and draw a RST: the %v had called close()",
			lost, from.Peer(), roughly(after), m.finLetter(from), from)
		if lasted < tuned {
			f.Confidence = Certain
		}
	} else {
		f.Summary = fmt.Sprintf("%d bytes of the %v cross FIN(%s) and draw a RST: the %v had called close()", lost, from.Peer(), m.finLetter(from), from)
	}
	if f.Confidence < Certain {
		f.Otherwise = "the host of " + from.String() + " has lost the connection otherwise"
	}
	m.tell(f)
}

// expired says that the orphan in FIN_WAIT_2 was gone when the peer spoke.
func (m *moment) expired(lasted time.Duration, data bool) {
	from, t := m.st.From, m.track
	k := m.kernel(from)
	f := Finding{ID: FinWait2Expired, Confidence: Likely, At: party(from.Peer()),
		Packets: m.evidence(m.finFrame(from), m.movedFrame(from), m.before(), m.packet())}
	timer := fmt.Sprintf("tcp_fin_timeout is %s (%s)", roughly(k.FinTimeout), k.of())
	if lasted < k.FinTimeout-slack {
		timer = fmt.Sprintf("a timer below the %s of tcp_fin_timeout (%s)", roughly(k.FinTimeout), k.of())
	}
	what := "a segment"
	switch {
	case m.finFrame(from.Peer()) != 0:
		what = "the FIN"
	case t.marks[from.Peer()]&probed != 0:
		what = "a keep-alive"
	case data:
		what = "payload"
	}
	f.Summary = fmt.Sprintf("%s of the %v draws a RST %s after it acknowledged FIN(%s): FIN_WAIT_2 was over; %s",
		what, from.Peer(), roughly(lasted), m.finLetter(from), timer)
	f.Otherwise = fmt.Sprintf("the host of the %v has lost the connection", from)
	if data {
		f.Otherwise = fmt.Sprintf("an orphan of the %v still in FIN_WAIT_2: it resets payload at any time", from)
	}
	m.tell(f)
}

// timedOut is for an end that itself ends its FIN_WAIT_2 with an abort.
func (m *moment) timedOut(lasted time.Duration) {
	from := m.st.From
	m.tell(Finding{ID: FinWait2Expired, Confidence: Possible, At: party(from.Peer()),
		Packets: m.evidence(m.finFrame(from), m.movedFrame(from), m.packet()),
		Summary: fmt.Sprintf("%v ends FIN_WAIT_2 by RST,ACK after %s: the FIN of the %v had not come", from, roughly(lasted), from.Peer()),
		Otherwise: fmt.Sprintf("the application of the %v called shutdown(), and aborts now (SO_LINGER 0, TCP_LINGER2 below 0, ss -K); "+
			"strace decides", from)})
}
