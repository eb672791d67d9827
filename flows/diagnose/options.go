package diagnose

import (
	"fmt"
	"strings"

	"tcptrace/flows"
)

// negotiated are the options that hold if the SYN asks for them and the SYN-ACK
// grants them.
const negotiated = flows.HasWindowScale | flows.HasSACKPermitted | flows.HasTimestamps | flows.HasMPTCP

// unscaled are those that a SYN cookie loses without timestamps
// (net/ipv4/syncookies.c, cookie_init_timestamp).
const unscaled = flows.HasWindowScale | flows.HasSACKPermitted

// asks are the negotiated options of a SYN, or OptionsCut if they say nothing:
// they were not captured, or a signature took their room.
func asks(s *flows.Segment) flows.OptionSet {
	if s.Options.Present&(flows.OptionsCut|flows.HasSignature) != 0 {
		return flows.OptionsCut
	}
	return s.Options.Present & negotiated
}

// copied reports whether a SYN is the last one once more, seen at another
// place: no client numbers two packets alike. What one copy has and the other
// has not got lost between the two places.
func (m *moment) copied() bool {
	s, t := m.st.Segment, m.track
	if m.st.From != flows.Client || s.Flags&(flows.SYN|flows.ACK|flows.RST) != flows.SYN ||
		s.ID == 0 || !m.sent(flows.Client).Spoke || s.ID != m.sent(flows.Client).ID {
		return false
	}
	now := asks(s)
	if lost := t.lacks ^ now; lost != 0 && (t.lacks|now)&flows.OptionsCut == 0 && t.flow&compared == 0 {
		m.tell(Finding{ID: OptionStripped, Confidence: Certain, At: Network, Packets: []uint64{m.movedFrame(flows.Client), s.Packet},
			Summary: fmt.Sprintf("two captures of one SYN(J) (IP ID %d) differ in %s: a box between them rewrites options", s.ID, spell(lost))})
	}
	t.lacks &= now
	return true
}

// granted compares the first SYN-ACK with what its SYN asked for. A server may
// lack an option, so that only what it grants to others can be missed.
func (m *moment) granted() {
	s, t := m.st.Segment, m.track
	if t.flow&compared != 0 || m.syns(flows.Client) == 0 {
		return
	}
	t.flow |= compared
	asked, grants := t.lacks, asks(s)
	if (asked|grants)&flows.OptionsCut != 0 {
		t.lacks = 0
		return
	}
	t.lacks = asked &^ grants
	l := m.listener()
	if l == nil {
		return
	}
	if t.lacks != 0 {
		m.missed(l, asked)
	}
	m.e.listeners.learn(m, l, asked, grants)
}

// alike is to how many others a listener must have granted all they asked for,
// before it is remarkable that it does not.
const alike = 3

// missed looks at a SYN-ACK that lacks what was asked for: t.lacks.
func (m *moment) missed(l *listener, asked flows.OptionSet) {
	s, t := m.st.Segment, m.track
	host := m.e.listeners.hosts.at(addressOf(m.server().Addr()))
	// A Linux cookie still offers the widest window that fits without scaling;
	// who lacks these options by birth has a small one, mostly.
	own := l.granted&unscaled != 0 && l.ttl == s.TTL
	other := host.granted&unscaled != 0 && host.ttl == s.TTL && s.Window >= 60000
	if asked.Has(unscaled) && !asked.Has(flows.HasTimestamps) && t.lacks.Has(unscaled) {
		if own || other {
			t.flow |= likeCookie // whether it is repeated, its third ACK tells
		}
		return
	}
	// MPTCP falls back by design, RFC 8684 §3.7: it says nothing.
	gone := t.lacks & l.granted &^ flows.HasMPTCP
	if gone == 0 || l.alike < alike || l.ttl != s.TTL {
		return
	}
	m.tell(Finding{ID: OptionStripped, Confidence: Possible, At: Network, Packets: []uint64{m.movedFrame(flows.Client), s.Packet},
		Summary:   fmt.Sprintf("SYN(J) asks for %s, SYN(K)+ACK(J+1) lacks it; this listener granted it to others", spell(gone)),
		Otherwise: "servers of different configuration behind one address; the SYN and SYN-ACK as captured at the server decide"})
}

// cookies says that a SYN-ACK looked like a SYN cookie: told once the handshake
// has ended without a copy of it, for a cookie is never repeated.
func (m *moment) cookies() {
	t := m.track
	if t.flow&likeCookie == 0 || m.syns(flows.Server) != 1 {
		return
	}
	m.tell(Finding{ID: SynCookiesInUse, Confidence: Likely, At: Server,
		Packets:   []uint64{m.movedFrame(flows.Client), m.movedFrame(flows.Server)},
		Summary:   "SYN(J) asks for window scale and SACK, without timestamps; SYN(K)+ACK(J+1) lacks both, which this host grants to others",
		Otherwise: "options stripped on the path, or another server behind the address; nstat -az TcpExtSyncookiesSent at the server decides"})
}

// usedUngranted finds a server that uses what its SYN-ACK did not grant as it
// was captured: it had granted it (RFC 7323 §3.2, RFC 2018 §2).
func (m *moment) usedUngranted() {
	s, t := m.st.Segment, m.track
	used := s.Options.Present & t.lacks & flows.HasTimestamps
	if s.Options.Present.Has(flows.HasSACK) {
		used |= t.lacks & flows.HasSACKPermitted
	}
	if used == 0 || m.st.From != flows.Server || t.flow&compared == 0 {
		return
	}
	t.lacks = 0
	m.tell(Finding{ID: OptionStripped, Confidence: Likely, At: Network, Packets: []uint64{m.st.First().Packet, s.Packet},
		Summary:   fmt.Sprintf("SYN(J) asks for %s, the SYN-ACK lacks it, yet the server uses it: it was stripped from the SYN-ACK", spell(used)),
		Otherwise: "a TCP stack that uses options which it did not grant; the SYN-ACK as captured at the server decides"})
}

// spell lists options in words.
func spell(o flows.OptionSet) string {
	var words []string
	for _, w := range [...]struct {
		option flows.OptionSet
		name   string
	}{
		{flows.HasWindowScale, "window scale"}, {flows.HasSACKPermitted, "SACK"},
		{flows.HasTimestamps, "timestamps"}, {flows.HasMPTCP, "MPTCP"},
	} {
		if o.Has(w.option) {
			words = append(words, w.name)
		}
	}
	return strings.Join(words, ", ")
}
