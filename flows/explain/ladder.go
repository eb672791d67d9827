package explain

import "tcptrace/flows"

// The state diagram is drawn as ladders: an end on each side, time downwards.
// What they show is data, so that a test can hold it to the transition table.

// states are those of the two ends; UNKNOWN where an end stays in its own.
type states [2]flows.State

// rung is what passes between the ends, and the states that this leads to.
type rung struct {
	from    flows.Side
	segment string
	cross   string    // what the server sends at the same moment; from is Client then
	after   states    // once it is sent, and also got unless cross is set
	got     states    // once both got what crossed
	notes   [2]string // how long Linux stays in these states, at most
}

// ladder is a part of a connection's life.
type ladder struct {
	title string
	begin states
	rungs []rung
}

// timeWait is how long Linux stays in TIME_WAIT: TCP_TIMEWAIT_LEN in
// include/net/tcp.h.
const timeWait = "60 s"

// ladders are the state diagram but for RST, which ends every state, and for
// what is rare. An end that is in TIME_WAIT at the end of one waits there for
// timeWait, and is in CLOSED.
func ladders() []ladder {
	const client, server, same = flows.Client, flows.Server, flows.Unknown
	return []ladder{
		{
			title: "A connection opens, and closes: the client first", begin: states{flows.Closed, flows.Listen},
			rungs: []rung{
				{from: client, segment: "SYN(J)", after: states{flows.SynSent, same}, notes: [2]string{"131 s", ""}},
				{from: server, segment: "SYN(K) ACK(J+1)", after: states{same, flows.SynReceived}, notes: [2]string{"", "63 s"}},
				{from: client, segment: "ACK(K+1)", after: states{flows.Established, flows.Established}, notes: [2]string{"no limit", "no limit"}},
				{from: client, segment: "FIN(M)", after: states{flows.FinWait1, same}, notes: [2]string{"106 s*", ""}},
				{from: server, segment: "ACK(M+1)", after: states{flows.FinWait2, flows.CloseWait}, notes: [2]string{"60 s*", "no limit"}},
				{from: server, segment: "FIN(N)", after: states{same, flows.LastAck}, notes: [2]string{"", "106 s*"}},
				{from: client, segment: "ACK(N+1)", after: states{flows.TimeWait, flows.Closed}},
			},
		},
		{
			title: "Both open at the same moment: the SYNs cross", begin: states{flows.Closed, flows.Closed},
			rungs: []rung{
				{segment: "SYN(J)", cross: "SYN(K)", after: states{flows.SynSent, flows.SynSent}},
				{segment: "SYN(J) ACK(K+1)", cross: "SYN(K) ACK(J+1)", after: states{flows.SynReceived, flows.SynReceived},
					got: states{flows.Established, flows.Established}},
			},
		},
		{
			title: "Both close at the same moment: the FINs cross", begin: states{flows.Established, flows.Established},
			rungs: []rung{
				{segment: "FIN(M)", cross: "FIN(N)", after: states{flows.FinWait1, flows.FinWait1}},
				{segment: "ACK(N+1)", cross: "ACK(M+1)", after: states{flows.Closing, flows.Closing},
					got: states{flows.TimeWait, flows.TimeWait}},
			},
		},
	}
}
