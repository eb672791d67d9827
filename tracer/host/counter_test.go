package host

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCountersRead(t *testing.T) {
	tests := []struct {
		name, text string
		want       Counters
	}{
		{"pairs", "Tcp: A B\nTcp: 1 2\nTcpExt: C\nTcpExt: 3\n", Counters{"TcpA": 1, "TcpB": 2, "TcpExtC": 3}},
		{"a value that is no count", "Tcp: MaxConn A\nTcp: -1 2\n", Counters{"TcpA": 2}},
		{"no values", "Tcp: A B\n", Counters{}},
		{"fewer values than names, and a pair after it", "Tcp: A B\nTcp: 1\nUdp: C\nUdp: 3\n", Counters{"UdpC": 3}},
		{"more than a pair", "Tcp: A\nTcp: 1\nTcp: 2\n", Counters{"TcpA": 1}},
		{"values under another word", "Tcp: A\nUdp: 1\n", Counters{}},
		{"empty", "\n\n", Counters{}},
	}
	for _, tt := range tests {
		got := make(Counters)
		got.read(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCountersSince(t *testing.T) {
	now := Counters{"TcpExtListenOverflows": 45, "TcpExtListenDrops": 7, "TcpCurrEstab": 3, "TcpExtNew": 2}
	before := Counters{"TcpExtListenOverflows": 40, "TcpExtListenDrops": 7, "TcpCurrEstab": 8}
	if diff := cmp.Diff(Counters{"TcpExtListenOverflows": 5, "TcpExtNew": 2}, now.Since(before)); diff != "" {
		t.Error(diff)
	}
}
