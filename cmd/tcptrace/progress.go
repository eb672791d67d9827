package main

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar shows on standard error how far a long file has been read. The zero
// value shows nothing.
type bar struct {
	once sync.Once
	quit chan struct{} // closed when it has to go
	gone chan struct{} // closed when it has
}

// patience is how long a file may take before the bar shows up.
const patience = time.Second

// newBar starts the bar if somebody can see it: it is not shown where lines
// come out on the same terminal, and there is nothing to show for a pipe.
func (p *program) newBar(o *options, s *source) *bar {
	if s.progress == nil || !isTerminal(p.err) || !o.quiet && sameTerminal(p.out, p.err) {
		return &bar{}
	}
	if _, total := s.progress(); total == 0 {
		return &bar{}
	}
	b := &bar{quit: make(chan struct{}), gone: make(chan struct{})}
	go b.run(p.err, s.progress)
	return b
}

func (b *bar) run(w *os.File, progress func() (read, total int64)) {
	defer close(b.gone)
	_, total := progress()
	shown := progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("tcptrace"),
		progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth())
	shown.StartWithoutRender() // from here on it counts the time
	visible, next := false, time.After(patience)
	for {
		select {
		case <-next:
		case <-b.quit:
			if visible {
				_ = shown.Clear()
			}
			return
		}
		read, _ := progress()
		if err := shown.Set64(min(read, total-1)); err != nil { // at total it would end its row
			return
		}
		visible, next = true, time.After(100*time.Millisecond)
	}
}

// stop takes the bar away and returns when it is gone.
func (b *bar) stop() {
	if b.quit == nil {
		return
	}
	b.once.Do(func() { close(b.quit) })
	<-b.gone
}

// before is a writer in front of w that takes the bar away first.
func (b *bar) before(w *os.File) io.Writer {
	if b.quit == nil || !isTerminal(w) {
		return w
	}
	return behind{b, w}
}

// behind is a writer to the terminal that a bar is on.
type behind struct {
	bar *bar
	w   io.Writer
}

func (b behind) Write(p []byte) (int, error) {
	b.bar.stop()
	return b.w.Write(p)
}
