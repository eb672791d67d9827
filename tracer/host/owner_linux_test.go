package host

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// busy is a host over the processes and counters of testdata.
func busy() *Host {
	root := filepath.Join("..", "..", "testdata", "proc", "busy")
	return newHost(nil, Options{Proc: root})
}

func TestOwners(t *testing.T) {
	java := Owner{PID: 1234, Command: "java", Unit: "containerd 0123456789ab"}
	old := Owner{PID: 1300, Command: "old\x1b]0;name\n", Unit: "app-run.scope"} // as hostile as it is
	fd := func(o Owner, n int) Owner { o.FD = n; return o }
	want := Owners{ByInode: map[uint64][]Owner{
		100: {fd(java, 3), fd(old, 6)}, // the lowest, be it a thread's; and in a second process
		101: {fd(java, 9)},             // dup()ed
		102: {fd(java, 8)},             // a thread with a table of its own
		200: {fd(old, 5)},              // the leader has ended
	}}
	got, err := busy().Owners()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	got, err = busy().OwnersOf(102, 0)
	if diff := cmp.Diff(Owners{ByInode: map[uint64][]Owner{102: {fd(java, 8)}}}, got); err != nil || diff != "" {
		t.Errorf("of one: error %v (-want +got):\n%s", err, diff)
	}
	if got, err = busy().OwnersOf(0); err != nil || len(got.ByInode) != 0 {
		t.Errorf("of none: %v, error %v", got, err)
	}
	if _, err := newHost(nil, Options{Proc: t.TempDir() + "/nowhere"}).Owners(); err == nil {
		t.Error("owners without /proc")
	}
}

// TestTables: tables of threads are read once for all that share one.
func TestTables(t *testing.T) {
	h, compared := busy(), 0
	h.same = func(a, b task) bool { compared++; return sameNames(a, b) }
	if _, err := h.Owners(); err != nil {
		t.Fatal(err)
	}
	// 1240 and 1241 with the leader of 1234; 1301 with that of 1300, 1302 with it and with 1301.
	if compared != 5 {
		t.Errorf("%d comparisons, want 5", compared)
	}
}

// TestHidden: who may not look says of how many, and not of those that have
// nothing to hide.
func TestHidden(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may look into every process")
	}
	root := t.TempDir()
	for pid, stat := range map[string]string{
		"1":  "1 (init) S 0 1 1 0 -1 4194560 0",
		"2":  "2 (kthreadd) S 0 0 0 0 -1 2129984 0",
		"3":  "3 (gone) Z 1 3 3 0 -1 4194560 0",
		"40": "40 (a) Z (b) S 1 3 3 0 -1 4194560 0",
	} {
		if err := os.MkdirAll(filepath.Join(root, pid, "fd"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, pid, "stat"), []byte(stat), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(root, pid, "fd"), 0); err != nil {
			t.Fatal(err)
		}
	}
	got, err := newHost(nil, Options{Proc: root}).Owners()
	if err != nil || got.Hidden != 2 {
		t.Errorf("%d hidden, error %v, want 2: init and the one with parentheses", got.Hidden, err)
	}
}

func TestCounters(t *testing.T) {
	h := busy()
	defer h.counters.close()
	got, err := h.Counters()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint64{
		"IpInReceives": 7381, "TcpAttemptFails": 31, "TcpCurrEstab": 57, "TcpExtListenOverflows": 40,
		"TcpExtTCPTimeWaitOverflow": 0, "TcpExtTCPReqQFullDoCookies": 1<<64 - 1,
	} {
		if n, ok := got[name]; n != want || !ok {
			t.Errorf("%s is %d, %v, want %d", name, n, ok, want)
		}
	}
	if _, ok := got["TcpMaxConn"]; ok || slices.ContainsFunc([]string{"IpExtInNoRoutes", "IpExtInOctets"}, func(n string) bool { _, ok := got[n]; return ok }) {
		t.Errorf("what is no count is among %v", got)
	}
	none := newHost(nil, Options{Proc: t.TempDir()})
	if got, err := none.Counters(); err == nil || len(got) != 0 {
		t.Errorf("counters out of nothing: %v", got)
	}
}
