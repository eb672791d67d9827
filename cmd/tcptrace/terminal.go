package main

import (
	"errors"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"tcptrace/tracer/sink/palette"
)

// colorMode is when to use colours. It is a flag's value.
type colorMode string

// String is the mode as the flag has it.
func (m *colorMode) String() string {
	if *m == "" {
		return "auto"
	}
	return string(*m)
}

// Set reads the flag.
func (m *colorMode) Set(s string) error {
	switch s {
	case "auto", "always", "never":
		*m = colorMode(s)
		return nil
	}
	return errors.New("it is one of auto, always and never")
}

// Type names the value in the help.
func (*colorMode) Type() string { return "WHEN" }

// colorful decides for one stream.
func (p *program) colorful(f *os.File) bool {
	switch p.color {
	case "always":
		return true
	case "never":
		return false
	default:
		return p.env("NO_COLOR") == "" && p.env("TERM") != "dumb" && isTerminal(f)
	}
}

// depth is how many colours standard output gets.
func (p *program) depth() palette.Depth {
	switch {
	case !p.colorful(p.out):
		return palette.Plain
	case strings.Contains(p.env("TERM"), "256color") || p.env("COLORTERM") != "":
		return palette.Colour256
	default:
		return palette.Colour16
	}
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) }

// sameTerminal reports whether two streams end on the same screen.
func sameTerminal(f, g *os.File) bool {
	if !isTerminal(f) || !isTerminal(g) {
		return false
	}
	a, errA := f.Stat()
	b, errB := g.Stat()
	return errA != nil || errB != nil || os.SameFile(a, b)
}

// widthOf follows the width of a terminal as its window changes; for anything
// else it is nil.
func widthOf(f *os.File) func() int {
	if !isTerminal(f) {
		return nil
	}
	var columns atomic.Int64
	measure := func() {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			columns.Store(int64(w))
		}
	}
	measure()
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	go func() {
		for range resized {
			measure()
		}
	}()
	return func() int { return int(columns.Load()) }
}
