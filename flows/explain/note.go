package explain

import "tcptrace/flows/diagnose"

// noteText is what there is to say of something that is neither state nor
// condition nor sysctl, but that leads to them.
type noteText struct {
	name       string
	kind       string
	lead       string
	says       []string
	next       []step
	beliefs    []belief
	sysctls    []string
	conditions []diagnose.ID
	sources    []string
}

// notePage is the page of a note.
func notePage(t *noteText, values Values) *Page {
	p := &Page{Name: t.name, Kind: t.kind, Lead: t.lead}
	p.add(
		prose("What it is", t.says...),
		steps("What to do next", t.next),
		sysctlTerms(t.sysctls, values),
		beliefs(t.beliefs),
		conditionTerms(t.conditions),
		Section{Title: "Sources", Form: Bullets, Items: texts(t.sources)},
	)
	return p
}

// noteTexts lists the notes.
func noteTexts() []*noteText {
	list := make([]*noteText, len(notes))
	for i := range notes {
		list[i] = &notes[i]
	}
	return list
}

var notes = []noteText{
	{
		name: "letters", kind: "how tcptrace names segments",
		lead: "J, K, M and N are the four sequence numbers that matter, so that one sees at once what acknowledges what.",
		says: []string{
			"J is the client's initial sequence number, in its SYN(J). K is the server's, in its SYN(K) ACK(J+1), which the client answers with ACK(K+1).",
			"M is the number of the first FIN, whoever sends it: FIN(M) is answered by ACK(M+1). N is that of the second: FIN(N), answered by ACK(N+1).",
			"✓ marks the acknowledgement that a SYN or a FIN waits for. A SYN and a FIN each take one number, which is why there is a +1.",
		},
		sources: []string{"RFC 9293 §3.4"},
	},
	{
		name: "rst", kind: "segment",
		lead: "A RST ends a connection at once, at both ends, without TIME_WAIT. Which end sent it, and when, tells why.",
		says: []string{
			"There are three kinds. To a SYN: nobody listens, connect() fails with ECONNREFUSED. From an end that had the connection: its program closed it with " +
				"data unread, or with SO_LINGER and a time of 0, or closed the listener before it had accepted it. From a host that does not know the connection (any more): it answers what it got, with the number " +
				"that the segment acknowledged, and no ACK.",
			"The program at the other end gets ECONNRESET from its next read, or EPIPE from a write.",
		},
		next: []step{
			{"See which end sends it, and what came before.", "sudo tcptrace -v -i any 'host 10.0.0.9'", "Straight after data that were received: the program closed without reading them."},
			{"If neither end sent it, something between them did: capture at both.", "tcptrace explain rst-injected-suspect", ""},
		},
		beliefs: []belief{
			{"close() sends FIN.", "Only if everything received has been read. Else Linux sends RST (RFC 2525 §2.17), and the peer may lose what it had not read yet."},
		},
		conditions: []diagnose.ID{diagnose.ConnectionRefused, diagnose.RstUnreadData, diagnose.RstAbortiveClose, diagnose.LateDataAfterClose,
			diagnose.RstInjectedSuspect, diagnose.ConntrackInvalidRst, diagnose.HalfOpenAfterReboot},
		sources: []string{"RFC 9293 §3.5.2 and §3.10.7.1; RFC 2525 §2.17; RFC 5961 §3", "Linux: net/ipv4/tcp.c, __tcp_close"},
	},
	{
		name: "queues", kind: "backlog of a listener",
		lead: "A listener has two queues: the SYN queue for handshakes under way, and the accept queue for connections that wait for accept().",
		says: []string{
			"A request is in the SYN queue, as SYN_RECEIVED, until the ACK(K+1) comes. Then the connection is ESTABLISHED and in the accept queue, until the program takes it.",
			"Both have the same limit: the smaller of the backlog that the program passes to listen() and of somaxconn. The accept queue holds one more.",
			"When the SYN queue is full, SYN cookies take over. When the accept queue is full, SYNs are dropped silently, and ACKs of handshakes are ignored, so that SYN-ACKs are repeated " +
				"after 1, 3, 7, 15 and 31 s although the client acknowledged them.",
		},
		next: []step{
			{"See how full the accept queues are.", "ss -ltnp", "Recv-Q of a listener is how many wait, Send-Q is the limit. Recv-Q above Send-Q: full, and the program named there is too slow."},
			{"See how many handshakes are under way.", "ss -tan state syn-recv", ""},
			{"See whether anything is being dropped: run it twice.", "nstat -az '*Listen*' '*ReqQFull*'", ""},
			{"Raise the backlog against bursts; against a program that does not keep up only the program helps.", "tcptrace explain somaxconn", ""},
		},
		beliefs: []belief{
			{"tcp_max_syn_backlog is the SYN queue, somaxconn the accept queue.", "With SYN cookies on, which is the default, the backlog and somaxconn limit both."},
		},
		sysctls: []string{"net.core.somaxconn", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_abort_on_overflow"},
		conditions: []diagnose.ID{diagnose.AcceptQueueFull, diagnose.AcceptQueueOverflow, diagnose.AcceptQueueSynDrop, diagnose.AcceptOverflowAbort,
			diagnose.PhantomEstablished, diagnose.SynCookiesInUse, diagnose.SynFloodSuspected},
		sources: []string{"listen(2)", "Linux: net/ipv4/tcp_input.c, tcp_conn_request; net/ipv4/tcp_minisocks.c, tcp_check_req; measured on 6.18"},
	},
	{
		name: "so_keepalive", kind: "socket option",
		lead: "With SO_KEEPALIVE the kernel asks an idle peer now and then whether it is still there.",
		says: []string{
			"The probe is a segment with the number before the next one, which a live peer answers with an ACK. It costs next to nothing. After enough probes without an answer the kernel sends RST, and the program gets ETIMEDOUT.",
			"It is off unless the program turns it on. TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT set its times for one socket; where they are not set, three sysctls do. Go turns it on by itself, with 15 s.",
			"Besides, it keeps the memory of NATs and firewalls fresh, if the first probe comes soon enough.",
		},
		next: []step{{"See which connections have it.", "ss -tano state established", "timer:(keepalive,…) shows when the next probe is due."}},
		beliefs: []belief{
			{"The sysctls turn keep-alive on.", "They only say when, for sockets that have it on."},
			{"HTTP keep-alive is the same.", "That keeps a connection open for the next request, and saves opening and closing. It sends no probes."},
		},
		sysctls:    []string{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"},
		conditions: []diagnose.ID{diagnose.KeepaliveFailing, diagnose.NATIdleTimeout, diagnose.HalfOpenAfterReboot},
		sources:    []string{"RFC 9293 §3.8.4; tcp(7); socket(7)"},
	},
	{
		name: "so_linger", kind: "socket option",
		lead: "SO_LINGER says how close() ends a connection: with a time of 0 it resets it.",
		says: []string{
			"Off, the default: close() returns at once and the kernel goes on to send what is left, then the FIN. On with a time: close() waits until that is acknowledged, or the time is over. On with 0: what is left is thrown away, " +
				"and a RST is sent instead of the FIN.",
		},
		beliefs:    []belief{{"Linger 0 is the cure for TIME_WAIT.", "It avoids TIME_WAIT since it aborts: the peer gets ECONNRESET, and may lose data that it had received but not yet read."}},
		conditions: []diagnose.ID{diagnose.RstAbortiveClose},
		sources:    []string{"socket(7); RFC 9293 §3.10.5 (ABORT)", "Linux: net/ipv4/tcp.c, __tcp_close"},
	},
	{
		name: "tcp_user_timeout", kind: "socket option",
		lead: "TCP_USER_TIMEOUT bounds, in milliseconds, how long data of a socket may go unacknowledged.",
		says: []string{
			"It takes the place of tcp_retries2 for that socket, bounds connect() together with tcp_syn_retries, and decides about keep-alive probes instead of their number. Then the program gets ETIMEDOUT.",
		},
		sysctls:    []string{"net.ipv4.tcp_retries2"},
		conditions: []diagnose.ID{diagnose.RetransmissionTimeout, diagnose.HalfOpenAfterReboot},
		sources:    []string{"tcp(7); RFC 5482"},
	},
	{
		name: "tcp_linger2", kind: "socket option",
		lead: "TCP_LINGER2 sets for one socket how long it stays in FIN_WAIT_2 after close().",
		says: []string{
			"It overrules tcp_fin_timeout, and has nothing to do with SO_LINGER. A negative value leaves FIN_WAIT_2 out: the kernel sends RST.",
		},
		sysctls:    []string{"net.ipv4.tcp_fin_timeout"},
		conditions: []diagnose.ID{diagnose.FinWait2Expired},
		sources:    []string{"tcp(7)", "Linux: net/ipv4/tcp.c, __tcp_close"},
	},
	{
		name: "tcp_defer_accept", kind: "socket option",
		lead: "With TCP_DEFER_ACCEPT a listener hands a connection to its program only when the first data are there.",
		says: []string{
			"Until then the kernel stays in SYN_RECEIVED and ignores the bare ACK of the handshake. After the time that the option sets it repeats the SYN-ACK once, and takes the next ACK. " +
				"A protocol in which the server speaks first must not use it.",
		},
		conditions: []diagnose.ID{diagnose.DeferAccept},
		sources:    []string{"tcp(7)", "Linux: net/ipv4/tcp_minisocks.c, tcp_check_req"},
	},
}
