package explain

// The sysctls of the handshake and of a listener's queues.
var openingSysctls = []sysctlText{
	{
		name: "net.ipv4.tcp_syn_retries", initial: "6",
		brief: "how often an unanswered SYN is repeated, beside those of tcp_syn_linear_timeouts",
		governs: []string{
			"How long connect() takes to fail when nothing answers. With N here the kernel gives up at the first timeout after 2^(N+1)-1 s. With 6, and 4 in " +
				"tcp_syn_linear_timeouts, SYNs go out at 0, 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s, and ETIMEDOUT comes after 131 s. Without the latter (before 6.5) they go out " +
				"at 0, 1, 3, 7, 15, 31 and 63 s, and it comes after 127 s.",
			"A program can set it for one socket with TCP_SYNCNT, and an upper bound in milliseconds with TCP_USER_TIMEOUT.",
		},
		not:  []string{"It does not concern the server, whose SYN-ACKs are counted by tcp_synack_retries, nor a connection that is refused: that fails at once."},
		next: []step{{"See what leaves the SYN unanswered.", "tcptrace explain syn_sent", ""}},
		beliefs: []belief{
			{"The default is 5, about 180 s.", "That was so before Linux 3.7. Since then it is 6: 127 s, and 131 s since 6.5."},
			{"Set it to 2; networks are good today.", "Then every connect() of the host gives up after 7 s. Give the program that must fail faster a time limit of its own."},
		},
		more:    []string{"net.ipv4.tcp_syn_linear_timeouts"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; tcp(7), which knows nothing of 6.5; net/ipv4/tcp_timer.c, tcp_write_timeout; 7 s and 131 s measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_syn_linear_timeouts", initial: "4", since: "since Linux 6.5",
		brief: "how many SYNs are repeated after one second each, before the times begin to double",
		governs: []string{
			"A lost SYN costs one second each of the first five times, instead of 1, 2, 4, 8 and 16. The repetitions come on top of tcp_syn_retries.",
		},
		not:     []string{"It does not concern SYN-ACKs: a server doubles from the first on."},
		beliefs: []belief{{"SYNs double from the first on: 1, 2, 4, 8 s.", "Until 6.4. A capture of a newer client shows five gaps of one second first; that is no other program and no middlebox."}},
		more:    []string{"net.ipv4.tcp_syn_retries"},
		sources: []string{"commit ccce324dabfe (6.5); Documentation/networking/ip-sysctl.rst; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_synack_retries", initial: "5",
		brief: "how often a SYN-ACK is repeated while its ACK does not come",
		governs: []string{
			"How long a connection stays in SYN_RECEIVED: with 5, SYN-ACKs are repeated after 1, 3, 7, 15 and 31 s, and the request is dropped after 63 s. Once the queue is more " +
				"than half full the kernel stops sooner by itself, after 2 at the least.",
		},
		not: []string{"It does not concern SYN-ACKs that are cookies: those are never repeated."},
		beliefs: []belief{
			{"5 means 180 s.", "63 s, since the first timeout is 1 s (since Linux 3.1)."},
			{"Lower it to 2 against SYN floods.", "SYN cookies are what helps against floods, and they are on. Lowering it drops clients whose packets get lost."},
		},
		more:    []string{"net.ipv4.tcp_syncookies"},
		sources: []string{"net/ipv4/inet_connection_sock.c, reqsk_timer_handler; tcp(7); RFC 6298 §2.1; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_max_syn_backlog", why: "1/128 of the hash table of connections, 128 at least: 2048 where that has 262144 entries",
		brief: "how many requests in SYN_RECEIVED a listener may hold when SYN cookies are off",
		governs: []string{
			"A limit of the SYN queue that is looked at only with tcp_syncookies=0.",
		},
		not: []string{
			"With tcp_syncookies=1, the default, it does nothing. The limit of the SYN queue is then the smaller of the backlog that the program passes to listen() and " +
				"somaxconn; behind it cookies begin. Nor has it to do with the accept queue.",
		},
		next: []step{{"See the limit that counts.", "ss -ltn", "Send-Q of a listener is its backlog in force, for both queues."}},
		beliefs: []belief{
			{"It is the size of the half-open queue, 1024 by default; raise it to 4096.",
				"Raise the program's backlog and somaxconn, and leave this alone. 256 and 1024 are defaults of old kernels."},
		},
		more:    []string{"net.ipv4.tcp_syncookies", "net.core.somaxconn"},
		sources: []string{"net/ipv4/tcp_input.c, tcp_conn_request; include/net/inet_connection_sock.h, inet_csk_reqsk_queue_is_full; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_syncookies", initial: "1",
		brief: "whether a server whose SYN queue is full answers with SYN cookies instead of dropping SYNs",
		governs: []string{
			"1: cookies once the queue of a listener is full. 2: always, for tests. 0: never. A cookie is an initial sequence number K that holds the " +
				"connection's data in itself, so that the server need not remember the SYN.",
			"If the client uses timestamps, window scale and SACK survive, encoded there. If it does not, they are lost for the life of the connection.",
		},
		not: []string{"It does not help a full accept queue: a program that does not call accept() has to be repaired. Worse, a connection made by a cookie while " +
			"that queue is full exists for the client only."},
		next: []step{{"See whether cookies are being sent: run it twice.", "nstat -az '*Syncookies*'",
			"Sent grows far faster than Recv: a flood. Both grow alike: real clients, and a backlog that is too small."}},
		beliefs: []belief{
			{"It is off and has to be turned on.", "1 is the default."},
			{"Cookies break connections.", "They cost options of clients without timestamps, while the queue is full, and nothing else. The alternative is no connection."},
		},
		more:    []string{"net.core.somaxconn"},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/syncookies.c; RFC 4987 §3.6; measured on 6.18"},
	},
	{
		name: "net.core.somaxconn", initial: "4096", why: "since Linux 5.4; 128 before",
		brief: "the most that a program gets as backlog of its listener",
		governs: []string{
			"The limit of both queues of a listener: the kernel takes the smaller of this and of the number that the program passes to listen(). The accept queue holds one more than that.",
		},
		not:  []string{"It does not raise anything by itself: a program that asks for 128 gets 128. And it is read when listen() is called, so a new value waits for a restart of the program."},
		next: []step{{"See what each listener got, and how full it is.", "ss -ltn", "Send-Q is the backlog in force, Recv-Q is how many connections wait."}},
		beliefs: []belief{
			{"It is 128 and must be raised on every server.", "It is 4096 since 5.4. If Send-Q is less, raise the backlog in the program's configuration."},
			{"A larger queue makes an overloaded server faster.", "It makes clients wait longer. It helps with bursts."},
		},
		sources: []string{"Documentation/networking/ip-sysctl.rst; listen(2)"},
	},
	{
		name: "net.ipv4.tcp_abort_on_overflow", initial: "0",
		brief: "whether a server whose accept queue is full answers the ACK of a handshake with RST",
		governs: []string{
			"0: the ACK is ignored and the SYN-ACK repeated after 1, 3, 7, 15 and 31 s; if there is room in time, the client notices nothing but a delay. 1: the client gets a RST.",
		},
		not: []string{"It does not concern SYNs: those are dropped silently while the accept queue is full, whatever it says."},
		beliefs: []belief{
			{"Enable it, then clients fail fast and go elsewhere.", "They also fail in every short burst, which the queue would have survived. Leave it at 0, and see why accept() is slow."},
		},
		next:    []step{{"See which listener is full.", "ss -ltnp", "Recv-Q above Send-Q."}},
		sources: []string{"Documentation/networking/ip-sysctl.rst; net/ipv4/tcp_minisocks.c, tcp_check_req; measured on 6.18"},
	},
	{
		name: "net.ipv4.tcp_fastopen", initial: "1",
		brief: "who may send data in the SYN: 1 clients, 2 servers, 3 both",
		governs: []string{
			"TCP Fast Open (RFC 7413), for programs that ask for it. A SYN-ACK that acknowledges J+1 only has refused the data: they are sent again after the handshake.",
		},
		not:     []string{"It changes nothing for programs that do not ask for it."},
		beliefs: []belief{{"Setting it to 3 makes every connection faster.", "Only programs that use MSG_FASTOPEN or TCP_FASTOPEN; and some middleboxes drop such SYNs."}},
		sources: []string{"Documentation/networking/ip-sysctl.rst; RFC 7413"},
	},
	{
		name: "net.ipv4.ip_local_port_range", initial: "32768 60999",
		brief: "the ports from which the kernel takes one for an outgoing connection",
		governs: []string{
			"How many connections this host may have to one and the same address and port: 28232 by default, those in TIME_WAIT included.",
		},
		not: []string{"It does not limit a server: its connections all have its own port, and differ in those of the clients."},
		next: []step{{"See how many are in use, for each peer.", "ss -Htan exclude listening | awk '{print $5}' | sort | uniq -c | sort -n",
			"A number near the size of the range is the danger. Keep-alive or a pool of connections is the cure."}},
		beliefs: []belief{
			{"Set it to 1024 65535.", "Then ports of services in that range are given away to clients, and a service may fail to start. Exclude them with ip_local_reserved_ports."},
			{"65535 connections are the limit of a server.", "The limit is for each pair of addresses and each port of the server."},
		},
		more:    []string{"net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_tw_reuse"},
		sources: []string{"Documentation/networking/ip-sysctl.rst"},
	},
	{
		name: "net.ipv4.ip_local_reserved_ports", initial: "empty", why: "none is excluded",
		brief: "ports that ip_local_port_range does not give away",
		governs: []string{
			"List here the ports of services within ip_local_port_range. A client that picks the very port of the service that it wants to reach, on its own host, " +
				"can connect to itself while the service is down, and then keeps it from starting.",
		},
		not:     []string{"It does not keep a program from binding such a port explicitly."},
		more:    []string{"net.ipv4.ip_local_port_range"},
		sources: []string{"Documentation/networking/ip-sysctl.rst"},
	},
}
