package explain

// The sysctls of connections that are being closed, or are.
var closingSysctls = []sysctlText{
	{
		name: "net.ipv4.tcp_fin_timeout", initial: "60",
		brief: "how many seconds an orphan, a socket that no program holds any more, stays in FIN_WAIT_2",
		governs: []string{
			"After close() the kernel waits in FIN_WAIT_2 for the peer's FIN; that long, and no longer. What the peer sends after that is answered with RST. A program can set it for one socket with TCP_LINGER2.",
			"Values above 60 do something odd: the orphan lives twice what they are above 60. With 65 it was gone after 10 s, with 90 after 62 s, with 120 after 123 s.",
		},
		not: []string{
			"It is not how long TIME_WAIT lasts: that is 60 s whatever stands here. It does not concern a socket that a program still holds after shutdown(): that waits for ever. " +
				"And it has nothing to do with CLOSE_WAIT, which has no timer.",
		},
		next: []step{{"See the orphans and their timers.", "ss -tano state fin-wait-2", "timer:(timewait,…) is the time that is left."}},
		beliefs: []belief{
			{"tcp_fin_timeout=30 shortens TIME_WAIT.", "It does not. With 10 here an orphan in FIN_WAIT_2 was gone after 10 s, and TIME_WAIT was still 60 s."},
			{"It gets rid of CLOSE_WAIT.", "Only the program can, with close()."},
			{"Lower is better.", "A peer that takes longer to close gets a RST for its last data."},
		},
		more:    []string{"net.ipv4.tcp_max_orphans"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/tcp.c, __tcp_close; net/ipv4/tcp_timer.c, tcp_keepalive_timer; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_orphan_retries", initial: "0", why: "which works as 8",
		brief: "how often the FIN, or the last data, of a socket that no program holds are repeated",
		governs: []string{
			"How long FIN_WAIT_1, CLOSING and LAST_ACK last when the peer is silent. 8 stands for a time, as in tcp_retries2: 9 FINs, and gone after some 106 s, were measured.",
		},
		not: []string{"0 does not mean that nothing is repeated. Only after an ICMP error is it taken as 0. After shutdown(), while a program holds the socket, tcp_retries2 counts."},
		beliefs: []belief{
			{"The default is 7, or 8.", "The sysctl reads 0, and 8 is what the kernel makes of it."},
		},
		more:    []string{"net.ipv4.tcp_retries2", "net.ipv4.tcp_max_orphans"},
		sources: []string{"net/ipv4/tcp_timer.c, tcp_orphan_retries; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_max_orphans", why: "half the hash table of connections: 131072 where that has 262144 entries",
		brief: "how many sockets without a program the kernel keeps",
		governs: []string{
			"Above it, a socket that becomes an orphan is reset at once, and the log says \"too many orphaned sockets\". It is a defence against attacks.",
		},
		not:     []string{"TIME_WAIT does not count: tcp_max_tw_buckets limits those."},
		next:    []step{{"See how many there are.", "ss -s", "orphaned is the number."}},
		beliefs: []belief{{"Lower it to save memory.", "Peers then get a RST in place of the end of the data. Raise it if the log complains, and find out why orphans pile up."}},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/tcp.c, tcp_init"},
	},
	{
		name: "net.ipv4.tcp_tw_reuse", initial: "2", since: "since Linux 4.19 it may be 2, and is; 0 before",
		brief: "whether connect() may take a local port that a TIME_WAIT still holds",
		governs: []string{
			"0: no. 1: yes, tcp_tw_reuse_delay after it entered TIME_WAIT. 2: only for connections over loopback. It takes TCP timestamps on both ends, since they tell old segments from new.",
		},
		not: []string{
			"It is for outgoing connections. It does nothing for a server, and needs to do nothing. It shortens no TIME_WAIT. And it governs the automatic choice of a port: a program that binds its port itself got its own TIME_WAIT back even with 2, where it was tried.",
		},
		next: []step{{"See whether ports are short at all, before you set it.", "ss -Htan state time-wait | awk '{print $4}' | sort | uniq -c | sort -n", "It takes thousands for one address and port."}},
		beliefs: []belief{
			{"The default is 0, off.", "It is 2 since Linux 4.19."},
			{"It makes a server get rid of TIME_WAIT.", "It does not concern accepted connections."},
			{"It is as dangerous as tcp_tw_recycle was.", "No: timestamps protect each single connection. NAT is no trouble for it."},
		},
		more:    []string{"net.ipv4.tcp_tw_reuse_delay", "net.ipv4.tcp_timestamps", "net.ipv4.ip_local_port_range"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; commit 79e9fed46038 (4.19); net/ipv4/tcp_ipv4.c, tcp_twsk_unique; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_tw_reuse_delay", initial: "1000", since: "on current kernels, 6.18 among them; before, the second was fixed",
		brief: "after how many milliseconds in TIME_WAIT tcp_tw_reuse may take the port",
		governs: []string{
			"It keeps the port of a connection that has only just closed from being taken before the clock of the timestamps has moved on.",
		},
		not:     []string{"It shortens no TIME_WAIT, and does nothing where tcp_tw_reuse does nothing."},
		more:    []string{"net.ipv4.tcp_tw_reuse"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/tcp_ipv4.c, tcp_twsk_unique"},
	},
	{
		name: "net.ipv4.tcp_tw_recycle", initial: "", since: "removed in Linux 4.12 (commit 4396e46187ca)",
		brief: "what let a host forget TIME_WAIT early, and does not exist any more",
		governs: []string{
			"It compared the timestamps of a new SYN with the last that came from the same address, and dropped it if they were older.",
		},
		not: []string{
			"It never worked behind NAT: several clients share an address there, and their clocks differ, so that some of their SYNs were dropped without a word. In 4.10 timestamps got a random offset for each connection, which " +
				"broke it for everybody.",
		},
		next: []step{
			{"Take it out of /etc/sysctl.conf and /etc/sysctl.d: there is nothing to put in its place on a server.", "grep -rs tcp_tw_recycle /etc/sysctl.conf /etc/sysctl.d", ""},
			{"For clients that run out of ports read what helps.", "tcptrace explain time_wait", ""},
		},
		beliefs: []belief{
			{"Enable it against TIME_WAIT, except behind NAT.", "Nobody can know whether clients are behind NAT; most are. On current kernels `sysctl -w` answers that there is no such file."},
		},
		more:    []string{"net.ipv4.tcp_tw_reuse"},
		sources: []string{"tcp(7); commit 4396e46187ca (4.12)"},
	},
	{
		name: "net.ipv4.tcp_max_tw_buckets", why: "half the hash table of connections: 131072 where that has 262144 entries",
		brief: "how many TIME_WAIT the kernel keeps",
		governs: []string{
			"Above it, a connection that would enter TIME_WAIT is destroyed at once, and the log says \"time wait bucket table overflow\". It is a defence against attacks.",
		},
		not:     []string{"It is no way to have fewer TIME_WAIT: those that are destroyed protect nobody from late segments."},
		beliefs: []belief{{"180000 is the default; lower it to 5000.", "The default goes by the size of the hash table. Do not lower it."}},
		more:    []string{"net.ipv4.tcp_tw_reuse"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/inet_timewait_sock.c; net/ipv4/tcp_minisocks.c, tcp_time_wait"},
	},
	{
		name: "net.ipv4.tcp_rfc1337", initial: "0",
		brief: "whether TIME_WAIT ignores a RST",
		governs: []string{
			"0: a RST ends TIME_WAIT at once. 1: it is dropped, and TIME_WAIT lasts its 60 s. RFC 1337 describes how an old duplicate can provoke such a RST.",
		},
		not:     []string{"It does not protect connections in other states."},
		beliefs: []belief{{"Left at 0 it prevents the assassination of TIME_WAIT: so says the kernel's own documentation.", "The code does the opposite: at 0 the RST ends TIME_WAIT, at 1 it is dropped."}},
		more:    []string{"net.ipv4.tcp_tw_reuse"},
		sources: []string{"net/ipv4/tcp_minisocks.c, tcp_timewait_state_process; RFC 1337 §3"},
	},
}

// The timers of the connection tracker, which has a table of its own.
var conntrackSysctls = []sysctlText{
	conntrack("established", "432000", "an idle open connection: 5 days", ""),
	conntrack("close_wait", "60", "a connection of which one end has closed", "The ends have no timer for CLOSE_WAIT. A connection that is closed in one direction only is forgotten after a minute of silence, and what comes then is dropped or not translated."),
	conntrack("fin_wait", "120", "a connection after the first FIN", ""),
	conntrack("last_ack", "30", "a connection that waits for the last ACK", "The ends repeat their FIN for longer than that."),
	conntrack("time_wait", "120", "a closed connection", "The ends keep theirs for 60 s."),
	{
		name: "net.netfilter.nf_conntrack_tcp_be_liberal", initial: "0",
		brief: "whether the connection tracker takes segments out of window for valid",
		governs: []string{
			"0: such segments are INVALID. A rule may drop them; where nothing does, they pass without being translated, so that a host behind NAT gets a segment of a connection that it does not know, and answers with RST.",
		},
		not:     []string{"It does not concern RST: those are checked in any case."},
		next:    []step{{"See whether there are any: run it twice.", "sudo conntrack -S", "invalid growing: let a rule drop them (`ct state invalid drop`), or set this to 1."}},
		sources: []string{"Documentation/networking/nf_conntrack-sysctl.rst"},
	},
}

// conntrack is the text of a timer of the connection tracker.
func conntrack(state, seconds, what, ends string) sysctlText {
	t := sysctlText{
		name: "net.netfilter.nf_conntrack_tcp_timeout_" + state, initial: seconds,
		brief: "how many seconds the connection tracker, for NAT and stateful firewalls, remembers " + what,
		governs: []string{
			"The tracker follows connections by their packets in a table of its own. What it has forgotten is not translated any more, and dropped by rules that let in only what is known.",
		},
		not: []string{"It is no timer of TCP: the ends know nothing of it, and go on."},
		next: []step{{"See what the tracker remembers.", "sudo conntrack -L -p tcp --dport 443",
			"The third number is how many seconds it will."}},
		sources: []string{"Documentation/networking/nf_conntrack-sysctl.rst; net/netfilter/nf_conntrack_proto_tcp.c"},
	}
	if ends != "" {
		t.not = append(t.not, ends)
	}
	return t
}
