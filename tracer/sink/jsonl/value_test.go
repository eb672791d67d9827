package jsonl

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestEveryByteEverywhere: at each place of texts of each length, encoding/json
// reads back what was written, which is UTF-8 without what a terminal obeys.
func TestEveryByteEverywhere(t *testing.T) {
	const text = "it has left # $ [ ] ~ ! and a to z and A to Z"
	for length := range len(text) {
		for at := range length {
			for c := range 256 {
				s := text[:at] + string([]byte{byte(c)}) + text[at+1:length]
				checkString(t, s)
			}
		}
	}
	for _, s := range []string{"", text, "after 5 µs", "4 µs after 12345678", "\u009b", "12345678\u009b", "12345678\x7f", "10.0.0.1 → 10.0.0.2"} {
		checkString(t, s)
	}
}

func checkString(t *testing.T, s string) {
	t.Helper()
	got := string(appendString([]byte("x"), s))[1:]
	var back string
	if err := json.Unmarshal([]byte(got), &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") {
		t.Fatalf("%q is written as %s, read back as %q, %v", s, got, back, err)
	}
	if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
		t.Fatalf("%q is written as %q", s, got)
	}
}
