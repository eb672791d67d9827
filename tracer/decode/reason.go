package decode

import "tcptrace/flows"

// reason is why a frame yielded neither a segment nor an ICMP error.
type reason uint8

// The reasons, in the order of their names.
const (
	kept            reason = iota // none: the frame is not skipped
	aggregated                    // 802.11 frame of several packets, and a frame yields one
	badICMP                       // ICMP error too short to quote a packet
	badIPHeader                   // lengths or version of an IP header contradict themselves
	badLinkHeader                 // frame too short for its link layer, or nonsense in it
	badTCPHeader                  // data offset or length of a TCP header is impossible
	cut                           // the snaplen hides what is needed
	encrypted                     // ESP, protected 802.11, DTLS
	fragment                      // of IP or below, without the beginning of the packet
	ipCompressed                  // IPComp, RFC 3173
	notIP                         // ARP and the like
	notTCP                        // IP with something else in it, tunnels included
	panicked                      // a bug of this package
	tooManyHeaders                // nested deeper than anything honest
	unknownLinkType               // the capture's link layer is not known here
	vjCompressed                  // RFC 1144: the header is in an earlier packet
	numReasons
)

// reasonNames are permanent: other programs rely on them.
var reasonNames = [numReasons]string{
	"kept", "aggregated", "bad-icmp", "bad-ip-header", "bad-link-header", "bad-tcp-header", "cut", "encrypted",
	"fragment", "ip-compressed", "not-ip", "not-tcp", "panic", "too-many-headers", "unknown-link-type",
	"vj-compressed",
}

// Skipped counts the frames that were neither a segment nor an ICMP error about
// one, by reason, sorted by name. Reasons that never came up are left out.
func (d *Decoder) Skipped() []flows.Count {
	var counts []flows.Count
	for r, n := range d.skipped {
		if n > 0 {
			counts = append(counts, flows.Count{Name: reasonNames[r], N: n})
		}
	}
	return counts
}

// skip counts a frame by why it is skipped. What is not IP inside of a tunnel
// still came in an IP packet: it counts as not TCP.
func (d *Decoder) skip(why reason) Kind {
	if why == notIP && d.ip.src.IsValid() {
		why = notTCP
	}
	d.skipped[why]++
	return Skipped
}

// short is why a packet is skipped of which fewer than the needed bytes were
// captured: the snaplen is to blame if they were on the wire; if not, why.
func (p packet) short(needed int, why reason) reason {
	if p.wire >= needed {
		return cut
	}
	return why
}
