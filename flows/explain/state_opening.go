package explain

import (
	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// The texts of the states up to the handshake.

var closedText = stateText{
	state: flows.Closed,
	lead:  "There is no connection: not yet, or not any more.",
	names: "The kernel's name for a socket without a connection is TCP_CLOSE; ss shows such a socket as UNCONN, if at all.",
	what: []string{
		"Every connection begins and ends here. The kernel keeps nothing for it, so there is nothing to list: the state is " +
			"that of addresses and ports between which nothing is going on.",
		"A segment that arrives for a CLOSED end is answered with RST. That is how a client learns at once that nobody listens.",
	},
	who: "Both ends: the client before its SYN, and each end after its last segment.",
	lasts: []string{
		"It means nothing: it is the state in which there is nothing left to do. An end that was in LAST_ACK gets here " +
			"at once, one that was in TIME_WAIT after 60 s, and both at once by a RST.",
	},
	next: []step{
		{"A client is refused: look at the server for a listener on that port and that address.", "ss -ltnp",
			"No line with the port: the server does not run. 127.0.0.1 or [::1] in front of the port: it listens for its own host only."},
		{"A connection ended sooner than it should have: see which end sent RST, and why.", "tcptrace explain rst", ""},
	},
	conditions: []diagnose.ID{diagnose.ConnectionRefused, diagnose.RstAbortiveClose, diagnose.RstUnreadData},
	sources:    []string{"RFC 9293 §3.3.2 and §3.10.7.1"},
}

var listenText = stateText{
	state: flows.Listen,
	lead:  "A server's socket waits on its port for clients.",
	names: "Windows says LISTENING.",
	what: []string{
		"A program has called listen(). Its socket stays in LISTEN for as long as the program runs; each client that comes " +
			"gets a socket of its own, and that one goes through the other states.",
		"A listener has two queues. Requests whose handshake is under way wait in the SYN queue, as SYN_RECEIVED. Complete " +
			"connections wait in the accept queue, as ESTABLISHED, until the program takes them with accept().",
	},
	who: "The server, the end that is opened to. tcptrace says LISTEN of an end once its answer to a SYN proves it.",
	lasts: []string{
		"It should last. What can go wrong is a full queue: when the accept queue holds backlog+1 connections, Linux drops " +
			"new SYNs without a word and ignores the ACKs that would complete handshakes. Clients then see a host that does not answer.",
	},
	next: []step{
		{"See whether the accept queue is full.", "ss -ltnp",
			"In a line of a listener Recv-Q is how many connections wait for accept(), and Send-Q is how many may. Recv-Q above " +
				"Send-Q: the program is too slow, or hangs."},
		{"See whether connections are being dropped right now: run it twice.", "nstat -az TcpExtListenOverflows TcpExtListenDrops",
			"They count since boot, for all listeners of the host. If they grow between the two runs, SYNs or ACKs are being dropped."},
		{"Raise the backlog if bursts are the cause, and restart the program.", "sysctl net.core.somaxconn",
			"The queue is the smaller of what the program passes to listen() and this; both are read when listen() is called."},
	},
	sysctls: []string{"net.core.somaxconn", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_abort_on_overflow"},
	beliefs: []belief{
		{"A server with a full queue answers with RST.",
			"It does so only with tcp_abort_on_overflow=1. By default the SYN is dropped, and the client tries again."},
		{"somaxconn is 128, so it has to be raised.",
			"It is 4096 since Linux 5.4. Look at Send-Q of `ss -ltn` first: mostly it is the program that asks for less."},
	},
	conditions: []diagnose.ID{diagnose.AcceptQueueFull, diagnose.AcceptQueueOverflow, diagnose.AcceptQueueSynDrop, diagnose.SynFloodSuspected},
	sources:    []string{"RFC 9293 §3.10.7.2", "Linux: net/ipv4/tcp_input.c, tcp_conn_request; Documentation/networking/ip-sysctl.rst"},
}

var synSentText = stateText{
	state: flows.SynSent,
	lead:  "It has sent SYN(J) to open a connection, and waits for an answer.",
	names: "ss prints SYN-SENT; some articles write SYN_SEND.",
	what: []string{
		"It is the first step of the three-way handshake: a program has called connect(), and the kernel has sent a SYN with " +
			"the client's initial sequence number J. The answer that it waits for is SYN(K) ACK(J+1).",
	},
	who: "The client, the end that opens. If both open at the same moment, both.",
	lasts: []string{
		"An answer takes one round trip, so more than a second means that the SYN or its answer was dropped: by a filter, by " +
			"a route that leads nowhere, or by a server whose accept queue is full. A host that is up and does not listen would have " +
			"answered with RST, and the state would be over.",
		"Linux repeats the SYN by a schedule. Since 6.5 SYNs go out 0, 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s after the first, " +
			"and connect() fails with ETIMEDOUT after 131 s. From 3.7 to 6.4 it was 0, 1, 3, 7, 15, 31 and 63 s, and 127 s. " +
			"An ICMP error such as host unreachable ends it at once.",
	},
	next: []step{
		{"See who waits, and for whom.", "ss -tanp state syn-sent",
			"All to one address: look at that host. All to one network: look at the route and the firewall."},
		{"Watch the attempt.", "sudo tcptrace -i any 'port 443'", "Put your port. SYN(J) again and again with nothing in between: nothing comes back."},
		{"Capture on the server too.", "sudo tcpdump -ni any 'tcp port 443 and tcp[tcpflags] & tcp-syn != 0'",
			"The SYN does not arrive: the path or a firewall drops it. It arrives and is not answered: a filter on that host, or its accept queue."},
		{"On the server, see whether its accept queue is full.", "ss -ltn", "Recv-Q above Send-Q in the listener's line: it is."},
	},
	sysctls: []string{"net.ipv4.tcp_syn_retries", "net.ipv4.tcp_syn_linear_timeouts"},
	beliefs: []belief{
		{"The state is SYN_SEND.", "RFC 9293 and the kernel call it SYN_SENT. tcptrace takes both spellings."},
		{"A SYN is sent 5 times, for about 180 s.",
			"The default is 6 retries, and 4 more since Linux 6.5: 131 s. Before that 127 s. 5 and 180 s are those of kernels before 3.7."},
		{"In modern networks 2 retries are enough.",
			"Then connect() gives up after 7 s, for every program of the host and every peer. A time limit belongs into " +
				"the program that connects; the number of retries repairs nothing."},
	},
	conditions: []diagnose.ID{diagnose.SynNoAnswer, diagnose.SynAckLost, diagnose.ICMPUnreachable, diagnose.ConnectAbandoned, diagnose.ConnectionRefused},
	sources: []string{"RFC 9293 §3.10.1 and §3.10.7.3", "Linux: net/ipv4/tcp_timer.c, tcp_write_timeout; commit ccce324dabfe (6.5); " +
		"the schedule and the 7 s were measured on 6.18"},
}

var synReceivedText = stateText{
	state: flows.SynReceived,
	lead:  "It has answered a SYN with SYN(K) ACK(J+1), and waits for the ACK(K+1) that completes the handshake.",
	names: "The kernel and netstat say SYN_RECV, ss SYN-RECV, BSD and Windows SYN_RCVD. People call such a connection half-open; in " +
		"RFC 9293 that word means one of which only one end still knows.",
	what: []string{
		"It is the second step of the three-way handshake. The server keeps a small request, not a whole socket yet, in the SYN " +
			"queue of its listener.",
	},
	who: "The server. If both ends open at the same moment, both pass through it.",
	lasts: []string{
		"It should take one round trip. If it lasts, the ACK does not arrive: the way back is broken, or the SYN came from a " +
			"forged address, as in a SYN flood. Or the ACK arrives and is ignored, because the accept queue is full; then the client believes " +
			"that it is connected.",
		"Linux repeats the SYN-ACK after 1, 3, 7, 15 and 31 s and forgets the request after 63 s, sooner once the SYN queue is more " +
			"than half full.",
	},
	next: []step{
		{"Count them for each listener.", "ss -tan state syn-recv",
			"Compare the number with the listener's backlog, Send-Q of `ss -ltn`. A few on a busy server are normal; as many as the backlog are not."},
		{"See whether the accept queue is what is full.", "ss -ltnp", "Recv-Q above Send-Q: the program does not call accept() fast enough. Look at the program."},
		{"See whether SYN cookies had to step in: run it twice.",
			"nstat -az '*Syncookies*' '*ReqQFull*' '*ListenOverflows'",
			"Growing: the queue is full right now. ListenOverflows growing with them: it is the accept queue."},
		{"Look at the sources.", "sudo tcptrace -i any 'port 443'",
			"Many addresses that never send an ACK: a flood, or a broken way back to all of them. One network: its way back."},
	},
	sysctls: []string{"net.ipv4.tcp_synack_retries", "net.ipv4.tcp_syncookies", "net.core.somaxconn", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_abort_on_overflow"},
	beliefs: []belief{
		{"About 15 in SYN_RECEIVED are normal, more are a SYN flood.",
			"No number means anything by itself. Compare it with the backlog of the listener, with how fast the counters of cookies " +
				"and overflows grow, and with how old the requests are."},
		{"tcp_max_syn_backlog is the size of the SYN queue, 1024 by default; raise it to 4096.",
			"With tcp_syncookies=1, the default, it is not even looked at: the limit is the smaller of the program's backlog and somaxconn."},
		{"tcp_synack_retries=5 means 180 s; 2 is enough.",
			"5 means 63 s, and Linux shortens that by itself when the queue fills. Lowering it drops clients behind a lossy path."},
		{"tcp_syncookies has to be turned on.", "1 is the default: cookies are sent only while the queue is full."},
	},
	conditions: []diagnose.ID{diagnose.StuckSynReceived, diagnose.SynFloodSuspected, diagnose.SynReceivedMany, diagnose.AcceptQueueOverflow,
		diagnose.SynCookiesInUse, diagnose.SynAckLost, diagnose.DeferAccept},
	sources: []string{"RFC 9293 §3.10.7.2 and §3.10.7.4; RFC 4987", "Linux: net/ipv4/inet_connection_sock.c, reqsk_timer_handler; " +
		"net/ipv4/tcp_input.c, tcp_conn_request; include/net/tcp_states.h; the schedule was measured on 6.18"},
}
