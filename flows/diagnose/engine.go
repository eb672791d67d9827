package diagnose

import (
	"net/netip"
	"time"

	"tcptrace/flows"
)

// Options say what the engine takes for granted. Their zero value will do.
type Options struct {
	// Stuck is how long an end may wait where Linux itself sets no limit; 60 s
	// by default.
	Stuck time.Duration
	// Kernel tells the timers of the host with an address; nil: Linux's defaults
	// hold for all.
	Kernel func(netip.Addr) Kernel
	// Host is asked for the sockets behind a finding; nil: there is nobody to ask.
	Host Host
	// NoPayload says that segments with payload were left out of the capture.
	NoPayload bool
	// Live says that the flows go on: what ends is the trace, not the capture.
	Live bool
}

// Engine turns the steps of a flow table into findings. It stands between the
// table and whoever listens to it.
type Engine struct {
	o    Options
	next Handler

	tracks    [][]track         // by slot, chunkSize a chunk
	stories   map[uint32]*story // by slot
	listeners listeners
	vantage   vantage
	now       moment // kept here so that nothing is allocated
	kernel    Kernel // of the end that was asked for last
	voice     voice
}

const (
	chunkSize = 1 << 9
	// maxStories bounds how many flows may have one at once.
	maxStories = 1 << 17
)

// New makes an engine that hands on to next.
func New(o Options, next Handler) *Engine {
	if o.Stuck <= 0 {
		o.Stuck = time.Minute
	}
	return &Engine{o: o, next: next, stories: make(map[uint32]*story), listeners: newListeners(), kernel: LinuxDefaults()}
}

// moment is one step, or the end of a flow, as the rules see it.
type moment struct {
	e      *Engine
	st     *flows.Step   // nil at the end of a flow
	rec    *flows.Record // nil but at the end of a flow
	track  *track
	story  *story // nil for a plain flow
	time   flows.Time
	flow   flows.FlowID
	states [2]flows.State
	// clockSince is since when durations can be trusted.
	clockSince flows.Time
}

// Step hands a step on and looks for what is wrong. The order of the rules is
// from the special to the general: what has been told keeps the general ones
// silent, see silencedBy.
func (e *Engine) Step(st *flows.Step) {
	if !st.Woken {
		e.next.Step(st)
	}
	m := e.look(st.Slot)
	m.st, m.rec, m.time, m.flow, m.states, m.clockSince = st, nil, st.Time, st.Flow, st.States, st.ClockSince
	if st.Ordinary && m.ordinary() {
		return
	}
	if st.Swapped {
		m.swap()
	}
	switch {
	case st.Label.ICMP != nil:
		m.unreachable(st.Label.ICMP)
	case st.Segment != nil:
		m.seen()
		if st.Notes.Has(flows.Duplicate) {
			m.copied()
			break
		}
		m.segment()
	case st.Aside != nil: // what is wrong with the next flow is told there
	default:
		if st.Label.Kernel {
			m.disagreement()
		}
		m.openingWaits()
		m.transferWaits()
		m.closingWaits()
	}
	if !st.Notes.Has(flows.Duplicate) {
		m.remember()
	}
	st.Watch = m.watches()
}

// segment looks at a segment that is no double.
func (m *moment) segment() {
	m.opening()
	m.accepting()
	m.reusing()
	m.resets()
	if !m.st.Segment.Flags.Any(flows.SYN | flows.RST) {
		m.transfer()
	} else if m.story != nil {
		m.story.data = [2]repeat{} // what is sent again behind it is another attempt
	}
	m.closing()
}

// watches reports whether the next segment of the flow may say something even if
// it is plain: in an open connection it may answer what was asked before.
func (m *moment) watches() bool {
	if m.states != [2]flows.State{flows.Established, flows.Established} {
		return false // no segment is plain then
	}
	t := m.track
	return (t.marks[0]|t.marks[1])&(afterIdle|probed) != 0 || t.flow&oddLast != 0 || t.lacks&flows.HasSACKPermitted != 0 && t.flow&compared != 0 ||
		t.flow&(begun|midway) == 0 && m.st.GuessedClient || m.st.Gaps() && m.watchesGaps() ||
		m.story != nil && m.story.watches(m)
}

// End hands the end of a flow on and says what it ended with.
func (e *Engine) End(r *flows.Record) {
	m := e.look(r.Slot)
	m.st, m.rec, m.time, m.flow, m.clockSince = nil, r, r.Ended, r.Flow, r.ClockSince
	m.states = [2]flows.State{r.Ends[flows.Client].State, r.Ends[flows.Server].State}
	m.openingLeft()
	m.acceptingLeft()
	m.transferLeft()
	m.closingLeft()
	e.listeners.leave(m)
	e.vantage.end(r)
	if m.story != nil {
		delete(e.stories, r.Slot)
	}
	*m.track = track{}
	e.next.End(r)
}

// Touch implements flows.Toucher.
func (e *Engine) Touch(slot uint32) uint32 {
	if int(slot/chunkSize) >= len(e.tracks) {
		return 0
	}
	t := &e.tracks[slot/chunkSize][slot%chunkSize]
	return uint32(t.told) + uint32(t.unused) // it may lie in two lines of the cache
}

// look begins a moment of the flow in a slot.
func (e *Engine) look(slot uint32) *moment {
	for int(slot/chunkSize) >= len(e.tracks) {
		e.tracks = append(e.tracks, make([]track, chunkSize))
	}
	m := &e.now
	m.e, m.story, m.track = e, nil, &e.tracks[slot/chunkSize][slot%chunkSize]
	if m.track.flow&hasStory != 0 {
		m.story = e.stories[slot]
	}
	return m
}

// open returns the flow's story and begins it if there is none; nil when there
// are too many.
func (m *moment) open() *story {
	if m.story == nil && len(m.e.stories) < maxStories {
		m.story = &story{}
		m.e.stories[m.slot()] = m.story
		m.track.flow |= hasStory
	}
	return m.story
}

func (m *moment) slot() uint32 {
	if m.rec != nil {
		return m.rec.Slot
	}
	return m.st.Slot
}

// facts are what is known of an end now.
func (m *moment) facts(side flows.Side) flows.Facts {
	if m.rec != nil {
		return m.rec.Facts(side)
	}
	return m.st.Facts(side)
}

// last is when the flow's newest segment was captured.
func (m *moment) last() flows.Time {
	if m.rec != nil {
		return m.rec.Last.Time
	}
	return m.st.Last().Time
}

// packet is the frame that the moment is about; 0 if it is about none.
func (m *moment) packet() uint64 {
	switch {
	case m.st == nil:
		return 0
	case m.st.Segment != nil:
		return m.st.Segment.Packet
	case m.st.Aside != nil:
		return m.st.Aside.Packet
	case m.st.Label.ICMP != nil:
		return m.st.Label.ICMP.Packet
	}
	return 0
}

// client is the client's address.
func (m *moment) client() netip.AddrPort {
	if m.rec != nil {
		return m.rec.Client
	}
	return m.st.Client
}

// server is the server's address.
func (m *moment) server() netip.AddrPort {
	if m.rec != nil {
		return m.rec.Server
	}
	return m.st.Server
}

// addr is the address of an end.
func (m *moment) addr(side flows.Side) netip.AddrPort {
	if side == flows.Client {
		return m.client()
	}
	return m.server()
}

// sent is what an end had sent before this moment.
func (m *moment) sent(side flows.Side) flows.Output {
	if m.rec != nil {
		return m.rec.Sent(side)
	}
	return m.st.Sent(side)
}

// payload is when an end sent payload last before this moment; false if it has
// sent none.
func (m *moment) payload(side flows.Side) (flows.Time, bool) {
	if m.rec != nil {
		return m.rec.Payload(side)
	}
	return m.st.Payload(side)
}

// syns is how many SYNs an end has sent.
func (m *moment) syns(side flows.Side) uint32 {
	if m.rec != nil {
		return m.rec.Ends[side].SYNs
	}
	return m.st.SYNs(side)
}

// packets is how many segments an end has sent.
func (m *moment) packets(side flows.Side) uint64 {
	if m.rec != nil {
		return m.rec.Ends[side].Packets
	}
	return m.st.Packets(side)
}

// since is when an end entered its state.
func (m *moment) since(side flows.Side) flows.Time {
	if m.rec != nil {
		return m.rec.Ends[side].Since
	}
	return m.st.Since(side)
}

// kernel are the timers of an end, until it is called again.
func (m *moment) kernel(side flows.Side) *Kernel {
	if of := m.e.o.Kernel; of != nil {
		m.e.kernel = of(m.addr(side).Addr())
	}
	return &m.e.kernel
}

// party is an end as somebody to look at.
func party(side flows.Side) Party {
	if side == flows.Client {
		return Client
	}
	return Server
}

// wake asks to look at the flow again at a time. All rules look then: each asks
// anew for what it still waits for.
func (m *moment) wake(at flows.Time) {
	if m.st == nil || at <= m.time || m.st.Wake != 0 && m.st.Wake <= at {
		return
	}
	m.st.Wake = at
}
