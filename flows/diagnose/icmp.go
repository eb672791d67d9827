package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// unreachable looks at an ICMP error that quotes a segment of the flow. Only
// what answers the SYN counts: to an open connection it is a soft error, which
// changes nothing by itself (RFC 1122 §4.2.3.9).
func (m *moment) unreachable(icmp *flows.ICMPError) {
	m.tooBig(icmp)
	j := m.st.ISN[flows.Client]
	if icmp.Src != m.client() || m.states[flows.Client] != flows.SynSent || !j.Known || icmp.Seq != j.Seq {
		return
	}
	why := reason(icmp)
	if why == "" {
		return
	}
	f := Finding{ID: ICMPUnreachable, At: Network, Confidence: Certain, Packets: []uint64{m.movedFrame(flows.Client), icmp.Packet}}
	if icmp.From.Unmap() == m.server().Addr().Unmap() {
		f.At = Server
	}
	kind := "ICMP"
	if icmp.V6 {
		kind = "ICMPv6"
	}
	f.Summary = fmt.Sprintf("SYN(J) answered by %s %d/%d (%s) from %v%s; a Linux client gives up at once",
		kind, icmp.Type, icmp.Code, why, icmp.From, m.whose(icmp))
	m.tell(f)
}

// whose says what the source of an error is to the connection.
func (m *moment) whose(icmp *flows.ICMPError) string {
	switch icmp.From.Unmap() {
	case m.server().Addr().Unmap():
		return ", the server itself"
	case m.client().Addr().Unmap():
		return ", the client itself"
	}
	return ""
}

// reason is why a destination cannot be reached; empty if that is not what the
// error says. "Fragmentation needed" is none: a SYN is never too big.
func reason(icmp *flows.ICMPError) string {
	why := unreachable4[:]
	if icmp.V6 {
		why = unreachable6[:]
	}
	switch {
	case icmp.V6 && icmp.Type != 1, !icmp.V6 && icmp.Type != 3: // RFC 4443 §3.1, RFC 792
		return ""
	case int(icmp.Code) >= len(why):
		return "unreachable"
	}
	return why[icmp.Code]
}

// unreachable4 are the codes of RFC 792, RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1.
var unreachable4 = [...]string{
	"network unreachable", "host unreachable", "protocol unreachable", "port unreachable", "", "source route failed",
	"network unknown", "host unknown", "source host isolated", "network forbidden by a filter", "host forbidden by a filter",
	"network unreachable for this type of service", "host unreachable for this type of service", "forbidden by a filter",
	"host precedence violation", "precedence cutoff",
}

// unreachable6 are the codes of RFC 4443 §3.1.
var unreachable6 = [...]string{
	"no route", "forbidden by a filter", "beyond the scope of the source address", "address unreachable", "port unreachable",
	"source address forbidden by a policy", "route that rejects",
}
