package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace (network_namespaces(7)) that this process
// works in with one of its threads. Entering one takes CAP_SYS_ADMIN
// (net/core/net_namespace.c, netns_install), so the thread enters it when it is
// opened, and stays: Do works after root was given up too.
//
// The nil Namespace is the one that the process is in.
type Namespace struct {
	name   string
	thread *thread
}

// OpenNamespace enters a network namespace: name is one of ip-netns(8), a
// process, or a file, such as /run/docker/netns/default. It fails with a
// *NoNamespaceError or with ErrNamespaceDenied.
func OpenNamespace(name string) (*Namespace, error) {
	file, err := openNamespaceFile(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	t, err := newThread(func() error { return unix.Setns(int(file.Fd()), unix.CLONE_NEWNET) })
	if err != nil {
		return nil, fmt.Errorf("enter network namespace %q: %w", name, whyNoNamespace(err))
	}
	return &Namespace{name: name, thread: t}, nil
}

func openNamespaceFile(name string) (*os.File, error) {
	for _, path := range namespacePaths(name) {
		file, err := os.Open(path)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("open network namespace %q: %w", name, whyNoNamespace(err))
		}
	}
	return nil, &NoNamespaceError{Name: name, Known: NamespaceNames()}
}

// whyNoNamespace puts the kernel's answer into words.
func whyNoNamespace(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the path is in the name
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return ErrNamespaceDenied
	case errors.Is(err, unix.EINVAL): // of setns(2): a file of another kind
		return errors.New("the file is not a network namespace")
	}
	return err
}

// Name is what it was opened by, empty for that of the process.
func (n *Namespace) Name() string {
	if n == nil {
		return ""
	}
	return n.name
}

// Do runs f in the namespace and returns its error. What f opens stays bound to
// the namespace: sockets, handles of libpcap, and files below
// /proc/thread-self/net, but not those below /proc/net, which are the first
// thread's (fs/proc/proc_net.c, get_proc_task_net), nor /sys/class/net, which is
// that of whoever mounted it. Goroutines that f starts run elsewhere. Do must
// not be called by f.
func (n *Namespace) Do(f func() error) error {
	if n == nil {
		return f()
	}
	var err error
	if gone := n.thread.do(func() { err = f() }); gone != nil {
		return fmt.Errorf("work in network namespace %q: %w", n.name, gone)
	}
	return err
}

// Close leaves the namespace. What was opened in it stays open.
func (n *Namespace) Close() error {
	if n != nil {
		n.thread.close()
	}
	return nil
}
