// Package tracer is the pipeline: frames from a source are decoded into
// segments, followed by a flow table and judged by a diagnosis, and what these
// find out goes to the sinks. The concrete sources and sinks are chosen by the caller.
//
// Read first: tracer.go.
package tracer

import (
	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

// Source gives the frames of a capture in the order of capture.
type Source interface {
	// Next waits for the next frame, but not for long: it returns nil without
	// an error when none came within a moment (live only), so that the caller
	// can look at the clock. io.EOF is the end, or what Stop led to once
	// everything captured before it was handed over; any other error ends the
	// source too, and what was read before it is still good.
	Next() (*decode.Frame, error)
	// Ready reports whether Next will not wait. It may say no to be on the safe
	// side: frames that are ready are followed together, which is faster.
	Ready() bool
	// Stop makes Next come to its end. It may be called from another goroutine,
	// and more than once.
	Stop()
	// Stats may be called until the end and after it.
	Stats() decode.Stats
}

// Sink is where a trace goes. Steps, findings and records of flows arrive in
// the order in which they happened.
type Sink interface {
	diagnose.Handler
	// Close writes what belongs at the end of the trace.
	Close(*flows.Summary) error
}

// FrameSink is where the frames of a trace go.
type FrameSink interface {
	// Frame is called with every frame that holds a TCP segment, or an ICMP error
	// about one, before the steps and findings that it leads to; and with nil
	// when none came within a moment. An error ends the trace before the frame
	// is followed: io.EOF as if it had come to its end, any other is returned
	// by Run. The frame is valid during the call only.
	Frame(*decode.Frame) error
}
