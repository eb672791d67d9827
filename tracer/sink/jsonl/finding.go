package jsonl

import (
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/digits"
)

// Finding writes what is wrong, or remarkable.
func (s *Sink) Finding(f *diagnose.Finding) {
	s.groups.Add(f)
	s.begin()
	w := s.words
	of := w.condition(f.ID)
	b := s.appendMoment(w.finding.Append(s.buf), f.Time)
	b = append(b, of.id...)
	b = w.grades[f.Severity()%numGrades][f.Confidence%numGrades].Append(b)
	if f.Flow != 0 {
		b = appendPair(appendNumber(b, `,"flow":`, uint64(f.Flow)), f.Client, f.Server)
	}
	b = w.fault[f.At%numParties].Append(b)
	b = appendFrames(append(b, `,"packets":[`...), f.Packets)
	b = appendString(append(b, `],"summary":`...), f.Summary)
	b = append(b, of.advice...)
	if f.Otherwise != "" {
		b = appendString(append(b, `,"otherwise":`...), f.Otherwise)
	}
	b = appendOwner(b, &f.Owner)
	if f.Kernel != "" {
		b = appendString(append(b, `,"kernel":`...), f.Kernel)
	}
	if f.Update {
		b = append(b, `,"update":true`...)
	}
	b = appendReplaces(b, f.Replaces)
	s.buf = append(b, "}\n"...)
	s.flush()
}

// appendFrames appends the numbers of frames.
func appendFrames(b []byte, frames []uint64) []byte {
	for i, n := range frames {
		if i > 0 {
			b = append(b, ',')
		}
		b = digits.Append(b, n)
	}
	return b
}

// appendOwner appends the process that holds the socket, if it is known.
func appendOwner(b []byte, o *diagnose.Owner) []byte {
	if o.PID == 0 {
		return b
	}
	b = appendNumber(b, `,"owner":{"pid":`, uint64(o.PID))
	b = appendString(append(b, `,"command":`...), o.Command)
	b = appendNumber(b, `,"fd":`, uint64(o.FD))
	if o.Unit != "" {
		b = appendString(append(b, `,"unit":`...), o.Unit)
	}
	if o.Others > 0 {
		b = appendNumber(b, `,"others":`, uint64(o.Others))
	}
	return append(b, '}')
}

// appendReplaces appends the findings of the same flow that hold no longer.
func appendReplaces(b []byte, ids []diagnose.ID) []byte {
	if len(ids) == 0 {
		return b
	}
	b = append(b, `,"replaces":[`...)
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, id.String())
	}
	return append(b, ']')
}

// appendFindings appends an object with the number of flows of every condition
// that was found; what concerns the capture as a whole counts once.
func (s *Sink) appendFindings(b []byte) []byte {
	counts := s.groups.Counts()
	b = append(b, '{')
	for id, n := range counts {
		if n == 0 {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = appendNumber(appendString(b, diagnose.ID(id).String()), ":", n)
	}
	return append(b, '}')
}
