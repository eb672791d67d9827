package explain

import (
	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// The texts of the states in which an end is open: in both directions, in one,
// or as far as nobody knows.

var establishedText = stateText{
	state: flows.Established,
	lead:  "The connection is open: both ends may send.",
	names: "ss prints ESTAB.",
	what: []string{
		"The handshake is complete. The client gets here when it has the SYN-ACK and sends ACK(K+1), the server when that ACK arrives, " +
			"half a round trip later. A server's connection is ESTABLISHED even before its program has called accept().",
	},
	who: "Both ends.",
	lasts: []string{
		"It may last for ever. TCP sends nothing on an idle connection, so an end cannot tell an idle peer from one that has " +
			"crashed, or from a NAT on the way that has forgotten the connection. Only data, or keep-alive, find out.",
		"Unanswered data are repeated until tcp_retries2 is over, 924.6 s or more; unless a program set TCP_USER_TIMEOUT. Keep-alive finds a " +
			"dead peer after 2 h 11 min by default, and only on sockets whose program asked for it with SO_KEEPALIVE.",
	},
	next: []step{
		{"See the timers and the queues of a connection that hangs.", "ss -tanoi state established dst 10.0.0.9",
			"Put the peer's address. Send-Q above 0 with timer:(on,…): data are being repeated, look at the path. timer:(persist,…): the peer's window " +
				"is closed, its program does not read. Recv-Q above 0: this program does not read. Neither: it is idle."},
		{"See which program holds many.", "ss -tanp state established",
			"How many are too many is a matter of your programs; the kernel sets no limit but descriptors, ports and memory."},
		{"Watch the connection.", "sudo tcptrace -v -i any 'host 10.0.0.9'", "Retransmissions, zero windows and keep-alives are marked."},
	},
	sysctls: []string{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_retries2"},
	beliefs: []belief{
		{"Warn at 600 established connections, alarm at 800.",
			"That is one site's policy. No kernel has such a limit; set thresholds by what your program can serve."},
		{"An idle connection ends after tcp_keepalive_time, 2 hours.",
			"Only with SO_KEEPALIVE on the socket, and only if the probes go unanswered: 7200 s + 9 × 75 s. Without it an idle connection never ends."},
		{"Lower tcp_keepalive_time to 1200 to get rid of dead connections.",
			"It changes nothing for sockets without SO_KEEPALIVE, and overrules nothing that a program sets with TCP_KEEPIDLE. Programs in Go probe after 15 s anyway."},
	},
	conditions: []diagnose.ID{diagnose.RetransmissionTimeout, diagnose.ZeroWindowStall, diagnose.KeepaliveFailing, diagnose.NATIdleTimeout,
		diagnose.HalfOpenAfterReboot, diagnose.PhantomEstablished, diagnose.MSSBlackhole, diagnose.EstablishedMany},
	sources: []string{"RFC 9293 §3.8.3, §3.8.4 and §3.10.7.4; RFC 1122 §4.2.3.6", "Linux: tcp(7); net/ipv4/tcp_timer.c, tcp_keepalive_timer; " +
		"Documentation/networking/ip-sysctl.rst"},
}

var closeWaitText = stateText{
	state: flows.CloseWait,
	lead:  "The other end has closed. This end's kernel has acknowledged that, and this end's program has not called close() yet.",
	names: "ss prints CLOSE-WAIT.",
	what: []string{
		"FIN(M) has arrived: the peer will send no more. The kernel has answered ACK(M+1) and has told the program, whose next " +
			"read returns 0, the end of the file. From here on nothing happens until the program closes its socket; then the kernel sends " +
			"FIN(N) and the state is LAST_ACK.",
	},
	who: "The end that closes second: it got the first FIN. That may be a server or a client. The peer sits in FIN_WAIT_2 meanwhile.",
	lasts: []string{
		"A moment is normal, and so are the seconds in which a program still sends its answer: that is a half-closed connection. If it lasts for minutes, a " +
			"program on this host has a bug: it does not read the end of the file, or ignores it, or it has lost the socket, or a child process " +
			"holds a copy of it. Every such socket keeps a descriptor, and in the end the program fails with too many open files.",
		"Linux has no timer for CLOSE_WAIT. It lasts until the program closes the socket, or exits, or the peer sends RST.",
	},
	next: []step{
		{"Find the program. On the host that is in CLOSE_WAIT:", "sudo ss -tanp state close-wait",
			"The last column names the program, its pid and the descriptor. Recv-Q 0: it has read the end of the file and forgotten to close. 1: it has read " +
				"all data but not the end of the file, which counts as 1. More: there are data that it has not read; it hangs, or has lost the socket."},
		{"See where it hangs: take a stack dump of that pid.", "sudo gdb -p PID -batch -ex 'thread apply all bt'",
			"jstack for Java, py-spy dump for Python, pprof's goroutines for Go. Look for threads that wait for something else than this socket."},
		{"Repair the program: close() on every way out, above all after a read that returns 0 and after errors. Give its reads a time limit.", "", ""},
		{"Until then restart it: when it exits, the kernel closes all its sockets.", "sudo systemctl restart SERVICE", ""},
		{"Or end single connections, without the program.", "sudo ss -K state close-wait dst 10.0.0.9",
			"The program gets an error the next time it uses the socket, and still has to close it. The kernel must have been built with INET_DIAG_DESTROY."},
	},
	beliefs: []belief{
		{"A sysctl makes it go away: tcp_fin_timeout, tcp_keepalive_time, tcp_tw_reuse.",
			"None does. tcp_fin_timeout is for FIN_WAIT_2, tcp_tw_reuse for TIME_WAIT. Only the program can close its socket."},
		{"Keep-alive cleans it up.",
			"With SO_KEEPALIVE on the socket a probe may get a RST from a peer that has long gone, and the state disappears from ss. The program's " +
				"descriptor is still leaked: its next read returns 0 and its next write fails with EPIPE."},
		{"The other host is at fault, since it closed.",
			"It may close when it likes. What is missing is the close() here."},
	},
	conditions: []diagnose.ID{diagnose.StuckCloseWait, diagnose.CloseWaitWithUnread, diagnose.CloseWaitPilingUp, diagnose.HalfCloseInUse, diagnose.FinWait2Expired},
	sources: []string{"RFC 9293 §3.6 and §3.10.7.4 (eighth, FIN)", "Linux: net/ipv4/tcp_input.c, tcp_fin; net/ipv4/tcp_timer.c, tcp_keepalive_timer; ss(8); " +
		"Recv-Q and the keep-alive were observed on 6.18"},
}

var finWait2Text = stateText{
	state: flows.FinWait2,
	lead:  "It has closed, the peer has acknowledged that, and now it waits for the peer to close too.",
	names: "ss prints FIN-WAIT-2, netstat FIN_WAIT2.",
	what: []string{
		"FIN(M) is acknowledged, so this end can send no more, but it still receives. Whether anything comes is up to the peer, which is in CLOSE_WAIT.",
	},
	who: "The end that closed first.",
	lasts: []string{
		"The peer's program has not closed its socket: the fault is at the other end. A connection that is closed in one direction on purpose looks the same.",
		"How long Linux keeps it depends on how it was closed. After close() nobody holds the socket any more, it is an orphan, and goes after tcp_fin_timeout, " +
			"60 s. After shutdown(SHUT_WR) the program still holds it, and there is no timer: it may wait for ever.",
		"When data arrive for an orphan, Linux answers with RST and forgets the connection at once.",
	},
	next: []step{
		{"See whether a program still holds it.", "sudo ss -tanop state fin-wait-2",
			"users:(…): a program does, and waits for the peer. timer:(timewait,…) and no users: an orphan, gone when the timer says."},
		{"Look at the other host: there the connection is in CLOSE_WAIT, and there is the bug.", "tcptrace explain close_wait", ""},
		{"If a program of yours shuts down only its own direction, let it read with a time limit, and close() after that.", "", ""},
	},
	sysctls: []string{"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_max_orphans"},
	beliefs: []belief{
		{"tcp_fin_timeout=30 halves it, and TIME_WAIT too.",
			"It concerns orphans in FIN_WAIT_2 only. TIME_WAIT lasts 60 s whatever it says; sockets that a program holds wait for ever whatever it says."},
		{"Many FIN_WAIT_2 are a problem of this host.",
			"They cost it little and go by themselves. The peer is where CLOSE_WAIT piles up."},
	},
	conditions: []diagnose.ID{diagnose.StuckFinWait2, diagnose.FinWait2Expired, diagnose.FinWait2Orphans, diagnose.LateDataAfterClose, diagnose.HalfCloseInUse},
	sources: []string{"RFC 9293 §3.6 and §3.10.7.4; RFC 1122 §4.2.2.13 (half-duplex close)", "Linux: net/ipv4/tcp.c, __tcp_close; " +
		"net/ipv4/tcp_minisocks.c, tcp_timewait_state_process; Documentation/networking/ip-sysctl.rst"},
}

var unknownText = stateText{
	state: flows.Unknown,
	lead:  "Nothing captured so far proves in which state this end is.",
	what: []string{
		"It is no state of TCP but tcptrace's word for what it cannot know: the capture began in the middle, or holds the packets of one direction only.",
		"The first segment that proves something ends it. Until then tcptrace claims nothing, rather than guess.",
	},
	who: "An end that has not shown itself.",
	lasts: []string{
		"This end sends nothing that is captured. Mostly its packets take another way than past the capture, or come in on another interface.",
	},
	next: []step{
		{"Capture on all interfaces, or on the host itself.", "sudo tcptrace -i any 'host 10.0.0.9'",
			"A mirror port or a router may see one direction only."},
		{"Ask the kernel, if that end is this host.", "ss -tan dst 10.0.0.9", ""},
	},
	conditions: []diagnose.ID{diagnose.AsymmetricCapture, diagnose.MidstreamPickup, diagnose.CaptureLoss},
	sources:    []string{"what each first segment proves: the RFC sections above"},
}
