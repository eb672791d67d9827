package explain

// The sysctls of connections that are open.
var openSysctls = []sysctlText{
	{
		name: "net.ipv4.tcp_keepalive_time", initial: "7200",
		brief: "after how many seconds without a segment the first keep-alive probe is sent, on sockets with SO_KEEPALIVE",
		governs: []string{
			"With the defaults a dead peer is found after 7200 s + 9 × 75 s, 2 h 11 min 15 s. Then the kernel sends RST and the program gets ETIMEDOUT.",
			"A program can set its own time with TCP_KEEPIDLE. Go's net package does: 15 s.",
		},
		not: []string{"It does nothing on sockets whose program did not ask for keep-alive, and those are most. It does not close CLOSE_WAIT, and no connection of which the peer still answers."},
		next: []step{{"See which connections have it, and when it fires.", "ss -tano state established", "timer:(keepalive,…) shows it; no timer: it is off."},
			{"Against a NAT that forgets idle connections set it below the NAT's time, in the program if you can.", "tcptrace explain nat-idle-timeout", ""}},
		beliefs: []belief{
			{"Idle connections end after 2 hours.", "Only with SO_KEEPALIVE, and only if the peer does not answer."},
			{"1200 is the right value.", "There is none: it has to be below the shortest memory of a NAT or firewall on the way, often 350 or 900 s."},
		},
		more:    []string{"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"},
		sources: []string{"tcp(7); Documentation/networking/ip-sysctl.rst; RFC 1122 §4.2.3.6; net/ipv4/tcp_timer.c, tcp_keepalive_timer"},
	},
	{
		name: "net.ipv4.tcp_keepalive_intvl", initial: "75",
		brief: "how many seconds lie between two keep-alive probes that go unanswered",
		governs: []string{
			"Times tcp_keepalive_probes it is how long a dead peer is tried: 675 s, about 11 min. A program can set its own with TCP_KEEPINTVL.",
		},
		not:     []string{"It does not say when the first probe is sent: that is tcp_keepalive_time."},
		more:    []string{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_probes"},
		sources: []string{"tcp(7); Documentation/networking/ip-sysctl.rst"},
	},
	{
		name: "net.ipv4.tcp_keepalive_probes", initial: "9",
		brief: "after how many unanswered keep-alive probes the connection is given up",
		governs: []string{
			"The kernel then sends RST and the program gets ETIMEDOUT. A program can set its own with TCP_KEEPCNT.",
		},
		not:     []string{"It does not count probes that are answered: those prove that the peer is alive. With TCP_USER_TIMEOUT on the socket it is that time that decides."},
		more:    []string{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl"},
		sources: []string{"tcp(7); net/ipv4/tcp_timer.c, tcp_keepalive_timer"},
	},
	{
		name: "net.ipv4.tcp_retries1", initial: "3",
		brief: "after how many retransmissions the kernel looks for another route",
		governs: []string{
			"Like tcp_retries2 it stands for a time. Then the route is asked for anew, and if tcp_mtu_probing allows, smaller segments are tried. The connection goes on.",
		},
		not:     []string{"It ends no connection."},
		more:    []string{"net.ipv4.tcp_retries2", "net.ipv4.tcp_mtu_probing"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; RFC 1122 §4.2.3.5; net/ipv4/tcp_timer.c, tcp_write_timeout"},
	},
	{
		name: "net.ipv4.tcp_retries2", initial: "15",
		brief: "how long data, or the FIN of a socket that a program holds, are repeated before the connection is given up",
		governs: []string{
			"It is written as a number and works as a time: that of so many retransmissions that begin at 200 ms and double up to 120 s, 924.6 s for 15. The kernel gives up at the first timeout after that: " +
				"in 13 to 30 minutes, depending on the round trip. Then the program gets ETIMEDOUT.",
			"A program sets a bound of its own with TCP_USER_TIMEOUT, in milliseconds.",
		},
		not: []string{"It does not concern sockets that no program holds (tcp_orphan_retries), nor SYNs."},
		next: []step{{"See what is being repeated.", "ss -tanoi state established", "timer:(on,TIME,N): N retransmissions so far."},
			{"To find dead peers sooner, set TCP_USER_TIMEOUT in the program, or a time limit on its answers.", "tcptrace explain tcp_user_timeout", ""}},
		beliefs: []belief{
			{"15 means 15 tries.", "It means 924.6 s at least. On a path with a long round trip there are fewer tries in that time."},
		},
		more:    []string{"net.ipv4.tcp_retries1", "net.ipv4.tcp_orphan_retries"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/tcp_timer.c, retransmits_timed_out"},
	},
	{
		name: "net.ipv4.tcp_timestamps", initial: "1",
		brief: "whether segments carry timestamps (RFC 7323)",
		governs: []string{
			"1: with a random offset. 2: without it. 0: off. They let the round trip be measured, keep old segments out (PAWS), let tcp_tw_reuse work, let a " +
				"new SYN take the place of a TIME_WAIT, and carry options through SYN cookies.",
		},
		not:     []string{"Turning them off makes nothing faster."},
		beliefs: []belief{{"They tell attackers how long the host is up, so turn them off.", "Since Linux 4.10 they begin at a random offset."}},
		more:    []string{"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_syncookies"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; RFC 7323; net/core/secure_seq.c, secure_tcp_ts_off"},
	},
	{
		name: "net.ipv4.tcp_mtu_probing", initial: "0",
		brief: "whether TCP tries smaller segments when large ones do not get through",
		governs: []string{
			"0: never. 1: when retransmissions suggest a black hole, a router that drops large packets and whose ICMP messages do not arrive. 2: always, beginning with tcp_base_mss.",
		},
		not:     []string{"It helps what this host sends, not what it receives. The remedy is to let ICMP through (type 3 code 4; ICMPv6 type 2), or to clamp the MSS on the router."},
		next:    []step{{"See which size gets through.", "ping -M do -s 1472 10.0.0.9", "1472 bytes make 1500 with the headers of IPv4. If it fails and `-s 1400` does not, the path is narrower."}},
		more:    []string{"net.ipv4.tcp_retries1"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; RFC 4821; net/ipv4/tcp_timer.c, tcp_mtu_probing"},
	},
	{
		name: "net.ipv4.tcp_base_mss", initial: "1024",
		brief: "with which segment size, in bytes, the probing of tcp_mtu_probing begins",
		governs: []string{
			"Only where tcp_mtu_probing is on. A smaller value gets through narrower paths at once, and costs more headers until larger sizes have been tried.",
		},
		not:     []string{"It does not limit the segments of a host on which nothing is probed."},
		more:    []string{"net.ipv4.tcp_mtu_probing"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; include/net/tcp.h, TCP_BASE_MSS; RFC 4821"},
	},
	{
		name: "net.ipv4.tcp_rmem", why: "4096 and 131072 bytes, and a maximum by memory and kernel",
		brief: "the least, the first and the largest receive buffer of a socket, in bytes",
		governs: []string{
			"The window that an end offers comes out of its receive buffer. It grows up to the third number by itself, as far as the program reads.",
		},
		not:     []string{"It does not help a program that does not read: a larger buffer fills up as well, only later. A program that sets SO_RCVBUF turns the growth off for its socket."},
		next:    []step{{"See how full the buffers are.", "ss -tanm state established", "Recv-Q is what the program has not read; in skmem, rb is the size of the buffer."}},
		more:    []string{"net.ipv4.tcp_window_scaling"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; tcp(7)"},
	},
	{
		name: "net.ipv4.tcp_sack", initial: "1",
		brief: "whether selective acknowledgements (RFC 2018) are offered",
		governs: []string{
			"With SACK a receiver says what it has got behind a hole, so that only the hole is sent again. Both ends have to offer it in their SYN.",
		},
		not:     []string{"Turning it off makes nothing faster; every loss costs more."},
		sources: []string{"Documentation/networking/ip-sysctl.rst; RFC 2018"},
	},
	{
		name: "net.ipv4.tcp_window_scaling", initial: "1",
		brief: "whether windows above 65535 bytes (RFC 7323) are offered",
		governs: []string{
			"Both ends have to offer it in their SYN; then the window field of later segments is multiplied. Without it a connection moves at most 64 KiB in each round trip.",
		},
		not:     []string{"Turning it off repairs no middlebox that strips or misreads the option: it only hides that there is one, and slows everything else."},
		more:    []string{"net.ipv4.tcp_rmem"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; RFC 7323 §2"},
	},
}
