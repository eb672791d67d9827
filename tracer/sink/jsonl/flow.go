package jsonl

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// flow writes a whole flow.
func (s *Sink) flow(r *flows.Record) {
	b := digits.Append(s.words.flow.Append(s.buf), uint64(r.Flow))
	b = appendPair(b, r.Client, r.Server)
	b = s.appendMark(append(b, `,"first":{`...), r.First)
	b = s.appendMark(append(b, `,"last":{`...), r.Last)
	b = s.words.outcome[r.Outcome%numOutcomes].Append(b)
	if r.Outcome == flows.Stuck {
		b = appendWord(b, `,"stuck_end":`, r.StuckEnd.String())
	}
	b = s.appendEnds(b, r)
	b = appendLetters(b, r)
	if r.HandshakeRTT != 0 {
		b = appendSeconds(append(b, `,"handshake_rtt":`...), r.HandshakeRTT)
	}
	b = s.appendCounts(b, r)
	if !r.GuessedClient && !r.Gaps && !r.Evicted {
		s.buf = s.words.plain.Append(b)
		return
	}
	b = appendBool(b, `,"guessed_client":`, r.GuessedClient)
	b = appendBool(b, `,"gaps":`, r.Gaps)
	b = appendBool(b, `,"evicted":`, r.Evicted)
	s.buf = append(b, "}\n"...)
}

// appendEnds appends in which states the ends are, since when, and through
// which ones they went.
func (s *Sink) appendEnds(b []byte, r *flows.Record) []byte {
	for side := flows.Client; side <= flows.Server; side++ {
		e, keys := &r.Ends[side], &s.words.ends[side]
		b = keys.state[e.State%numStates].Append(b)
		if e.State != flows.Unknown {
			b = s.appendTime(keys.since.Append(b), e.Since)
		}
		b = s.words.appendStates(keys.history.Append(b), e.History)
		if e.Cut {
			b = append(keys.cut.Append(b), "true"...)
		}
	}
	return b
}

// appendLetters appends J, K, M and N as far as they are known: raw numbers.
func appendLetters(b []byte, r *flows.Record) []byte {
	first, second := flows.Client, flows.Server
	if r.Ends[flows.Server].FirstFIN {
		first, second = second, first
	}
	letters := [...]struct {
		key string
		n   flows.Number
	}{
		{`,"j":`, r.Ends[flows.Client].ISN}, {`,"k":`, r.Ends[flows.Server].ISN},
		{`,"m":`, r.Ends[first].FIN}, {`,"n":`, r.Ends[second].FIN},
	}
	for _, l := range letters {
		if l.n.Known {
			b = appendNumber(b, l.key, uint64(l.n.Seq))
		}
	}
	return b
}

// appendCounts appends what the ends sent.
func (s *Sink) appendCounts(b []byte, r *flows.Record) []byte {
	var duplicates uint64
	for side := flows.Client; side <= flows.Server; side++ {
		e, keys := &r.Ends[side], &s.words.ends[side]
		duplicates += uint64(e.Duplicates)
		b = digits.Append(keys.packets.Append(b), e.Packets)
		b = digits.Append(keys.bytes.Append(b), e.Bytes)
		b = digits.Append(keys.retransmissions.Append(b), uint64(e.Retransmissions))
		b = digits.Append(keys.syns.Append(b), uint64(e.SYNs))
		b = digits.Append(keys.fins.Append(b), uint64(e.FINs))
		b = digits.Append(keys.rsts.Append(b), uint64(e.RSTs))
	}
	return digits.Append(append(b, `,"duplicates":`...), duplicates)
}

// appendMark appends the members of a mark, and the brace behind them.
func (s *Sink) appendMark(b []byte, m flows.Mark) []byte {
	b = s.appendTime(append(b, `"time":`...), m.Time)
	b = digits.Append(append(b, `,"packet":`...), m.Packet)
	return append(b, '}')
}
