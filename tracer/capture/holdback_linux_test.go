package capture

import (
	"io"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The kernel takes the outer VLAN tag off before its filter looks, and libpcap
// puts it back.
func TestLiveHoldsBack(t *testing.T) {
	namespace(t, 1)
	for _, handshakes := range []bool{false, true} {
		l, err := OpenLive(LiveOptions{Interfaces: []string{"b0"}, Handshakes: handshakes})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		s := newSender(t, "a0")
		want := map[string]bool{}
		for _, row := range holdRows {
			if row.plain && !handshakes || row.handshakes && handshakes {
				want[row.frame] = true
			}
			if err := syscall.Sendto(s.fd, []byte(row.frame), 0, &s.to); err != nil {
				t.Fatal(err)
			}
		}
		l.Stop()
		got := map[string]bool{}
		for {
			f, err := l.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if f != nil && string(f.Data[:12]) == macs { // not the kernel's own
				got[string(f.Data)] = true
			}
		}
		if diff := cmp.Diff(namesOfRows(got), namesOfRows(want)); diff != "" {
			t.Errorf("handshakes %v (-got +want):\n%s", handshakes, diff)
		}
	}
}

func namesOfRows(frames map[string]bool) []string {
	var names []string
	for _, row := range holdRows {
		if frames[row.frame] {
			names = append(names, row.name)
		}
	}
	return names
}

// Without a filter of the user's too, the kernel keeps no more of a packet than
// the snaplen: its buffer would not hold them whole.
func TestLiveSnaplenInKernel(t *testing.T) {
	namespace(t, 1)
	ip(t, "link set a0 mtu 9000")
	ip(t, "link set b0 mtu 9000")
	l, err := OpenLive(LiveOptions{Interfaces: []string{"b0"}, Buffer: 16 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := newSender(t, "a0")
	frame := append([]byte(ether(pv4, v4(tcp, 0, segment(ack, string(make([]byte, 8000)))))), make([]byte, 8)...)
	const n = (batches + 2) * batchPackets // 82 MB, of their first 256 bytes 2.6: the buffer has room for these, in blocks half full
	for range n {
		if err := syscall.Sendto(s.fd, frame, 0, &s.to); err != nil {
			t.Fatal(err)
		}
	}
	l.Stop()
	got, err := drainLive(t, l)
	if len(got) != n || err != io.EOF || l.Stats().Dropped != 0 {
		t.Errorf("got %d packets and %v, %+v, want %d", len(got), err, l.Stats(), n)
	}
}

// Rest and Next together hand over everything in order.
func TestLiveRest(t *testing.T) {
	namespace(t, 1)
	const n = 3 * batchPackets
	l := listen(t, LiveOptions{Interfaces: []string{"b0"}})
	newSender(t, "a0").send(n)
	var got []liveFrame
	for len(got) < n {
		f, err := l.Next()
		if err != nil {
			t.Fatal(err)
		}
		if f == nil {
			continue
		}
		got = append(got, liveFrame{f.Interface, number(f.Data)})
		for _, f := range l.Rest() {
			got = append(got, liveFrame{f.Interface, number(f.Data)})
			if f.Number != uint64(len(got)) {
				t.Fatalf("got number %d, want %d", f.Number, len(got))
			}
		}
	}
	if diff := cmp.Diff(got, sequence(0, n)); diff != "" {
		t.Errorf("frames (-got +want):\n%s", diff)
	}
	l.Stop()
	if rest, err := drainLive(t, l); len(rest) != 0 || err != io.EOF {
		t.Errorf("got %d more and %v, want EOF", len(rest), err)
	}
}
