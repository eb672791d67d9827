package host

import (
	"encoding/binary"
	"net/netip"
	"time"

	"tcptrace/flows"
)

// What sock_diag says and understands (include/uapi/linux/inet_diag.h and
// sock_diag.h). The numbers are Linux's on every architecture.
const (
	diagByFamily = 20 // SOCK_DIAG_BY_FAMILY

	diagRequestSize = 56 // struct inet_diag_req_v2
	diagMessageSize = 72 // struct inet_diag_msg

	familyIPv4, familyIPv6 = 2, 10 // AF_INET, AF_INET6
	protocolTCP            = 6

	attributeInfo     = 2  // INET_DIAG_INFO, a struct tcp_info; to be asked for
	attributeV6Only   = 11 // INET_DIAG_SKV6ONLY, of listeners only
	attributeMark     = 15 // INET_DIAG_MARK
	attributeCgroupID = 21 // INET_DIAG_CGROUP_ID
)

// States of include/net/tcp_states.h that are no state of the RFC's.
const (
	tcpNewSynRecv    = 12 // a request, not yet a socket
	tcpBoundInactive = 13 // bind() and nothing more: no TCP has happened
)

// states maps include/net/tcp_states.h; what is not in it is left out.
var states = [...]flows.State{
	1: flows.Established, 2: flows.SynSent, 3: flows.SynReceived, 4: flows.FinWait1, 5: flows.FinWait2, 6: flows.TimeWait,
	7: flows.Closed, 8: flows.CloseWait, 9: flows.LastAck, 10: flows.Listen, 11: flows.Closing, tcpNewSynRecv: flows.SynReceived,
}

// diagRequest is struct inet_diag_req_v2 for all sockets of a family.
func diagRequest(family byte) []byte {
	b := make([]byte, diagRequestSize)
	b[0], b[1], b[2] = family, protocolTCP, 1<<(attributeInfo-1)
	binary.NativeEndian.PutUint32(b[4:], ^uint32(1<<tcpBoundInactive))
	return b
}

// diagLookup is struct inet_diag_req_v2 for the socket with these ends, bound
// to this interface; a remote end of zeros means a listener.
func diagLookup(local, remote netip.AddrPort, device uint32) []byte {
	family := byte(familyIPv6)
	if local.Addr().Is4() {
		family = familyIPv4
	}
	b := diagRequest(family)
	binary.BigEndian.PutUint16(b[8:], local.Port())
	copy(b[12:28], local.Addr().AsSlice())
	if remote.IsValid() {
		binary.BigEndian.PutUint16(b[10:], remote.Port())
		copy(b[28:44], remote.Addr().AsSlice())
	}
	binary.NativeEndian.PutUint32(b[44:], device)
	binary.NativeEndian.PutUint64(b[48:], ^uint64(0)) // INET_DIAG_NOCOOKIE: whichever it is
	return b
}

// readSocket reads struct inet_diag_msg and the attributes after it; false if
// it is none, or of no use here.
func readSocket(b []byte) (Socket, bool) {
	if len(b) < diagMessageSize || int(b[1]) >= len(states) || states[b[1]] == flows.Unknown {
		return Socket{}, false
	}
	if b[0] != familyIPv4 && b[0] != familyIPv6 {
		return Socket{}, false
	}
	s := Socket{
		Local:       netip.AddrPortFrom(diagAddress(b[0], b[8:]), binary.BigEndian.Uint16(b[4:])),
		State:       states[b[1]],
		Interface:   binary.NativeEndian.Uint32(b[40:]),
		Cookie:      binary.NativeEndian.Uint64(b[44:]),
		RecvQ:       binary.NativeEndian.Uint32(b[56:]),
		SendQ:       binary.NativeEndian.Uint32(b[60:]),
		UID:         binary.NativeEndian.Uint32(b[64:]),
		Inode:       uint64(binary.NativeEndian.Uint32(b[68:])),
		Retransmits: b[3],
	}
	if s.State != flows.Listen {
		s.Remote = netip.AddrPortFrom(diagAddress(b[0], b[24:]), binary.BigEndian.Uint16(b[6:]))
	}
	if timer := Timer(b[2]); timer != TimerNone && timer <= TimerProbe {
		s.Timer = timer
		s.Expires = milliseconds(binary.NativeEndian.Uint32(b[52:]))
	}
	s.readAttributes(b[diagMessageSize:])
	return s, true
}

// diagAddress reads an address of the 16 bytes of struct inet_diag_sockid. A
// socket of IPv6 that speaks IPv4 is told as the packets show it.
func diagAddress(family byte, b []byte) netip.Addr {
	if family == familyIPv4 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16([16]byte(b[:16])).Unmap()
}

// readAttributes reads the struct nlattr that follow; it stops at the first
// that is damaged.
func (s *Socket) readAttributes(b []byte) {
	const header = 4
	for len(b) >= header {
		size := int(binary.NativeEndian.Uint16(b))
		kind := binary.NativeEndian.Uint16(b[2:]) & 0x3fff // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
		if size < header || size > len(b) {
			return
		}
		s.readAttribute(kind, b[header:size])
		b = b[min((size+3)&^3, len(b)):]
	}
}

func (s *Socket) readAttribute(kind uint16, value []byte) {
	switch {
	case kind == attributeInfo && s.State != flows.Listen: // a listener's repeats its queues under other names
		s.Info = readInfo(value)
	case kind == attributeV6Only && len(value) >= 1:
		s.V6Only = value[0] != 0
	case kind == attributeMark && len(value) >= 4:
		s.Mark = binary.NativeEndian.Uint32(value)
	case kind == attributeCgroupID && len(value) >= 8:
		s.Cgroup = binary.NativeEndian.Uint64(value)
	}
}

// readInfo reads struct tcp_info (include/uapi/linux/tcp.h). It only ever grew
// at its end, so an old kernel's is a prefix, and what is missing is 0. One that
// ends before the times is none.
func readInfo(b []byte) Info {
	const useful = 72 // up to tcpi_rtt
	if len(b) < useful {
		return Info{}
	}
	number := func(offset int) uint32 {
		if len(b) < offset+4 {
			return 0
		}
		return binary.NativeEndian.Uint32(b[offset:])
	}
	return Info{
		Known:        true,
		Backoff:      b[4],
		Unacked:      number(24),
		Retrans:      number(36),
		LastDataSent: milliseconds(number(44)),
		LastDataRecv: milliseconds(number(52)),
		LastAckRecv:  milliseconds(number(56)),
		RTT:          time.Duration(number(68)) * time.Microsecond,
		TotalRetrans: number(100),
	}
}

func milliseconds(n uint32) time.Duration { return time.Duration(n) * time.Millisecond }
