package text

import (
	"testing"

	"tcptrace/flows"
)

const both = flows.SYN | flows.ACK

func j(offset uint32) flows.Name { return flows.Name{Letter: 'J', Offset: offset} }
func k(offset uint32) flows.Name { return flows.Name{Letter: 'K', Offset: offset} }

// TestLabelKey: labels have one key if they have the same words, but for the number in
// the last one.
func TestLabelKey(t *testing.T) {
	base := flows.Label{Flags: both, Seq: k(0), Ack: j(1), Check: flows.CheckRight}
	ack := flows.Label{Flags: flows.ACK, Seq: k(7), Ack: j(5)}
	tests := []struct {
		name   string
		of     flows.Label
		change func(*flows.Label)
		same   bool
	}{
		{"flags without a word", base, func(l *flows.Label) { l.Flags |= flows.PSH | flows.ECE }, true},
		{"another word", base, func(l *flows.Label) { l.Flags |= flows.FIN }, false},
		{"another check", base, func(l *flows.Label) { l.Check = flows.CheckNone }, false},
		{"another letter", base, func(l *flows.Label) { l.Seq.Letter = 'J' }, false},
		{"a letter of a FIN", base, func(l *flows.Label) { l.Ack.Letter = 'M' }, false},
		{"the other letter of a FIN", base, func(l *flows.Label) { l.Ack.Letter = 'N' }, false},
		{"a number in the first word", base, func(l *flows.Label) { l.Seq.Offset = 1 }, false},
		{"a number in the last word", base, func(l *flows.Label) { l.Ack.Offset = 2 }, false},
		{"none in the last word", base, func(l *flows.Label) { l.Ack.Offset = 0 }, false},
		{"another number in the last word", ack, func(l *flows.Label) { l.Ack.Offset = 4_000_000_000 }, true},
		{"a sequence number that has no word", ack, func(l *flows.Label) { l.Seq = flows.Name{Offset: 9} }, true},
		{"payload", base, func(l *flows.Label) { l.Length = 1 }, false},
	}
	for _, tt := range tests {
		changed := tt.of
		tt.change(&changed)
		if same := labelKey(&tt.of) == labelKey(&changed); same != tt.same {
			t.Errorf("%s: %v and %v have the same key: %v, want %v", tt.name, &tt.of, &changed, same, tt.same)
		}
	}
}

// TestNoLabelKey: what is in these labels is not in a key.
func TestNoLabelKey(t *testing.T) {
	for _, l := range []flows.Label{
		{Flags: flows.ACK, Ack: j(1), Length: 1},
		{Flags: flows.ACK, Ack: j(7), Check: flows.CheckWrong, Want: j(1)},
		{Timer: true}, {Kernel: true, Flags: flows.ACK}, {ICMP: new(flows.ICMPError), Flags: flows.SYN, Seq: j(0)},
	} {
		if key := labelKey(&l); key != 0 {
			t.Errorf("%v has the key %#x, want none", &l, key)
		}
	}
}

func TestSharedAndCutLabel(t *testing.T) {
	tests := []struct {
		label          flows.Label
		shared         bool
		before, behind string
	}{
		{flows.Label{Flags: both, Seq: k(0), Ack: j(1)}, true, "SYN(K)+ACK(J+1)", ""},
		{flows.Label{Flags: both, Seq: k(1), Ack: j(1)}, true, "SYN(K+1)+ACK(J+1)", ""},
		{flows.Label{Flags: both, Seq: k(2), Ack: j(1)}, false, "SYN(K+2)+ACK(J+1)", ""},
		{flows.Label{Flags: flows.FIN | flows.ACK, FIN: flows.Name{Letter: 'M'}, Ack: k(4097)}, true, "FIN(M)+ACK(K+", ")"},
		{flows.Label{Flags: flows.FIN | flows.ACK, FIN: flows.Name{Offset: 1}, Ack: k(4097)}, false, "FIN(1)+ACK(K+", ")"},
		{flows.Label{Flags: flows.RST, Seq: k(518)}, false, "RST(K+518)", ""},
		{flows.Label{Flags: flows.ACK, Seq: k(518), Ack: j(518)}, true, "ACK(J+", ")"},
		{flows.Label{Flags: flows.ACK, Ack: flows.Name{Offset: 1}}, false, "ACK(1)", ""},
		{flows.Label{Flags: flows.PSH}, false, "NONE", ""},
	}
	for _, tt := range tests {
		text, _ := tt.label.AppendText(nil)
		before, behind := cutLabel(text, &tt.label)
		if shared(&tt.label) != tt.shared || string(before) != tt.before || string(behind) != tt.behind {
			t.Errorf("%v: shared %v, cut to %q and %q; want %v, %q, %q",
				&tt.label, !tt.shared, before, behind, tt.shared, tt.before, tt.behind)
		}
	}
}
