package diagnose

// reuseRules are the conditions of a 4-tuple that is used again, while one end
// or both remember its former use.
var reuseRules = []entry{
	{PortReuseFast, Rule{
		Name: "port-reuse-fast", Severity: Warning,
		Title: "the client uses its port again within a minute",
		Shows: "a new SYN on a 4-tuple whose last connection ended less than 60 s ago",
		Fault: "the client, or the SNAT before it: too many connections to one destination",
		Why: "With the default ip_local_port_range a Linux client has 28,232 ports to one destination address " +
			"and port. With TIME_WAIT at 60 s that allows some 470 connections a second before ports come round; " +
			"a SNAT for many clients is there sooner. The server may still be in TIME_WAIT for the tuple, and " +
			"firewalls may still hold the old entry. tcp_fin_timeout does not shorten TIME_WAIT, and " +
			"tcp_tw_recycle is gone since Linux 4.12.",
		Advice: "Keep connections open and use them again, or spread them over more addresses or ports",
		Check: []string{
			"ss -tan state time-wait dst SERVER on the client: a number near the port range means that ports run " +
				"out",
			"sysctl net.ipv4.ip_local_port_range: how many ports there are",
			"conntrack -S on the NAT: insert_failed that grows means that it finds no free port or collides",
		},
		Sysctls: []string{"ip_local_port_range", "tcp_tw_reuse"},
	}},
	{TimeWaitReuseAccepted, Rule{
		Name: "timewait-reuse-accepted", Severity: Info,
		Title: "a SYN took over a connection in TIME_WAIT",
		Shows: "a SYN on a tuple in TIME_WAIT with a higher SEQ or a newer timestamp, answered by a SYN-ACK as " +
			"usual",
		Fault: "nobody",
		Why: "An end in TIME_WAIT may accept a SYN that cannot be an old duplicate: its SEQ is above the last " +
			"one received, or its timestamp is newer (RFC 6191, RFC 9293 §3.10.7.4, fourth). On Linux the new " +
			"ISN is the old SND.NXT + 65537 (tcp_timewait_state_process in tcp_minisocks.c). So TIME_WAIT on a " +
			"server does not block a port for a client that counts upward, and there is nothing to tune.",
		Advice: "Do nothing: this is how TIME_WAIT is meant to give way",
	}},
	{TimeWaitChallengeAck, Rule{
		Name: "timewait-challenge-ack", Severity: Warning,
		Title: "a SYN ran into TIME_WAIT and was refused at first",
		Shows: "a SYN answered by a bare ACK of the old numbers, a RST by the client, and then the SYN again",
		Fault: "the client or a SNAT: it uses the tuple again with a lower SEQ and without timestamps",
		Why: "To an end in TIME_WAIT, a SYN that is not newer than the old connection may be an old duplicate, " +
			"so it answers with its last ACK (RFC 9293 §3.10.7.4, tcp_timewait_state_process). That ACK is wrong " +
			"for a client in SYN_SENT, whose RST ends TIME_WAIT; the next SYN gets through. The cost is the wait " +
			"for that SYN: 1 s, or some milliseconds with a recent Linux client, which sends it early after such " +
			"an ACK. With tcp_rfc1337=1 the RST is ignored, and the client waits until TIME_WAIT is over. A SNAT " +
			"that maps several clients to the same tuple in turn causes it.",
		Advice: "Turn tcp_timestamps on at the client, and let the SNAT use more ports or addresses",
		Check: []string{
			"the options of the SYN: without a timestamp only a higher SEQ is taken",
			"sysctl net.ipv4.tcp_timestamps on the client: 0 turns off what would avoid this",
			"conntrack -L -p tcp on the NAT: ports that come round within 60 s are too few",
			"sysctl net.ipv4.tcp_rfc1337 on the server: 1 makes the client wait for the end of TIME_WAIT",
		},
		Sysctls: []string{"tcp_timestamps", "tcp_rfc1337"},
	}},
	{TimeWaitAssassinated, Rule{
		Name: "timewait-assassinated", Severity: Info,
		Title: "a RST ended TIME_WAIT early",
		Shows: "a RST with the expected SEQ to an end in TIME_WAIT",
		Fault: "the peer, which often only answers an ACK that it did not expect",
		Why: "Linux deletes a TIME_WAIT socket on an acceptable RST, unless tcp_rfc1337=1. RFC 1337 shows what " +
			"may come of it: an old duplicate could then be taken for a segment of a new connection. That asks " +
			"for a duplicate that lives longer than the tuple is unused, and hits the window, which is rare. The " +
			"setting protects a state; it does not repair a service.",
		Advice: "Do nothing, unless the tuple is used again at once and its data come out damaged",
		Check: []string{
			"sysctl net.ipv4.tcp_rfc1337: 0, the default, lets a RST end TIME_WAIT",
		},
		Sysctls: []string{"tcp_rfc1337"},
	}},
	{HalfOpenAfterReboot, Rule{
		Name: "half-open-after-reboot", Severity: Warning,
		Title: "one end has forgotten the connection",
		Shows: "a SYN on an ESTABLISHED tuple, a challenge ACK, a RST, then a new handshake; or data answered by " +
			"a RST with window 0",
		Fault: "the end that lost its state: a crash, a restart, a moved address",
		Why: "A host that crashed does not say so, and its peer stays ESTABLISHED: a half-open connection (RFC " +
			"9293 §3.5.1). The peer answers a SYN on it with a challenge ACK (RFC 5961 §4.2), which the " +
			"restarted end resets, since it knows no such connection. Data of the peer draw the RST as well. If " +
			"the peer only reads, nothing ever tells it: without SO_KEEPALIVE it waits for ever.",
		Advice: "Turn on SO_KEEPALIVE or a heartbeat on the end that only reads, and TCP_USER_TIMEOUT on the " +
			"writer",
		Check: []string{
			"uptime and the service's log on the end that sent the RST: a restart between the last data and the " +
				"SYN explains it",
			"ss -tano state established dst PEER: a line without timer:(keepalive,...) has no keepalive on",
			"the address: one that moved to another host (failover, ARP change) loses its connections in the " +
				"same way",
		},
		Sysctls: []string{"tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes"},
	}},
}
