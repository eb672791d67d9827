package host_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/tracer/host"
)

const nobody = 65534

// self is this test program, which runs one test.
func self(t *testing.T, test string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+test+"$")
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// asNobody is the same as another user, who may not be allowed to go where the
// program lies.
func asNobody(t *testing.T, test string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := self(t, test, env...)
	program, err := os.Open(cmd.Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	cmd.ExtraFiles = []*os.File{program}
	cmd.Path = "/proc/self/fd/3"
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// wardenVar names a file descriptor of a process, as PID/FD, to the copy of the
// test program that gives up root.
const wardenVar = "TCPTRACE_TEST_WARDEN"

// TestWarden gives up root, and still sees who holds a socket of root's: on one
// thread, with two capabilities, and no other goroutine gains anything by it.
func TestWarden(t *testing.T) {
	needRoot(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	fd := fmt.Sprintf("%d/%d", os.Getpid(), file.Fd())
	link, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(file.Fd())))
	if err != nil {
		t.Fatal(err)
	}
	out, err := self(t, "TestWardenChild", wardenVar+"="+fd).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := []string{
		"threads with the two capabilities: 1",
		"threads with others: 0",
		"threads of root: 0",
		"capabilities that may come back: none",
		"dumpable: false",
		"the owner's descriptor, to a goroutine: denied",
		"the owner's descriptor, to the warden: " + link,
		"/etc/shadow, to a goroutine: denied",
		"root again: operation not permitted",
		"the owner's descriptor, after Close: denied",
	}
	got := slices.DeleteFunc(strings.Split(string(out), "\n"), func(line string) bool {
		return !strings.Contains(line, ": ") // of package testing
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWardenChild is what TestWarden runs in another process; by itself it has
// nothing to test.
func TestWardenChild(t *testing.T) {
	fd := os.Getenv(wardenVar)
	if fd == "" {
		return
	}
	w, err := host.NewWarden()
	if err != nil {
		t.Fatal(err)
	}
	for range 8 { // goroutines that keep threads of their own busy
		go func() { syscall.Select(0, nil, nil, nil, nil) }()
	}
	for _, err := range []error{syscall.Setgroups([]int{nobody}), syscall.Setgid(nobody), syscall.Setuid(nobody), w.Restrict()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	two, others, roots, back := census(t)
	fmt.Println("threads with the two capabilities:", two)
	fmt.Println("threads with others:", others)
	fmt.Println("threads of root:", roots)
	fmt.Println("capabilities that may come back:", back)
	dumpable, _, _ := syscall.Syscall(syscall.SYS_PRCTL, syscall.PR_GET_DUMPABLE, 0, 0)
	fmt.Println("dumpable:", dumpable != 0)
	pid, n, _ := strings.Cut(fd, "/")
	fmt.Println("the owner's descriptor, to a goroutine:", descriptor(pid, n))
	w.Do(func() { fmt.Println("the owner's descriptor, to the warden:", descriptor(pid, n)) })
	_, err = os.Open("/etc/shadow")
	fmt.Println("/etc/shadow, to a goroutine:", outcome(err))
	fmt.Println("root again:", syscall.Setuid(0))
	w.Close()
	w.Do(func() { fmt.Println("the owner's descriptor, after Close:", descriptor(pid, n)) })
	os.Exit(0)
}

// descriptor is what a descriptor of a process leads to, found as an owner of a
// socket is: by reading the directory and then the link.
func descriptor(pid, n string) string {
	dir := "/proc/" + pid + "/fd"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return outcome(err)
	}
	for _, e := range entries {
		if e.Name() == n {
			link, err := os.Readlink(filepath.Join(dir, n))
			if err != nil {
				return outcome(err)
			}
			return link
		}
	}
	return "not there"
}

func outcome(err error) string {
	switch {
	case err == nil:
		return "allowed"
	case os.IsPermission(err):
		return "denied"
	}
	return err.Error()
}

// census looks at all threads of this process: how many have the two
// capabilities of a warden, how many others, how many are root's in any way,
// and what one with capabilities may gain by executing a program.
func census(t *testing.T) (two, others, roots int, back string) {
	t.Helper()
	tasks, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(tasks) < 5 {
		t.Fatalf("threads %v, error %v", tasks, err)
	}
	for _, task := range tasks {
		s := status(t, task)
		switch {
		case s["CapEff"] == "0000000000080004" && s["CapPrm"] == s["CapEff"]:
			two++
			if back = strings.Trim(s["CapInh"]+s["CapAmb"]+s["CapBnd"], "0"); back == "" {
				back = "none"
			}
		case strings.Trim(s["CapEff"]+s["CapPrm"]+s["CapInh"]+s["CapAmb"], "0") != "":
			others++
		}
		if slices.Contains(strings.Fields(s["Uid"]+" "+s["Gid"]), "0") {
			roots++
		}
	}
	return two, others, roots, back
}

// status is what /proc says of a thread, by its first word.
func status(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		rows[key] = strings.TrimSpace(value)
	}
	return rows
}

// TestWardenOfOthers: a user's warden does what it is told with the user's
// rights, and so does none.
func TestWardenOfOthers(t *testing.T) {
	for name, w := range map[string]*host.Warden{"none": nil, "of a user": {}} {
		ran := false
		w.Do(func() { ran = true })
		if !ran || w.Restrict() != nil || w.Close() != nil {
			t.Errorf("%s: ran %v", name, ran)
		}
	}
}
