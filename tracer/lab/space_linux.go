package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// space is a network namespace without a name. One thread lives in it and does
// there what must be done there: a socket belongs for ever to the namespace of
// the thread that made it. The namespace is gone when the thread and the
// sockets are.
type space struct {
	jobs chan func()
	self *os.File // the namespace, for programs that are to find it
}

// hashBuckets is the size of the namespace's own table of connections. A small
// one makes a dump of it cheap: see sampler.
const hashBuckets = "2048"

// newSpace makes a namespace.
func newSpace() (*space, error) {
	s := &space{jobs: make(chan func())}
	ready := make(chan error)
	go s.live(ready)
	if err := <-ready; err != nil {
		return nil, fmt.Errorf("make a network namespace: %w", err)
	}
	return s, nil
}

// live is the life of the thread. It is never unlocked, so it ends with the
// goroutine and takes its namespace along.
func (s *space) live(ready chan<- error) {
	runtime.LockOSThread()
	err := s.enter()
	ready <- err
	if err != nil {
		return
	}
	for job := range s.jobs {
		job()
	}
}

// enter moves the thread into a new namespace. The size of the table of
// connections is a setting of the namespace that the new one is made from;
// since the machine's own must not be changed, there is one in between.
func (s *space) enter() error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	// Kernels before 6.1 do not have it; dumps are slower there.
	if err := setSysctl("net.ipv4.tcp_child_ehash_entries", hashBuckets); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	var err error
	s.self, err = os.Open("/proc/thread-self/ns/net")
	return err
}

// do runs f on the thread of the namespace and waits for it.
func (s *space) do(f func() error) error {
	done := make(chan error)
	s.jobs <- func() { done <- f() }
	return <-done
}

// close gives the namespace up.
func (s *space) close() {
	close(s.jobs)
	s.self.Close()
}

// path is where other programs find the namespace while it is open.
func (s *space) path() string {
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), s.self.Fd())
}

// set changes a setting of the namespace.
func (s *space) set(name, value string) error {
	return s.do(func() error { return setSysctl(name, value) })
}

// setSysctl changes a setting of the namespace of this thread.
func setSysctl(name, value string) error {
	path := filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
	return os.WriteFile(path, []byte(value), 0o644)
}

// run runs a program in the namespace, with lines as its standard input.
func (s *space) run(lines []string, name string, args ...string) error {
	return s.do(func() error {
		cmd := exec.Command(name, args...)
		cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
		}
		return nil
	})
}

// ip gives commands to the program ip.
func (s *space) ip(commands ...string) error { return s.run(commands, "ip", "-batch", "-") }
