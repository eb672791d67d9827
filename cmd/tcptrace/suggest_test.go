package main

import "testing"

func TestNearest(t *testing.T) {
	tests := []struct{ word, want string }{
		{"close-weit", "CLOSE_WAIT"},
		{"FINWAIT-3", ""}, // as near to FIN_WAIT_1 as to FIN_WAIT_2
		{"synsent", "SYN_SENT"},
		{"establishd", "ESTABLISHED"},
		{"nonsense", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := nearest(tt.word, stateNames()); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0},
		{"colr", "color", 1}, {"kitten", "sitting", 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
