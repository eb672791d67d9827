package tracer

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Host is the machine on which a live trace runs.
type Host interface {
	diagnose.Host
	// Sockets are all that it has now, listeners too.
	Sockets() ([]diagnose.Socket, error)
	// Traced reports whether the trace is about a connection, by its filter and
	// its interfaces.
	Traced(local, remote netip.AddrPort) bool
}

const (
	// settling is how long after its start a busy trace takes in the connections
	// that are there; a quiet one does at once. What the kernel's buffer holds
	// then is older than the host's answer, and should come first.
	settling = 250 * time.Millisecond
	// comparing is how often the flows are compared with the host's sockets, and
	// how long one must have been quiet for that.
	comparing = 2 * time.Second
	// sparing is how many times as long as a comparison took passes until the
	// next: it costs a hundredth of a core at most, however many sockets there are.
	sparing = 100
)

// ends are those of a socket, the local one first.
type ends [2]netip.AddrPort

// standing keeps a trace and its host together. Its zero value without a host
// does nothing.
type standing struct {
	host    Host
	begun   flows.Time        // when the trace began; 0: not yet
	asked   flows.Time        // when the host had said what is there; 0: not yet
	found   []diagnose.Socket // what it said, until that is adopted
	adopted bool
	next    flows.Time           // when to compare again
	odd     map[ends]flows.State // what the kernel had when it differed last time
}

// tick is called now and then; quiet says that no frame waits.
func (l *loop) tick(quiet bool) {
	s := &l.standing
	if s.host == nil || l.o.Clock == nil {
		return
	}
	now := l.o.Clock()
	if s.begun == 0 {
		s.begun = now
	}
	switch {
	case s.asked == 0 && (quiet || now.Sub(s.begun) >= settling):
		l.ask()
	case s.asked != 0 && !s.adopted && (quiet || l.counted.last >= s.asked || now.Sub(s.asked) >= settling):
		s.adopted = true
		s.next = now.Add(comparing)
		l.adopt()
	case s.adopted && now >= s.next:
		if l.table.Totals().Open > 0 {
			l.compare(now)
		}
		s.next = now.Add(max(comparing, sparing*l.o.Clock().Sub(now)))
	}
}

// ask asks the host what is there now. What it says is as of the time after the
// answer: frames of before that, which may still wait to be read, come first.
func (l *loop) ask() {
	var err error
	if l.standing.found, err = l.standing.host.Sockets(); err != nil {
		l.say(err)
	}
	l.standing.asked = l.o.Clock()
}

// adopt takes in the connections that were there before the trace.
func (l *loop) adopt() {
	sockets, now := l.standing.found, l.standing.asked
	l.standing.found = nil
	slices.SortStableFunc(sockets, func(a, b diagnose.Socket) int { // the oldest first
		return cmp.Or(cmp.Compare(b.Age, a.Age), a.Local.Compare(b.Local), a.Remote.Compare(b.Remote))
	})
	listening := map[uint16]bool{}
	for i := range sockets {
		if sockets[i].State == flows.Listen {
			listening[sockets[i].Local.Port()] = true
		}
	}
	var took Took
	for i := range sockets {
		s := &sockets[i]
		if s.State == flows.Listen || s.State == flows.Closed || !s.Remote.IsValid() || !l.standing.host.Traced(s.Local, s.Remote) {
			continue
		}
		st := flows.Standing{
			Time: now, Client: s.Local, Server: s.Remote, End: flows.Client, State: s.State, Since: now.Add(-s.Age),
			Guessed: s.Local.Port() < s.Remote.Port(),
		}
		if listening[s.Local.Port()] {
			st.Client, st.Server, st.End, st.Guessed = s.Remote, s.Local, flows.Server, false
		}
		if l.table.Adopt(&st) {
			took[s.State]++
		}
	}
	if l.o.Adopted != nil {
		l.o.Adopted(took)
	}
}

// Took counts connections by the states in which they were taken in.
type Took [flows.TimeWait + 1]int

// say hands on why the host could not be asked, once.
func (l *loop) say(err error) {
	if l.o.Unasked != nil {
		l.o.Unasked(err)
		l.o.Unasked = nil
	}
}

// compare sets ends right that the host's kernel has in another state than
// their packets show, if it did so the last time too.
func (l *loop) compare(now flows.Time) {
	sockets, err := l.standing.host.Sockets()
	if err != nil {
		l.say(err)
		return
	}
	has := make(map[ends]flows.State, len(sockets))
	for i := range sockets {
		if s := &sockets[i]; s.Remote.IsValid() {
			has[ends{s.Local, s.Remote}] = s.State
		}
	}
	odd := map[ends]flows.State{}
	var wrong []flows.Standing
	l.table.Quiet(comparing, func(v flows.View) bool {
		for side, addr := range [2]netip.AddrPort{v.Client, v.Server} {
			if !l.standing.host.Local(addr.Addr()) {
				continue
			}
			key := ends{addr, v.Server}
			if flows.Side(side) == flows.Server {
				key[1] = v.Client
			}
			state, known := has[key]
			if !known {
				state = flows.Closed
			}
			if diagnose.Agree(v.States[side], state, !known) {
				continue
			}
			odd[key] = state
			if before, again := l.standing.odd[key]; again && before == state {
				wrong = append(wrong, flows.Standing{Time: now, Client: v.Client, Server: v.Server, End: flows.Side(side), State: state})
			}
		}
		return true
	})
	for i := range wrong {
		l.table.Correct(&wrong[i])
	}
	l.standing.odd = odd
}
