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
	c := &l.counted
	if l.o.Clock != nil {
		c.capture = l.o.Source.Stats()
	}
	return Stats{Packets: c.packets, TCP: c.tcp, ICMP: c.icmp, Capture: c.capture, Flows: l.table.Totals()}
}

// summary is what the trace amounted to.
func (l *loop) summary() *flows.Summary {
	capture := l.o.Source.Stats()
	return &flows.Summary{
		Packets: l.counted.packets, TCP: l.counted.tcp, Skipped: l.read.decoder.Skipped(),
		Dropped: capture.Dropped + capture.IfDropped, DropsKnown: capture.Known,
		Totals: l.table.Totals(),
	}
}
