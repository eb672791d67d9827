package diagnose

// closingRules are the conditions of a closing that does not come to its end,
// or takes a way of its own.
var closingRules = []entry{
	{StuckCloseWait, Rule{
		Name: "stuck-close-wait", Severity: Critical,
		Title: "the application has not closed its socket",
		Shows: "the peer's FIN(M) acknowledged, and no FIN in return for longer than the limit",
		Fault: "the application on the end in CLOSE_WAIT: it never called close()",
		Why: "In CLOSE_WAIT the peer has finished, and TCP waits for the local application to close (RFC 9293 " +
			"§3.6). The kernel has no timer for it, so no sysctl helps: neither tcp_fin_timeout nor " +
			"tcp_keepalive_* frees the descriptor. Only close() of the last descriptor, the end of the process, " +
			"`ss -K` or a RST ends the state. A descriptor held by a forked child or a dup() keeps it as well. " +
			"With SO_KEEPALIVE a probe to a peer that is gone draws a RST and the kernel's socket goes away, but " +
			"the application still holds its descriptor.",
		Advice: "Make the application close() when it reads end of file; a restart frees the sockets meanwhile",
		Check: []string{
			"ss -tanp state close-wait: users:(...) names the process and descriptor that have to close it",
			"Recv-Q in that list: 0 or 1 means that all data were read, 1 that end of file was not; more means " +
				"that it stopped reading",
			"ls /proc/PID/fd | wc -l, twice: a number that grows up to `ulimit -n` is a descriptor leak",
			"a thread dump: threads of a pool that hold the connection show which code does not close it",
			"ss -tK state close-wait dst PEER: destroys the sockets (kernel with CONFIG_INET_DIAG_DESTROY), the " +
				"descriptors stay leaked",
		},
	}},
	{StuckFinWait2, Rule{
		Name: "stuck-fin-wait-2", Severity: Warning,
		Title: "the peer has not closed its side",
		Shows: "FIN(M) and its ACK, then neither data nor a FIN from the peer",
		Fault: "the application of the peer: its end is in CLOSE_WAIT",
		Why: "An end in FIN_WAIT_2 has sent its FIN and waits for the other one. If the application called " +
			"close() the socket is an orphan, and Linux drops it after tcp_fin_timeout, 60 s by default. If it " +
			"only called shutdown(SHUT_WR) it still owns the socket, and there is no timer: it waits for ever. " +
			"tcp_fin_timeout changes neither that nor TIME_WAIT, and this end cannot cure what the peer does not " +
			"close.",
		Advice: "Make the peer's application close(); on this end set a read timeout after shutdown()",
		Check: []string{
			"ss -tanp state close-wait on the peer: users:(...) names the process that does not close",
			"ss -tanpo state fin-wait-2 here: users:(...) is owned and has no limit, timer:(timewait,...) is an " +
				"orphan and its remaining time",
			"what the peer still does: a long answer under way is a half-close in use, and no fault",
		},
		Sysctls: []string{"tcp_fin_timeout"},
	}},
	{FinWait2Expired, Rule{
		Name: "fin-wait-2-expired", Severity: Warning,
		Title: "the peer closed after this end had given up",
		Shows: "nothing for tcp_fin_timeout after FIN(M) was acknowledged; then the peer's data or FIN draws a " +
			"RST",
		Fault: "the application of the peer: it closed too late",
		Why: "Linux keeps an orphan in FIN_WAIT_2 for tcp_fin_timeout (60 s) and then forgets the connection. " +
			"Whatever the peer sends after that finds no socket and is answered by RST (RFC 9293 §3.10.7.1). For " +
			"a FIN alone it does no harm; data are lost, and the peer reads ECONNRESET. Values above 60 do not " +
			"act as they read: the orphan lives 2*(v-60) seconds, 10 s for 65 and 120 s for 120 (__tcp_close in " +
			"tcp.c, tcp_keepalive_timer in tcp_timer.c). A longer time only hides that the peer is slow.",
		Advice: "Make the peer's application close as soon as it reads end of file",
		Check: []string{
			"ss -tanp state close-wait on the peer: sockets that stay there for a minute and more are those that " +
				"come too late",
			"sysctl net.ipv4.tcp_fin_timeout on the end that sent the RST: it should be the time from the ACK of " +
				"its FIN",
		},
		Sysctls: []string{"tcp_fin_timeout"},
	}},
	{LateDataAfterClose, Rule{
		Name: "late-data-after-close", Severity: Warning,
		Title: "data for an end that has closed already",
		Shows: "FIN(M), then data from the peer, answered by a RST with window 0",
		Fault: "the order in which the two applications close",
		Why: "close() says that the application will not read any more. Data that come after it cannot be " +
			"delivered, and Linux answers with RST so that the sender learns of it (RFC 9293 §3.6.1; " +
			"tcp_timewait_state_process in tcp_minisocks.c). The peer reads ECONNRESET, and EPIPE on its next " +
			"write; it may even lose data that it had not read. shutdown(SHUT_WR) would have sent the same FIN " +
			"and left reading open.",
		Advice: "Call shutdown(SHUT_WR), read to end of file, and only then close()",
		Check: []string{
			"strace -f -e trace=shutdown,close -p PID on the end that sent the FIN: a close without a shutdown " +
				"before it loses what comes",
			"nstat -az TcpOutRsts on that end: it grows with every such answer",
		},
	}},
	{FinRetransmitted, Rule{
		Name: "fin-retransmitted", Severity: Warning,
		Title: "a FIN had to be sent again",
		Shows: "FIN(M) repeated with back-off, and acknowledged in the end",
		Fault: "the path: the FIN or its ACK was lost",
		Why: "A FIN takes a sequence number and is retransmitted like data (RFC 9293 §3.4, §3.8.1). Its loss " +
			"delays the closing and does no harm otherwise. Frequent cases mean loss on the path, which data of " +
			"the same connections then suffer as well.",
		Advice: "Do nothing for a single one; for many, measure the loss on the path",
		Check: []string{
			"nstat TcpRetransSegs TcpOutSegs: retransmissions well above 1 % of what is sent are a bad path",
			"ss -ti dst PEER: retrans:0/N with N above 0 on other connections shows that they lose segments too",
		},
	}},
	{StuckFinWait1, Rule{
		Name: "stuck-fin-wait-1", Severity: Critical,
		Title: "nobody acknowledges the FIN",
		Shows: "FIN(M) sent eight or nine times with back-off, no ACK, then silence",
		Fault: "the path, or a peer that is dead",
		Why: "In FIN_WAIT_1 the FIN, or data before it, is not acknowledged. After close() the socket is an " +
			"orphan: Linux retries tcp_orphan_retries times, and the default 0 stands for 8 (tcp_orphan_retries " +
			"in tcp_timer.c), which takes some 100 s at a small RTT; an ICMP error ends it sooner. If the " +
			"application only called shutdown(), tcp_retries2 holds, about 15 minutes. A peer whose window is " +
			"closed keeps the state too, with probes instead of FINs.",
		Advice: "Check that the peer is alive and that the path has not changed since the last ACK",
		Check: []string{
			"ss -tano state fin-wait-1: timer:(on,...) is retransmission, timer:(persist,...) a closed window; " +
				"Send-Q holds what is not acknowledged",
			"ping PEER, and tcpdump on it: FINs that arrive and have no answer are dropped there, else on the " +
				"path",
			"nstat -az TcpExtTCPAbortOnTimeout: it grows when such a socket is given up",
		},
		Sysctls: []string{"tcp_orphan_retries", "tcp_retries2"},
	}},
	{StuckLastAck, Rule{
		Name: "stuck-last-ack", Severity: Warning,
		Title: "nobody acknowledges the second FIN",
		Shows: "FIN(N) from the end that was closed to, repeated with back-off, and no ACK(N+1)",
		Fault: "the peer, which is gone, or the path to it",
		Why: "In LAST_ACK only the ACK of the own FIN is missing. A peer in TIME_WAIT would answer each " +
			"repetition, one that had forgotten the connection would send RST; silence means that it is gone or " +
			"that a firewall closed its entry. conntrack keeps an entry in LAST_ACK for 30 s only. Linux gives " +
			"up after 8 repetitions (tcp_orphan_retries = 0 stands for 8), and the application notices nothing.",
		Advice: "If there are many, check firewalls and the peer; a single one ends by itself after some 100 s",
		Check: []string{
			"ss -tano state last-ack: timer:(on,...) shows when the next repetition is due, and how many there " +
				"were",
			"tcpdump on the peer: FINs that do not arrive are dropped on the path",
			"nft list ruleset on firewalls: a rule that drops ct state invalid drops FINs that come after its " +
				"entry has gone",
		},
		Sysctls: []string{"tcp_orphan_retries"},
	}},
	{StuckClosing, Rule{
		Name: "stuck-closing", Severity: Critical,
		Title: "the FINs crossed, and one has no ACK",
		Shows: "both ends sent FIN before they had the other's, one FIN is acknowledged and the other repeated " +
			"in vain",
		Fault: "the path in the direction of the FIN that is repeated, or a peer that died",
		Why: "In CLOSING an end has the peer's FIN and waits for the ACK of its own (RFC 9293 §3.6, simultaneous " +
			"close). That ACK should come within a round trip. If it does not, the FIN is lost again and again, " +
			"or its ACK is: one direction of the path fails. The socket is given up after tcp_orphan_retries (0 " +
			"stands for 8), some 100 s; nothing that the application does ends it sooner.",
		Advice: "Capture at both ends to see whether the FIN or its ACK is lost, and in which direction",
		Check: []string{
			"ss -tano state closing: Send-Q 1 is the FIN that is not acknowledged, timer:(on,...) its next " +
				"repetition",
			"tcpdump on the peer: a FIN that arrives and is answered means that the way back drops the ACK",
			"conntrack -S on firewalls of the path: an invalid counter that grows means that they drop what they " +
				"do not follow",
		},
		Sysctls: []string{"tcp_orphan_retries"},
	}},
	{SimultaneousClose, Rule{
		Name: "simultaneous-close", Severity: Info,
		Title: "both ends closed at once",
		Shows: "the FINs cross; both ends go through CLOSING to TIME_WAIT",
		Fault: "nobody",
		Why: "Each end gets a FIN while its own is not acknowledged, goes from FIN_WAIT_1 to CLOSING, and to " +
			"TIME_WAIT with the ACK (RFC 9293 §3.6). So both hold TIME_WAIT for 60 s, not only one.",
		Advice: "Do nothing: this is a regular closing",
	}},
	{HalfCloseInUse, Rule{
		Name: "half-close-in-use", Severity: Info,
		Title: "one direction is closed, the other still in use",
		Shows: "FIN(M) and its ACK, and data that keep flowing towards the end that sent it",
		Fault: "nobody",
		Why: "A FIN ends one direction only (RFC 9293 §3.6.1). The client that has sent its whole request may " +
			"say so with shutdown(SHUT_WR) and read the answer to the end. The other end is in CLOSE_WAIT " +
			"meanwhile, and rightly so: it is a leak only when it has stopped sending and does not close.",
		Advice: "Do nothing; keep proxies on the way from closing both directions at the first FIN",
	}},
}
