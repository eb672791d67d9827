package census

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// states counts sockets by state.
type states [flows.TimeWait + 1]int

func (s *states) total() (n int) {
	for _, m := range s {
		n += m
	}
	return n
}

// order is the states as a connection goes through them, so that tables of
// different moments compare.
func order() []flows.State {
	return []flows.State{
		flows.Listen, flows.SynSent, flows.SynReceived, flows.Established, flows.FinWait1, flows.FinWait2,
		flows.CloseWait, flows.Closing, flows.LastAck, flows.TimeWait, flows.Closed, flows.Unknown,
	}
}

// counts is what the sockets of a census amount to.
type counts struct {
	states    states
	orphans   states
	oldest    [flows.TimeWait + 1]time.Duration
	hidden    int // sockets that somebody holds whose name is not known
	listeners []*listener
	owners    []*owner
	stuck     []*diagnose.Socket // the oldest first
}

// listener is one address that takes connections.
type listener struct {
	local          netip.AddrPort
	owner          diagnose.Owner
	sockets        int // more than 1 with SO_REUSEPORT
	queue, backlog uint64
	full           bool
	states         states
}

// owner is a process with sockets, or what is held by those of a user whose
// names are hidden.
type owner struct {
	diagnose.Owner
	uid    uint32
	states states
}

type ownerKey struct {
	pid int
	uid uint32
}

// count goes through the sockets once.
func count(c *Census, o *Options) *counts {
	n := &counts{}
	serving := diagnose.NewServing(c.Sockets)
	ports := make(map[netip.AddrPort]*listener)
	owners := make(map[ownerKey]*owner)
	for i := range c.Sockets {
		if s := &c.Sockets[i]; s.State == flows.Listen {
			n.listen(ports, s)
		}
	}
	for i := range c.Sockets {
		s := &c.Sockets[i]
		if s.State > flows.TimeWait || !o.tells(s.State) {
			continue
		}
		n.state(s)
		if by, ok := serving.By(s.Local); ok && s.State != flows.Listen {
			ports[by].states[s.State]++
		}
		if s.Inode != 0 || s.Owner.PID != 0 {
			n.own(owners, s)
		}
		if s.Stuck(o.Stuck) {
			n.stuck = append(n.stuck, s)
		}
	}
	n.sort()
	return n
}

// state counts a socket by its state.
func (n *counts) state(s *diagnose.Socket) {
	n.states[s.State]++
	n.oldest[s.State] = max(n.oldest[s.State], s.Age)
	if s.Orphan && !s.Queued() {
		n.orphans[s.State]++
	}
	if s.Inode != 0 && s.Owner.PID == 0 {
		n.hidden++
	}
}

func (n *counts) listen(ports map[netip.AddrPort]*listener, s *diagnose.Socket) {
	l := ports[s.Local]
	if l == nil {
		l = &listener{local: s.Local, owner: s.Owner}
		ports[s.Local] = l
		n.listeners = append(n.listeners, l)
	}
	l.sockets++
	l.queue += uint64(s.RecvQ)
	l.backlog += uint64(s.SendQ)
	l.full = l.full || s.RecvQ > s.SendQ
}

func (n *counts) own(owners map[ownerKey]*owner, s *diagnose.Socket) {
	key := ownerKey{pid: s.Owner.PID}
	if key.pid == 0 {
		key.uid = s.UID
	}
	w := owners[key]
	if w == nil {
		w = &owner{Owner: s.Owner, uid: s.UID}
		owners[key] = w
		n.owners = append(n.owners, w)
	}
	w.states[s.State]++
}

// sort puts first what people look for.
func (n *counts) sort() {
	slices.SortFunc(n.listeners, func(a, b *listener) int {
		return cmp.Or(cmp.Compare(a.local.Port(), b.local.Port()), a.local.Compare(b.local))
	})
	slices.SortFunc(n.owners, func(a, b *owner) int {
		return cmp.Or(cmp.Compare(b.states[flows.CloseWait], a.states[flows.CloseWait]),
			cmp.Compare(b.states.total(), a.states.total()), cmp.Compare(a.PID, b.PID), cmp.Compare(a.uid, b.uid))
	})
	slices.SortFunc(n.stuck, func(a, b *diagnose.Socket) int {
		return cmp.Or(cmp.Compare(b.Age, a.Age), a.Local.Compare(b.Local), a.Remote.Compare(b.Remote))
	})
}
