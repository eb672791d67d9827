package host_test

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tcptrace/tracer/host"
)

// needRoot skips a test that changes what only root may.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces and capabilities need root")
	}
}

// newNamespace makes a network namespace with a name and a loopback interface
// that is up, for the time of a test.
func newNamespace(t *testing.T) string {
	t.Helper()
	needRoot(t)
	name := "dtt" + strconv.Itoa(os.Getpid())
	ip := func(args ...string) error {
		out, err := exec.Command("ip", args...).CombinedOutput()
		if err != nil {
			return errors.New(strings.TrimSpace(string(out)) + ": " + err.Error())
		}
		return nil
	}
	if err := ip("netns", "add", name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no new network namespace:", err)
	}
	t.Cleanup(func() { ip("netns", "del", name) })
	if err := errors.Join(ip("-n", name, "link", "set", "lo", "up"),
		ip("-n", name, "address", "add", "192.0.2.7/32", "dev", "lo")); err != nil {
		t.Fatal(err)
	}
	return name
}

// open opens a namespace for the time of a test.
func open(t *testing.T, name string) *host.Namespace {
	t.Helper()
	n, err := host.OpenNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// elsewhere counts the threads of this process that are in another network
// namespace than its first.
func elsewhere(t *testing.T) int {
	t.Helper()
	own, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	threads, _ := filepath.Glob("/proc/self/task/*/ns/net")
	return len(slices.DeleteFunc(threads, func(path string) bool {
		link, err := os.Readlink(path)
		return err != nil || link == own
	}))
}

// TestNamespace: what is asked inside is answered by the other namespace, by
// whatever name it was opened, and nothing outside notices.
func TestNamespace(t *testing.T) {
	name := newNamespace(t)
	within := netip.MustParseAddr("192.0.2.7")
	sleep := exec.Command("ip", "netns", "exec", name, "sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sleep.Process.Kill(); sleep.Wait() })
	time.Sleep(200 * time.Millisecond) // until ip became sleep
	for _, by := range []string{name, "/run/netns/" + name, strconv.Itoa(sleep.Process.Pid)} {
		n := open(t, by)
		if n.Name() != by {
			t.Errorf("%s calls itself %q", by, n.Name())
		}
		err := n.Do(func() error {
			local, err := host.Local()
			if err == nil && !local[within] {
				t.Errorf("%s: its addresses are %v, want %v among them", by, local, within)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", by, err)
		}
		if threads := elsewhere(t); threads != 1 {
			t.Errorf("%s: %d threads are elsewhere, want 1", by, threads)
		}
		n.Close()
		for i := 0; i < 100 && elsewhere(t) > 0; i++ {
			time.Sleep(10 * time.Millisecond)
		}
		if threads := elsewhere(t); threads != 0 {
			t.Errorf("%s: %d threads are elsewhere after Close, want 0", by, threads)
		}
		if err := n.Do(func() error { return nil }); err == nil {
			t.Errorf("%s: it still works after Close", by)
		}
	}
	if local, err := host.Local(); err != nil || local[within] {
		t.Errorf("outside, the addresses are %v, error %v", local, err)
	}
	if !slices.Contains(host.NamespaceNames(), name) {
		t.Errorf("%s is not among %v", name, host.NamespaceNames())
	}
}

// TestNamespaceSysctls: the sysctls are those of the namespace.
func TestNamespaceSysctls(t *testing.T) {
	name := newNamespace(t)
	// By another program: if Do were broken, this would change the machine.
	out, err := exec.Command("ip", "netns", "exec", name,
		"sh", "-c", "echo 17 > /proc/sys/net/ipv4/tcp_fin_timeout").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	err = open(t, name).Do(func() error {
		if k := host.Kernel("/proc"); k.FinTimeout != 17*time.Second {
			t.Errorf("inside, tcp_fin_timeout is %v, want 17s", k.FinTimeout)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if k := host.Kernel("/proc"); k.FinTimeout == 17*time.Second {
		t.Error("outside, tcp_fin_timeout is that of the namespace")
	}
}

// TestNamespaceSocket: what was opened inside works outside.
func TestNamespaceSocket(t *testing.T) {
	n := open(t, newNamespace(t))
	var listener net.Listener
	err := n.Do(func() (err error) {
		listener, err = net.Listen("tcp", "192.0.2.7:0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go n.Do(func() error {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err == nil {
			c.Close()
		}
		return err
	})
	c, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestNamespaceError(t *testing.T) {
	n := open(t, newNamespace(t))
	want := errors.New("of the caller")
	if got := n.Do(func() error { return want }); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	var none *host.Namespace
	if got := none.Do(func() error { return want }); got != want || none.Name() != "" || none.Close() != nil {
		t.Errorf("without a namespace: got %v and the name %q, want %v", got, none.Name(), want)
	}
}

func TestOpenNamespaceErrors(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"dtt-no-such": `no network namespace "dtt-no-such"`,
		"..":          `no network namespace ".."`,
		"":            `no network namespace ""`,
		"2147483000":  `no network namespace "2147483000" and no process with that number`,
		plain:         `enter network namespace "` + plain + `": the file is not a network namespace`,
	} {
		n, err := host.OpenNamespace(name)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v and %v, want %s", name, n, err, want)
		}
		var none *host.NoNamespaceError
		if errors.As(err, &none) && !slices.Equal(none.Known, host.NamespaceNames()) {
			t.Errorf("%s: it knows %v", name, none.Known)
		}
	}
}

// TestNamespaceDenied: without the privilege, the error says which one it is.
func TestNamespaceDenied(t *testing.T) {
	got := os.Getenv("TCPTRACE_TEST_DENIED")
	if os.Geteuid() == 0 && got == "" {
		out, err := asNobody(t, "TestNamespaceDenied", "TCPTRACE_TEST_DENIED=1").CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	for _, name := range []string{strconv.Itoa(os.Getpid()), "1"} {
		if _, err := host.OpenNamespace(name); !errors.Is(err, host.ErrNamespaceDenied) {
			t.Errorf("%s: got %v, want %v", name, err, host.ErrNamespaceDenied)
		}
	}
}
