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
		want   bool
	}{
		{"same interface, same IP id, soon", nil, nil, 5 * time.Millisecond, true},
		{"same interface, same IP id, stamped earlier", nil, nil, -5 * time.Millisecond, true},
		{"same interface, same IP id, later", nil, nil, 5*time.Millisecond + 1, false},
		{"other interface, no IP id, soon", noID, func(s *Segment) { s.Interface = 2 }, 5 * time.Millisecond, true},
		{"other interface, no IP id, later", noID, func(s *Segment) { s.Interface = 2 }, 5*time.Millisecond + 1, false},
		{"same interface, no IP id, within microseconds", noID, nil, 100 * time.Microsecond, true},
		{"same interface, no IP id, later", noID, nil, 100*time.Microsecond + 1, false},
		{"behind a router: other TTL, other checksum", nil, func(s *Segment) { s.TTL, s.Checksum = 63, 2 }, 0, true},
		{"other IP id", nil, func(s *Segment) { s.ID = 18 }, 0, false},
		{"other sequence number", nil, func(s *Segment) { s.Seq++ }, 0, false},
		{"other acknowledgement", nil, func(s *Segment) { s.Ack++ }, 0, false},
		{"other flags", nil, func(s *Segment) { s.Flags |= FIN }, 0, false},
		{"other length", nil, func(s *Segment) { s.Length++ }, 0, false},
		{"other window", nil, func(s *Segment) { s.Window++ }, 0, false},
		{"other timestamp", nil, func(s *Segment) { s.Options.TSVal++ }, 0, false},
		{"other SACK", func(s *Segment) { s.Options.SACKCount = 1 }, func(s *Segment) { s.Options.SACK[0] = Range{5, 9} }, 0, false},
		{"other direction", nil, func(s *Segment) { s.Src, s.Dst = s.Dst, s.Src }, 0, false},
		{"other source port", nil, func(s *Segment) { s.Src = netip.AddrPortFrom(s.Src.Addr(), 40001) }, 0, false},
		{"other address", nil, func(s *Segment) { s.Src = netip.MustParseAddrPort("192.0.2.9:40000") }, 0, false},
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
			var d doubles
			ka, _ := makeKey(a.Src, a.Dst)
			kb, _ := makeKey(b.Src, b.Dst)
			if d.double(&a, &ka) {
				t.Error("the first one is taken for a double")
			}
			if got := d.double(&b, &kb); got != tt.want {
				t.Errorf("the second one is a double: %v, want %v", got, tt.want)
			}
		})
	}
}

// TestDoublesThrice: each copy is compared with the one before it, and the
// zero time is a time like any other.
func TestDoublesThrice(t *testing.T) {
	s := Segment{ID: 3, Src: netip.MustParseAddrPort("192.0.2.1:1"), Dst: netip.MustParseAddrPort("192.0.2.2:2")}
	k, _ := makeKey(s.Src, s.Dst)
	var d doubles
	for i, want := range []bool{false, true, true, false} {
		s.Time = [...]Time{0, 4e6, 8e6, 20e6}[i]
		if got := d.double(&s, &k); got != want {
			t.Errorf("copy %d at %v is a double: %v, want %v", i, s.Time, got, want)
		}
	}
}
