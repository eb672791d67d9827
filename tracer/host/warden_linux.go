package host

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Warden is a thread that may still look into other users' processes after root
// was given up: whoever wants to know which process holds a socket reads
// /proc/PID/fd. That directory is its owner's alone, mode 0500 (fs/proc/base.c,
// tgid_base_stuff), which CAP_DAC_READ_SEARCH passes over, and to read the links
// in it takes CAP_SYS_PTRACE (proc_fd_access_allowed).
//
// A change of user is for all threads: glibc sees to that. Capabilities are each
// thread's own, and one that has PR_SET_KEEPCAPS set keeps them over the change
// (security/commoncap.c, cap_emulate_setxid). So the order is:
//
//	NewWarden      as root: the thread is there, and would keep everything
//	setuid         all other threads lose everything
//	Restrict       the thread keeps the two, for good
//
// The two on one thread guard against what the program does by mistake: a file
// that another goroutine opens is opened as the user. They do not guard against
// foreign code in this process, as threads share their memory.
//
// The nil Warden, and that of a process which is not root's, has no thread: what
// it does is done with the rights that all have.
type Warden struct {
	thread *thread
}

// wardenKeeps are the capabilities that a warden keeps, as a set.
const wardenKeeps = 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH

// NewWarden starts a warden. It must be called before root is given up.
func NewWarden() (*Warden, error) {
	if os.Geteuid() != 0 {
		return &Warden{}, nil
	}
	t, err := newThread(func() error { return unix.Prctl(unix.PR_SET_KEEPCAPS, 1, 0, 0, 0) })
	if err != nil {
		return nil, fmt.Errorf("keep the right to see who owns sockets: %w", err)
	}
	return &Warden{thread: t}, nil
}

// Restrict takes from the warden what it does not need. It is called at once
// after root was given up.
func (w *Warden) Restrict() error {
	if w == nil || w.thread == nil {
		return nil
	}
	var err error
	if gone := w.thread.do(func() { err = restrict() }); gone != nil {
		err = gone
	}
	if err != nil {
		return fmt.Errorf("keep nothing but the right to see who owns sockets: %w", err)
	}
	return nil
}

// restrict leaves the calling thread two capabilities at most.
func restrict() error {
	have, err := capabilities()
	if err != nil {
		return err
	}
	// The bounding set limits what a program gains that is executed. It can be
	// cleared as long as CAP_SETPCAP is there, and does not matter enough to fail
	// where it never was.
	if setCapabilities(have&(wardenKeeps|1<<unix.CAP_SETPCAP)) == nil {
		for c := uintptr(0); unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0) == nil; c++ {
		}
	}
	if err := setCapabilities(have & wardenKeeps); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_KEEPCAPS, 0, 0, 0, 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	// A process of a user may be debugged by that user, threads without
	// capabilities included (kernel/ptrace.c, __ptrace_may_access), and through
	// them the warden's memory. One that is not dumpable may not. The change of
	// user did that already, unless fs.suid_dumpable says otherwise. It costs
	// core dumps; what a process reads of itself in /proc is not affected.
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

// capabilities are those that the calling thread is permitted, as a set.
func capabilities() (uint64, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return 0, err
	}
	return uint64(data[1].Permitted)<<32 | uint64(data[0].Permitted), nil
}

// setCapabilities makes a set all that the calling thread has, and lets it pass
// on none. The ambient set is cleared with the inheritable one.
func setCapabilities(set uint64) error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	for i := range data {
		half := uint32(set >> (32 * i))
		data[i].Effective, data[i].Permitted = half, half
	}
	return unix.Capset(&header, &data[0])
}

// Do runs f with the right to look into other users' processes. Goroutines that
// f starts do not have it. Do must not be called by f.
func (w *Warden) Do(f func()) {
	if w == nil || w.thread == nil || w.thread.do(f) != nil {
		f()
	}
}

// Close ends the thread, and with it the right.
func (w *Warden) Close() error {
	if w != nil && w.thread != nil {
		w.thread.close()
	}
	return nil
}
