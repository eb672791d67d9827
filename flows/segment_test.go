package flows_test

import (
	"testing"

	"tcptrace/flows"
)

// TestSegmentEnd: SYN and FIN count one each, RFC 9293 §3.4.
func TestSegmentEnd(t *testing.T) {
	tests := []struct {
		name    string
		segment flows.Segment
		want    flows.Seq
	}{
		{"bare ACK", flows.Segment{Seq: 5, Flags: flows.ACK}, 5},
		{"payload", flows.Segment{Seq: 5, Flags: flows.ACK, Length: 10}, 15},
		{"SYN", flows.Segment{Seq: 5, Flags: flows.SYN}, 6},
		{"SYN with payload", flows.Segment{Seq: 5, Flags: flows.SYN, Length: 10}, 16},
		{"FIN with payload", flows.Segment{Seq: 5, Flags: flows.FIN | flows.ACK, Length: 10}, 16},
		{"SYN and FIN", flows.Segment{Seq: 5, Flags: flows.SYN | flows.FIN}, 7},
		{"RST", flows.Segment{Seq: 5, Flags: flows.RST}, 5},
		{"across the wrap", flows.Segment{Seq: 1<<32 - 1, Flags: flows.FIN, Length: 3}, 3},
	}
	for _, tt := range tests {
		if got := tt.segment.End(); got != tt.want {
			t.Errorf("%s: ends at %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestOptionSetHas(t *testing.T) {
	o := flows.HasMSS | flows.HasTimestamps
	if !o.Has(flows.HasMSS) || !o.Has(flows.HasMSS|flows.HasTimestamps) {
		t.Errorf("%b lacks what is in it", o)
	}
	if o.Has(flows.HasSACK) || o.Has(flows.HasMSS|flows.HasSACK) {
		t.Errorf("%b has what is not in it", o)
	}
}
