package tracer

import (
	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// Stats are the counters of a trace that goes on.
type Stats struct {
	Packets uint64 // frames read
	TCP     uint64 // segments among them
	ICMP    uint64 // ICMP errors that quote a segment among them
	Capture decode.Stats
	Flows   flows.Totals
}

// stats are the counters now.
func (l *loop) stats() Stats {
	return Stats{
		Packets: l.packets, TCP: l.tcp, ICMP: l.icmp,
		Capture: l.o.Source.Stats(), Flows: l.table.Totals(),
	}
}

// summary is what the trace amounted to.
func (l *loop) summary() *flows.Summary {
	capture := l.o.Source.Stats()
	return &flows.Summary{
		Packets: l.packets, TCP: l.tcp, Skipped: l.decoder.Skipped(),
		Dropped: capture.Dropped + capture.IfDropped, DropsKnown: capture.Known,
		Totals: l.table.Totals(),
	}
}
