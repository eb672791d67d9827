package main

import "testing"

func TestPrintable(t *testing.T) {
	tests := []struct{ text, want string }{
		{"eth0 – Ünïcode", "eth0 – Ünïcode"},
		{"a\x1b[31mb\r\n\a", `a\x1b[31mb\r\n\a`},
		{"\u009b31m", `\u009b31m`},
		{"\xff\u202e", "\ufffd\\u202e"},
	}
	for _, tt := range tests {
		if got := printable(tt.text); got != tt.want {
			t.Errorf("printable(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestRoff(t *testing.T) {
	tests := []struct{ text, want string }{
		{"--color", `\-\-color`}, {".TH", `\&.TH`}, {"'x", `\&'x`}, {`a\b`, `a\eb`},
	}
	for _, tt := range tests {
		if got := roff(tt.text); got != tt.want {
			t.Errorf("roff(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}
