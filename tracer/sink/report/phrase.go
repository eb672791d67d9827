package report

import (
	"strings"

	"tcptrace/flows/diagnose"
)

// phrase is what the verdict says of the flows with a condition, behind "2 of
// 140 connections". {a|b} is a for one flow and b for many, [a|b] a for one
// place and b for many; WHO is who is at fault, TO the servers.
func phrase(id diagnose.ID) string {
	for _, family := range [][]wording{openingWords(), listenerWords(), closingWords(), resetWords(), transferWords()} {
		for _, w := range family {
			if w.id == id {
				return w.text
			}
		}
	}
	return ""
}

// wording is the phrase of one condition.
type wording struct {
	id   diagnose.ID
	text string
}

func openingWords() []wording {
	return []wording{
		{diagnose.SynNoAnswer, "{gets|get} no answer to {its|their} SYN from TO"},
		{diagnose.ConnectAbandoned, "{was|were} given up by the client before TO answered"},
		{diagnose.ConnectionRefused, "{is|are} refused: nothing listens at TO"},
		{diagnose.RefusedByFirewall, "{is|are} refused by something on the way to TO"},
		{diagnose.ICMPUnreachable, "{draws|draw} an ICMP error instead of an answer from TO"},
		{diagnose.SynAckLost, "{does|do} not open: the answer of TO does not reach the client"},
		{diagnose.ISNChangedMidway, "{was|were} answered twice, with different numbers, by TO"},
		{diagnose.SynAckBadAck, "{got|got} an answer to another SYN from TO"},
		{diagnose.StuckSynReceived, "{does|do} not open: TO [waits|wait] for the last ACK"},
		{diagnose.SelfConnect, "{is|are} connected to {itself|themselves}"},
		{diagnose.OptionStripped, "{loses|lose} TCP options on the way to TO"},
		{diagnose.PortReuseFast, "{uses|use} a client port again within a minute, to TO"},
		{diagnose.TimeWaitChallengeAck, "{was|were} delayed by an old connection in TIME_WAIT at TO"},
		{diagnose.HalfOpenAfterReboot, "{was|were} known to one end only: the other had forgotten {it|them}"},
	}
}

func listenerWords() []wording {
	return []wording{
		{diagnose.AcceptQueueOverflow, "{hangs|hang} in opening: the application at TO does not accept fast enough"},
		{diagnose.AcceptQueueSynDrop, "{gets|get} no answer: the application at TO does not accept fast enough"},
		{diagnose.AcceptOverflowAbort, "{is|are} reset as soon as {it is|they are} open: the application at TO does not accept fast enough"},
		{diagnose.PhantomEstablished, "{is|are} open for the client only: TO [knows|know] nothing of {it|them}"},
		{diagnose.SynCookiesInUse, "{was|were} answered with a SYN cookie: the queue at TO is full"},
	}
}

func closingWords() []wording {
	return []wording{
		{diagnose.StuckCloseWait, "{is|are} stuck: WHO [does|do] not close"},
		{diagnose.CloseWaitWithUnread, "{is|are} stuck: WHO [does|do] not close, nor read what has arrived"},
		{diagnose.StuckFinWait2, "{waits|wait} for {its|their} end: WHO [has|have] not closed yet"},
		{diagnose.FinWait2Expired, "{was|were} closed too late by WHO"},
		{diagnose.LateDataAfterClose, "{brought|brought} data for an end that had closed already"},
		{diagnose.FinRetransmitted, "{had|had} to send {its|their} FIN again"},
		{diagnose.StuckFinWait1, "{cannot|cannot} close: nobody acknowledges the FIN"},
		{diagnose.StuckLastAck, "{does|do} not finish closing: nobody acknowledges the second FIN"},
		{diagnose.StuckClosing, "{does|do} not finish closing: a FIN has no ACK"},
	}
}

func resetWords() []wording {
	return []wording{
		{diagnose.RstUnreadData, "{was|were} reset by WHO, with data unread"},
		{diagnose.RstAbortiveClose, "{was|were} aborted by WHO instead of closed"},
		{diagnose.RstInjectedSuspect, "{was|were} reset by somebody who may not be who it claims to be"},
		{diagnose.ConntrackInvalidRst, "{was|were} reset because NAT let a packet pass as it was"},
		{diagnose.NATIdleTimeout, "{was|were} forgotten by a box on the path while idle"},
		{diagnose.BadFlagCombo, "{holds|hold} flags that no TCP sends together"},
	}
}

func transferWords() []wording {
	return []wording{
		{diagnose.KeepaliveFailing, "{hangs|hang}: nobody answers the keep-alives"},
		{diagnose.ZeroWindowStall, "{stands|stand} still: the application of WHO does not read"},
		{diagnose.RetransmissionTimeout, "{hangs|hang}: data are sent again and again, and nobody acknowledges them"},
		{diagnose.MSSBlackhole, "{hangs|hang}: full-size packets vanish on the path"},
	}
}

// plural resolves {one|many} and [one|many].
func plural(text string, one, oneplace bool) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(text, "{[")
		if i < 0 {
			return b.String() + text
		}
		b.WriteString(text[:i])
		first := one
		if text[i] == '[' {
			first = oneplace
		}
		inner, rest, _ := strings.Cut(text[i+1:], map[byte]string{'{': "}", '[': "]"}[text[i]])
		a, z, _ := strings.Cut(inner, "|")
		if !first {
			a = z
		}
		b.WriteString(a)
		text = rest
	}
}
