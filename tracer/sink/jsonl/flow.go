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
	b = appendCounts(b, r)
	b = appendBool(b, `,"guessed_client":`, r.GuessedClient)
	b = appendBool(b, `,"gaps":`, r.Gaps)
	b = appendBool(b, `,"evicted":`, r.Evicted)
	s.buf = append(b, "}\n"...)
}

// appendEnds appends in which states the ends are, since when, and through
// which ones they went.
func (s *Sink) appendEnds(b []byte, r *flows.Record) []byte {
	for side := flows.Client; side <= flows.Server; side++ {
		e := &r.Ends[side]
		b = appendWord(appendEnd(b, side), `_state":`, e.State.String())
		if e.State != flows.Unknown {
			b = s.appendTime(appendEnd(b, side), `_since":`, e.Since)
		}
		b = appendStates(appendEnd(b, side), `_history":`, e.History)
		if e.Cut {
			b = appendBool(appendEnd(b, side), `_history_cut":`, true)
		}
	}
	return b
}

// appendEnd appends what the keys of an end begin with.
func appendEnd(b []byte, side flows.Side) []byte {
	return append(append(b, `,"`...), side.String()...)
}

func appendStates(b []byte, key string, states []flows.State) []byte {
	b = append(append(b, key...), '[')
	for i, s := range states {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), s.String()...), '"')
	}
	return append(b, ']')
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
func appendCounts(b []byte, r *flows.Record) []byte {
	var duplicates uint64
	for side := flows.Client; side <= flows.Server; side++ {
		e := &r.Ends[side]
		duplicates += uint64(e.Duplicates)
		b = appendNumber(appendEnd(b, side), `_packets":`, e.Packets)
		b = appendNumber(appendEnd(b, side), `_bytes":`, e.Bytes)
		b = appendNumber(appendEnd(b, side), `_retransmissions":`, uint64(e.Retransmissions))
		b = appendNumber(appendEnd(b, side), `_syns":`, uint64(e.SYNs))
		b = appendNumber(appendEnd(b, side), `_fins":`, uint64(e.FINs))
		b = appendNumber(appendEnd(b, side), `_rsts":`, uint64(e.RSTs))
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
