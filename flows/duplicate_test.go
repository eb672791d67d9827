package flows

import (
	"net/netip"
	"testing"
	"time"
)

func TestDoubles(t *testing.T) {
	first := Segment{
		Interface: 1, ID: 17, Seq: 1000, Ack: 2000, Flags: ACK | PSH, Window: 500, Length: 100, TTL: 64, Checksum: 1,
		Src: netip.MustParseAddrPort("192.0.2.1:40000"), Dst: netip.MustParseAddrPort("192.0.2.2:443"),
		Options: Options{Present: HasTimestamps, TSVal: 5, TSEcr: 6},
	}
	noID := func(s *Segment) { s.ID = 0 }
	tests := []struct {
		name   string
		both   func(*Segment) // what holds for both
		second func(*Segment) // what is different with the second
		after  time.Duration
		want   likeness
	}{
		{"same interface, same IP id, soon", nil, nil, 5 * time.Millisecond, copied},
		{"same interface, same IP id, stamped earlier", nil, nil, -5 * time.Millisecond, copied},
		{"same interface, same IP id, stamped much earlier", nil, nil, -5*time.Millisecond - 1, unlike},
		{"same interface, same IP id, later", nil, nil, 5*time.Millisecond + 1, unlike},
		{"other interface, no IP id, soon", noID, func(s *Segment) { s.Interface = 2 }, 5 * time.Millisecond, copied},
		{"other interface, no IP id, later", noID, func(s *Segment) { s.Interface = 2 }, 5*time.Millisecond + 1, unlike},
		{"same interface, no IP id, within microseconds", noID, nil, 100 * time.Microsecond, twin},
		{"same interface, no IP id, later", noID, nil, 100*time.Microsecond + 1, unlike},
		{"behind a router: other TTL, other checksum", nil, func(s *Segment) { s.TTL, s.Checksum = 63, 2 }, 0, copied},
		{"other IP id", nil, func(s *Segment) { s.ID = 18 }, 0, unlike},
		{"other sequence number", nil, func(s *Segment) { s.Seq++ }, 0, unlike},
		{"other acknowledgement", nil, func(s *Segment) { s.Ack++ }, 0, unlike},
		{"other flags", nil, func(s *Segment) { s.Flags |= FIN }, 0, unlike},
		{"other length", nil, func(s *Segment) { s.Length++ }, 0, unlike},
		{"other window", nil, func(s *Segment) { s.Window++ }, 0, unlike},
		{"other timestamp", nil, func(s *Segment) { s.Options.TSVal++ }, 0, unlike},
		{"other SACK", func(s *Segment) { s.Options.SACKCount = 1 }, func(s *Segment) { s.Options.SACK[0] = Range{5, 9} }, 0, unlike},
		{"other direction", nil, func(s *Segment) { s.Src, s.Dst = s.Dst, s.Src }, 0, unlike},
		{"other source port", nil, func(s *Segment) { s.Src = netip.AddrPortFrom(s.Src.Addr(), 40001) }, 0, unlike},
		{"other address", nil, func(s *Segment) { s.Src = netip.MustParseAddrPort("192.0.2.9:40000") }, 0, unlike},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := first
			if tt.both != nil {
				tt.both(&a)
			}
			b := a
			b.Time = b.Time.Add(tt.after)
			if tt.second != nil {
				tt.second(&b)
			}
			d := newDoubles()
			if got := d.double(&a, printOf(&a)); got != unlike {
				t.Errorf("the first one is taken for a double: %d", got)
			}
			if got := d.double(&b, printOf(&b)); got != tt.want {
				t.Errorf("the likeness of the second one is %d, want %d", got, tt.want)
			}
		})
	}
}

func printOf(s *Segment) uint64 {
	k, _ := makeKey(s.Src, s.Dst)
	return fingerprint(s, k.hash(1))
}

// TestDoublesThrice: each copy is compared with the one before it, and the
// zero time is a time like any other.
func TestDoublesThrice(t *testing.T) {
	s := Segment{ID: 3, Src: netip.MustParseAddrPort("192.0.2.1:1"), Dst: netip.MustParseAddrPort("192.0.2.2:2")}
	d := newDoubles()
	for i, want := range []likeness{unlike, copied, copied, unlike} {
		s.Time = [...]Time{0, 4e6, 8e6, 20e6}[i]
		if got := d.double(&s, printOf(&s)); got != want {
			t.Errorf("the likeness of copy %d at %v is %d, want %d", i, s.Time, got, want)
		}
	}
}

// TestTwins: the same twice at the same time is a double if nothing came in
// between; a server whose timer runs out just when the SYN comes again sends
// two equal SYN-ACKs at once.
func TestTwins(t *testing.T) {
	client, server := netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("192.0.2.2:443")
	syn := Segment{Src: client, Dst: server, Seq: 1, Flags: SYN}
	synack := Segment{Src: server, Dst: client, Seq: 5, Ack: 2, Flags: SYN | ACK}
	other := Segment{Src: client, Dst: netip.MustParseAddrPort("192.0.2.3:443"), Seq: 1, Flags: SYN}
	tests := []struct {
		name     string
		segments []Segment
		want     uint64
	}{
		{"one behind the other", []Segment{syn, synack, synack}, 1},
		{"something between them", []Segment{syn, synack, syn, synack}, 0},
		{"something of another flow between them", []Segment{syn, synack, other, synack}, 1},
	}
	for _, tt := range tests {
		table := NewTable(Limits{}, nothing{})
		for i := range tt.segments {
			table.Observe(&tt.segments[i])
		}
		if got := table.Totals().Duplicates; got != tt.want {
			t.Errorf("%s: %d doubles, want %d", tt.name, got, tt.want)
		}
	}
}
