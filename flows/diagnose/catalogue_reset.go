package diagnose

// resetRules are the conditions of resets, and of boxes that cut a connection.
var resetRules = []entry{
	{RstBackscatter, Rule{
		Name: "rst-backscatter", Severity: Info,
		Title: "a RST for a connection that nobody knows",
		Shows: "one or more RSTs on a tuple without any other segment",
		Fault: "elsewhere: somebody forged this address, or the connection is older than the capture",
		Why: "A RST answers a segment that found no socket (RFC 9293 §3.5.2). If the segment was sent by a third " +
			"host with a forged source, the answer comes to the owner of that address. A host ignores a RST for " +
			"which it has no connection.",
		Advice: "Do nothing",
	}},
	{RstUnreadData, Rule{
		Name: "rst-unread-data", Severity: Warning,
		Title: "the application closed without reading all data",
		Shows: "a RST,ACK by the end that has just received data, where a FIN was due",
		Fault: "the application that closed: data for it were still in the receive buffer",
		Why: "close() with unread data in the receive buffer sends RST instead of FIN, so that the peer learns " +
			"of the loss (RFC 2525 §2.17, RFC 9293 §3.6.1; __tcp_close in tcp.c). The RST also throws away what " +
			"was still on its way to the peer, such as the last answer, and the peer reads ECONNRESET. A server " +
			"that answers with an error and closes before it has read the whole request does this. Packets do " +
			"not show what was read: SO_LINGER with time 0 looks alike.",
		Advice: "Read to end of file before close(); to refuse more input, answer, shutdown(SHUT_WR), then read " +
			"on",
		Check: []string{
			"nstat -az TcpExtTCPAbortOnClose TcpExtTCPAbortOnData on that host: the first counts closes with " +
				"unread data, the second SO_LINGER 0",
			"strace -f -e trace=read,recvfrom,close -p PID: a close without a last read that returns 0 is the " +
				"place",
			"ss -tn shortly before: a Recv-Q above 0 on the socket is what was not read",
		},
	}},
	{RstAbortiveClose, Rule{
		Name: "rst-abortive-close", Severity: Warning,
		Title: "the application aborted instead of closing",
		Shows: "a RST,ACK in the middle of a connection, when all data had been acknowledged",
		Fault: "the application of the end that sent it, or whoever closed its listener",
		Why: "SO_LINGER with time 0 makes close() send RST, without FIN and without TIME_WAIT (RFC 9293 §3.10.5, " +
			"ABORT). Linux also resets connections that still wait in the accept queue when the listener is " +
			"closed, those that `ss -K` destroys, and orphans above tcp_max_orphans. Killing a process is not " +
			"enough: the kernel closes its sockets, and sends FIN if everything was read. SO_LINGER 0 is often " +
			"set to avoid TIME_WAIT; it also destroys data that are under way.",
		Advice: "Find out who aborts: SO_LINGER 0 in the application, or a listener closed with connections " +
			"queued",
		Check: []string{
			"strace -f -e trace=setsockopt,close -p PID: SO_LINGER with {l_onoff=1, l_linger=0} is the cause",
			"nstat -az TcpExtTCPAbortOnData TcpExtTCPAbortOnClose TcpExtTCPAbortOnMemory: growth tells SO_LINGER " +
				"0, unread data, and too many orphans apart",
			"the time of the reset: many at once with a restart of the service are connections that were never " +
				"accepted",
		},
		Sysctls: []string{"tcp_max_orphans"},
	}},
	{RstInjectedSuspect, Rule{
		Name: "rst-injected-suspect", Severity: Critical,
		Title: "this RST may not be from the end it names",
		Shows: "a RST with another TTL, IP ID or options than its flow; or its sender goes on sending; or " +
			"several RSTs step through the numbers",
		Fault: "a middlebox or an attacker on the path",
		Why: "Any box that sees the packets can send a RST with the right addresses and numbers, and the " +
			"receiver cannot tell. A RST with exactly the expected SEQ ends the connection; one that is merely " +
			"in the window draws a challenge ACK, and the true peer's next segment shows that it is still there " +
			"(RFC 5961 §3.2). A box that does not know the exact number sends several. An end that really resets " +
			"says nothing more on the connection.",
		Advice: "Capture at both ends: a RST that arrives and was never sent comes from the path",
		Check: []string{
			"tcpdump -vn 'tcp[tcpflags] & tcp-rst != 0' at both ends: a RST at one end only was sent between " +
				"them",
			"ttl and id of the RST against other packets of its sender: a jump in both is another machine",
			"nstat -az TcpExtTCPChallengeACK at the receiver: growth means that RSTs or SYNs came in the window " +
				"without being exact",
			"whether the connection is encrypted and on other ports is left alone: a box that looks into the " +
				"data leaves those it cannot read",
		},
	}},
	{ConntrackInvalidRst, Rule{
		Name: "conntrack-invalid-rst", Severity: Critical,
		Title: "a packet that NAT skipped drew a RST",
		Shows: "a RST without ACK, window 0, by a host that still had the connection, in answer to a segment out " +
			"of window or not translated",
		Fault: "the NAT of a node or router in between",
		Why: "Conntrack checks windows, and marks what does not fit as INVALID (nf_conntrack_proto_tcp.c). NAT " +
			"is not applied to such a packet, so it arrives with an address that the receiver has no connection " +
			"with, and the receiver answers with RST. That RST is translated, reaches the other end, and ends a " +
			"healthy connection. Delayed duplicates on busy networks, and asymmetric routes, set it off; " +
			"services of container clusters are known for it.",
		Advice: "Drop ct state invalid in the NAT node's forward chain, or set nf_conntrack_tcp_be_liberal to 1",
		Check: []string{
			"conntrack -S on the node: an invalid counter that grows with the resets confirms it",
			"nft list ruleset on the node: no `ct state invalid drop` in the forward path lets such packets " +
				"through",
			"sysctl -w net.netfilter.nf_conntrack_log_invalid=6 on the node, then dmesg: names every TCP packet " +
				"that was found invalid, and why",
			"tcpdump -ni any on the node: the segment before the RST with the address of the pod or of the inner " +
				"host was not translated",
		},
		Sysctls: []string{"net.netfilter.nf_conntrack_tcp_be_liberal"},
	}},
	{NATIdleTimeout, Rule{
		Name: "nat-idle-timeout", Severity: Critical,
		Title: "a box on the path forgot the idle connection",
		Shows: "a pause of 60, 240, 350, 900 s or more, then data without any answer, or a RST; the same pause " +
			"on other connections",
		Fault: "a NAT, load balancer or firewall with an idle timeout",
		Why: "Such a box keeps an entry for every connection and drops it after some idle time, mostly without " +
			"telling the ends. Both stay ESTABLISHED; the next data are dropped or answered by RST. RFC 5382 " +
			"asks for at least 2 h 4 min, yet 350 s and 240 s are common in clouds. Keep-alive at the default " +
			"tcp_keepalive_time of 7200 s comes too late, and works only on sockets with SO_KEEPALIVE. Without " +
			"it the writer retransmits for some 15 minutes and the reader waits for ever.",
		Advice: "Set SO_KEEPALIVE with TCP_KEEPIDLE below the gap, or close idle connections before the box does",
		Check: []string{
			"the longest pause that a connection survived, and the shortest that one did not: the timeout lies " +
				"between them",
			"ss -tano state established: timer:(keepalive,...) shows the sockets with keepalive, and when the " +
				"next probe is due",
			"the idle timeout in the configuration of the load balancer or NAT: it should match the pause",
			"sysctl -a -r nf_conntrack_tcp_timeout_established where the box is Linux: 432000 s, five days, " +
				"unless somebody lowered it",
		},
		Sysctls: []string{"tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes"},
	}},
}
