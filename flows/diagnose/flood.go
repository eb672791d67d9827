package diagnose

import (
	"fmt"
	mathbits "math/bits"
	"time"

	"tcptrace/flows"
)

// wave counts the attempts at a listener that wait: one SYN each, never
// repeated, and no third ACK. Clients that mean it repeat their SYN after a
// second or three, or finish within a round trip; those whose address is forged
// do neither.
type wave struct {
	all     attempts   // of all periods
	newest  int64      // number of the newest period
	since   flows.Time // of the first since the last one that came through
	sources uint64     // a bit for each address, see address.bit
	n       uint64     // SYNs since the wave began
	first   flows.Time // of these
	frames  [4]uint64  // of the newest SYNs
	told    flows.Time // when a flood was seen last; 0: never
	periods [periods]attempts
	from    flows.Time // the first SYN of the flood that was told
}

// attempts are some that wait, how many of them are plain or bare (see
// trackFlowMarks), and how many came through meanwhile.
type attempts struct{ waiting, plain, bare, passed uint32 }

// count takes the flow in, or out by adding the two's complement of 1.
func (a *attempts) count(t *track, by uint32) {
	a.waiting += by
	if t.flow&plain != 0 {
		a.plain += by
	}
	if t.flow&bare != 0 {
		a.bare += by
	}
}

const (
	// period times periods is how long attempts count: about as long as Linux
	// keeps a request under pressure, and too short for the scans of a day to
	// add up.
	period  = 4 * time.Second
	periods = 8
)

// less takes the attempts of a period out.
func (a *attempts) less(b *attempts) {
	a.waiting -= b.waiting
	a.plain -= b.plain
	a.bare -= b.bare
	a.passed -= b.passed
}

// enter counts the attempt that has just begun.
func (w *wave) enter(m *moment) {
	w.advance(m.time)
	none := w.all.waiting == 0
	if none {
		w.sources, w.n, w.first = 0, 0, m.time
	}
	if none || w.since == 0 {
		w.since = m.time
	}
	w.periods[w.newest%periods].count(m.track, 1)
	w.all.count(m.track, 1)
	if w.sources != ^uint64(0) { // no address adds to all of them
		w.sources |= addressOf(m.client().Addr()).bit()
	}
	w.frames[w.n%uint64(len(w.frames))] = m.packet()
	w.n++
}

// leave takes out an attempt that came to something, or whose flow is gone.
func (w *wave) leave(m *moment) {
	began := number(m.began())
	w.advance(m.time)
	if m.rec == nil {
		w.since = 0
	}
	if p := &w.periods[began%periods]; began > w.newest-periods && p.waiting > 0 {
		p.count(m.track, ^uint32(0))
		w.all.count(m.track, ^uint32(0))
	}
}

// pass takes note of an attempt that came through.
func (w *wave) pass(now flows.Time) {
	w.advance(now)
	w.periods[w.newest%periods].passed++
	w.all.passed++
}

// advance forgets the periods that are over.
func (w *wave) advance(now flows.Time) {
	if int64(now) >= (w.newest+1)*int64(period) {
		w.advanceTo(number(now))
	}
}

func (w *wave) advanceTo(n int64) {
	if w.newest == 0 && w.all == (attempts{}) {
		w.newest = n // there was none yet
		return
	}
	for i := max(w.newest, n-periods); i < n; i++ {
		over := &w.periods[(i+1)%periods]
		w.all.less(over)
		*over = attempts{}
	}
	w.newest = n
}

// number is that of the period that holds t.
func number(t flows.Time) int64 { return max(int64(t)/int64(period), 0) }

// old counts the attempts of all periods but the newest two.
func (w *wave) old() attempts {
	old := w.all
	for i := max(w.newest-1, 0); i <= w.newest; i++ {
		old.less(&w.periods[i%periods])
	}
	return old
}

// began is when the flow's first segment came.
func (m *moment) began() flows.Time {
	if m.rec != nil {
		return m.rec.First.Time
	}
	return m.st.First().Time
}

const (
	// crowd is how many attempts must wait that are older than any handshake
	// lasts. Half as many wait at a busy server when packets are lost.
	crowd = 64
	// few is the part of a listener's clients that must wait, at least.
	few = 4
	// fewer suffice if their SYNs ask for no option of today: small devices open
	// like that, and finish, or generators of packets do.
	fewer = 20
	// plainLasts is how long none of these must have come through, bareLasts how
	// long they must have come if they have no option at all: no stack opens
	// like that.
	plainLasts = 500 * time.Millisecond
	bareLasts  = 50 * time.Millisecond
	// torrent is how many attempts need not be old, if nobody has come through for
	// as long as plainLasts, and they come from many addresses: bits in sources.
	torrent = 4096
	many    = 32
)

// flooding reports whether those who wait are a flood.
func (w *wave) flooding(now flows.Time) bool {
	all := &w.all
	if max(all.waiting, all.plain, all.bare) < fewer {
		return false // each sign of a flood needs as many at least
	}
	blocked := w.since != 0 && now.Sub(w.since) >= plainLasts
	return all.bare >= fewer && now.Sub(w.first) >= bareLasts ||
		all.waiting >= torrent && blocked && mathbits.OnesCount64(w.sources) >= many ||
		all.plain >= fewer && blocked ||
		all.waiting >= crowd && w.crowded()
}

// crowded reports whether too many of those who wait have waited for long.
func (w *wave) crowded() bool {
	old := w.old()
	return old.waiting >= crowd && old.waiting >= old.passed/few
}

// flood looks for a flood at the listener of the flow. It is told once for a
// listener, with the newest of its flows.
func (m *moment) flood() {
	l := m.listener()
	if l == nil {
		return
	}
	w := &l.wave
	w.advance(m.time)
	if !w.flooding(m.time) {
		return
	}
	again := w.told != 0
	w.told = m.time
	if again {
		return
	}
	w.from = w.first
	all, what := w.all, ""
	if all.plain == all.waiting {
		what = ", without the options of today's stacks"
	}
	m.tell(Finding{ID: SynFloodSuspected, Confidence: Likely, At: Network, Packets: append([]uint64(nil), w.frames[:]...),
		Summary: fmt.Sprintf("%d SYNs of %s in %s%s: none was repeated, none came to a third ACK",
			all.waiting, sources(w.sources), roughly(m.time.Sub(w.first)), what),
		Otherwise: "a burst of clients to which the way back is broken; SYN_RECEIVED and TcpExtSyncookiesSent at the server decide"})
}

// flooded keeps the other findings of a flow quiet that is one of a flood: it
// counts as told.
func (m *moment) flooded() {
	l := m.listener()
	if l == nil || m.track.flow&waiting == 0 || l.wave.told == 0 {
		return
	}
	if began := m.began(); began >= l.wave.from && began <= l.wave.told.Add(period*periods) {
		m.track.told |= 1 << SynFloodSuspected
	}
}

// sources says from how many addresses a wave comes, of which each has set one
// of 64 bits.
func sources(set uint64) string {
	switch n := mathbits.OnesCount64(set); n {
	case 1:
		return "one address"
	case 64:
		return "hundreds of addresses"
	default:
		return fmt.Sprintf("at least %d addresses", n)
	}
}
