package palette

import (
	"math"
	"strconv"
	"testing"

	"tcptrace/flows"
)

func TestColourOfEachState(t *testing.T) {
	const yellow, green, blue, magenta, grey = "\x1b[33m", "\x1b[32m", "\x1b[34m", "\x1b[35m", "\x1b[90m"
	want := map[flows.State]string{
		flows.Unknown: "", flows.Closed: grey, flows.Listen: grey, flows.SynSent: yellow, flows.SynReceived: yellow,
		flows.Established: green, flows.FinWait1: blue, flows.Closing: blue, flows.LastAck: blue,
		flows.FinWait2: magenta, flows.CloseWait: magenta, flows.TimeWait: magenta,
	}
	k := New(Colour16)
	for state, code := range want {
		if got := string(k.Begin(nil, OfState(state))); got != code {
			t.Errorf("%s is begun with %q, want %q", state, got, code)
		}
	}
}

// TestContrast: every colour can be read on black and on white. 3 to 1 is what
// WCAG 2 asks of large text, and the most that a colour can be sure of on both
// is 4.6.
func TestContrast(t *testing.T) {
	for h, attrs := range attributes(Colour256) {
		if h == int(None) || h == int(Heading) {
			continue
		}
		l := luminance(int(attrs[2]))
		if black, white := (l+0.05)/0.05, 1.05/(l+0.05); black < 3 || white < 3 {
			t.Errorf("colour %d: contrast %.1f to black and %.1f to white, want 3 at least", attrs[2], black, white)
		}
	}
}

// luminance is that of WCAG 2 for a colour of the 256 of xterm, from 16 on.
func luminance(n int) float64 {
	var rgb [3]int
	if n >= 232 {
		rgb = [3]int{8 + 10*(n-232), 8 + 10*(n-232), 8 + 10*(n-232)}
	} else {
		level := [6]int{0, 95, 135, 175, 215, 255}
		n -= 16
		rgb = [3]int{level[n/36], level[n/6%6], level[n%6]}
	}
	sum := 0.0
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb[i]) / 255
		if c <= 0.03928 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}

// TestNoColorVariableIsNotAsked: the caller decided, for this stream.
func TestNoColorVariableIsNotAsked(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	if k := New(Colour16); k.on[Open] == "" {
		t.Error("NO_COLOR turned the colours off that the caller asked for")
	}
	for h := range NumHues {
		if k := New(Plain); k.on[h] != "" {
			t.Error("plain ink has colour " + strconv.Itoa(int(h)))
		}
	}
}
