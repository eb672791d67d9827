package host

import (
	"testing"

	"tcptrace/flows"
)

func TestListener(t *testing.T) {
	listen := func(address string, v6only bool, inode uint64) Socket {
		return Socket{Local: at(address), State: flows.Listen, V6Only: v6only, Inode: inode}
	}
	s := Snapshot{Sockets: []Socket{
		{Local: at("10.0.0.1:80"), Remote: at("10.0.0.2:9"), State: flows.Established, Inode: 99},
		listen("0.0.0.0:80", false, 1), listen("10.0.0.1:80", false, 2), listen("[::]:80", true, 3),
		listen("[::]:443", false, 4), listen("[::]:22", true, 5), listen("127.0.0.1:25", false, 6),
		listen("[fe80::1]:7", false, 7),
	}}
	if got := len(s.Listeners()); got != 7 {
		t.Errorf("%d listeners, want 7", got)
	}
	tests := []struct {
		name, local string
		want        uint64 // 0: none
	}{
		{"its own address before all addresses", "10.0.0.1:80", 2},
		{"all addresses", "10.0.0.7:80", 1},
		{"IPv6", "[2001:db8::1]:80", 3},
		{"IPv4 at a listener of both", "10.0.0.1:443", 4},
		{"written as IPv6", "[::ffff:10.0.0.1]:443", 4},
		{"IPv4 at a listener of IPv6 only", "10.0.0.1:22", 0},
		{"another address", "10.0.0.1:25", 0},
		{"another port", "10.0.0.1:81", 0},
		{"IPv6 does not come to a listener of IPv4", "[::1]:25", 0},
		{"with a zone", "[fe80::1%eth0]:7", 7},
	}
	for _, tt := range tests {
		got, ok := s.Listener(at(tt.local))
		if got.Inode != tt.want || ok != (tt.want != 0) {
			t.Errorf("%s: the listener of %s is %d, want %d", tt.name, tt.local, got.Inode, tt.want)
		}
	}
}
