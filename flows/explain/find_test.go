package explain

import "testing"

func TestFind(t *testing.T) {
	tests := []struct{ asked, want string }{
		{"close-wait", "CLOSE_WAIT"}, {"CLOSE_WAIT", "CLOSE_WAIT"}, {"close wait", "CLOSE_WAIT"}, {"TCP_CLOSE_WAIT", "CLOSE_WAIT"},
		{"CloseWait", "CLOSE_WAIT"},
		{"FIN_WAIT1", "FIN_WAIT_1"}, {"fin-wait-2", "FIN_WAIT_2"}, {"FINWAIT2", "FIN_WAIT_2"},
		{"SYN_RECV", "SYN_RECEIVED"}, {"SYN-RECV", "SYN_RECEIVED"}, {"SYN_RCVD", "SYN_RECEIVED"},
		{"SYN_SEND", "SYN_SENT"}, {"LASK_ACK", "LAST_ACK"}, {"ESTAB", "ESTABLISHED"}, {"LISTENING", "LISTEN"},
		{"time wait", "TIME_WAIT"}, {"2msl", "TIME_WAIT"}, {"2 MSL", "TIME_WAIT"}, {"unknown", "UNKNOWN"},
		{"stuck-close-wait", "stuck-close-wait"}, {"stuck_close_wait", "stuck-close-wait"}, {"Stuck-CLOSE-WAIT", "stuck-close-wait"},
		{"syn flood", "syn-flood-suspected"}, {"connection refused", "connection-refused"}, {"ECONNREFUSED", "connection-refused"},
		{"tcp_tw_recycle", "tcp_tw_recycle"}, {"net.ipv4.tcp_tw_recycle", "tcp_tw_recycle"}, {"net/ipv4/tcp_tw_recycle", "tcp_tw_recycle"},
		{"/proc/sys/net/ipv4/tcp_fin_timeout", "tcp_fin_timeout"}, {"tcp_fin_timeout=30", "tcp_fin_timeout"}, {"tcp_fin_timeout = 30", "tcp_fin_timeout"},
		{"net.core.somaxconn", "somaxconn"}, {"somaxconn", "somaxconn"}, {"tw_reuse", "tcp_tw_reuse"},
		{"nf_conntrack_tcp_timeout_close_wait", "nf_conntrack_tcp_timeout_close_wait"},
		{"backlog", "queues"}, {"accept queue", "queues"}, {"reset", "rst"}, {"RST", "rst"}, {"Connection reset by peer", "rst"},
		{"SO_KEEPALIVE", "so_keepalive"}, {"keep-alive", "so_keepalive"}, {"J", "letters"},
	}
	for _, tt := range tests {
		if got, ok := Find(tt.asked); !ok || got.Name != tt.want {
			t.Errorf("Find(%q) = %q, want %q", tt.asked, got.Name, tt.want)
		}
	}
	for _, asked := range []string{"", " ", "fin_wait_3", "tcp_", "net.ipv4.", "nonsense", "="} {
		if got, ok := Find(asked); ok {
			t.Errorf("Find(%q) = %q, want none", asked, got.Name)
		}
	}
}

// TestAliasesLeadSomewhere: each is as key makes it, and means a page.
func TestAliasesLeadSomewhere(t *testing.T) {
	for alias, name := range aliases {
		if key(alias) != alias {
			t.Errorf("nobody can ask for %q: it is looked up as %q", alias, key(alias))
		}
		if _, ok := named(Topics(), name); !ok {
			t.Errorf("%q leads to %q, which has no page", alias, name)
		}
		if _, ok := named(Topics(), alias); ok {
			t.Errorf("%q has a page of its own", alias)
		}
	}
}

// TestNamesAreTold: no two topics have one name.
func TestNamesAreToldApart(t *testing.T) {
	seen := make(map[string]string)
	for _, topic := range Topics() {
		k := key(topic.Name)
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s are asked for by the same words", other, topic.Name)
		}
		seen[k] = topic.Name
		if got, ok := Find(topic.Name); !ok || got.Name != topic.Name {
			t.Errorf("Find(%q) = %q", topic.Name, got.Name)
		}
		if topic.Short == "" {
			t.Errorf("%s has no line for lists", topic.Name)
		}
	}
}

func TestLike(t *testing.T) {
	for _, name := range Like("wait") {
		if name == "CLOSE_WAIT" {
			return
		}
	}
	t.Errorf("Like(wait) = %v, without CLOSE_WAIT", Like("wait"))
}
