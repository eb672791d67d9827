package explain

import (
	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// The texts of the states in which both directions are being closed, or are.

var finWait1Text = stateText{
	state: flows.FinWait1,
	lead:  "It has closed first: it has sent FIN(M), or will behind its last data, and waits for ACK(M+1).",
	names: "ss prints FIN-WAIT-1; netstat and many articles write FIN_WAIT1.",
	what: []string{
		"A program has called close() or shutdown(), and nobody had closed before. On Linux the state begins with that call; while there are still data to " +
			"send, the FIN waits behind them. tcptrace says FIN_WAIT_1 from the FIN on, since that is what the wire shows.",
	},
	who: "The end that closes first, client or server.",
	lasts: []string{
		"It should take one round trip. If it lasts, the FIN or its ACK is lost, or the peer is gone: the kernel repeats the FIN. Or the peer " +
			"does not read: its window is closed, and data and FIN cannot be sent at all.",
		"After close() nobody holds the socket any more, and Linux gives up after tcp_orphan_retries: 0 there stands for 8, and took 9 FINs and 106 s where " +
			"it was measured. After shutdown() the program holds the socket, and tcp_retries2 counts: 924.6 s or more.",
	},
	next: []step{
		{"See whether data wait in front of the FIN.", "ss -tano state fin-wait-1",
			"Send-Q of 1 is the FIN alone: the path or the peer does not answer. More, with timer:(persist,…): the peer's program does not read."},
		{"Watch the FINs.", "sudo tcptrace -v -i any 'host 10.0.0.9'", "FIN(M) again and again with nothing in between: look at the path, and at the other host."},
	},
	sysctls: []string{"net.ipv4.tcp_orphan_retries", "net.ipv4.tcp_retries2", "net.ipv4.tcp_max_orphans"},
	beliefs: []belief{
		{"tcp_fin_timeout bounds it.", "That is for FIN_WAIT_2. Here the number of retransmissions counts: tcp_orphan_retries, or tcp_retries2."},
		{"tcp_orphan_retries is 0, so orphans are not retried.", "0 is read as 8, as long as the peer may be alive."},
	},
	conditions: []diagnose.ID{diagnose.StuckFinWait1, diagnose.FinRetransmitted, diagnose.ZeroWindowStall},
	sources:    []string{"RFC 9293 §3.6 and §3.10.4", "Linux: net/ipv4/tcp.c, tcp_close_state; net/ipv4/tcp_timer.c, tcp_orphan_retries; measured on 6.18"},
}

var closingText = stateText{
	state: flows.Closing,
	lead:  "Both ends closed at the same moment: the FINs have crossed, and it waits for the ACK of its own.",
	what: []string{
		"Each end had sent its FIN before it saw the other's. Each acknowledges what it got, and goes to TIME_WAIT when the ACK of its own FIN arrives. " +
			"Of the two FINs M is the one that was captured first.",
	},
	who: "Both ends, or one of them if the other's FIN was acknowledged in time. It is rare.",
	lasts: []string{
		"It should take one round trip. If it lasts, the ACK is lost or the peer is gone. Linux repeats the FIN as in FIN_WAIT_1, and gives up after " +
			"tcp_orphan_retries.",
	},
	next: []step{
		{"See how many there are.", "ss -tano state closing", "One now and then is normal. Many to one host: it is gone, or the way to it."},
		{"Watch the FINs.", "sudo tcptrace -v -i any 'host 10.0.0.9'", ""},
	},
	sysctls:    []string{"net.ipv4.tcp_orphan_retries"},
	conditions: []diagnose.ID{diagnose.SimultaneousClose, diagnose.StuckClosing},
	sources:    []string{"RFC 9293 §3.6 (case 3) and §3.10.7.4", "Linux: net/ipv4/tcp_timer.c, tcp_orphan_retries"},
}

var lastAckText = stateText{
	state: flows.LastAck,
	lead:  "It has closed second: it has sent FIN(N), and waits for the very last ACK(N+1).",
	names: "ss prints LAST-ACK. LASK_ACK, which some articles have, is a slip of the pen.",
	what: []string{
		"It was in CLOSE_WAIT; its program has called close() at last, and the kernel has sent FIN(N). When ACK(N+1) arrives everything is over: " +
			"this end has no TIME_WAIT.",
	},
	who: "The end that closes second.",
	lasts: []string{
		"It should take one round trip. If it lasts, the ACK is lost, or the peer has forgotten the connection and is silent: a host that is gone, a firewall that " +
			"dropped the connection from its table. A peer that is up and has forgotten it answers with RST, which ends it as well.",
		"Linux repeats FIN(N) and gives up after tcp_orphan_retries, as in FIN_WAIT_1. Then the socket is gone; nobody has to act.",
	},
	next: []step{
		{"See to whom they are.", "ss -tano state last-ack", "timer:(on,…) counts the retransmissions. All to one host: it is gone, or the way to it."},
		{"If they are many, see whether a firewall on the way forgets closing connections sooner than the ends.", "sysctl net.netfilter.nf_conntrack_tcp_timeout_last_ack",
			"It is 30 s by default, less than the FINs go on."},
	},
	sysctls: []string{"net.ipv4.tcp_orphan_retries", "net.netfilter.nf_conntrack_tcp_timeout_last_ack"},
	beliefs: []belief{
		{"The state is LASK_ACK.", "It is LAST_ACK: the wait for the last ACK. tcptrace takes both spellings."},
	},
	conditions: []diagnose.ID{diagnose.StuckLastAck, diagnose.FinRetransmitted},
	sources:    []string{"RFC 9293 §3.6 and §3.10.7.4 (fifth, ACK)", "Linux: net/ipv4/tcp_timer.c, tcp_orphan_retries"},
}

var timeWaitText = stateText{
	state: flows.TimeWait,
	lead:  "Both ends have closed. The one that closed first remembers the connection for 60 s, so that late segments do no harm.",
	names: "ss prints TIME-WAIT. The time is called 2 MSL: twice the longest that a segment lives in a network.",
	what: []string{
		"Its last ACK(N+1) may have been lost. Then the peer sends FIN(N) again, and somebody must be there to answer. And late segments of this " +
			"connection must not be taken for those of the next one between the same addresses and ports.",
		"The socket is closed for the program; the kernel keeps a small record, not a whole socket, and no descriptor.",
	},
	who: "The end that closed first, client or server. If the FINs crossed, both.",
	lasts: []string{
		"60 s on Linux, always: it is a constant of the kernel, TCP_TIMEWAIT_LEN, and no sysctl changes it. RFC 9293 asks for 4 minutes. A FIN that comes again " +
			"starts it anew; a RST ends it, unless tcp_rfc1337 is set; a new SYN for the same ports may take its place.",
		"Thousands of them are normal on a busy host and cost little. They hurt in one case: a client that opens and closes very many connections to one and the " +
			"same address and port runs out of local ports, 28232 by default, so some 470 new connections a second. Then connect() fails with EADDRNOTAVAIL.",
	},
	next: []step{
		{"See how many there are.", "ss -s", "timewait is the number."},
		{"See where they go.", "ss -Htan state time-wait | awk '{print $4}' | sort | uniq -c | sort -n",
			"Each line is a peer's address and port. Only a number near 28232 in front of the last is a danger."},
		{"Keep connections open instead: keep-alive in HTTP, a pool in the client of a database. That removes the cause.", "", ""},
		{"Or let the other end close first: who closes first has the TIME_WAIT.", "", ""},
		{"Or give clients more ports.", "sysctl net.ipv4.ip_local_port_range", "A second source or destination address doubles them as well."},
		{"Or let clients reuse them after a second.", "sudo sysctl -w net.ipv4.tcp_tw_reuse=1", "For outgoing connections, and with TCP timestamps, which are on by default."},
	},
	sysctls: []string{"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_max_tw_buckets",
		"net.ipv4.tcp_rfc1337", "net.ipv4.tcp_timestamps", "net.ipv4.tcp_tw_recycle"},
	beliefs: []belief{
		{"Enable tcp_tw_recycle.",
			"It is gone since Linux 4.12. Where it still exists it drops the connections of clients behind NAT."},
		{"tcp_fin_timeout=30 makes it shorter.", "It does not touch TIME_WAIT: with 10 there it was still 60 s when measured."},
		{"tcp_tw_reuse=1 helps a server.",
			"It is for outgoing connections only. A server needs nothing: a new SYN with a higher number or a newer timestamp takes the place of the old connection."},
		{"Lower tcp_max_tw_buckets (to 5000, say), then there are fewer.",
			"There are, since the kernel destroys those above the limit at once, and with them what they protect from. It is a defence against attacks, not a setting for tuning."},
		{"Many TIME_WAIT mean that something is wrong.", "They mean that this host closes first. CLOSE_WAIT is the one that means a bug."},
	},
	conditions: []diagnose.ID{diagnose.TimeWaitMany, diagnose.TimeWaitChallengeAck, diagnose.TimeWaitReuseAccepted, diagnose.TimeWaitAssassinated, diagnose.PortReuseFast},
	sources: []string{"RFC 9293 §3.4.2 (MSL) and §3.6.1; RFC 1337; RFC 6191", "Linux: include/net/tcp.h; net/ipv4/tcp_minisocks.c, tcp_timewait_state_process; " +
		"commits 4396e46187ca (4.12) and 79e9fed46038 (4.19)"},
}
