package host

import (
	"errors"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// errClosed is what a thread that was given up answers.
var errClosed = errors.New("closed")

// thread is a thread of the operating system that is not like the others of
// this process: Linux gives each its own network namespace and capabilities.
// Go's scheduler does not know, so it may run nothing there that was not meant
// for it. The thread belongs to one goroutine, and ends with it: one that was
// changed is never given back (runtime.LockOSThread).
//
// Go starts no thread from one that is locked, so that none inherits what is
// peculiar to this one.
type thread struct {
	jobs chan job
	quit chan struct{}
	once sync.Once // closes quit
}

type job struct {
	do   func()
	done chan struct{}
}

// newThread starts a thread and prepares it. When that fails, the thread ends.
func newThread(prepare func() error) (*thread, error) {
	t := &thread{jobs: make(chan job), quit: make(chan struct{})}
	ready := make(chan error)
	go t.run(prepare, ready)
	if err := <-ready; err != nil {
		return nil, err
	}
	return t, nil
}

func (t *thread) run(prepare func() error, ready chan error) {
	runtime.LockOSThread() // and never unlocked: see thread
	if unix.Gettid() == unix.Getpid() {
		// The first thread of a process cannot end before the process, and what
		// /proc says of the process is what it says of that thread: another one.
		started := make(chan error)
		go t.run(prepare, started) // not here, for this thread is taken
		ready <- <-started
		runtime.UnlockOSThread()
		return
	}
	err := prepare()
	ready <- err
	for err == nil {
		select {
		case j := <-t.jobs:
			j.do()
			close(j.done)
		case <-t.quit:
			return
		}
	}
}

// do runs f on the thread and waits for it. One f runs at a time; f must not
// call do.
func (t *thread) do(f func()) error {
	select {
	case <-t.quit: // although the thread may still be there
		return errClosed
	default:
	}
	j := job{f, make(chan struct{})}
	select {
	case t.jobs <- j:
		<-j.done
		return nil
	case <-t.quit:
		return errClosed
	}
}

// close ends the thread when it has finished what it does.
func (t *thread) close() { t.once.Do(func() { close(t.quit) }) }
