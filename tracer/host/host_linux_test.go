package host

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nltest"
	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// answer is one of the kernel's to a dump: its messages, and whether the first
// says that the table changed meanwhile.
type answer struct {
	bodies      [][]byte
	interrupted bool
}

// peer plays the kernel: answers to dumps in turn, by family; a lookup is given
// found if it asks for that socket's interface, and otherwise ENOENT.
type peer struct {
	t     *testing.T
	dumps []answer
	asked []byte // families
	found *message
	looks int
}

func (p *peer) host() *Host {
	h := newHost(nltest.Dial(p.reply), Options{Proc: p.t.TempDir()})
	p.t.Cleanup(func() { h.Close() })
	return h
}

func (p *peer) reply(requests []netlink.Message) ([]netlink.Message, error) {
	r := requests[0]
	if r.Header.Type != 20 || len(r.Data) != 56 || r.Data[1] != 6 {
		p.t.Errorf("no request for TCP sockets: %+v", r)
	}
	if r.Header.Flags&netlink.Dump == 0 {
		p.looks++
		if p.found == nil || r.Data[44] != byte(p.found.device) {
			return nltest.Error(int(unix.ENOENT), requests)
		}
		return []netlink.Message{{Header: netlink.Header{Type: 20, Sequence: r.Header.Sequence}, Data: p.found.bytes()}}, nil
	}
	if len(p.asked) == len(p.dumps) {
		p.t.Fatal("another dump than expected")
	}
	a := p.dumps[len(p.asked)]
	p.asked = append(p.asked, r.Data[0])
	var out []netlink.Message
	for i, body := range a.bodies {
		h := netlink.Header{Type: 20, Flags: netlink.Multi, Sequence: r.Header.Sequence}
		if a.interrupted && i == 0 {
			h.Flags |= netlink.DumpInterrupted
		}
		out = append(out, netlink.Message{Header: h, Data: body})
	}
	return append(out, netlink.Message{Header: netlink.Header{Type: netlink.Done, Flags: netlink.Multi, Sequence: r.Header.Sequence}}), nil
}

func TestSockets(t *testing.T) {
	v4 := message{family: 2, state: 1, local: "10.0.0.1:80", remote: "10.0.0.2:3"}.bytes()
	v6 := message{family: 10, state: 10, local: "[::]:80", remote: "[::]:0"}.bytes()
	bound := message{family: 2, state: tcpBoundInactive, local: "10.0.0.1:80", remote: "10.0.0.2:3"}.bytes()
	whole, cut := answer{[][]byte{v4, v4, v4}, false}, answer{[][]byte{v4, v4}, true}
	tests := []struct {
		name    string
		dumps   []answer
		want    int
		partial bool
	}{
		{"both families", []answer{whole, {[][]byte{v6}, false}}, 4, false},
		{"none", []answer{{}, {}}, 0, false},
		{"damaged ones are left out", []answer{{[][]byte{v4[:20], v4, bound, {}}, false}, {}}, 1, false},
		{"interrupted, and whole the second time", []answer{cut, {}, whole, {}}, 3, false},
		{"interrupted in the second family", []answer{whole, {[][]byte{v6}, true}, whole, {[][]byte{v6}, false}}, 4, false},
		{"interrupted each time", []answer{cut, {}, cut, {}, cut, {}}, 2, true},
	}
	for _, tt := range tests {
		p := &peer{t: t, dumps: tt.dumps}
		got, err := p.host().Sockets()
		if err != nil || len(got.Sockets) != tt.want || got.Partial != tt.partial {
			t.Errorf("%s: %d sockets, partial %v, error %v, want %d, %v", tt.name, len(got.Sockets), got.Partial, err, tt.want, tt.partial)
		}
		for i, family := range p.asked {
			if want := []byte{2, 10}[i%2]; family != want {
				t.Errorf("%s: question %d is for family %d, want %d", tt.name, i, family, want)
			}
		}
		if len(p.asked) != len(tt.dumps) {
			t.Errorf("%s: %d questions, want %d", tt.name, len(p.asked), len(tt.dumps))
		}
	}
}

func TestSocketsRefused(t *testing.T) {
	for errno, want := range map[unix.Errno]error{unix.ENOENT: ErrNotSupported, unix.EPERM: unix.EPERM} {
		h := newHost(nltest.Dial(func(r []netlink.Message) ([]netlink.Message, error) {
			r[0].Header.Flags = 0 // the fake gives back those of the request, which mean something else in an answer
			return nltest.Error(int(errno), r)
		}), Options{Proc: t.TempDir()})
		if s, err := h.Sockets(); !errors.Is(err, want) || len(s.Sockets) != 0 {
			t.Errorf("%v: error %v, want %v", errno, err, want)
		}
	}
}

// TestStale: what is left of an answer that went wrong is no part of the next.
func TestStale(t *testing.T) {
	body := message{family: 2, state: 1, local: "10.0.0.1:80", remote: "10.0.0.2:3"}.bytes()
	h := newHost(nltest.Dial(func(r []netlink.Message) ([]netlink.Message, error) {
		return nltest.Multipart([]netlink.Message{
			{Header: netlink.Header{Type: 20, Sequence: r[0].Header.Sequence - 1}, Data: body},
			{Header: netlink.Header{Type: 20, Sequence: r[0].Header.Sequence}, Data: body},
			{},
		})
	}), Options{Proc: t.TempDir()})
	if s, err := h.Sockets(); err != nil || len(s.Sockets) != 2 {
		t.Errorf("%d sockets, error %v, want one of each family", len(s.Sockets), err)
	}
}

func TestSocket(t *testing.T) {
	connection := message{family: 2, state: 8, local: "10.0.0.1:80", remote: "10.0.0.2:3"}
	device, listener, mapped := connection, connection, connection
	device.device = 7
	listener.state, listener.local, listener.remote = 10, "0.0.0.0:80", "0.0.0.0:0"
	mapped.family, mapped.local, mapped.remote = 10, "[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.2]:3"
	tests := []struct {
		name          string
		found         *message
		local, remote string
		ok            bool
		looks         int
	}{
		{"there", &connection, "10.0.0.1:80", "10.0.0.2:3", true, 1},
		{"asked for as IPv6", &connection, "[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.2]:3", true, 1},
		{"a socket of IPv6 that speaks IPv4", &mapped, "10.0.0.1:80", "10.0.0.2:3", true, 1},
		{"not there, on any interface", nil, "10.0.0.1:80", "10.0.0.2:3", false, 2},
		{"bound to an interface", &device, "10.0.0.1:80", "10.0.0.2:3", true, 2},
		{"the kernel gives the listener", &listener, "10.0.0.1:80", "10.0.0.2:3", false, 2},
		{"which was wanted", &listener, "10.0.0.1:80", "", true, 1},
		{"IPv4 does not speak with IPv6", &connection, "10.0.0.1:80", "[2001:db8::1]:3", false, 0},
	}
	for _, tt := range tests {
		p := &peer{t: t, found: tt.found, dumps: []answer{{bodies: [][]byte{device.bytes(), device.bytes()}}, {}}}
		h := p.host()
		if _, err := h.Sockets(); err != nil {
			t.Fatal(err)
		}
		remote := netip.AddrPort{}
		if tt.remote != "" {
			remote = at(tt.remote)
		}
		got, ok, err := h.Socket(at(tt.local), remote)
		if err != nil || ok != tt.ok || p.looks != tt.looks {
			t.Errorf("%s: %v after %d lookups, error %v, want %v after %d", tt.name, ok, p.looks, err, tt.ok, tt.looks)
		}
		if ok && got.Local.Port() != 80 || !ok && cmp.Diff(Socket{}, got, addresses) != "" {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestStates(t *testing.T) {
	known := make(map[flows.State]bool)
	for _, s := range states {
		known[s] = true
	}
	for s := flows.Closed; s <= flows.TimeWait; s++ {
		if !known[s] {
			t.Errorf("no number of the kernel's is %v", s)
		}
	}
}
