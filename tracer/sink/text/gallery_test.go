package text

import (
	"net/netip"
	"time"

	"tcptrace/flows"
)

// gallery is one step of each kind that looks different from the sample.
func gallery() []*flows.Step {
	return []*flows.Step{
		timer(), correction2SynReceived(), wrongAck(), resetByServer(), midstream(),
		icmpAnswer(), foreignSYN(), fastOpen(), twice(), nextIncarnation(), longIPv6(),
	}
}

// timer is the end of TIME_WAIT, on the next day.
func timer() *flows.Step {
	st := step(16*int64(time.Hour/time.Microsecond), flows.Client, 0)
	st.Segment, st.Label = nil, flows.Label{Timer: true}
	st.Transitions = []flows.Transition{{
		End: flows.Client, From: flows.TimeWait, To: flows.Closed, Basis: flows.Timer, After: time.Minute,
	}}
	return st
}

func correction2SynReceived() *flows.Step {
	st := step(1_000_000, flows.Server, flows.SYN|flows.ACK)
	st.Segment.Seq, st.Segment.Ack = isnK, isnJ+1
	st.Label.Seq, st.Label.Ack = flows.Name{Letter: 'K'}, flows.Name{Letter: 'J', Offset: 1}
	st.Notes = flows.Retransmission
	st.Transitions = []flows.Transition{{
		End: flows.Server, From: flows.Established, To: flows.SynReceived, Correction: true, After: time.Second,
	}}
	return st
}

func wrongAck() *flows.Step {
	st := step(1_000_100, flows.Server, flows.SYN|flows.ACK)
	st.Flow = 12
	st.Segment.Seq, st.Segment.Ack = isnK, isnJ+7
	st.Label.Seq, st.Label.Ack = flows.Name{Letter: 'K'}, flows.Name{Letter: 'J', Offset: 7}
	st.Label.Check, st.Label.Want = flows.CheckWrong, flows.Name{Letter: 'J', Offset: 1}
	st.Notes = flows.WrongAck
	st.Transitions = []flows.Transition{move(flows.Server, flows.Listen, flows.SynReceived)}
	return st
}

func resetByServer() *flows.Step {
	st := step(1_000_200, flows.Server, flows.RST|flows.ACK)
	st.Flow = 123
	st.Label.Seq, st.Label.Ack = flows.Name{Letter: 'K', Offset: 4097}, flows.Name{Letter: 'J', Offset: 518}
	st.Transitions = []flows.Transition{
		{End: flows.Server, From: flows.CloseWait, To: flows.Closed, After: 12340 * time.Millisecond},
		{End: flows.Client, From: flows.FinWait2, To: flows.Closed, Basis: flows.Delivered, After: 900 * time.Millisecond},
	}
	return st
}

// midstream is the first segment of a flow whose opening was not captured.
func midstream() *flows.Step {
	st := step(1_000_300, flows.Client, flows.PSH|flows.ACK)
	st.GuessedClient = true
	st.ISN = [2]flows.Number{}
	st.Segment.Seq, st.Segment.Ack, st.Segment.Length = 77, 88, 517
	st.Label.Seq, st.Label.Ack, st.Label.Length = flows.Name{Offset: 77}, flows.Name{Offset: 88}, 517
	st.Notes = flows.ZeroWindow | flows.Gap
	st.Transitions = []flows.Transition{
		move(flows.Client, flows.Unknown, flows.Established),
		{End: flows.Server, From: flows.Unknown, To: flows.Established, Basis: flows.Implied},
	}
	return st
}

// icmpAnswer moves nothing, and yet it is why a connection does not open.
func icmpAnswer() *flows.Step {
	st := step(1_000_400, flows.Client, 0)
	st.Segment, st.Label = nil, flows.Label{ICMP: &flows.ICMPError{
		Type: 3, Code: 13, From: netip.MustParseAddr("10.0.0.1"),
	}}
	return st
}

// foreignSYN is a SYN-ACK whose number is not the flow's K.
func foreignSYN() *flows.Step {
	st := step(1_000_450, flows.Server, flows.SYN|flows.ACK)
	st.Segment.Seq, st.Segment.Ack = 100, isnJ+777
	st.Label.Seq, st.Label.Ack = flows.Name{Offset: 100}, flows.Name{Letter: 'J', Offset: 777}
	st.Label.Check, st.Label.Want = flows.CheckWrong, flows.Name{Letter: 'J', Offset: 1}
	st.Notes = flows.WrongAck
	return st
}

func fastOpen() *flows.Step {
	st := step(1_000_500, flows.Client, flows.SYN)
	st.Segment.Seq, st.Segment.Length = isnJ, 100
	st.Label.Seq, st.Label.Length = flows.Name{Letter: 'J'}, 100
	st.Notes = flows.FastOpenData
	st.Transitions = []flows.Transition{move(flows.Client, flows.Closed, flows.SynSent)}
	return st
}

// twice moves one end two times: FIN+ACK of the FIN.
func twice() *flows.Step {
	st := step(14_676_989, flows.Server, flows.FIN|flows.ACK)
	st.Label.FIN, st.Label.Ack = flows.Name{Letter: 'N'}, flows.Name{Letter: 'M', Offset: 1}
	st.Label.Check = flows.CheckRight
	st.FIN[flows.Server] = flows.Number{Seq: isnK + 4097, Known: true}
	st.Transitions = []flows.Transition{
		move(flows.Server, flows.Established, flows.CloseWait),
		move(flows.Server, flows.CloseWait, flows.LastAck),
		{End: flows.Client, From: flows.FinWait1, To: flows.FinWait2, Basis: flows.Delivered, After: 2 * time.Second},
	}
	return st
}

// nextIncarnation ends a flow by a SYN of the next one on its addresses.
func nextIncarnation() *flows.Step {
	st := step(15_000_000, flows.Client, flows.SYN)
	st.Segment, st.Aside = nil, st.Segment
	st.Label = flows.Label{Flags: flows.SYN, Seq: flows.Name{Letter: 'J'}}
	st.Transitions = []flows.Transition{{
		End: flows.Server, From: flows.TimeWait, To: flows.Closed, Basis: flows.Delivered, After: 30 * time.Second,
	}}
	return st
}

func longIPv6() *flows.Step {
	st := step(15_000_100, flows.Server, flows.SYN|flows.ACK)
	st.Client = netip.MustParseAddrPort("[2001:db8:1111:2222:3333:4444:5555:6666]:51324")
	st.Server = netip.MustParseAddrPort("[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:443")
	st.Segment.Seq, st.Segment.Ack = isnK, isnJ+1
	st.Label.Seq, st.Label.Ack = flows.Name{Letter: 'K'}, flows.Name{Letter: 'J', Offset: 1}
	st.Label.Check = flows.CheckRight
	st.Transitions = []flows.Transition{move(flows.Server, flows.Listen, flows.SynReceived)}
	return st
}
