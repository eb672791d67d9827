package host_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows/diagnose"
	"tcptrace/tracer/host"
)

// proc is a /proc of testdata.
func proc(name string) string { return filepath.Join("..", "..", "testdata", "proc", name) }

func TestValue(t *testing.T) {
	s, err := host.OpenSysctls(proc("tuned"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"net.ipv4.tcp_fin_timeout":         "30",
		"net.core.somaxconn":               "128",
		"net.ipv4.ip_local_port_range":     "10000 65000", // a tab in the file
		"net.ipv4.ip_local_reserved_ports": "",
	} {
		if got, err := s.Value(name); got != want || err != nil {
			t.Errorf("%s is %q, error %v, want %q", name, got, err, want)
		}
	}
	if got, err := s.Value("net.ipv4.tcp_tw_recycle"); got != "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("tcp_tw_recycle is %q, error %v, want none", got, err)
	}
}

func TestKernel(t *testing.T) {
	old := diagnose.LinuxDefaults()
	old.SynLinearTimeouts, old.Own = 0, true
	tests := []struct {
		name, proc string
		want       diagnose.Kernel
	}{
		{"a host that somebody tuned", "tuned", diagnose.Kernel{
			SynRetries: 2, SynLinearTimeouts: 3, SynAckRetries: 4, OrphanRetries: 7, FinTimeout: 30 * time.Second,
			KeepaliveTime: 1200 * time.Second, KeepaliveInterval: 30 * time.Second, KeepaliveProbes: 5, Retries2: 8, Own: true,
		}},
		// No tcp_syn_linear_timeouts, tcp_orphan_retries reads 0, the others are missing or damaged.
		{"an old kernel", "old", old},
		{"not there", "nowhere", diagnose.LinuxDefaults()},
		{"empty", "empty", diagnose.LinuxDefaults()},
	}
	for _, tt := range tests {
		root := proc(tt.proc)
		if tt.proc == "empty" {
			root = t.TempDir()
		}
		if diff := cmp.Diff(tt.want, host.Kernel(root)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestOwnKernel: this host's own files can be read.
func TestOwnKernel(t *testing.T) {
	k := host.Kernel("/proc")
	if !k.Own {
		t.Skip("/proc/sys/net/ipv4 cannot be read here")
	}
	if k.SynRetries < 1 || k.OrphanRetries < 1 || k.KeepaliveTime < time.Second {
		t.Errorf("this host's timers are %+v", k)
	}
}
