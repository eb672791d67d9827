package diagnose

// captureRules are the conditions of what was captured, rather than of the
// connection; with them, segments that no stack would send.
var captureRules = []entry{
	{AsymmetricCapture, Rule{
		Name: "asymmetric-capture", Severity: Info,
		Title: "only one direction was captured",
		Shows: "segments of one end only, whose ACKs advance over data that are not in the capture",
		Fault: "the place of the capture",
		Why: "Where the two directions take different routes, or a mirror port copies only one, the capture " +
			"holds half of the connection. What the other end sent is known only from what was acknowledged. " +
			"That nothing was seen from it does not mean that it was silent, so it is not blamed for anything " +
			"here.",
		Advice: "Capture at an end, or on both paths and merge the files",
		Check: []string{
			"tcpdump -ni any on one of the ends: it sees both directions whatever the route",
		},
	}},
	{MidstreamPickup, Rule{
		Name: "midstream-pickup", Severity: Info,
		Title: "the capture begins in the middle",
		Shows: "a connection without a SYN",
		Fault: "the time at which the capture began",
		Why: "Without the SYNs the ISNs are unknown, and so are window scale and who opened; states are inferred " +
			"from what follows. Nothing is wrong with the connection.",
		Advice: "Do nothing; to see the handshake, start the capture before the connection is opened",
	}},
	{CaptureLoss, Rule{
		Name: "capture-loss", Severity: Warning,
		Title: "the capture missed packets",
		Shows: "gaps in the sequence numbers that the receiver acknowledges, in both directions; the capture's " +
			"drop counter is above 0",
		Fault: "the capture: its buffer, its disk, or its mirror port",
		Why: "The receiver acknowledges data that the capture does not hold, so they arrived and only the copy " +
			"is missing. It happens when packets come faster than they are read and written, or when a mirror " +
			"port carries more than its line rate. The connection is not at fault. Findings that rest on " +
			"something not being there are less sure.",
		Advice: "Capture with a larger buffer, a filter and a short snap length, and look at the drop counter",
		Check: []string{
			"tcpdump's last lines: `packets dropped by kernel` above 0 is this loss; -B 65536 -s 128 and a " +
				"filter help",
			"ethtool -S IFACE | grep -i drop: drops in the network card come before any capture",
			"the mirror port of the switch: output drops mean that both directions do not fit into one line",
		},
	}},
	{DuplicateCapture, Rule{
		Name: "duplicate-capture", Severity: Info,
		Title: "the capture holds packets twice",
		Shows: "the same IP ID, SEQ, length and timestamps twice within microseconds to a few milliseconds",
		Fault: "the place of the capture: `any`, a bridge and its members, a mirror of several ports",
		Why: "A packet that passes several interfaces of a host is captured on each of them with `any`. Its " +
			"sender sent it once. A true retransmission comes after a timeout or after duplicate ACKs, and its " +
			"IP ID is mostly another. The copies are counted, and are not called retransmissions.",
		Advice: "Do nothing, or capture on one interface instead of `any`",
	}},
	{BadFlagCombo, Rule{
		Name: "bad-flag-combo", Severity: Warning,
		Title: "a combination of flags that no stack sends",
		Shows: "SYN+FIN, SYN+RST, no flag at all, or FIN+PSH+URG without ACK",
		Fault: "its sender: a port scanner, or broken software or hardware",
		Why: "Scanners send such segments to learn which ports are open, and which system answers, from the way " +
			"that stacks differ on what the RFCs leave open. Linux discards SYN+FIN to a listener, and needs ACK " +
			"on everything but SYN and RST. On a connection that is alive the same segments point to damage on " +
			"the way.",
		Advice: "Look up who the sender is, and drop such segments at the firewall",
		Check: []string{
			"its other connections: many ports or hosts within seconds is a scan",
			"nft list ruleset: a rule such as `tcp flags & (fin|syn) == (fin|syn) drop` keeps them out",
		},
	}},
}
