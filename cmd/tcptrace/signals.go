package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// signals is what the user says in between.
type signals struct {
	context context.Context // done after the first SIGINT, SIGTERM or SIGHUP
	again   chan struct{}   // closed after the second
	count   chan struct{}   // SIGUSR1: the counters are asked for
}

// watchSignals begins to listen. SIGPIPE is ignored, so that a closed pipe is
// an error of the write and no reason to die.
func watchSignals() *signals {
	ctx, cancel := context.WithCancel(context.Background())
	s := &signals{context: ctx, again: make(chan struct{}), count: make(chan struct{}, 1)}
	c := make(chan os.Signal, 4)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM, syscall.SIGUSR1)
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signal.Notify(c, syscall.SIGHUP) // the terminal is gone, the files are not: they are brought to their end
	}
	signal.Ignore(syscall.SIGPIPE)
	go s.listen(c, cancel)
	return s
}

// echo is how long after a signal the same is taken for an echo: timeout(1)
// signals its command and then the group that the command is in.
const echo = 100 * time.Millisecond

func (s *signals) listen(c <-chan os.Signal, cancel func()) {
	var first time.Time
	for sig := range c {
		switch {
		case sig == syscall.SIGUSR1:
			s.ask()
		case first.IsZero():
			first = time.Now()
			if sig == syscall.SIGINT && isTerminal(os.Stdout) {
				fmt.Fprintln(os.Stdout) // the summary goes below the ^C
			}
			cancel()
		case time.Since(first) > echo:
			close(s.again)
			return
		}
	}
}

// ask asks for the counters, unless somebody has and got no answer yet.
func (s *signals) ask() {
	select {
	case s.count <- struct{}{}:
	default:
	}
}
