package diagnose

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
)

// Threshold is from how many sockets on something is wrong; 0: from no number.
type Threshold struct{ Warning, Critical int }

// grade is how bad a number is; Info: it is well.
func (t Threshold) grade(n int) Severity {
	switch {
	case t.Critical > 0 && n >= t.Critical:
		return Critical
	case t.Warning > 0 && n >= t.Warning:
		return Warning
	}
	return Info
}

func (t Threshold) words() string {
	switch {
	case t.Warning == 0:
		return fmt.Sprintf("critical from %d", t.Critical)
	case t.Critical == 0:
		return fmt.Sprintf("warning from %d", t.Warning)
	}
	return fmt.Sprintf("warning from %d, critical from %d", t.Warning, t.Critical)
}

// Thresholds are those of each state. ESTABLISHED and SYN_RECEIVED are counted
// by listener, or by process where there is none; CLOSE_WAIT by process, and
// only what is stuck; FIN_WAIT_2 only if orphaned; TIME_WAIT in all.
type Thresholds map[flows.State]Threshold

// DefaultThresholds are those of a site that set none. What is missing follows
// from the kernel's own limits.
func DefaultThresholds() Thresholds {
	return Thresholds{
		flows.Established: {600, 800}, // what monitoring commonly has; the kernel has no such limit
		flows.CloseWait:   {3, 10},    // one or two may be slow, as many as this are a leak
		flows.FinWait2:    {100, 0},   // the kernel frees them: they cost the peers more than this host
	}
}

// HostLimits is what a host's sockets are held against. What is 0 is not known.
type HostLimits struct {
	Now         flows.Time
	Stuck       time.Duration
	Thresholds  Thresholds
	Ports       int // how many there are in ip_local_port_range
	MaxTimeWait int // tcp_max_tw_buckets
	FinTimeout  time.Duration
	// Counters are the kernel's by the names of nstat(8), nil if they are not
	// known: how much they grew over a time, or what they count since boot if Over
	// is 0. Of what grew, those that did not grow may be missing.
	Counters map[string]uint64
	Over     time.Duration
}

// JudgeSockets says what is wrong with the sockets of a host, the worst first.
func JudgeSockets(sockets []Socket, l HostLimits) []Finding {
	j := judge{l: l, serving: NewServing(sockets)}
	for i := range sockets {
		j.count(&sockets[i])
	}
	j.acceptQueues()
	j.closeWait()
	j.synReceived()
	j.established()
	j.timeWait()
	j.finWait2()
	slices.SortStableFunc(j.found, func(a, b Finding) int { return cmp.Compare(b.Severity(), a.Severity()) })
	return j.found
}

// MostEstablished is how many ESTABLISHED connections the listener or process
// with most of them has: what is held against the threshold.
func MostEstablished(sockets []Socket) (most int) {
	j := judge{serving: NewServing(sockets)}
	for i := range sockets {
		j.count(&sockets[i])
	}
	for i := range j.ports.list {
		most = max(most, j.ports.list[i].states[flows.Established])
	}
	for i := range j.holders.list {
		most = max(most, j.holders.list[i].states[flows.Established])
	}
	return most
}

// judge holds what the sockets amount to.
type judge struct {
	l         HostLimits
	serving   Serving
	holders   tallies[holderKey]
	ports     tallies[netip.AddrPort]
	targets   tallies[target]
	queues    []*Socket // the listeners
	timeWaits int
	orphans   tally
	found     []Finding
}

// holderKey is a process, or all of a user's whose names are hidden.
type holderKey struct {
	pid int
	uid uint32
}

// target is one local address and one destination: what shares local ports.
type target struct {
	local  netip.Addr
	remote netip.AddrPort
}

// tally counts the sockets of one process, listener or destination.
type tally struct {
	states  [flows.TimeWait + 1]int
	stuck   int      // in CLOSE_WAIT, for long
	unread  int      // of these, with data that nobody read
	waiting struct { // the oldest of those
		age   time.Duration
		owner Owner
	}
	bytes   uint64        // of data in them
	oldest  time.Duration // of these
	owner   Owner         // of the oldest, or of any
	uid     uint32
	pending int // SYN_RECEIVED for so long that the SYN-ACK was sent again
}

// tallies are in the order in which they were first asked for: maps have none.
type tallies[K comparable] struct {
	index map[K]int
	keys  []K
	list  []tally
}

func (t *tallies[K]) at(key K) *tally {
	i, known := t.index[key]
	if !known {
		if t.index == nil {
			t.index = make(map[K]int)
		}
		i = len(t.list)
		t.index[key] = i
		t.keys, t.list = append(t.keys, key), append(t.list, tally{})
	}
	return &t.list[i]
}

// count puts one socket where it belongs.
func (j *judge) count(s *Socket) {
	if s.State > flows.TimeWait {
		return
	}
	switch {
	case s.State == flows.Listen:
		j.queues = append(j.queues, s)
		t := j.ports.at(s.Local)
		if t.owner.PID == 0 {
			t.owner = s.Owner
		}
		return
	case s.State == flows.TimeWait:
		j.timeWaits++
	case s.Queued(): // of the listener only, too
	case s.Orphan:
		j.orphans.add(s, j.l.Stuck)
	case s.State != flows.SynReceived: // a request belongs to its listener only
		j.holders.at(keyOf(s)).add(s, j.l.Stuck)
	}
	if by, ok := j.serving.By(s.Local); ok {
		j.ports.at(by).add(s, j.l.Stuck)
	} else {
		j.targets.at(target{s.Local.Addr(), s.Remote}).add(s, j.l.Stuck)
	}
}

func keyOf(s *Socket) holderKey {
	if s.Owner.PID != 0 {
		return holderKey{pid: s.Owner.PID}
	}
	return holderKey{uid: s.UID}
}

// add counts one socket.
func (t *tally) add(s *Socket, limit time.Duration) {
	t.states[s.State]++
	t.uid = s.UID
	if t.owner.PID == 0 {
		t.owner = s.Owner
	}
	switch {
	case s.State == flows.SynReceived && s.Age >= time.Second: // TCP_TIMEOUT_INIT in include/net/tcp.h
		t.pending++
	case s.State == flows.CloseWait && s.Stuck(limit):
		t.stuck++
		if s.Age > t.oldest {
			t.oldest, t.owner = s.Age, s.Owner
		}
		if n := s.Unread(); n > 0 {
			t.unread++
			if s.Age > t.waiting.age {
				t.waiting.age, t.waiting.owner = s.Age, s.Owner
			}
			t.bytes += uint64(n)
		}
	}
}

// add says a finding. Its owner has its place in it: summaries hold no names,
// which may be anything.
func (j *judge) add(id ID, grade Severity, owner Owner, summary string) *Finding {
	j.found = append(j.found, Finding{
		ID: id, Grade: grade, Confidence: Certain, At: Nobody, Time: j.l.Now, Owner: owner, Summary: summary,
	})
	return &j.found[len(j.found)-1]
}
