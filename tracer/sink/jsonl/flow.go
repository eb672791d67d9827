package jsonl

import (
	"net/netip"

	"tcptrace/flows"
)

// flow writes a whole flow.
func (s *Sink) flow(r *flows.Record) {
	b := append(s.buf, `{"v":1,"event":"flow"`...)
	b = appendFlow(b, r.Flow, r.Client, r.Server)
	b = s.appendMark(b, `,"first":`, r.First)
	b = s.appendMark(b, `,"last":`, r.Last)
	b = appendWord(b, `,"outcome":`, r.Outcome.String())
	if r.Outcome == flows.Stuck {
		b = appendWord(b, `,"stuck_end":`, r.StuckEnd.String())
	}
	b = s.appendEnds(b, r)
	b = appendLetters(b, r)
	if r.HandshakeRTT != 0 {
		b = appendSeconds(b, `,"handshake_rtt":`, r.HandshakeRTT)
	}
	b = s.appendCounts(b, r)
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
		b = appendWord(b, keys.state, e.State.String())
		if e.State != flows.Unknown {
			b = s.appendTime(b, keys.since, e.Since)
		}
		b = s.words.appendStates(b, keys.history, e.History)
		if e.Cut {
			b = appendBool(b, keys.cut, true)
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
		b = appendNumber(b, keys.packets, e.Packets)
		b = appendNumber(b, keys.bytes, e.Bytes)
		b = appendNumber(b, keys.retransmissions, uint64(e.Retransmissions))
		b = appendNumber(b, keys.syns, uint64(e.SYNs))
		b = appendNumber(b, keys.fins, uint64(e.FINs))
		b = appendNumber(b, keys.rsts, uint64(e.RSTs))
	}
	return appendNumber(b, `,"duplicates":`, duplicates)
}

func (s *Sink) appendMark(b []byte, key string, m flows.Mark) []byte {
	b = append(append(b, key...), '{')
	b = s.appendTime(b, `"time":`, m.Time)
	b = appendNumber(b, `,"packet":`, m.Packet)
	return append(b, '}')
}

func appendFlow(b []byte, id flows.FlowID, client, server netip.AddrPort) []byte {
	b = appendNumber(b, `,"flow":`, uint64(id))
	b = appendAddr(b, `,"client":`, client)
	return appendAddr(b, `,"server":`, server)
}
