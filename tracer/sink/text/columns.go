package text

import "tcptrace/flows"

// Where the fields of an event begin when there is room.
const (
	timeWidth  = len("08:00:01.204113 ")
	labelStart = 51 // leaves room for two common IPv4 addresses with ports
	labelWidth = 20 // "FIN(M) ACK(K+4097)" and a gap
	rawWidth   = 28 // " seq 2891337121 ack 1193046"
	moveWidth  = 33 // "server SYN_RECEIVED → ESTABLISHED"
	extraWidth = 14 // a gap and "J=2891337121"
	gap        = 2
	// labelGrowth is how much wider the column of the labels may become; a
	// label that is longer still pushes its own event only.
	labelGrowth = 8
)

// columns says where the fields of an event begin. The addresses come first
// and are never broken; what has no room behind them goes below, and always
// the same fields of all events, so that they stand in columns there too.
type columns struct {
	label, state, extra int
	beside              int  // where more stands behind a label that moves nothing
	below               bool // the label has a row of its own below the addresses
	apart               bool // the states have rows of their own
}

// measures are what the columns go by.
type measures struct {
	width, indent int
	pairs, labels int // where the addresses end, and how much room labels took so far
}

// layout sets where the fields begin behind addresses that end at column pairs:
// for most events where they began in the one before.
func (s *Sink) layout(pairs int) {
	m := measures{s.line.width, s.line.indent, pairs, s.labels}
	if m != s.asked {
		s.asked, s.columns = m, s.workOut(pairs)
	}
}

// widen makes room for a label of n columns in the events to come, and in the one
// that it belongs to, unless it is longer than most.
func (s *Sink) widen(n int) {
	if s.labels < n+gap && n+gap <= s.labelWidth()+labelGrowth {
		s.labels = n + gap
		s.layout(s.asked.pairs)
	}
}

func (s *Sink) workOut(pairs int) columns {
	w, indent, labels := s.line.width, s.line.indent, s.labelWidth()
	c := columns{label: max(labelStart, pairs+gap)}
	room := w - c.label - labels - moveWidth - extraWidth
	if more := s.labels - labels; more > 0 && (w == 0 || more <= room) {
		labels += more
	}
	if w > 0 && room < 0 {
		c.below = c.label+labels-gap > w
		c.apart = true
	}
	if c.below {
		c.label = indent
		c.apart = indent+labels+moveWidth > w
	}
	c.beside = c.label + labels
	c.state = c.beside
	if c.apart {
		c.state = indent
	}
	c.extra = c.state + moveWidth + gap
	return c
}

// labelWidth is how much room labels have before any was seen.
func (s *Sink) labelWidth() int {
	if s.o.Raw {
		return labelWidth + rawWidth
	}
	return labelWidth
}

// measure asks how wide the terminal is now.
func (s *Sink) measure() {
	l := &s.line
	l.width, l.indent = 0, 0
	if s.o.Width != nil {
		l.width = max(0, s.o.Width())
	}
	switch {
	case l.width >= 60:
		l.indent = timeWidth
	case l.width > 0:
		l.indent = 2
	}
}

// widest is where the longest pair of addresses so far ended, of the same
// family as those of st: short addresses would drown in the gaps that long
// ones need.
func (s *Sink) widest(st *flows.Step) *int {
	if st.Client.Addr().Is4() {
		return &s.pairs[0]
	}
	return &s.pairs[1]
}
