package diagnose

import (
	"fmt"
	mathbits "math/bits"
	"strings"
	"time"

	"tcptrace/flows"
)

// origin is how a RST was made, as far as its flags and numbers show.
type origin uint8

const (
	unclear origin = iota
	// abort: a socket gave its connection up. It knows both its numbers (RFC 9293
	// §3.10.5; net/ipv4/tcp_output.c, tcp_send_active_reset).
	abort
	// noSocket: a host answered a segment for which it has no connection. It
	// takes the number from that segment's ACK and offers no window (RFC 9293
	// §3.5.2; net/ipv4/tcp_ipv4.c, tcp_v4_send_reset).
	noSocket
)

// origin is that of the moment's RST.
func (m *moment) origin() origin {
	s := m.st.Segment
	f := m.facts(m.st.From)
	switch {
	case s.Flags.Has(flows.ACK):
		if !f.Next.Known || s.Seq.AtOrAfter(f.Next.Seq) { // beyond: behind what was lost
			return abort
		}
	case s.Window == 0 && f.Una.Known && s.Seq.AtOrBefore(f.Una.Seq) && m.spokeLast(m.st.From.Peer()):
		return noSocket
	}
	return unclear
}

// clues are what speaks against a RST being from the end that it names; a set.
type clues uint8

const (
	otherTTL clues = 1 << iota // it came another way
	beyond                     // its number lies beyond all that the end was seen to send
	stepped                    // it follows another RST, with a greater number
	goesOn                     // the end sends on after it
	mirrored                   // at the same time one came in the name of its peer
	window                     // it answers nothing and aborts nothing, but offers a window: weak
)

// strong leaves out what proves nothing by itself.
const strong = otherTTL | beyond | stepped | goesOn | mirrored

// sameWay is by how much TTLs differ that a change of route explains.
const sameWay = 2

// clues are those of the moment's RST. Of the options nothing follows: Windows
// leaves the timestamps out of its own RSTs, as RFC 7323 §3.2 allows; but
// whoever puts them in knows the connection. Nor does anything follow from an IP
// identification of 0, the one that Linux gives to what no socket sends.
func (m *moment) clues() (c clues) {
	s, from := m.st.Segment, m.st.From
	if d := int(s.TTL) - int(m.sent(from).TTL); max(d, -d) > sameWay && s.TTL != 0 && m.sent(from).TTL != 0 &&
		!s.Options.Present.Has(flows.HasTimestamps) {
		c |= otherTTL
	}
	if s.Flags.Has(flows.ACK) {
		return c // an abort behind what the capture lacks has a number beyond, too
	}
	if f := m.facts(from); f.Next.Known && s.Seq.After(f.Next.Seq) && !m.st.Gaps() {
		c |= beyond
	}
	if s.Window != 0 {
		c |= window
	}
	return c
}

// confidence is what the clues are worth: a TTL alone may be that of another
// box that answers for the server, one that goes on may be two hosts behind one
// address, and two ends may abort at the same time.
func (c clues) confidence() (Confidence, bool) {
	switch n := mathbits.OnesCount8(uint8(c & strong)); {
	case n > 2, n > 1 && c&goesOn != 0:
		return Certain, true
	case n > 1, c&goesOn != 0, c&otherTTL != 0 && c&window != 0:
		return Likely, true
	case c&(otherTTL|mirrored) != 0:
		return Possible, true
	}
	return 0, false // a number beyond: what the end sent may have been lost before it came by
}

// words name the clues.
func (c clues) words(r *reset) string {
	var list []string
	if c&otherTTL != 0 {
		list = append(list, fmt.Sprintf("TTL %d where the end's is %d", r.ttl, r.own))
	}
	if c&beyond != 0 {
		list = append(list, fmt.Sprintf("SEQ %d beyond what it sent", r.beyond))
	}
	if c&stepped != 0 {
		list = append(list, fmt.Sprintf("%d RSTs with stepped SEQ", r.n))
	}
	if c&mirrored != 0 {
		list = append(list, "one in the name of its peer at the same time")
	}
	if c&goesOn != 0 {
		list = append(list, "the end goes on sending")
	}
	return strings.Join(list, ", ")
}

// reset is what is kept of the RSTs of an end that had not closed.
type reset struct {
	n      int // 0: none yet
	at     flows.Time
	seq    flows.Seq
	frames [2]uint64 // of the first and the newest
	clues  clues
	ttl    uint8  // of the one with another TTL
	own    uint8  // that of the end
	beyond uint32 // by how much its number was too great

	prompt uint64 // the segment that the first one answers; 0: none
	odd    bool   // that segment was none that its receiver could use
}

// suspect adds a RST to those of its end, and says so if it does not seem to be
// from there. It reports whether it is suspect.
func (m *moment) suspect(story *story, how origin) bool {
	s, from, t := m.st.Segment, m.st.From, m.track
	r := &story.reset[from]
	c := m.clues()
	if r.n > 0 && c&beyond != 0 && s.Seq.After(r.seq) {
		c |= stepped
	}
	if c&otherTTL != 0 {
		r.ttl, r.own = s.TTL, m.sent(from).TTL
	}
	if c&beyond != 0 {
		r.beyond = uint32(s.Seq.Sub(m.facts(from).Next.Seq))
	}
	if r.n == 0 {
		r.frames[0] = s.Packet
		if how == noSocket {
			r.prompt, r.odd = m.before(), t.flow&oddLast != 0
		}
	}
	r.n++
	r.at, r.seq, r.frames[1] = m.time, s.Seq, s.Packet
	r.clues |= c
	return m.tellInjected(from, r, nil)
}

// tellInjected says what speaks against the RSTs of an end.
func (m *moment) tellInjected(from flows.Side, r *reset, more []uint64) bool {
	sure, enough := r.clues.confidence()
	if !enough {
		return false
	}
	f := Finding{ID: RstInjectedSuspect, Confidence: sure, At: Network, level: uint8(r.clues) + 1,
		Packets: append(append([]uint64(nil), r.frames[:]...), more...),
		Summary: fmt.Sprintf("RST in the name of the %v: %s", from, r.clues.words(r))}
	if sure < Certain {
		f.Otherwise = fmt.Sprintf("two hosts or a load balancer behind the address of the %v; a capture beside the %[1]v decides: "+
			"a RST that never left it is forged", from)
	}
	m.tell(f)
	return true
}

// together is how close two RSTs are that one box sent to both ends.
const together = 5 * time.Millisecond

// bothWays is for a RST of an end that was closed by one: whoever accepts a RST
// has nothing to abort any more.
func (m *moment) bothWays() {
	from := m.st.From
	if m.story == nil || !m.st.Segment.Flags.Has(flows.ACK) {
		return
	}
	r := &m.story.reset[from.Peer()]
	if r.n == 0 || m.time.Sub(r.at) > together {
		return
	}
	r.clues |= mirrored
	m.tellInjected(from.Peer(), r, []uint64{m.packet()})
}

// afterReset is for a segment without RST of an end that has sent one. A SYN
// proves nothing: it opens anew.
func (m *moment) afterReset() {
	s, from := m.st.Segment, m.st.From
	r := &m.story.reset[from]
	overtaken := m.facts(from).RTT + 100*time.Millisecond // it may have been under way before the RST
	if r.n == 0 || s.Flags.Has(flows.SYN) || m.st.Notes.Has(flows.OutOfWindow) && m.states[from] == flows.Closed ||
		m.time.Sub(r.at) < overtaken && (!s.End().After(r.seq) || r.clues&beyond != 0 || s.Length == 0) {
		return
	}
	if r.prompt != 0 && r.clues&strong&^goesOn == 0 {
		m.untranslated(from, r, s.Packet)
		return
	}
	r.clues |= goesOn
	m.tellInjected(from, r, []uint64{s.Packet})
}

// untranslated is for a RST of a host without a socket, in the name of an end
// that has the connection: what it answers reached it with another address.
func (m *moment) untranslated(from flows.Side, r *reset, living uint64) {
	f := Finding{ID: ConntrackInvalidRst, Confidence: Possible, At: Network, Packets: []uint64{r.prompt, r.frames[0], living}, level: 1}
	f.Summary = fmt.Sprintf("%v answers a segment with RST as if it had no socket", from)
	if r.odd {
		f.Summary = fmt.Sprintf("%v answers a segment that is old or out of window with RST as if it had no socket", from)
	}
	if living == 0 {
		f.Summary += ", and had one just before"
		f.Otherwise = fmt.Sprintf("the %v has aborted, and its RST was not captured; what it sends next decides", from)
		m.tell(f)
		return
	}
	f.Summary += ", and goes on sending"
	f.level++
	if r.odd {
		f.Confidence = Likely
	}
	f.Otherwise = fmt.Sprintf("a forged RST, or two hosts behind the address of the %v; conntrack -S on the NAT node decides", from)
	m.tell(f)
}
