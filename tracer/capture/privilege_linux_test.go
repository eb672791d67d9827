package capture

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// childVar tells a copy of the test program what to do instead of testing.
const childVar = "TCPTRACE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childVar) {
	case "":
		os.Exit(m.Run())
	case "drop":
		dropChild()
	}
}

// dropChild captures three packets of its parent as whoever it became.
func dropChild() {
	l, err := OpenLive(LiveOptions{Interfaces: []string{"b0"}, Filter: "tcp port 443"})
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := FindUser(os.Getenv("DROP_TO"), os.Getenv)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := DropPrivileges(u, nil); err != nil {
		fmt.Println(err)
		return
	}
	groups, _ := os.Getgroups()
	fmt.Println(os.Getuid(), os.Geteuid(), os.Getgid(), os.Getegid(), groups)
	for n := 0; n < 3; {
		f, err := l.Next()
		if err != nil {
			fmt.Println(err)
			return
		}
		if f != nil {
			n++
		}
	}
	_, err = OpenLive(LiveOptions{Interfaces: []string{"b0"}})
	fmt.Println("captured 3 and then", errors.Is(err, ErrPermission), err)
}

// child is this program as dropChild.
func child(t *testing.T, env []string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), childVar+"=drop"), env...)
	return cmd
}

func TestDropPrivileges(t *testing.T) {
	namespace(t, 1)
	tests := []struct {
		name string
		env  []string
		want string
	}{
		{"nobody", []string{"SUDO_UID=", "SUDO_GID="}, "65534 65534 65534 65534 [65534]"},
		{"who called sudo", []string{"SUDO_UID=1234", "SUDO_GID=1235"}, "1234 1234 1235 1235 [1235]"},
		{"root called sudo", []string{"SUDO_UID=0", "SUDO_GID=0"}, "65534 65534 65534 65534 [65534]"},
		{"who was named", []string{"SUDO_UID=1234", "SUDO_GID=1235", "DROP_TO=daemon"}, "1 1 1 1 [1]"},
		{"whose number was named", []string{"SUDO_UID=1234", "SUDO_GID=1235", "DROP_TO=1"}, "1 1 1 1 [1]"},
		{"a number without a name", []string{"SUDO_UID=1234", "SUDO_GID=1235", "DROP_TO=54321"}, "54321 54321 65534 65534 [65534]"},
		{"nonsense", []string{"SUDO_UID=-7", "SUDO_GID=x"}, "65534 65534 65534 65534 [65534]"},
	}
	s := newSender(t, "a0")
	for _, tt := range tests { // no subtests: they would run in another namespace
		cmd := child(t, tt.env)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		lines.Scan() // comes when root is dropped
		if got := lines.Text(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		s.send(3)
		lines.Scan()
		want := `captured 3 and then true open interface "b0": no permission to capture: `
		if got := lines.Text(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", tt.name, got, want)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestFindUserRefuses(t *testing.T) {
	for name, want := range map[string]string{
		"root":                `give up root for "root": that is root`,
		"0":                   `give up root for "0": that is root`,
		"-1":                  `give up root for "-1": no such user`,
		"4294967295":          `give up root for "4294967295": no such user`, // (uid_t)-1: no change
		"no such user at all": `give up root for "no such user at all": no such user`,
	} {
		u, err := FindUser(name, os.Getenv)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v and %v, want %s", name, u, err, want)
		}
	}
}
