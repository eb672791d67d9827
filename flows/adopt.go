package flows

import (
	"net/netip"
	"time"
)

// Standing is a connection as the kernel of one of its ends has it.
type Standing struct {
	Time           Time // when the kernel was asked
	Client, Server netip.AddrPort
	Guessed        bool  // which end is the client is a guess
	End            Side  // whose kernel it is
	State          State // of that end; Closed: the kernel has no such socket
	Since          Time  // when it entered State, at the latest; valid for Adopt
}

// Adopt takes in a connection that was there before its first packet came by:
// its end is in a state because the kernel says so. Of one that the table
// follows already the packets tell as much or more, unless it was picked up
// midway, or is another end of one that was adopted just now. It reports
// whether nothing was known of that end.
func (t *Table) Adopt(s *Standing) bool {
	t.Advance(s.Time)
	k, clientHi := makeKey(s.Client, s.Server)
	defer t.clear()
	hash := k.hash(t.seed)
	i := t.find(&k, hash)
	known := i != 0
	if k.self() || known && !t.at(i).believes(s) {
		return false
	}
	if !known {
		i = t.open(&k, hash, clientHi, &Segment{Time: s.Time, Flags: SYN})
		t.at(i).guessed = s.Guessed
	}
	f := t.at(i)
	fresh := !known || f.lacks(s.End)
	swapped := f.takeRoles(s, clientHi)
	t.beginStep(i, max(s.Time, f.last.Time))
	t.step.Label, t.step.Swapped = Label{Kernel: true}, swapped
	if e := &f.ends[s.End]; e.state != s.State {
		t.settleEnd(f, s)
		e.since = min(s.Since, s.Time)
	}
	if s.State == CloseWait { // the peer has closed: the next FIN is the second
		f.ends[s.End.Peer()].learn(firstFIN)
	}
	t.finishStep(i)
	return fresh
}

// believes reports whether a kernel knows more of a flow than its packets show:
// how it began was not seen, nor did it change since the kernel was asked.
func (f *flow) believes(s *Standing) bool {
	if f.lacks(s.End) {
		return true
	}
	c, srv := &f.ends[Client], &f.ends[Server]
	unchanged := f.last.Time <= s.Time || c.fins+srv.fins+c.rsts+srv.rsts == 0
	return c.syns+srv.syns == 0 && c.packets+srv.packets > 0 && unchanged
}

// takeRoles sets roles right that were a guess. It reports whether the ends
// changed places.
func (f *flow) takeRoles(s *Standing, clientHi bool) bool {
	if !f.guessed || s.Guessed {
		return false
	}
	f.guessed = false
	if f.clientHi == clientHi {
		return false
	}
	f.swap()
	return true
}

// lacks reports whether a flow was adopted, and of one end nothing is known yet.
func (f *flow) lacks(end Side) bool {
	return f.ends[end].state == Unknown && f.ends[end.Peer()].basis == Kernel &&
		f.ends[Client].packets+f.ends[Server].packets == 0
}

// adopted reports whether all that is known of a flow is a kernel's word.
func (f *flow) adopted() bool {
	return f.ends[Client].packets+f.ends[Server].packets == 0 &&
		(f.ends[Client].basis == Kernel || f.ends[Server].basis == Kernel)
}

// disown forgets what the kernel said: the SYN of the connection came by before
// the kernel was asked, and is only read now. Its packets tell all.
func (f *flow) disown(clientHi bool) {
	f.ends = [2]endpoint{}
	f.clientHi, f.guessed = clientHi, false
}

// Correct sets an end right: the kernel says that it is in another state than
// its packets do. It does nothing if no such flow is there, or a segment of it
// came by after the kernel was asked.
func (t *Table) Correct(s *Standing) {
	k, _ := makeKey(s.Client, s.Server)
	i := t.find(&k, k.hash(t.seed))
	if i == 0 {
		return
	}
	defer t.clear()
	f := t.at(i)
	if f.ends[s.End].state == s.State || f.last.Time >= s.Time || f.hasAttempt {
		return
	}
	t.beginStep(i, max(s.Time, t.now))
	t.step.Label = Label{Kernel: true}
	t.settleEnd(f, s)
	t.finishStep(i)
}

// settleEnd moves an end by the word of its kernel.
func (t *Table) settleEnd(f *flow, s *Standing) {
	e := &f.ends[s.End]
	moved := Transition{End: s.End, From: e.state, To: s.State, Basis: Kernel, Was: e.basis}
	if e.state != Unknown {
		moved.After = max(t.step.Time.Sub(e.since), 0)
	}
	e.state, e.basis, e.since = s.State, Kernel, t.step.Time
	e.history = e.history.push(s.State)
	t.step.Transitions = append(t.step.Transitions, moved)
}

// View is how a flow stands, for comparison with what a kernel says.
type View struct {
	Client, Server netip.AddrPort
	States         [2]State
	Last           Time // of its newest segment
}

// Quiet calls see for every flow of which no segment has come by for a time, in
// no particular order, until see returns false. The table must not be changed
// meanwhile.
func (t *Table) Quiet(since time.Duration, see func(View) bool) {
	for i := slot(1); i < t.used; i++ {
		if t.in(i).id == 0 || t.now.Sub(t.lastOf(i)) < since {
			continue
		}
		t.clear()
		f := t.at(i)
		if f.superseded || f.hasAttempt || f.key.self() {
			continue
		}
		v := View{States: [2]State{f.ends[Client].state, f.ends[Server].state}, Last: f.last.Time}
		v.Client, v.Server = f.addresses()
		if !see(v) {
			return
		}
	}
}
