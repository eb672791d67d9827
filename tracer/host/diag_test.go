package host

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tcptrace/flows"
)

// message is struct inet_diag_msg by hand; ports and addresses are of the
// network's order, all else is of the machine's.
type message struct {
	family, state, timer, retransmits byte
	local, remote                     string
	device                            uint32
	cookie                            uint64
	expires, rqueue, wqueue           uint32
	uid, inode                        uint32
	attributes                        []byte
}

func (m message) bytes() []byte {
	b := make([]byte, diagMessageSize)
	b[0], b[1], b[2], b[3] = m.family, m.state, m.timer, m.retransmits
	local, remote := netip.MustParseAddrPort(m.local), netip.MustParseAddrPort(m.remote)
	binary.BigEndian.PutUint16(b[4:], local.Port())
	binary.BigEndian.PutUint16(b[6:], remote.Port())
	copy(b[8:24], local.Addr().AsSlice())
	copy(b[24:40], remote.Addr().AsSlice())
	binary.NativeEndian.PutUint32(b[40:], m.device)
	binary.NativeEndian.PutUint64(b[44:], m.cookie)
	for i, n := range []uint32{m.expires, m.rqueue, m.wqueue, m.uid, m.inode} {
		binary.NativeEndian.PutUint32(b[52+4*i:], n)
	}
	return append(b, m.attributes...)
}

// attribute is struct nlattr with its padding.
func attribute(kind uint16, value ...byte) []byte {
	b := make([]byte, 4, 8+len(value))
	binary.NativeEndian.PutUint16(b, uint16(4+len(value)))
	binary.NativeEndian.PutUint16(b[2:], kind)
	b = append(b, value...)
	return append(b, make([]byte, (4-len(b)%4)%4)...)
}

// tcpInfo is the first size bytes of struct tcp_info, each of its 32-bit
// numbers its own offset.
func tcpInfo(size int) []byte {
	b := make([]byte, size)
	b[0], b[4] = 1, 3
	for i := 8; i+4 <= size; i += 4 {
		binary.NativeEndian.PutUint32(b[i:], uint32(i))
	}
	return b
}

func native64(n uint64) []byte { return binary.NativeEndian.AppendUint64(nil, n) }
func native32(n uint32) []byte { return binary.NativeEndian.AppendUint32(nil, n) }

func concat(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

var at = netip.MustParseAddrPort

// addresses compares them as a whole.
var addresses = cmpopts.EquateComparable(netip.AddrPort{})

func TestReadSocket(t *testing.T) {
	info := Info{
		Known: true, Backoff: 3, Unacked: 24, Retrans: 36, LastDataSent: 44 * time.Millisecond,
		LastDataRecv: 52 * time.Millisecond, LastAckRecv: 56 * time.Millisecond, RTT: 68 * time.Microsecond, TotalRetrans: 100,
	}
	old := info
	old.TotalRetrans = 0
	tests := []struct {
		name string
		m    message
		want Socket
	}{
		{"established, with everything",
			message{family: 2, state: 1, timer: 1, retransmits: 2, local: "10.0.0.1:80", remote: "10.0.0.2:51324", device: 7, cookie: 1<<40 | 5,
				expires: 1500, rqueue: 11, wqueue: 22, uid: 1000, inode: 4242, attributes: concat(attribute(8, 0), attribute(attributeInfo, tcpInfo(232)...),
					attribute(attributeMark, native32(99)...), attribute(attributeCgroupID, native64(1<<33)...))},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:51324"), State: flows.Established, Interface: 7, Cookie: 1<<40 | 5,
				RecvQ: 11, SendQ: 22, UID: 1000, Inode: 4242, Cgroup: 1 << 33, Mark: 99, Timer: TimerRetransmit,
				Expires: 1500 * time.Millisecond, Retransmits: 2, Info: info}},
		{"IPv6, tcp_info of an old kernel",
			message{family: 10, state: 8, local: "[2001:db8::1]:443", remote: "[2001:db8::2]:1", inode: 1, attributes: attribute(attributeInfo, tcpInfo(100)...)},
			Socket{Local: at("[2001:db8::1]:443"), Remote: at("[2001:db8::2]:1"), State: flows.CloseWait, Inode: 1, Info: old}},
		{"IPv6 that speaks IPv4",
			message{family: 10, state: 4, local: "[::ffff:10.0.0.1]:443", remote: "[::ffff:10.0.0.2]:1"},
			Socket{Local: at("10.0.0.1:443"), Remote: at("10.0.0.2:1"), State: flows.FinWait1}},
		{"listener of IPv6 only, without a remote end and without tcp_info",
			message{family: 10, state: 10, local: "[::]:22", remote: "[::]:0", rqueue: 3, wqueue: 128, inode: 9,
				attributes: concat(attribute(attributeInfo, tcpInfo(232)...), attribute(attributeV6Only, 1))},
			Socket{Local: at("[::]:22"), State: flows.Listen, RecvQ: 3, SendQ: 128, Inode: 9, V6Only: true}},
		{"TIME_WAIT, without tcp_info",
			message{family: 2, state: 6, timer: 3, local: "10.0.0.1:80", remote: "10.0.0.2:2", expires: 59000},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:2"), State: flows.TimeWait, Timer: TimerTimeWait, Expires: 59 * time.Second}},
		{"request",
			message{family: 2, state: 3, timer: 1, retransmits: 4, local: "10.0.0.1:80", remote: "10.0.0.2:3", expires: 100},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:3"), State: flows.SynReceived, Timer: TimerRetransmit, Expires: 100 * time.Millisecond, Retransmits: 4}},
		{"request under its own number",
			message{family: 2, state: 12, local: "10.0.0.1:80", remote: "10.0.0.2:3"},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:3"), State: flows.SynReceived}},
		{"closed, as one that is about to go", message{family: 2, state: 7, local: "10.0.0.1:80", remote: "10.0.0.2:3"},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:3"), State: flows.Closed}},
		{"a timer of the future", message{family: 2, state: 1, timer: 9, expires: 5, local: "10.0.0.1:80", remote: "10.0.0.2:3"},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:3"), State: flows.Established}},
		{"tcp_info and mark too short, an attribute longer than the rest",
			message{family: 2, state: 1, local: "10.0.0.1:80", remote: "10.0.0.2:3", attributes: concat(attribute(attributeInfo, tcpInfo(71)...),
				attribute(attributeMark, 1, 2), attribute(attributeCgroupID, native64(5)...)[:11])},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:3"), State: flows.Established}},
		{"an attribute without a length does not turn for ever",
			message{family: 2, state: 1, local: "10.0.0.1:80", remote: "10.0.0.2:3", attributes: make([]byte, 8)},
			Socket{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:3"), State: flows.Established}},
	}
	for _, tt := range tests {
		got, ok := readSocket(tt.m.bytes())
		if diff := cmp.Diff(tt.want, got, addresses); !ok || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, ok, diff)
		}
	}
}

func TestReadNoSocket(t *testing.T) {
	whole := message{family: 2, state: 1, local: "10.0.0.1:80", remote: "10.0.0.2:3"}
	bound, unknown, zero, unix := whole, whole, whole, whole
	bound.state, unknown.state, zero.state, unix.family = tcpBoundInactive, 200, 0, 1
	for name, b := range map[string][]byte{
		"nothing": nil, "cut": whole.bytes()[:71], "bound only": bound.bytes(), "unknown state": unknown.bytes(),
		"state 0": zero.bytes(), "another family": unix.bytes(),
	} {
		if s, ok := readSocket(b); ok {
			t.Errorf("%s is taken for %+v", name, s)
		}
	}
}

// TestDiagLookup: the request as the kernel reads it, byte for byte.
func TestDiagLookup(t *testing.T) {
	b := diagLookup(at("10.0.0.1:80"), at("10.0.0.2:258"), 3)
	want := make([]byte, 56)
	copy(want, []byte{2, 6, 2, 0})
	copy(want[4:], native32(0xffffdfff))
	copy(want[8:], []byte{0, 80, 1, 2})
	copy(want[12:], []byte{10, 0, 0, 1})
	copy(want[28:], []byte{10, 0, 0, 2})
	copy(want[44:], native32(3))
	copy(want[48:], []byte{255, 255, 255, 255, 255, 255, 255, 255})
	if diff := cmp.Diff(want, b); diff != "" {
		t.Error(diff)
	}
}

func TestHolding(t *testing.T) {
	tests := []struct {
		name               string
		s                  Socket
		orphan, unaccepted bool
	}{
		{"an application has it", Socket{State: flows.FinWait2, Inode: 1}, false, false},
		{"closed by its application", Socket{State: flows.FinWait2}, true, false},
		{"closed after the peer", Socket{State: flows.LastAck}, true, false},
		{"in the accept queue", Socket{State: flows.Established}, false, true},
		{"in the accept queue, and the peer has gone", Socket{State: flows.CloseWait}, false, true},
		{"request", Socket{State: flows.SynReceived}, false, false},
		{"TIME_WAIT", Socket{State: flows.TimeWait}, false, false},
	}
	for _, tt := range tests {
		if tt.s.Orphan() != tt.orphan || tt.s.Unaccepted() != tt.unaccepted {
			t.Errorf("%s: orphan %v, unaccepted %v", tt.name, tt.s.Orphan(), tt.s.Unaccepted())
		}
	}
}

func FuzzSocket(f *testing.F) {
	f.Add(message{family: 2, state: 1, timer: 1, local: "10.0.0.1:80", remote: "10.0.0.2:3", attributes: concat(attribute(attributeInfo, tcpInfo(232)...),
		attribute(attributeMark, native32(99)...), attribute(attributeCgroupID, native64(1<<33)...))}.bytes())
	f.Add(message{family: 10, state: 10, local: "[::]:22", remote: "[::]:0", attributes: attribute(attributeV6Only, 1)}.bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := readSocket(b)
		switch {
		case !ok && s != Socket{}:
			t.Errorf("no socket, and yet %+v", s)
		case ok && (s.State == flows.Unknown || !s.Local.IsValid() || s.Remote.IsValid() == (s.State == flows.Listen)):
			t.Errorf("%+v is no socket", s)
		case ok && (s.Local.Addr().Is4In6() || s.Timer > TimerProbe || s.Timer == TimerNone && s.Expires != 0):
			t.Errorf("%+v is not as promised", s)
		}
	})
}
