package capture

import (
	"net/netip"
	"testing"
)

func TestConnections(t *testing.T) {
	a, b := netip.MustParseAddrPort("10.0.0.5:51324"), netip.MustParseAddrPort("10.0.0.9:443")
	c, d := netip.MustParseAddrPort("[2001:db8::5]:51324"), netip.MustParseAddrPort("[2001:db8::9]:443")
	for _, tt := range []struct {
		filter string
		v4, v6 bool
	}{
		{"", true, true},
		{"port 443", true, true},
		{"tcp dst port 443", true, true},
		{"tcp src port 443", true, true}, // the way back
		{"port 80", false, false},
		{"host 10.0.0.5", true, false},
		{"net 2001:db8::/32 and tcp", false, true},
		{"udp", false, false},
		{"ether host 02:00:00:00:00:01", false, false},
	} {
		passes, err := Connections(tt.filter)
		if err != nil {
			t.Errorf("%q: %v", tt.filter, err)
			continue
		}
		for _, got := range []struct{ one, other, want bool }{
			{passes(a, b), passes(b, a), tt.v4}, {passes(c, d), passes(d, c), tt.v6},
		} {
			if got.one != got.want || got.other != got.want {
				t.Errorf("%q: %v and, the other way, %v; want %v", tt.filter, got.one, got.other, got.want)
			}
		}
	}
	if _, err := Connections("port port"); err == nil {
		t.Error("no error for a wrong filter")
	}
}
