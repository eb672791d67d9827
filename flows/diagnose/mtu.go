package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// narrowing is what a router said of the path's MTU.
type narrowing struct {
	said   bool
	mtu    uint32     // 0: a router that does not name it (RFC 792)
	packet uint64     // frame of the ICMP error
	sender flows.Side // whose segment it was
}

// tooBig takes note of an ICMP error that says that a segment was too long for
// the path: RFC 1191 §4, RFC 4443 §3.2.
func (m *moment) tooBig(icmp *flows.ICMPError) {
	if (icmp.V6 || icmp.Type != 3 || icmp.Code != 4) && (!icmp.V6 || icmp.Type != 2) {
		return
	}
	side := flows.Client
	if icmp.Src == m.server() {
		side = flows.Server
	}
	if story := m.open(); story != nil {
		story.narrow = narrowing{true, icmp.MTU, icmp.Packet, side}
	}
}

// farTooMuch is behind how many octets of payload the numbers of the first
// full-size segment say nothing any more: they come round.
const farTooMuch = 1 << 30

// blackhole says that full-size segments do not get through while shorter ones
// do: none of them was ever acknowledged, and the peer is alive, or it took
// shorter payload before. It reports whether that explains the silence.
func (m *moment) blackhole(from flows.Side) bool {
	if m.rec != nil {
		return m.track.has(MSSBlackhole)
	}
	r, s, t, f := &m.story.data[from], m.st.Segment, m.track, m.facts(from)
	isn, icmp := m.st.ISN[from], m.story.narrow
	said := icmp.said && icmp.sender == from
	if t.marks[from]&sentFull == 0 || s.Length < flows.FullSize || f.Bytes > farTooMuch || r.span() < stalls/2 ||
		f.Una.Known && t.full[from].AtOrBefore(f.Una.Seq) || !f.Una.Known && m.st.GuessedClient ||
		said && icmp.mtu != 0 && s.Length+40 <= icmp.mtu {
		return false
	}
	heard := m.story.heard[from]
	passed := isn.Known && f.Una.Known && f.Una.Seq.Sub(isn.Seq) > 1
	finding := Finding{ID: MSSBlackhole, Confidence: Likely, At: Network, Packets: r.evidence(), level: grade(r.n)}
	finding.Otherwise = "a filter that drops these data; ping with DF set and the same size from " + from.String() + " decides"
	why := fmt.Sprintf("the %v is alive", from.Peer())
	switch {
	case said:
		finding.Confidence, finding.Otherwise = Certain, ""
		finding.Packets = append(finding.Packets, icmp.packet)
		why = fmt.Sprintf("an ICMP error asked for less (MTU %d), in vain", icmp.mtu)
	case heard != 0:
		finding.Packets = append(finding.Packets, heard)
	case passed && r.n >= timeouts:
		finding.Confidence = Possible
		finding.Otherwise = "a path or a peer that died just then; ping with DF set and the same size from " + from.String() + " decides"
		why = "shorter ones were acknowledged"
	default:
		return false
	}
	finding.Summary = fmt.Sprintf("%d octets of the %v from %s sent %d times in %s without an ACK, the first of full size; %s",
		s.Length, from, m.offset(from, r.seq), r.n, roughly(r.span()), why)
	m.tell(finding)
	return true
}
