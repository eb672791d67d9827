package text

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"tcptrace/flows"
)

// outcomes in the order in which the closing line tells them: how flows ended,
// how they stand, and last what somebody should look at.
func outcomes() [flows.NumOutcomes]flows.Outcome {
	return [...]flows.Outcome{
		flows.ClosedFlow, flows.ResetFlow, flows.Refused, flows.Unanswered, flows.Filtered,
		flows.HalfOpen, flows.Reused, flows.Partial, flows.Open, flows.Stuck,
	}
}

// summary writes the closing line and, below it, the rows that not every trace
// has.
func (s *Sink) summary(sum *flows.Summary) {
	s.start()
	s.line.indent = 2
	if s.line.width == 0 {
		s.line.indent = 0
	}
	s.closingLine(sum)
	s.skippedRow(sum.Skipped)
	s.countRow(sum.Totals.Duplicates, "packet is", "packets are", "in the capture twice")
	s.countRow(sum.Totals.Orphans, "ICMP error is", "ICMP errors are", "about connections that the capture does not hold")
	if sum.Totals.Evicted > 0 {
		s.countRow(sum.Totals.Evicted, "flow was", "flows were", s.early())
	}
	s.findings()
}

func (s *Sink) early() string {
	if s.o.MaxFlows == 0 {
		return "ended early to bound the memory"
	}
	return "ended early to keep to --max-flows " + strconv.Itoa(s.o.MaxFlows)
}

// closingLine writes "3 flows: 2 closed, 1 stuck in CLOSE_WAIT (server
// 10.0.0.9:443) · 41 packets, 0 dropped by the kernel".
func (s *Sink) closingLine(sum *flows.Summary) {
	s.say(none, s.flowCount(sum.Totals.Flows))
	between := ":"
	for _, o := range outcomes() {
		if n := s.tally.outcomes[o]; n > 0 {
			s.line.addString(between)
			s.say(outcomeHue(o), strconv.FormatUint(n, 10)+" "+s.outcome(o))
			between = ","
		}
	}
	s.say(none, "· "+count(sum.Packets, "packet", "packets"))
	if sum.DropsKnown {
		s.line.addString(",")
		s.say(none, strconv.FormatUint(sum.Dropped, 10)+" dropped by the kernel")
	}
	s.line.end()
}

// flowCount counts the flows that the sink was told of, and says so if it was
// not told of all.
func (s *Sink) flowCount(all uint64) string {
	if s.o.Only == "" {
		return count(s.tally.flows, "flow", "flows")
	}
	return strconv.FormatUint(s.tally.flows, 10) + " of " + count(all, "flow", "flows") + " " + s.o.Only
}

// outcome names an outcome; one stuck flow is told right there.
func (s *Sink) outcome(o flows.Outcome) string {
	if o != flows.Stuck {
		return o.String()
	}
	text := "stuck"
	if state, one := s.tally.state(); one {
		text += " in " + state.String()
	}
	if s.tally.outcomes[o] == 1 {
		text += " (" + s.tally.stuck() + ")"
	}
	return text
}

func outcomeHue(o flows.Outcome) hue {
	switch o {
	case flows.Stuck, flows.ResetFlow:
		return alarm
	default:
		return none
	}
}

// skippedRow counts the frames that hold no TCP segment.
func (s *Sink) skippedRow(skipped []flows.Count) {
	var total uint64
	reasons := make([]string, 0, len(skipped))
	for _, c := range skipped {
		if c.N > 0 {
			total += c.N
			reasons = append(reasons, strconv.FormatUint(c.N, 10)+" "+c.Name)
		}
	}
	if total > 0 {
		s.say(none, count(total, "packet", "packets")+" skipped: "+strings.Join(reasons, ", "))
		s.line.end()
	}
}

// countRow writes "12 packets are in the capture twice", unless n is 0.
func (s *Sink) countRow(n uint64, one, many, rest string) {
	if n > 0 {
		s.say(none, count(n, one, many)+" "+rest)
		s.line.end()
	}
}

func count(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatUint(n, 10) + " " + many
}

// say writes words with one blank between them and goes to a new row where a
// word would not fit.
func (s *Sink) say(h hue, text string) {
	l := &s.line
	for word := range strings.SplitSeq(text, " ") {
		n := utf8.RuneCountInString(word) + 1 // and what may follow it
		switch {
		case l.fresh:
		case l.fits(l.col+1, n):
			l.addString(" ")
		default:
			l.newRow(l.indent)
		}
		l.paint(h, word)
	}
}
