// Package decode finds the TCP segment in a captured frame, or the TCP header
// that an ICMP error quotes.
//
// It knows link layers, IP, tunnels and the TCP header, and the lengths that
// they promise, so that a frame cut by the snaplen still tells how long its
// payload was. It refuses to know what a segment means: no flow, no state, no
// reassembly of fragments or streams, nothing from one frame to the next but
// the counters of what was skipped. Nothing on the wire is an error; a frame
// that holds no segment is counted by the reason. A frame yields one segment
// at most.
//
// A frame goes down one chain of calls. Each protocol is one small function in
// the file named after it, takes the [packet] that begins with its header, and
// ends by calling the next one or by skipping. Two budgets bound the chain: one
// for nested headers, one for IPv6 extension headers.
//
// Most frames take a shorter way, which reads all their headers in one pass
// (fast.go) and gives up where it finds anything but the usual.
//
// Headers that gopacket reads well are read by gopacket, each by a direct call
// of its decoder: Ethernet, 802.1Q, LLC, SNAP, UDP and VXLAN. The others are read
// here, for a reason each. IPv4 and IPv6 must tell what the wire carried from
// what was captured, which total length 0, jumbograms and later fragments get
// wrong there. TCP must survive a cut header and a bad option, and keep the
// options in front of it. SLL, radiotap, 802.11, GRE, ERSPAN, EtherIP, Geneve and
// GTP panic there on short packets, allocate, keep what they read before, or
// print. FDDI, MPLS, PPP and PPPoE have no decoder there that can be called by
// itself, and the rest has none at all.
//
// Read first: decode.go (the entry), packet.go (what is passed on), link.go,
// ip.go and udp.go (the three places where the way parts), tcp.go (the end), and
// fast.go last.
package decode
