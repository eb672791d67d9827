package tracer

import (
	"slices"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// printing is a sink that gets copies of everything, in a goroutine of its own:
// what is told of one sheet of events is printed while the next is filled.
type printing struct {
	sink        Sink
	sheet       *sheet // being filled
	empty, full chan *sheet
	done        chan struct{}
}

const (
	// sheetSize is how many events are handed over at once, and sheets how many
	// sheets there are.
	sheetSize = 512
	sheets    = 4
)

func newPrinting(sink Sink) *printing {
	p := &printing{sink: sink, sheet: new(sheet), empty: make(chan *sheet, sheets), full: make(chan *sheet, sheets), done: make(chan struct{})}
	for range sheets - 1 {
		p.empty <- new(sheet)
	}
	go p.print()
	return p
}

func (p *printing) print() {
	for s := range p.full {
		s.play(p.sink)
		p.empty <- s
	}
	close(p.done)
}

// hand hands over what was told so far.
func (p *printing) hand() {
	if len(p.sheet.order) == 0 {
		return
	}
	p.full <- p.sheet
	p.sheet = <-p.empty
	p.sheet.clear()
}

func (p *printing) Step(st *flows.Step) {
	s := p.sheet
	s.steps = more(s.steps)
	st.CloneTo(&s.steps[len(s.steps)-1])
	p.told(aStep)
}

func (p *printing) End(r *flows.Record) {
	s := p.sheet
	s.records = more(s.records)
	r.CloneTo(&s.records[len(s.records)-1])
	p.told(aRecord)
}

func (p *printing) Finding(f *diagnose.Finding) {
	s := p.sheet
	kept := *f
	kept.Packets, kept.Replaces = slices.Clone(f.Packets), slices.Clone(f.Replaces)
	s.findings = append(s.findings, kept)
	p.told(aFinding)
}

func (p *printing) told(e told) {
	if p.sheet.order = append(p.sheet.order, e); len(p.sheet.order) == sheetSize {
		p.hand()
	}
}

func (p *printing) Close(sum *flows.Summary) error {
	p.hand()
	close(p.full)
	<-p.done
	return p.sink.Close(sum)
}

// sheet is some of what was told, in order.
type sheet struct {
	order    []told
	steps    []flows.Step
	records  []flows.Record
	findings []diagnose.Finding
}

// told says which of its lists the next event of a sheet stands in.
type told uint8

const (
	aStep told = iota
	aRecord
	aFinding
)

// more makes a list longer by one element. That may hold an older one, whose
// memory is used again.
func more[T any](list []T) []T {
	if len(list) < cap(list) {
		return list[:len(list)+1]
	}
	var none T
	return append(list, none)
}

func (s *sheet) clear() {
	clear(s.findings)
	s.order, s.steps, s.records, s.findings = s.order[:0], s.steps[:0], s.records[:0], s.findings[:0]
}

func (s *sheet) play(sink Sink) {
	var steps, records, findings int
	for _, e := range s.order {
		switch e {
		case aStep:
			sink.Step(&s.steps[steps])
			steps++
		case aRecord:
			sink.End(&s.records[records])
			records++
		case aFinding:
			sink.Finding(&s.findings[findings])
			findings++
		}
	}
}
