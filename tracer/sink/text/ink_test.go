package text

import (
	"regexp"
	"strings"
	"testing"

	"tcptrace/tracer/sink/palette"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestColourCarriesNothing: without its escape sequences a coloured trace is
// the plain one.
func TestColourCarriesNothing(t *testing.T) {
	steps := append(sample(), gallery()...)
	for _, width := range []int{0, 80} {
		want := write(t, Options{Width: columnsOf(width)}, steps...)
		if strings.Contains(want, "\x1b") {
			t.Errorf("an escape sequence in plain text")
		}
		for _, d := range []palette.Depth{palette.Colour16, palette.Colour256} {
			got := write(t, Options{Width: columnsOf(width), Depth: d}, steps...)
			if got == want {
				t.Errorf("depth %d: no colour at all", d)
			}
			if got := escapes.ReplaceAllString(got, ""); got != want {
				t.Errorf("depth %d, width %d: the words differ from those of the plain trace", d, width)
			}
		}
	}
}

// TestColourEndsWithItsWord: a row that is cut out of a trace by grep leaves
// the terminal as it was.
func TestColourEndsWithItsWord(t *testing.T) {
	for line := range strings.Lines(write(t, Options{Depth: palette.Colour256}, append(sample(), gallery()...)...)) {
		for i, e := range escapes.FindAllString(line, -1) {
			if off := e == "\x1b[0m"; off != (i%2 == 1) {
				t.Errorf("sequence %d of %q is %q", i, line, e)
			}
		}
	}
}

// TestResetIsRed: a state that a RST led to is not in that state's own colour.
func TestResetIsRed(t *testing.T) {
	if got := write(t, Options{Depth: palette.Colour16}, resetByServer()); !strings.Contains(got, "\x1b[31mCLOSED") {
		t.Errorf("CLOSED by a RST is not red: %q", got)
	}
}
