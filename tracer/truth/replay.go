package truth

import (
	"context"
	"net/netip"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer"
)

// Claim is one state that the tracer says an end entered.
type Claim struct {
	State flows.State
	Basis flows.Basis
	Time  flows.Time
	// Packet is the frame that proves it, 0 if time alone did.
	Packet uint64
}

// Life is what the tracer said of one life of a connection.
type Life struct {
	Flow    flows.FlowID
	Ends    [2]netip.AddrPort // client and server as the tracer sees them
	Guessed bool              // it only guesses who is which
	First   flows.Time        // when it first claimed something
	Claims  [2][]Claim        // withdrawn ones left out
	Words   [2][]Word         // by who sent them
}

// Word is one segment that an end was seen to send.
type Word struct {
	Time     flows.Time
	Flags    flows.Flags
	Ack, End flows.Seq // Ack is valid if Flags has ACK; End lies behind all that it carries
}

// Replay is what the tracer said of a capture, in all three of its ways: step
// by step, flow by flow, and in sum.
type Replay struct {
	Lives   []*Life // in the order of their first claims; by steps
	Records []Record
	Summary flows.Summary

	current map[flows.FlowID]*history
	// disagreements between the three, see agree.go
	disagreements []string
}

// Record is a flow as it was told when it was over.
type Record struct {
	flows.Record
	Histories [2]States
}

// Trace replays a source through the same pipeline as the command does.
func Trace(source tracer.Source) (*Replay, error) {
	r := &Replay{current: make(map[flows.FlowID]*history)}
	summary, err := tracer.Run(context.Background(), tracer.Options{Source: source, Sink: (*ear)(r)})
	r.Summary = summary
	r.agree()
	return r, err
}

// ear is a Replay that listens.
type ear Replay

// Step implements flows.Handler.
func (e *ear) Step(s *flows.Step) {
	h := e.current[s.Flow]
	if h == nil {
		h = &history{client: s.Client}
		e.current[s.Flow] = h
	}
	h.follow(s.Client)
	for _, t := range s.Transitions {
		if h.begins(t) {
			h.life = h.next(s)
			e.Lives = append(e.Lives, h.life)
		}
		h.move(t, s)
	}
	h.hear(s)
	h.check(s)
}

// End implements flows.Handler.
func (e *ear) End(r *flows.Record) {
	record := Record{Record: *r}
	for side := range record.Histories {
		record.Histories[side] = append(States{}, r.Ends[side].History...)
		record.Ends[side].History = nil // valid during the call only
	}
	e.Records = append(e.Records, record)
}

// Finding implements diagnose.Handler: what is wrong is not measured here.
func (e *ear) Finding(*diagnose.Finding) {}

// Close implements tracer.Sink.
func (e *ear) Close(*flows.Summary) error { return nil }

// States are those that the tracer says an end went through.
func (l *Life) States(side flows.Side) States {
	states := make(States, len(l.Claims[side]))
	for i, c := range l.Claims[side] {
		states[i] = c.State
	}
	return states
}
