package explain

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		columns int
		want    string
	}{
		{"nothing", "", 10, ""},
		{"between words", "one two three", 8, "one two|three"},
		{"a word that is too long", "a commit4396e46187ca b", 8, "a|commit4396e46187ca|b"},
		{"not between number and unit", "it lasts for 60 s on Linux", 15, "it lasts for|60 s on Linux"},
		{"not within backticks", "the backlog is in `ss -ltn` there", 24, "the backlog is in|`ss -ltn` there"},
		{"within backticks if it has to be", "see `ss -tan state close-wait` now", 12, "see `ss -tan|state|close-wait`|now"},
		{"a sequence number is no unit", "10 segments", 5, "10|segments"},
	}
	for _, tt := range tests {
		if got := strings.Join(wrap(tt.text, tt.columns), "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestForms: each form of a section as a wide and as a narrow terminal has it.
func TestForms(t *testing.T) {
	page := &Page{Name: "NAME", Kind: "kind", Lead: "Lead."}
	page.add(
		prose("Prose", "One.", "", "Two."),
		Section{Title: "Terms", Form: Terms, Items: []Item{{Head: "a", Text: "first"}, {Head: "bcd", Text: "second"}}},
		steps("Steps", []step{{"Look.", "ss -s", "It shows."}, {"", "ss", ""}}),
		beliefs([]belief{{"Said.", "Holds."}}),
		Section{Title: "Bullets", Form: Bullets, Items: texts([]string{"x"})},
		Section{Title: "Empty"},
	)
	rest := "\n\nSteps\n  1. Look.\n       ss -s\n     It shows.\n  2.   ss\n\nWhat is said of it, and what holds\n  ✗ Said.\n    Holds.\n\nBullets\n  · x\n"
	for columns, terms := range map[int]string{
		80: "  a    first\n  bcd  second",
		40: "  a\n    first\n  bcd\n    second",
	} {
		want := "NAME · kind\nLead.\n\nProse\n  One.\n  Two.\n\nTerms\n" + terms + rest
		if got := page.Terminal(columns, NoPaint); got != want {
			t.Errorf("%d columns:\n%s\nwant:\n%s", columns, got, want)
		}
	}
	markdown := "## NAME\n\n*kind.* Lead.\n\n### Prose\n\nOne.\n\nTwo.\n\n### Terms\n\n- **a**: first\n- **bcd**: second\n\n" +
		"### Steps\n\n1. Look.\n   `ss -s`\n   It shows.\n1. `ss`\n\n### What is said of it, and what holds\n\n- ✗ *Said.*\n  Holds.\n\n### Bullets\n\n- x\n"
	if got := page.Markdown(); got != markdown {
		t.Errorf("markdown:\n%s\nwant:\n%s", got, markdown)
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"a <b> c":           "a &lt;b> c",
		"tcp_keepalive_*":   `tcp_keepalive_\*`,
		"run `ss <x> *` *":  "run `ss <x> *` \\*",
		"CLOSE_WAIT, no _x": "CLOSE_WAIT, no _x",
	} {
		if got := escape(text); got != want {
			t.Errorf("escape(%q) = %q, want %q", text, got, want)
		}
	}
}
