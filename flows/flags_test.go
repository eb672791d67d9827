package flows_test

import (
	"testing"

	"tcptrace/flows"
)

func TestFlagsString(t *testing.T) {
	tests := []struct {
		flags flows.Flags
		want  string
	}{
		{0, "-"},
		{flows.SYN, "S"},
		{flows.SYN | flows.ACK, "SA"},
		{flows.FIN | flows.PSH | flows.ACK, "FPA"},
		{flows.RST | flows.ACK, "RA"},
		{flows.FIN | flows.PSH | flows.URG, "FPU"},
		{flows.SYN | flows.ECE | flows.CWR | flows.AE, "SEWe"},
		{1<<9 - 1, "SFRPAUEWe"},
		{1 << 12, "-"}, // a reserved bit is no flag
	}
	for _, tt := range tests {
		if got := tt.flags.String(); got != tt.want {
			t.Errorf("flags %#x are %q, want %q", uint16(tt.flags), got, tt.want)
		}
	}
	if got, err := flows.SYN.AppendText([]byte("flags ")); string(got) != "flags S" || err != nil {
		t.Errorf("AppendText = %q, %v; want it behind what was there", got, err)
	}
}

// TestFlagsBits are the bits of the header's 14th byte, RFC 9293 §3.1.
func TestFlagsBits(t *testing.T) {
	want := map[flows.Flags]uint16{
		flows.FIN: 1, flows.SYN: 2, flows.RST: 4, flows.PSH: 8, flows.ACK: 16,
		flows.URG: 32, flows.ECE: 64, flows.CWR: 128, flows.AE: 256,
	}
	for f, bits := range want {
		if uint16(f) != bits {
			t.Errorf("%v is bit %#x, want %#x", f, uint16(f), bits)
		}
	}
}

func TestFlagsSets(t *testing.T) {
	f := flows.SYN | flows.ACK
	tests := []struct {
		want     flows.Flags
		has, any bool
	}{
		{flows.SYN, true, true},
		{flows.SYN | flows.ACK, true, true},
		{flows.SYN | flows.FIN, false, true},
		{flows.RST, false, false},
		{0, true, false},
	}
	for _, tt := range tests {
		if got := f.Has(tt.want); got != tt.has {
			t.Errorf("%v.Has(%v) = %v", f, tt.want, got)
		}
		if got := f.Any(tt.want); got != tt.any {
			t.Errorf("%v.Any(%v) = %v", f, tt.want, got)
		}
	}
}
