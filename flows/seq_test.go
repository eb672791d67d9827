package flows_test

import (
	"testing"

	"tcptrace/flows"
)

func TestSeqOrder(t *testing.T) {
	const far = 1 << 31
	tests := []struct {
		name          string
		s, t          flows.Seq
		before, after bool
		distance      int32
	}{
		{"equal", 7, 7, false, false, 0},
		{"one behind", 8, 7, false, true, 1},
		{"one in front", 7, 8, true, false, -1},
		{"behind across the wrap", 3, 1<<32 - 2, false, true, 5},
		{"in front across the wrap", 1<<32 - 2, 3, true, false, -5},
		{"nearly half the circle behind", far - 1, 0, false, true, far - 1},
		{"half the circle counts as in front", far, 0, true, false, -far},
		{"more than half the circle is in front", far + 1, 0, true, false, -far + 1},
		{"wrap to zero", 0, 1<<32 - 1, false, true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.s.Before(tt.t); got != tt.before {
				t.Errorf("%d.Before(%d) = %v", tt.s, tt.t, got)
			}
			if got := tt.s.After(tt.t); got != tt.after {
				t.Errorf("%d.After(%d) = %v", tt.s, tt.t, got)
			}
			if got, want := tt.s.AtOrBefore(tt.t), tt.before || tt.s == tt.t; got != want {
				t.Errorf("%d.AtOrBefore(%d) = %v", tt.s, tt.t, got)
			}
			if got, want := tt.s.AtOrAfter(tt.t), tt.after || tt.s == tt.t; got != want {
				t.Errorf("%d.AtOrAfter(%d) = %v", tt.s, tt.t, got)
			}
			if got := tt.s.Sub(tt.t); got != tt.distance {
				t.Errorf("%d.Sub(%d) = %d, want %d", tt.s, tt.t, got, tt.distance)
			}
		})
	}
}

func TestSeqAdd(t *testing.T) {
	if got := flows.Seq(1<<32 - 2).Add(5); got != 3 {
		t.Errorf("2^32-2 and 5 on is %d, want 3", got)
	}
	if got := flows.Seq(10).Add(1<<32 - 1); got != 9 {
		t.Errorf("10 and a whole circle less one on is %d, want 9", got)
	}
}

func TestSeqLatest(t *testing.T) {
	tests := []struct{ s, t, want flows.Seq }{
		{1, 2, 2},
		{2, 1, 2},
		{5, 5, 5},
		{1<<32 - 1, 1, 1},
		{1, 1<<32 - 1, 1},
	}
	for _, tt := range tests {
		if got := tt.s.Latest(tt.t); got != tt.want {
			t.Errorf("%d.Latest(%d) = %d, want %d", tt.s, tt.t, got, tt.want)
		}
	}
}
