package diagnose

// transferRules are the conditions of a connection that is open, and on which
// nothing gets through.
var transferRules = []entry{
	{KeepaliveFailing, Rule{
		Name: "keepalive-failing", Severity: Warning,
		Title: "the peer does not answer keep-alives",
		Shows: "probes with SEQ one below the next, 0 or 1 octet, without answer; in the end a RST,ACK by the " +
			"end that sent them",
		Fault: "the peer is dead, or the path to it",
		Why: "With SO_KEEPALIVE an idle end sends probes that any living peer has to acknowledge (RFC 9293 " +
			"§3.8.4). Linux begins after tcp_keepalive_time (7200 s), sends tcp_keepalive_probes (9) with " +
			"tcp_keepalive_intvl (75 s) between them, then resets: 2 h 11 min in all. Sockets without the option " +
			"have no such limit, whatever the sysctls say. Applications may set their own values; Go, for " +
			"instance, turns it on with 15 s.",
		Advice: "Check that the peer is alive and that no box on the path has dropped the connection as idle",
		Check: []string{
			"ping PEER: an answer means that the host lives, and its connection or the path for it is gone",
			"ss -tan dst THIS-HOST on the peer: no socket for this port means that it has forgotten the " +
				"connection",
			"tcpdump on the peer: probes that do not arrive are dropped on the path",
			"ss -tano dst PEER: timer:(keepalive,...,N) counts the probes that have no answer",
		},
		Sysctls: []string{"tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes"},
	}},
	{ZeroWindowStall, Rule{
		Name: "zero-window-stall", Severity: Critical,
		Title: "the receiving application does not read",
		Shows: "window 0 from one end that stays 0, and probes from the other that are answered with window 0",
		Fault: "the application on the end that advertises window 0",
		Why: "The window is the free space of the receive buffer. When the application does not read, it fills, " +
			"the window goes to 0, and the sender must wait and probe (RFC 9293 §3.8.6.1). As long as the probes " +
			"are answered the connection lives, for ever if need be: Linux gives up only if answers fail to " +
			"come, or by TCP_USER_TIMEOUT. The probe of Linux has no data and SEQ SND.UNA-1, like a keep-alive; " +
			"only the window before it tells them apart. A larger buffer delays the stall and does not cure it.",
		Advice: "Find out why the application on the end with window 0 does not read",
		Check: []string{
			"ss -tnp on the end with window 0: a large Recv-Q is what its application, named in users:(...), has " +
				"not read",
			"a thread dump, or strace -f -e trace=read,recvfrom,recvmsg,epoll_wait -p PID: no read while Recv-Q " +
				"is large is the fault",
			"ss -tno on the sender: timer:(persist,...) confirms that it waits for the window",
			"ss -tmi on the end with window 0: skmem r near rb is a buffer that is full",
		},
		Sysctls: []string{"tcp_rmem"},
	}},
	{RetransmissionTimeout, Rule{
		Name: "retransmission-timeout", Severity: Critical,
		Title: "data are sent again and again without an ACK",
		Shows: "the same SEQ repeated, the pause doubling each time, and no ACK for it",
		Fault: "the path, or a peer that is dead",
		Why: "Each timeout doubles the retransmission timer (RFC 6298 §5.5), up to 120 s on Linux. tcp_retries2 " +
			"= 15 is not a number of tries but stands for a time, at least 924.6 s, and 13 to 30 minutes in " +
			"practice; then write() or read() fails with ETIMEDOUT. The peer knows nothing of all this: if it " +
			"only reads, it stays ESTABLISHED. ICMP errors are remembered meanwhile, and end nothing.",
		Advice: "Check path and peer; set TCP_USER_TIMEOUT in applications that have to notice within seconds",
		Check: []string{
			"ss -tino dst PEER: backoff:N is the number of timeouts in a row, timer:(on,...) the time to the " +
				"next",
			"tcpdump on the peer: segments that arrive and have no ACK are dropped by its host, else by the path",
			"whether small segments get through while full ones repeat: then it is the MTU of the path",
			"ip route get PEER and ip neigh on both ends: a route that changed, or a neighbour in FAILED, " +
				"explains the silence",
		},
		Sysctls: []string{"tcp_retries2"},
	}},
	{MSSBlackhole, Rule{
		Name: "mss-blackhole", Severity: Critical,
		Title: "full-size segments vanish, small ones pass",
		Shows: "handshake and short segments are answered, full ones repeat without ACK; ICMP 3/4 does not come, " +
			"or nobody heeds it",
		Fault: "a hop with a smaller MTU whose ICMP is filtered; often a tunnel or VPN",
		Why: "Linux sends TCP with DF set and learns the path's MTU from ICMP 3/4, fragmentation needed (RFC " +
			"1191). If a firewall drops those messages the sender never learns, and repeats a segment that " +
			"cannot pass: a black hole (RFC 2923 §2.1). The handshake works because it is small, so it looks as " +
			"if the application hung. tcp_mtu_probing=1 lets Linux try smaller segments after repeated timeouts " +
			"(RFC 4821); the default is 0.",
		Advice: "Let ICMP 3/4 pass or clamp the MSS on the tunnel; tcp_mtu_probing=1 on the sender helps " +
			"meanwhile",
		Check: []string{
			"ping -M do -s 1472 PEER from the sender: silence where -s 1200 is answered means that the path " +
				"takes less than 1500",
			"tracepath -n PEER: the hop after which pmtu falls, or answers cease, is the narrow one",
			"ss -ti dst PEER on the sender: mss and pmtu are what it uses; ip route get PEER shows an MTU that " +
				"it has learnt",
			"nft list ruleset on firewalls: icmp type destination-unreachable has to be accepted, `tcp option " +
				"maxseg size set rt mtu` is the clamp",
		},
		Sysctls: []string{"tcp_mtu_probing", "tcp_base_mss"},
	}},
}
