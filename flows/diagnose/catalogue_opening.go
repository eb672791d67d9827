package diagnose

// openingRules are the conditions of a handshake that fails, or is not the
// usual one, for reasons other than a full listener (catalogue_listener.go).
var openingRules = []entry{
	{SynNoAnswer, Rule{
		Name: "syn-no-answer", Severity: Critical,
		Title: "nobody answers the SYN",
		Shows: "the same SYN(J) again and again on the sender's schedule, and nothing in return: no SYN-ACK, no " +
			"RST, no ICMP",
		Fault: "a filter on the path, a host that is down, or a server whose accept queue is full",
		Why: "A host that is up and does not listen answers a SYN with RST (RFC 9293 §3.10.7.1), so silence " +
			"means that somebody dropped the SYN or its answer. Linux itself drops SYNs without a word while the " +
			"listener's accept queue is full (tcp_conn_request in tcp_input.c). Since 6.5 a Linux client sends " +
			"SYNs at 0, 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s and gives up at 131 s: tcp_syn_linear_timeouts " +
			"adds four to the six of tcp_syn_retries; before that it sent seven and gave up at 127 s. Fewer " +
			"retries make the error come sooner, they do not make the connection work. The packets of one side " +
			"cannot tell a filter from a full queue.",
		Advice: "Capture on the server: if the SYN arrives, look at its listener and filter; if not, at the path",
		Check: []string{
			"tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0' on the server: a SYN without a SYN-ACK is dropped by " +
				"that host, no SYN at all was dropped on the path",
			"ss -ltn on the server: a Recv-Q above Send-Q on the listener is a full accept queue",
			"nstat -az TcpExtListenOverflows TcpExtListenDrops on the server: counters that grow mean that the " +
				"listener drops SYNs",
			"nft list ruleset on the server and on routers: a drop rule or policy that matches the port is the " +
				"filter",
			"nstat -az TcpExtIPReversePathFilter on the server: growth means that rp_filter drops SYNs which " +
				"arrive on another interface than the route back uses",
		},
		Sysctls: []string{"tcp_syn_retries", "tcp_syn_linear_timeouts"},
	}},
	{ConnectAbandoned, Rule{
		Name: "connect-abandoned", Severity: Warning,
		Title: "the client stopped trying before its kernel would",
		Shows: "unanswered SYNs that stop before the retry schedule of the kernel is over, without a RST",
		Fault: "the client application's timeout, and what left the SYN unanswered",
		Why: "close() of a socket in SYN_SENT deletes it and sends nothing (RFC 9293 §3.10.4), so a connect " +
			"timeout in the application shows as SYNs that merely stop. A timeout of one second leaves room for " +
			"one repeated SYN, so a single lost packet can already fail the connection. The timeout is the " +
			"second trouble; the first is that nothing answered.",
		Advice: "Find out why the SYN has no answer, and compare the client's dial timeout with the SYN schedule",
		Check: []string{
			"the application's connect or dial timeout: one equal to the time from the first SYN to the end " +
				"explains the stop",
			"ss -ltn on the server: a Recv-Q above Send-Q on the listener means that it drops SYNs",
		},
		Sysctls: []string{"tcp_syn_retries"},
	}},
	{ConnectionRefused, Rule{
		Name: "connection-refused", Severity: Warning,
		Title: "nothing listens on that port",
		Shows: "SYN(J) answered by RST,ACK with window 0 and ACK(J+1)",
		Fault: "the server: its process does not listen on that address and port, or its firewall rejects",
		Why: "A segment for a port without a socket is answered by a reset; when it carries no ACK, as a SYN, " +
			"the reset has SEQ 0 and acknowledges it (RFC 9293 §3.10.7.1). The client accepts it because it " +
			"acknowledges its SYN (§3.10.7.3), and connect() returns ECONNREFUSED at once. A full accept queue " +
			"does not look like this: Linux drops the SYN then. A packet filter with `reject with tcp reset` can " +
			"send the very same segment.",
		Advice: "Start the server, or bind it to the address and port that the client uses",
		Check: []string{
			"ss -ltnp on the server: no line with the port means that nobody listens, one with 127.0.0.1 that " +
				"only local clients may come",
			"nft list ruleset on the server: a matching `reject with tcp reset` refuses in place of the " +
				"application",
			"ss -ltn in the server's container: a listener there but not outside means that the port is not " +
				"published",
		},
	}},
	{RefusedByFirewall, Rule{
		Name: "refused-by-firewall", Severity: Warning,
		Title: "somebody other than the server refuses",
		Shows: "RST,ACK with ACK(J+1) to the SYN, but with a TTL or IP ID unlike the server's other packets",
		Fault: "a firewall or load balancer between the two",
		Why: "A middlebox that rejects a connection forges the reset in the server's name, so addresses, ports " +
			"and numbers are right. What it cannot easily forge is the distance: its packets cross fewer routers " +
			"and arrive with another TTL, and its IP ID follows its own counter. The server never saw the SYN.",
		Advice: "Compare the TTL of the RST with that of the server's other packets, and ask the box at that " +
			"distance",
		Check: []string{
			"tcpdump -vn 'tcp[tcpflags] & (tcp-syn|tcp-rst) != 0': a ttl on the RST unlike that of the server's " +
				"SYN-ACKs names a sender at another distance",
			"tcpdump on the server: the SYN missing there proves that another host answered it",
			"nft list ruleset on the firewall: `reject with tcp reset` is the rule that did it",
		},
	}},
	{ICMPUnreachable, Rule{
		Name: "icmp-unreachable", Severity: Critical,
		Title: "a router or firewall says it cannot be reached",
		Shows: "an ICMP destination unreachable that quotes a segment of the connection",
		Fault: "the host that sent the ICMP: its address is in the message",
		Why: "The code says why: 0 network, 1 host, 3 port, 4 too big and not to be fragmented, 9, 10 and 13 " +
			"forbidden by a filter. A Linux client in SYN_SENT gives up at once on those other than 4, with " +
			"EHOSTUNREACH, ENETUNREACH or ECONNREFUSED (tcp_v4_err in tcp_ipv4.c), though RFC 1122 §4.2.3.9 " +
			"calls codes 0 and 1 soft errors. On an established connection the error is only remembered, and " +
			"retransmission goes on. Code 1 from a router on the last hop usually means that the target does not " +
			"answer ARP.",
		Advice: "Look at the route and the filter of the host that sent the ICMP message",
		Check: []string{
			"the ICMP source and code: 13, or 3 from a host that is not the server, is a filter; 1 from the last " +
				"router is a dead host; 1 from the client itself is failed ARP",
			"ip route get ADDRESS on the sender of the ICMP: no route, or one with unreachable or prohibit, " +
				"explains it",
			"nft list ruleset on the sender of the ICMP: a reject rule counts the packets that it refuses",
			"ip neigh: FAILED or INCOMPLETE for the target means that nobody answers ARP",
		},
	}},
	{SynAckLost, Rule{
		Name: "synack-lost", Severity: Critical,
		Title: "the SYN-ACK does not reach the client",
		Shows: "SYN(J) and SYN(K)+ACK(J+1) are both repeated, and no third ACK comes",
		Fault: "the path from the server back to the client",
		Why: "The client repeats its SYN because it has no answer; the server, in SYN_RECEIVED, repeats its " +
			"SYN-ACK at 1, 3, 7, 15 and 31 s and drops the request at 63 s (tcp_synack_retries = 5). Since the " +
			"SYN came through, one direction works and the other does not. The usual causes are an asymmetric " +
			"route through a stateful firewall, a return route to nowhere, and a client address that SNAT made " +
			"unroutable. Seen only at the server, a client that has gone away would look the same but would not " +
			"repeat its SYN.",
		Advice: "Capture at both ends, and find the hop behind which the SYN-ACK is missing",
		Check: []string{
			"tcpdump -ni any port PORT on the client: SYN-ACKs that arrive there are dropped by its own filter, " +
				"absent ones on the path",
			"ip route get CLIENT on the server: another interface than the SYN came in on is an asymmetric route",
			"conntrack -S on firewalls of the path: an invalid counter that grows points to one that sees only " +
				"half of the connection",
			"ss -tan state syn-recv on the server: entries for this client confirm that it waits for the ACK",
		},
		Sysctls: []string{"tcp_synack_retries"},
	}},
	{ISNChangedMidway, Rule{
		Name: "isn-changed-midway", Severity: Warning,
		Title: "two SYN-ACKs for one SYN carry different ISNs",
		Shows: "SYN(K)+ACK(J+1), later SYN(K')+ACK(J+1) with another K' for the same J",
		Fault: "the server side: a request that expired, a restart, or two servers behind one address",
		Why: "While a server keeps its request it repeats the SYN-ACK with the same K. Another K means that it " +
			"had forgotten the first one, or that another host answered. Linux forgets after 63 s, while a " +
			"client goes on with SYNs for 131 s, so a late SYN opens a new request. SYN cookies give a new K as " +
			"well, as their clock moves on every 60 s. A client that took the first K answers the second with " +
			"ACK, and one of the servers resets.",
		Advice: "Check whether the load balancer sends every packet of one connection to the same server",
		Check: []string{
			"the time between the two: above 63 s is an expired request, a second or so is two servers",
			"TTL and IP ID of both SYN-ACKs: different ones are different hosts",
			"nstat -az TcpExtSyncookiesSent on the server: growth explains a new K by cookies",
		},
		Sysctls: []string{"tcp_synack_retries"},
	}},
	{SynAckBadAck, Rule{
		Name: "synack-bad-ack", Severity: Warning,
		Title: "the SYN-ACK acknowledges a SYN that was not sent",
		Shows: "SYN(K)+ACK(x) with x other than J+1, answered by the client with a RST of SEQ x",
		Fault: "a SNAT or middlebox that uses a tuple again, or a server with old state; seldom an attacker who " +
			"guesses",
		Why: "An end in SYN_SENT answers an acknowledgement of something it never sent with " +
			"<SEQ=SEG.ACK><CTL=RST> and stays in SYN_SENT (RFC 9293 §3.10.7.3, first). So this handshake can " +
			"still succeed when the client's SYN is repeated. It happens when the server still has the request " +
			"of an older SYN from the same address and port: the old SYN-ACK is meant for an attempt that the " +
			"client has forgotten.",
		Advice: "Look for a SNAT that gives the same source port to two attempts within a minute",
		Check: []string{
			"earlier SYNs of the tuple: one whose ISN is x-1 makes this the answer to an old attempt",
			"conntrack -L -p tcp on the NAT: many entries for one destination mean that source ports come round " +
				"too soon",
			"TTL of the bad SYN-ACK: one unlike the server's own is a middlebox, or forged",
		},
		Sysctls: []string{"ip_local_port_range"},
	}},
	{GhostSynAck, Rule{
		Name: "ghost-synack", Severity: Info,
		Title: "a SYN-ACK without a SYN",
		Shows: "a SYN-ACK on a tuple without any SYN before it, answered by RST",
		Fault: "elsewhere: somebody spoofs this address, or the SYN took a path that was not captured",
		Why: "A host with no socket for a SYN-ACK answers it with RST (RFC 9293 §3.10.7.1). SYN-ACKs that nobody " +
			"asked for are what a victim sends when others flood it with this host's address as the source. One " +
			"that is answered by ACK is no ghost: its SYN was only not captured.",
		Advice: "Do nothing if they come from many sources; else capture where the SYN leaves",
		Check: []string{
			"the sources: many unrelated ones are backscatter of a flood, a single one is an asymmetric route",
		},
	}},
	{StuckSynReceived, Rule{
		Name: "stuck-syn-received", Severity: Warning,
		Title: "the server waits for the third ACK",
		Shows: "one SYN, then SYN(K)+ACK(J+1) repeated on its schedule, and not a packet more from the client",
		Fault: "the client, or the path back to it; a spoofed source if there are many",
		Why: "The server is in SYN_RECEIVED and repeats its SYN-ACK at 1, 3, 7, 15 and 31 s; at 63 s it drops " +
			"the request (tcp_synack_retries = 5). A client without the SYN-ACK would repeat its SYN, one that " +
			"does not want it would send RST. Silence means that it died, gave up, lost its address, or that its " +
			"address was forged. The number of such entries says nothing alone: the often quoted 15 is no limit " +
			"of Linux; compare it with the backlog of the listener.",
		Advice: "Check from the server that the client's address answers, and count its SYN_RECEIVED entries",
		Check: []string{
			"ss -tan state syn-recv: many sources with one entry each are a flood or scan, one source is a " +
				"broken client or path",
			"tcpdump -ni any host CLIENT on the client: no SYN-ACK there means that the way back is broken",
			"nstat -az TcpExtTCPReqQFullDoCookies TcpExtSyncookiesSent: growth means that the queue is full",
		},
		Sysctls: []string{"tcp_synack_retries"},
	}},
	{OptionStripped, Rule{
		Name: "option-stripped", Severity: Warning,
		Title: "a TCP option of the SYN got lost",
		Shows: "the SYN offers window scale, SACK or timestamps, and the SYN-ACK or the SYN at the far side " +
			"lacks them; or the MSS shrinks on the way",
		Fault: "a middlebox that rewrites options, a server that has them turned off, or its SYN cookies",
		Why: "An option holds only if both SYNs carry it (RFC 7323 §2.2, RFC 2018 §2). Without window scale the " +
			"window cannot exceed 65535 octets, which on a path of 100 ms is 5 Mbit/s; without SACK every burst " +
			"of losses costs round trips. A box that strips the option from only one of the two SYNs is worse, " +
			"as the ends then scale differently. SYN cookies lose window scale and SACK where the client sends " +
			"no timestamps. A reduced MSS alone is common and does no harm.",
		Advice: "Compare the SYN and SYN-ACK as captured at both ends, option by option",
		Check: []string{
			"tcpdump -vn 'tcp[tcpflags] & tcp-syn != 0' at both ends: an option that is sent and does not arrive " +
				"was stripped between them",
			"ss -ti at either end: ts, sack and wscale in the line are those in use",
			"sysctl net.ipv4.tcp_window_scaling net.ipv4.tcp_sack net.ipv4.tcp_timestamps on the server: a 0 " +
				"means that it does not want the option",
			"nstat -az TcpExtSyncookiesSent on the server: growth explains the loss by cookies",
		},
		Sysctls: []string{"tcp_window_scaling", "tcp_sack", "tcp_timestamps"},
	}},
	{SimultaneousOpen, Rule{
		Name: "simultaneous-open", Severity: Info,
		Title: "both ends opened at once",
		Shows: "two SYNs cross, each is answered by a SYN-ACK, and one connection comes of it",
		Fault: "nobody: both connect from fixed ports, as in hole punching",
		Why: "An end in SYN_SENT that receives a SYN without ACK goes to SYN_RECEIVED and sends SYN-ACK (RFC " +
			"9293 §3.5). Each then has its SYN acknowledged and is ESTABLISHED. There is one connection, not " +
			"two, and no listener took part, so nobody accept()s it.",
		Advice: "Do nothing, unless the two ends are meant to be client and server",
	}},
	{SelfConnect, Rule{
		Name: "self-connect", Severity: Warning,
		Title: "a client is connected to itself",
		Shows: "source and destination are the same address and the same port",
		Fault: "the client: its ephemeral port range holds the service's port",
		Why: "A client that connects to a local port on which nobody listens may be given that very port as its " +
			"source. Its SYN then meets its own socket in SYN_SENT, which is a simultaneous open (RFC 9293 " +
			"§3.5), and connect() succeeds. The client reads back what it writes, and the real server cannot " +
			"bind the port while this lasts. Loops that reconnect to a stopped local service come to it sooner " +
			"or later.",
		Advice: "Reserve the service's port with ip_local_reserved_ports, and check the peer address on connect",
		Check: []string{
			"ss -tanp sport = :PORT: a line whose local and peer address are the same is this socket, with its " +
				"owner",
			"sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports: a port in the range and not " +
				"reserved can be hit",
		},
		Sysctls: []string{"ip_local_reserved_ports", "ip_local_port_range"},
	}},
	{TFODataInSyn, Rule{
		Name: "tfo-data-in-syn", Severity: Info,
		Title: "the SYN carries data (TCP Fast Open)",
		Shows: "a SYN with n octets of payload; ACK(J+1+n) took them, ACK(J+1) did not and they are sent again",
		Fault: "nobody",
		Why: "With a cookie from an earlier connection a client may put data into its SYN, and the server may " +
			"pass them to the application before the handshake is over (RFC 7413). A server that does not know " +
			"the cookie acknowledges the SYN only, and nothing is lost but the gain. tcp_fastopen is 1 by " +
			"default on Linux: the client may, the server may not; 2 adds the server. Some middleboxes drop such " +
			"SYNs, and the repeated SYN then has no data.",
		Advice: "Do nothing; if the SYN with data is dropped on the way, turn Fast Open off at the client",
		Check: []string{
			"nstat -az TcpExtTCPFastOpenActive TcpExtTCPFastOpenActiveFail: a failure count that grows means " +
				"that the path or server does not take data in SYNs",
		},
		Sysctls: []string{"tcp_fastopen"},
	}},
}
