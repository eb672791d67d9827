package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// wide counts what is wrong with the capture as a whole.
type wide struct {
	n      uint64 // how many flows, or segments, have it
	told   uint64 // how many had it when it was told last; 0: not yet
	frames [maxEvidence]uint64
}

// add counts one more, and returns how many there are.
func (w *wide) add(packet uint64) uint64 {
	if w.n < maxEvidence {
		w.frames[w.n] = packet
	}
	w.n++
	return w.n
}

// grown reports whether it was never told, or has doubled since.
func (w *wide) grown() bool { return w.told == 0 || w.n >= 2*w.told }

// tellWide tells a condition of the capture as a whole; another time if there
// is more of it.
func (e *Engine) tellWide(at flows.Time, id ID) {
	v := &e.vantage
	f := Finding{ID: id, Time: at, At: Capture, Confidence: Likely}
	w := &v.lossy
	switch id {
	case MidstreamPickup:
		w, f.Confidence = &v.midway, Certain
		f.Summary = fmt.Sprintf("%s without a SYN: in the capture from the middle on", connections(w.n))
	case AsymmetricCapture:
		w = &v.oneSided
		f.Summary = fmt.Sprintf("%s of which only one end was captured: its ACKs advance over what is not there", connections(w.n))
		f.Otherwise = "a capture filter that names one direction"
	case DuplicateCapture:
		w = &v.doubled
		f.Summary = fmt.Sprintf("%d of %d segments are there twice: they were captured in two places", v.doubles, v.segments)
		f.Otherwise = "a network that makes copies; a capture on one interface decides"
		if v.doubles*4 >= v.segments {
			f.Confidence, f.Otherwise = Certain, ""
		}
	case CaptureLoss:
		f.Summary = fmt.Sprintf("ACKs cover data that the capture does not hold, on %s", connections(w.n))
		f.Otherwise = "a capture filter that leaves out segments with data, or frames that cannot be decoded"
		if w.n < 2 {
			f.Confidence = Possible
		}
		if v.dropped > 0 {
			f.Confidence, f.Otherwise = Certain, ""
			f.Summary = fmt.Sprintf("%d packets were dropped before they could be read, and ACKs cover data that are not there on %s",
				v.dropped, connections(w.n))
		}
	}
	f.Update = w.told > 0
	w.told = max(w.n, 1)
	f.Packets = append(f.Packets, w.frames[:min(w.n, maxEvidence)]...)
	e.report(&f)
}

func connections(n uint64) string {
	if n == 1 {
		return "1 connection"
	}
	return fmt.Sprintf("%d connections", n)
}

// Conclude tells once more, with all that there is now, what is wrong with the
// capture. Call it when all flows have ended; it does nothing a second time
// unless there is more.
func (e *Engine) Conclude() {
	v := &e.vantage
	if v.dropped > 0 && v.lossy.told == 0 {
		e.tellWide(v.last, CaptureLoss)
	}
	for _, c := range [...]struct {
		w  *wide
		id ID
	}{{&v.midway, MidstreamPickup}, {&v.oneSided, AsymmetricCapture}, {&v.lossy, CaptureLoss}, {&v.doubled, DuplicateCapture}} {
		if c.w.told > 0 && c.w.n > c.w.told {
			e.tellWide(v.last, c.id)
		}
	}
}
