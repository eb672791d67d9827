package tracer

import (
	"errors"
	"io"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// record hands the frame of a parcel to whoever wants the frames, or nil while
// none comes, and reports whether the trace goes on. It comes before what the
// table makes of the frame; a parcel then holds no more than one.
func (l *loop) record(p *parcel) bool {
	if l.o.Frames != nil && (p.frame != nil || p.idle) {
		l.recorded = l.o.Frames.Frame(p.frame)
	}
	return l.recorded == nil
}

// notRecorded is the error that ended the recording, and so the trace.
func (l *loop) notRecorded() error {
	if l.recorded == io.EOF {
		return nil
	}
	return l.recorded
}

// Tee is a sink that hands on to two others, to the first one first.
func Tee(first, second Sink) Sink { return tee{first, second} }

type tee [2]Sink

func (t tee) Step(st *flows.Step) {
	t[0].Step(st)
	t[1].Step(st)
}

func (t tee) Finding(f *diagnose.Finding) {
	t[0].Finding(f)
	t[1].Finding(f)
}

func (t tee) End(r *flows.Record) {
	t[0].End(r)
	t[1].End(r)
}

func (t tee) Close(sum *flows.Summary) error { return errors.Join(t[0].Close(sum), t[1].Close(sum)) }
