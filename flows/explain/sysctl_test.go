package explain

import (
	"strings"
	"testing"
)

// values makes a host of a few sysctls.
func values(m map[string]string) Values {
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func TestSysctlValues(t *testing.T) {
	host := values(map[string]string{
		"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_syn_retries": "6", "net.ipv4.tcp_max_tw_buckets": "5000",
		"net.ipv4.ip_local_reserved_ports": "", "net.ipv4.tcp_orphan_retries": "0",
	})
	tests := []struct {
		name   string
		values Values
		want   string
	}{
		{"tcp_fin_timeout", host, "30 here; by default 60"},
		{"tcp_fin_timeout", nil, "by default 60"},
		{"tcp_syn_retries", host, "6 here, the default"},
		{"tcp_syn_linear_timeouts", host, "not on this host; by default 4"},
		{"tcp_tw_recycle", host, "not on this host: removed in Linux 4.12 (commit 4396e46187ca)"},
		{"ip_local_reserved_ports", host, "empty here, the default"},
	}
	for _, tt := range tests {
		if got := sysctlNamed(tt.name).value(tt.values); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := sysctlNamed("tcp_max_tw_buckets").value(host); !strings.HasPrefix(got, "5000 here; the default depends on the host (") {
		t.Errorf("tcp_max_tw_buckets: %q", got)
	}
}

// TestBeliefsAreAnswered: the names and figures of widely read articles are on
// the pages that their readers will look for, with what holds today.
func TestBeliefsAreAnswered(t *testing.T) {
	tests := []struct{ topic, said, holds string }{
		{"SYN_SEND", "SYN_SEND", "SYN_SENT"},
		{"SYN_SEND", "180 s", "131 s"},
		{"tcp_syn_retries", "The default is 5", "6"},
		{"SYN_RECV", "About 15", "backlog"},
		{"SYN_RECV", "tcp_max_syn_backlog is the size", "somaxconn"},
		{"ESTABLISHED", "600", "policy"},
		{"ESTABLISHED", "1200", "SO_KEEPALIVE"},
		{"FIN_WAIT2", "tcp_fin_timeout=30", "TIME_WAIT lasts 60 s"},
		{"LASK_ACK", "LASK_ACK", "LAST_ACK"},
		{"TIME_WAIT", "tcp_tw_recycle", "4.12"},
		{"TIME_WAIT", "tcp_fin_timeout=30", "60 s"},
		{"tcp_max_tw_buckets", "180000", "hash table"},
		{"tcp_tw_recycle", "NAT", "no such file"},
		{"CLOSE_WAIT", "sysctl", "Only the program"},
	}
	for _, tt := range tests {
		topic, _ := Find(tt.topic)
		found := false
		for _, s := range topic.Page(nil).Sections {
			for _, item := range s.Items {
				found = found || s.Form == Beliefs && strings.Contains(item.Head, tt.said) && strings.Contains(item.Text, tt.holds)
			}
		}
		if !found {
			t.Errorf("%s: that %q is said is not answered with %q", tt.topic, tt.said, tt.holds)
		}
	}
}
