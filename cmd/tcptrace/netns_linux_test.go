package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tcptrace/tracer/host"
)

// newNamespace makes a network namespace with a name, lo and a pair of
// interfaces, dtta and dttb, for the time of a test.
func newNamespace(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	name := "dtt" + strconv.Itoa(os.Getpid())
	ip := func(args string) error {
		out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w: %s", args, err, out)
		}
		return nil
	}
	if err := ip("netns add " + name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no new network namespace:", err)
	}
	t.Cleanup(func() { ip("netns del " + name) })
	in := "-n " + name + " link "
	if err := errors.Join(ip(in+"set lo up"), ip(in+"add dtta type veth peer name dttb"),
		ip(in+"set dtta up"), ip(in+"set dttb up")); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestNetns traces a connection in another network namespace, by its name and
// by a process, and loses an interface of it, all as no more than nobody.
func TestNetns(t *testing.T) {
	name := newNamespace(t)
	ns, err := host.OpenNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	var listener net.Listener
	if err := ns.Do(func() (err error) { listener, err = net.Listen("tcp", "127.0.0.1:0"); return err }); err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	cmd := exec.Command("tcptrace", "--netns", name, "--user", "daemon", "-i", "lo", "-i", "dtta", fmt.Sprintf("port %d", port))
	cmd.Env = append(os.Environ(), "SUDO_UID=1234", "SUDO_GID=1235")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	speech := bufio.NewReader(stderr)
	line, err := speech.ReadString('\n')
	want := fmt.Sprintf("tcptrace: listening on lo (Ethernet), dtta (Ethernet) in namespace %s, filter \"port %d\"\n", name, port)
	if line != want {
		t.Errorf("it says %q, error %v, want %q", line, err, want)
	}
	checkThreads(t, cmd.Process.Pid, "1 1 1 1") // daemon
	if err := ns.Do(func() error { connect(t, listener); return nil }); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("ip", "-n", name, "link", "del", "dtta").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for line = ""; err == nil && !strings.Contains(line, "warning: "); { // it may say that the connection was there before
		line, err = speech.ReadString('\n')
	}
	if !strings.HasPrefix(line, "tcptrace: warning: interface dtta went away: ") {
		t.Errorf("it says %q, error %v, want that dtta went away", line, err)
	}
	cmd.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(speech)
	if err := cmd.Wait(); err != nil || len(rest) > 0 {
		t.Errorf("it ends with %v and says %q, want exit 0 and nothing", err, rest)
	}
	if !strings.Contains(stdout.String(), "\n1 flow: 1 closed · ") {
		t.Errorf("the trace is\n%s, want one connection that was closed", &stdout)
	}
}

// checkThreads: all threads are the user's, one of them may look into other
// processes, and none may do anything else.
func checkThreads(t *testing.T, pid int, uid string) {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil || len(tasks) < 3 {
		t.Fatalf("threads %v, error %v", tasks, err)
	}
	const two = "0000000000080004" // CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH
	with := 0
	for _, task := range tasks {
		rows := map[string]string{}
		for _, row := range []string{"Uid", "CapPrm", "CapEff", "CapAmb"} {
			if rows[row], err = rowOf(task+"/status", row); err != nil {
				t.Fatal(err)
			}
		}
		if rows["Uid"] != uid || strings.Trim(rows["CapAmb"], "0") != "" {
			t.Errorf("thread %s has %v, want user %s", task, rows, uid)
		}
		switch {
		case rows["CapEff"] == two && rows["CapPrm"] == two:
			with++
		case strings.Trim(rows["CapEff"]+rows["CapPrm"], "0") != "":
			t.Errorf("thread %s has %v", task, rows)
		}
	}
	if with != 1 {
		t.Errorf("%d threads have the two capabilities, want 1", with)
	}
}

// TestNetnsList: -D lists the interfaces of the namespace.
func TestNetnsList(t *testing.T) {
	name := newNamespace(t)
	for flag, want := range map[string]bool{"--netns=" + name: true, "--netns=" + strconv.Itoa(os.Getpid()): false} {
		out, err := exec.Command("tcptrace", flag, "-D").CombinedOutput()
		if got := strings.Contains(string(out), ".dttb [Up, Running"); err != nil || got != want {
			t.Errorf("%s: error %v, dttb is listed: %v, want %v:\n%s", flag, err, got, want, out)
		}
	}
}

// TestNetnsErrors: what is wrong with a name, and what there is.
func TestNetnsErrors(t *testing.T) {
	name := newNamespace(t)
	for arg, want := range map[string]string{
		"dtt-no-such": "tcptrace: error: no network namespace \"dtt-no-such\"\ntcptrace: hint: there are ",
		"/etc/passwd": "tcptrace: error: enter network namespace \"/etc/passwd\": the file is not a network namespace\n",
		"a\x1b[31m":   "tcptrace: error: no network namespace \"a\\x1b[31m\"\n",
	} {
		cmd := exec.Command("tcptrace", "--netns", arg, "-i", "lo")
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != exitFailed || !strings.HasPrefix(string(out), want) {
			t.Errorf("%q: exit %d, %q, want %q", arg, code, out, want)
		}
		if strings.Contains(want, "there are") && !strings.Contains(string(out), name) {
			t.Errorf("%q: the hint does not name %s: %q", arg, name, out)
		}
	}
}

func TestNamespaceHint(t *testing.T) {
	var many []string
	for i := range 25 {
		many = append(many, "n"+strconv.Itoa(i))
	}
	const pid = "that of a container is --netns PID, with a process in it"
	for want, known := range map[string][]string{
		"ip netns knows none here; " + pid:                                   nil,
		"there are a, b; " + pid:                                             {"a", "b"},
		"there are " + strings.Join(many[:20], ", ") + " and 5 more; " + pid: many,
	} {
		if got := namespaceHint(known); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
