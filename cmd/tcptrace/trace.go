package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer"
	"tcptrace/tracer/sink/jsonl"
	"tcptrace/tracer/sink/text"
)

// trace carries out the command without a name: a trace, live or from files.
func (p *program) trace(ctx context.Context, o *options, args []string) error {
	o.moves = true
	if err := o.check(args); err != nil {
		return err
	}
	if o.list {
		return p.listInterfaces(o)
	}
	filter, err := p.filter(o, args)
	if err != nil {
		return err
	}
	src, err := p.openSource(ctx, o, filter)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	packets, p := p, p.apart(o)
	if src == nil {
		out := newOutput(p.out, cancel)
		return errors.Join(p.sink(o, out, &gate{}).Close(&flows.Summary{}), out.Flush())
	}
	defer src.close()
	page, err := packets.openReport(o, src, filter)
	if err != nil {
		return err
	}
	defer page.discard()
	saved, err := packets.openWriter(o, src, filter)
	if err != nil {
		return err
	}
	bar := p.newBar(o, src)
	out := newOutput(bar.before(p.out), cancel)
	here := p.machine(o, src, filter)
	defer here.close()
	alarm := &gate{least: o.failOn}
	to := tracer.Options{
		Source: src, Sink: p.sink(o, out, alarm), Limits: o.limits(), Clock: src.clock, Kernel: here.timers,
		Host: here.asHost(), Adopted: p.tookOver, Unasked: func(err error) { p.warn(err.Error()) },
		Packets: o.packets, Duration: time.Duration(o.duration),
		Asked: p.signals.count, Tell: p.counters,
	}
	p.saved(saved, o, &to)
	to.Apart = !o.quiet && page == nil
	page.join(&to)
	_, err = tracer.Run(ctx, to)
	bar.stop()
	page.tell(p)
	return errors.Join(err, out.Flush(), alarm.verdict())
}

// sink is where the trace goes, past the gate that hears every finding which is
// shown.
func (p *program) sink(o *options, w io.Writer, alarm *gate) tracer.Sink {
	var s tracer.Sink
	if o.json {
		s = jsonl.New(w, jsonl.Options{Detail: jsonDetail(o), Only: o.states.set})
	} else {
		s = text.New(w, text.Options{
			Detail: textDetail(o), Depth: p.depth(), Raw: o.raw, Dated: !o.live(), Zone: time.Local,
			Width: widthOf(p.out), Only: o.only(), MaxFlows: o.maxFlows,
		})
	}
	alarm.Sink = s
	s = alarm
	if o.problems {
		s = tracer.Problems(diagnose.Warning, s)
	}
	if o.states.set != 0 {
		s = tracer.Select(o.states.set, s)
	}
	return s
}

func textDetail(o *options) text.Detail {
	switch {
	case o.quiet:
		return text.Closing
	case o.verbose > 0:
		return text.All
	default:
		return text.Moves
	}
}

func jsonDetail(o *options) jsonl.Detail {
	switch {
	case o.quiet:
		return jsonl.Closing
	case o.verbose > 0:
		return jsonl.All
	default:
		return jsonl.Moves
	}
}

// machine is this host, for a live trace; nil for files, and where a host says
// nothing of its sockets.
func (p *program) machine(o *options, src *source, filter string) *machine {
	if !o.live() {
		return nil
	}
	here, err := newMachine(src, filter)
	if err != nil {
		p.warn("the trace goes by packets alone: " + err.Error())
		return nil
	}
	return here
}

// counters says how a trace stands.
func (p *program) counters(s tracer.Stats) {
	text := fmt.Sprintf("packets %d, TCP segments %d, flows %d, still followed %d",
		s.Packets, s.TCP, s.Flows.Flows, s.Flows.Open)
	if s.Capture.Known {
		text += fmt.Sprintf(", dropped by the kernel %d", s.Capture.Dropped+s.Capture.IfDropped)
	}
	p.tell(text)
}
