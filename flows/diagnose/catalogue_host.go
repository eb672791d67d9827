package diagnose

// hostRules are the conditions that only a host's socket table shows.
var hostRules = []entry{
	{CloseWaitWithUnread, Rule{
		Name: "close-wait-with-unread", Severity: Critical,
		Title: "not closed, and not even read to the end",
		Shows: "a socket in CLOSE_WAIT with a Recv-Q above 1",
		Fault: "the application: it stopped reading before it could have seen the peer's FIN",
		Why: "The FIN takes one number, so Recv-Q is 1 when all data were read but not end of file, and 0 when " +
			"that was read too. More than 1 means that data wait unread: the application has not merely " +
			"forgotten close(), it does not look at the socket at all. It hangs, waits for a lock, or lost the " +
			"descriptor. The kernel has no timer for CLOSE_WAIT, and no sysctl helps. close() will send RST " +
			"instead of FIN, because of the unread data.",
		Advice: "Take a thread dump of the owner to see what it does instead of reading",
		Check: []string{
			"ss -tanp state close-wait: users:(...) is the owner, Recv-Q - 1 the octets that it has not read",
			"cat /proc/PID/task/*/wchan, or a thread dump: all threads in a futex or on another socket is an " +
				"application that hangs",
			"ls -l /proc/PID/fd | grep socket: the inode that ss -tane prints shows whether the descriptor is " +
				"still held",
		},
	}},
	{CloseWaitPilingUp, Rule{
		Name: "close-wait-piling-up", Severity: Critical,
		Title: "a process leaks sockets in CLOSE_WAIT",
		Shows: "one process owns many sockets in CLOSE_WAIT, the oldest of them older than the limit",
		Fault: "the application that owns them: one of its paths does not close()",
		Why: "Every peer that closes leaves one socket behind, until the process reaches its limit of " +
			"descriptors and accept() fails with EMFILE. The kernel keeps a socket in CLOSE_WAIT as long as its " +
			"descriptor is open: there is no timer and no sysctl, and keep-alive does not free the descriptor. " +
			"The usual faults are an error path without close(), an HTTP answer whose body is not closed, and a " +
			"pool that never tests idle connections.",
		Advice: "Fix the path that does not close(); restart the process before it runs out of descriptors",
		Check: []string{
			"ss -tanp state close-wait: the peers that recur show which client or backend the leak is with",
			"ls /proc/PID/fd | wc -l against grep 'open files' /proc/PID/limits: how far it is to EMFILE",
			"Recv-Q in that list: 0 or 1 on most is a forgotten close(), more an application that hangs",
			"a heap or thread dump, or lsof -p PID: which objects hold the sockets",
		},
	}},
	{EstablishedMany, Rule{
		Name: "established-many", Severity: Warning,
		Title: "more connections than the set limit",
		Shows: "the ESTABLISHED sockets of one listener or process are above the warning or critical threshold",
		Fault: "nobody yet: more load, clients that do not close, or a threshold that is too low",
		Why: "The thresholds (600 and 800 unless set otherwise) are a matter of the site; the kernel has no such " +
			"limit. What bounds connections is memory, descriptors and the application. Idle ones stay for ever " +
			"without SO_KEEPALIVE or an idle timeout of the application, so a number that only rises is a leak " +
			"of clients or a lost NAT entry.",
		Advice: "Compare the number with what the service is built for, and look for connections that are idle",
		Check: []string{
			"ss -tnp state established sport = :PORT: one peer with very many is a client that leaks or a pool " +
				"that is too large",
			"ss -tni state established: a large lastrcv and lastsnd, in milliseconds, is an idle connection",
			"grep 'open files' /proc/PID/limits: the limit that the process would reach first",
		},
		Sysctls: []string{"tcp_keepalive_time"},
	}},
	{SynReceivedMany, Rule{
		Name: "syn-received-many", Severity: Warning,
		Title: "the SYN queue of a listener is filling up",
		Shows: "SYN_RECEIVED sockets near the listener's backlog, or more than 15 where the backlog is not known",
		Fault: "a flood, a broken path back to the clients, or a full accept queue",
		Why: "The SYN queue is limited by min(backlog, somaxconn); tcp_max_syn_backlog counts only with " +
			"tcp_syncookies=0. Once it is full Linux answers with cookies. That 15 are normal and more are an " +
			"attack is a rule of thumb without a basis in the kernel: on a busy listener each client is in the " +
			"queue for a round trip. Entries that grow old are what matters. A full accept queue fills this one " +
			"as well, as the third ACKs are ignored.",
		Advice: "Tell a flood from a full accept queue with ss -ltn and the counters, then act on that one",
		Check: []string{
			"ss -ltn: a Recv-Q above Send-Q on the listener is a full accept queue, and the application is the " +
				"cause",
			"nstat -az TcpExtSyncookiesSent TcpExtTCPReqQFullDoCookies TcpExtListenOverflows: the first two grow " +
				"in a flood, the third with a full accept queue",
			"ss -tano state syn-recv: timer:(on,...,N) with N above 2 on most are clients that never answer",
		},
		Sysctls: []string{"net.core.somaxconn", "tcp_syncookies", "tcp_synack_retries"},
	}},
	{AcceptQueueFull, Rule{
		Name: "accept-queue-full", Severity: Critical,
		Title: "a listener's accept queue is full",
		Shows: "a listener whose Recv-Q is Send-Q + 1",
		Fault: "the application that owns the listener: it does not accept() fast enough, or not at all",
		Why: "For a listener, ss shows the connections that wait for accept() as Recv-Q and their limit, " +
			"min(backlog, somaxconn), as Send-Q; the queue holds one more than the limit. While it is full Linux " +
			"drops new SYNs, and ignores the third ACKs of those under way, so clients see timeouts and not " +
			"refusals. Raising somaxconn does nothing for a listener until it calls listen() again. " +
			"tcp_abort_on_overflow=1 would only turn the waits into resets.",
		Advice: "Find out why its owner does not accept(); raise backlog and somaxconn only against bursts",
		Check: []string{
			"ss -ltnp: the owner of the listener, Recv-Q and Send-Q; twice, to see whether the queue moves at " +
				"all",
			"nstat -az TcpExtListenOverflows TcpExtListenDrops, twice: growth is what clients lose",
			"strace -f -e trace=accept,accept4 -p PID: no call is an application that hangs, EMFILE is one " +
				"without descriptors",
			"top -H -p PID: threads at 100 % of a processor have no time to accept",
		},
		Sysctls: []string{"net.core.somaxconn"},
	}},
	{TimeWaitMany, Rule{
		Name: "time-wait-many", Severity: Warning,
		Title: "TIME_WAIT is using up the ports",
		Shows: "TIME_WAIT sockets to one destination near the size of the port range, or in all near " +
			"tcp_max_tw_buckets",
		Fault: "the end that closes first, and opens a new connection for each request",
		Why: "TIME_WAIT is with the end that closed first, for 60 s, a constant of the kernel (TCP_TIMEWAIT_LEN " +
			"in tcp.h): tcp_fin_timeout does not shorten it. It costs little memory; what runs out is ports, " +
			"28,232 to one destination by default. tcp_tw_recycle broke clients behind NAT and was removed in " +
			"Linux 4.12. tcp_tw_reuse=1 lets outgoing connections with timestamps take over a port after a " +
			"second; the default 2 does so on loopback only, and it does nothing for a server. Lowering " +
			"tcp_max_tw_buckets destroys the state that protects later connections.",
		Advice: "Keep connections open and use them again; if that is not possible, set tcp_tw_reuse to 1",
		Check: []string{
			"ss -tan state time-wait dst SERVER | wc -l: how many of the ports to this destination are taken",
			"sysctl net.ipv4.ip_local_port_range: how many there are",
			"nstat -az TcpExtTCPTimeWaitOverflow: above 0, tcp_max_tw_buckets was reached, and TIME_WAIT was cut " +
				"short",
			"on a server, what the client does: TIME_WAIT there blocks no port, as it takes a new SYN with a " +
				"higher SEQ or timestamp",
		},
		Sysctls: []string{"tcp_tw_reuse", "ip_local_port_range", "tcp_max_tw_buckets"},
	}},
	{FinWait2Orphans, Rule{
		Name: "fin-wait-2-orphans", Severity: Warning,
		Title: "many peers do not close their side",
		Shows: "many sockets in FIN_WAIT_2 without an owner",
		Fault: "the applications of the peers: their ends are in CLOSE_WAIT",
		Why: "The application here has called close() and is done; each socket waits for a FIN that does not " +
			"come, and Linux drops it after tcp_fin_timeout, 60 s by default. The peers hold CLOSE_WAIT until " +
			"their applications close. A lower tcp_fin_timeout frees the sockets here sooner, and resets peers " +
			"that close late. It does nothing about TIME_WAIT. Values above 60 do not mean what they say.",
		Advice: "Find the peers that recur, and make their applications close() at end of file",
		Check: []string{
			"ss -tanpo state fin-wait-2: lines without users:(...) are orphans, timer:(timewait,...) is what " +
				"each has left",
			"ss -tanp state close-wait on a peer: users:(...) names the process that does not close",
			"sysctl net.ipv4.tcp_fin_timeout: how long each orphan stays",
		},
		Sysctls: []string{"tcp_fin_timeout"},
	}},
	{WireAndKernelDisagree, Rule{
		Name: "wire-and-kernel-disagree", Severity: Warning,
		Title: "the packets and the socket table disagree",
		Shows: "one state by the packets, another one or no socket at all in the kernel's table, each with its " +
			"time",
		Fault: "the server if it lost the connection; else what lies between capture point and kernel, or the " +
			"capture",
		Why: "A captured packet may still be dropped before TCP sees it: the capture point lies in front of the " +
			"packet filter on the way in. A handshake by SYN cookie that met a full accept queue leaves no " +
			"socket, though the packets show one. And a socket in another network namespace, such as a " +
			"container's, is not in the table that was read. A short difference is none: the two are not read at " +
			"the same instant.",
		Advice: "Look in the network namespace that owns the address, then for drops between capture and TCP",
		Check: []string{
			"ip netns list, lsns -t net, then nsenter -t PID -n ss -tan: the socket shows up in the namespace " +
				"that it is in",
			"nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtSyncookiesSent: growth points to a " +
				"connection that the kernel never made",
			"nft list ruleset with counters: a drop rule in the input path counts what the capture saw and TCP " +
				"did not",
			"nstat -az TcpInErrs TcpInCsumErrors: growth means that TCP discarded damaged segments",
		},
	}},
}
