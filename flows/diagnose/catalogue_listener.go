package diagnose

// listenerRules are the conditions of a listener whose queues are full, or
// that acts as if they were.
var listenerRules = []entry{
	{AcceptQueueOverflow, Rule{
		Name: "accept-queue-overflow", Severity: Critical,
		Title: "the server's accept queue is full",
		Shows: "the third ACK is seen, yet the SYN-ACK comes again after 1, 3, 7, 15 and 31 s, each answered by " +
			"a duplicate ACK",
		Fault: "the server application: it does not call accept() fast enough",
		Why: "A connection whose handshake is complete waits in the listener's queue until accept() takes it. " +
			"When the queue holds backlog+1, Linux ignores the third ACK, stays in SYN_RECEIVED and goes on " +
			"repeating its SYN-ACK (tcp_check_req in tcp_minisocks.c). The client is ESTABLISHED and sends data " +
			"that are dropped, until a slot is free when an ACK arrives or the server forgets it at 63 s. A " +
			"larger backlog covers bursts; it does not help an application that is too slow or has stopped. " +
			"tcp_abort_on_overflow=1 only turns the delay into an error: leave it 0.",
		Advice: "Find out why the server does not accept(); against bursts raise its backlog and somaxconn",
		Check: []string{
			"ss -ltnp on the server: a Recv-Q above Send-Q on the listener is a full accept queue, and Send-Q is " +
				"its limit",
			"nstat -az TcpExtListenOverflows TcpExtListenDrops, twice: growth means that it is happening now",
			"a thread dump or strace -f -e trace=accept,accept4 -p PID: no accept while connections wait is an " +
				"application that is stuck",
			"sysctl net.core.somaxconn: it caps the backlog given to listen(); 4096 since Linux 5.4, 128 before",
		},
		Sysctls: []string{"net.core.somaxconn"},
	}},
	{AcceptQueueSynDrop, Rule{
		Name: "accept-queue-syn-drop", Severity: Critical,
		Title: "the full listener drops new SYNs",
		Shows: "SYNs without any answer, while other connections of the same listener are ESTABLISHED and its " +
			"accept queue is full",
		Fault: "the server application: it does not call accept() fast enough",
		Why: "While the accept queue is full, Linux drops every new SYN for that listener without an answer " +
			"(tcp_conn_request in tcp_input.c). No RST is sent, so that the client tries again and may find a " +
			"free slot; to the client it looks like a firewall. Those who came in earlier work. SYN cookies and " +
			"tcp_max_syn_backlog do not help: they concern the SYN queue, not this one.",
		Advice: "Find out why the server does not accept(); against bursts raise its backlog and somaxconn",
		Check: []string{
			"ss -ltnp on the server: a Recv-Q above Send-Q on the listener is a full accept queue",
			"nstat -az TcpExtListenOverflows TcpExtListenDrops, twice: growth means that SYNs are being dropped",
			"nft list ruleset: a drop rule for the port would be the other explanation",
		},
		Sysctls: []string{"net.core.somaxconn"},
	}},
	{AcceptOverflowAbort, Rule{
		Name: "accept-overflow-abort", Severity: Critical,
		Title: "the full listener resets new connections",
		Shows: "a RST with window 0 and without ACK straight after the third ACK",
		Fault: "the server application, and tcp_abort_on_overflow=1 on its host",
		Why: "With tcp_abort_on_overflow=1 Linux answers the third ACK with RST when the accept queue is full " +
			"(tcp_check_req in tcp_minisocks.c). The client has just been told that it is connected and now " +
			"reads ECONNRESET. With the default 0 the server repeats its SYN-ACK instead, and a short burst goes " +
			"by unnoticed. The setting is often recommended to fail fast; it makes errors out of delays and " +
			"leaves the cause. A service that closes its listener at that moment looks the same.",
		Advice: "Set tcp_abort_on_overflow back to 0, and find out why the server does not accept()",
		Check: []string{
			"sysctl net.ipv4.tcp_abort_on_overflow on the server: 1 is the setting that sends these resets",
			"ss -ltnp on the server: a Recv-Q above Send-Q on the listener is a full accept queue",
			"nstat -az TcpExtListenOverflows, twice: growth with each reset confirms it",
		},
		Sysctls: []string{"tcp_abort_on_overflow", "net.core.somaxconn"},
	}},
	{PhantomEstablished, Rule{
		Name: "phantom-established", Severity: Critical,
		Title: "only the client believes in this connection",
		Shows: "a complete handshake, then the client's data again and again without any answer, and no repeated " +
			"SYN-ACK",
		Fault: "the server: SYN cookies together with a full accept queue, or state that it lost",
		Why: "A SYN that is answered with a cookie leaves nothing in the server: the third ACK has to make the " +
			"socket. If the accept queue is full at that moment the ACK is dropped, and with no request left " +
			"nothing repeats the SYN-ACK (cookie_v4_check in syncookies.c). The client is ESTABLISHED; the " +
			"server has no socket. The client's data carry the cookie as well and can still make the socket if " +
			"there is room within the two minutes that a cookie is good for. After that the client retransmits " +
			"in vain until tcp_retries2 is over, some 15 minutes.",
		Advice: "Make the server accept() faster and raise its backlog, so that it neither needs cookies nor " +
			"drops",
		Check: []string{
			"ss -tan dst CLIENT on the server: no socket for the client's port proves the phantom",
			"nstat -az TcpExtSyncookiesSent TcpExtListenOverflows on the server: growth of both is this case",
			"ss -ltnp on the server: a Recv-Q above Send-Q on the listener is a full accept queue",
			"nft list ruleset on the server: a filter that lets SYNs in and drops the rest looks the same",
		},
		Sysctls: []string{"net.core.somaxconn", "tcp_syncookies"},
	}},
	{DeferAccept, Rule{
		Name: "defer-accept", Severity: Info,
		Title: "the listener waits for data before it accepts",
		Shows: "a bare third ACK, silence, then a single SYN-ACK again after seconds, and no data from the " +
			"client before it",
		Fault: "nobody: the server asked for TCP_DEFER_ACCEPT",
		Why: "With TCP_DEFER_ACCEPT the server ignores the bare third ACK and waits in SYN_RECEIVED for the " +
			"first data (tcp(7), tcp_check_req in tcp_minisocks.c). When the time is up it sends its SYN-ACK " +
			"once more, and the ACK of that one is taken. An overflow repeats from the first second on, and more " +
			"than once. Protocols in which the server speaks first must not use the option.",
		Advice: "Do nothing, unless the server has to speak first: then turn TCP_DEFER_ACCEPT off",
		Check: []string{
			"nstat -az TcpExtTCPDeferAcceptDrop on the server: it counts the bare ACKs that were put off",
			"the listener's configuration: `deferred` in nginx, AcceptFilter in Apache httpd turn the option on",
		},
	}},
	{SynCookiesInUse, Rule{
		Name: "syn-cookies-in-use", Severity: Warning,
		Title: "the server answers with SYN cookies",
		Shows: "a SYN-ACK without the window scale and SACK that the client offered, never repeated; or " +
			"SyncookiesSent grows",
		Fault: "the server: its SYN queue is full, by load or by a flood",
		Why: "With tcp_syncookies=1 Linux encodes a connection in its ISN once the SYN queue of the listener is " +
			"full, and keeps nothing (RFC 4987 §3.6, syncookies.c). The limit of that queue is min(backlog, " +
			"somaxconn); tcp_max_syn_backlog counts only with tcp_syncookies=0, so raising it does nothing here. " +
			"Options survive if the client sends timestamps; else window scale and SACK are lost for good. A " +
			"cookie's SYN-ACK is never repeated, so a lost one costs the client's next SYN.",
		Advice: "Raise the listener's backlog and somaxconn if this is load; look for the source if it is a " +
			"flood",
		Check: []string{
			"nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv TcpExtSyncookiesFailed: Sent far above Recv is " +
				"a flood, near it is load",
			"nstat -az TcpExtTCPReqQFullDoCookies: growth means that a full SYN queue turned the cookies on",
			"sysctl net.ipv4.tcp_syncookies: 2 sends cookies always and is for tests",
			"ss -ltn: Send-Q on the listener is the backlog in force",
		},
		Sysctls: []string{"tcp_syncookies", "net.core.somaxconn"},
	}},
	{SynFloodSuspected, Rule{
		Name: "syn-flood-suspected", Severity: Critical,
		Title: "many SYNs, and nobody completes the handshake",
		Shows: "SYNs with many J, often from many sources, SYN-ACKs to all of them and no third ACK; " +
			"SYN_RECEIVED reaches the backlog",
		Fault: "an attacker, or a broken path back to a whole group of clients",
		Why: "Every SYN takes a place in the SYN queue until its third ACK comes or tcp_synack_retries is over, " +
			"63 s by default. Spoofed sources never answer (RFC 4987). tcp_syncookies=1, the default, keeps the " +
			"service up: from a full queue on, connections cost no memory. As the SYN queue grows past half the " +
			"backlog Linux also gives up on old requests after fewer SYN-ACKs, down to two. 15 half-open " +
			"connections are no sign by themselves; a queue as long as the backlog is.",
		Advice: "Keep tcp_syncookies at 1, and filter the sources upstream if they are few",
		Check: []string{
			"ss -tan state syn-recv: many sources with one entry each are spoofed or scan; one network is a " +
				"broken path back to it",
			"nstat -az TcpExtTCPReqQFullDoCookies TcpExtTCPReqQFullDrop: the first grows while cookies keep up, " +
				"the second when SYNs are dropped",
			"sysctl net.ipv4.tcp_syncookies: 0 leaves the listener without defence",
			"ping to a few of the sources: real clients whose pings fail as well point to a broken path back",
		},
		Sysctls: []string{"tcp_syncookies", "tcp_synack_retries", "net.core.somaxconn"},
	}},
}
