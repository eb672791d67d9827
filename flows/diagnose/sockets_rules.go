package diagnose

import (
	"fmt"
	"strings"
	"time"

	"tcptrace/flows"
)

// closeWait looks for processes that leak sockets, and for those that do not
// even read them.
func (j *judge) closeWait() {
	threshold := j.l.Thresholds[flows.CloseWait]
	for i := range j.holders.list {
		t := &j.holders.list[i]
		if t.stuck == 0 {
			continue
		}
		if grade := threshold.grade(t.stuck); grade > Info {
			unread := "nothing unread"
			if t.unread > 0 {
				unread = fmt.Sprintf("%d with unread data", t.unread)
			}
			text := fmt.Sprintf("%s in CLOSE_WAIT%s, the oldest for at least %s; %s; %s",
				plural(t.stuck, "socket", "sockets"), t.whose(), roughly(t.oldest), unread, threshold.words())
			j.add(CloseWaitPilingUp, grade, t.owner, text)
		}
		if t.unread > 0 {
			text := fmt.Sprintf("%s in CLOSE_WAIT%s with %s unread, the oldest for at least %s",
				plural(t.unread, "socket", "sockets"), t.whose(), plural(int(t.bytes), "byte", "bytes"), roughly(t.waiting.age))
			j.add(CloseWaitWithUnread, Critical, t.waiting.owner, text)
		}
	}
}

// whose says whose sockets they are where no process can be named.
func (t *tally) whose() string {
	if t.owner.PID != 0 {
		return ""
	}
	return fmt.Sprintf(" of uid %d", t.uid)
}

// established looks for listeners with too many connections, then for processes
// with too many over all of theirs.
func (j *judge) established() {
	threshold := j.l.Thresholds[flows.Established]
	told := make(map[int]bool)
	for i := range j.ports.list {
		t := &j.ports.list[i]
		n := t.states[flows.Established]
		if grade := threshold.grade(n); grade > Info {
			told[t.owner.PID] = true
			j.add(EstablishedMany, grade, t.owner,
				fmt.Sprintf("%d ESTABLISHED connections to %v; %s", n, j.ports.keys[i], threshold.words()))
		}
	}
	for i := range j.holders.list {
		t := &j.holders.list[i]
		n := t.states[flows.Established]
		if grade := threshold.grade(n); grade > Info && !told[t.owner.PID] {
			j.add(EstablishedMany, grade, t.owner,
				fmt.Sprintf("%d ESTABLISHED connections%s of one process; %s", n, t.whose(), threshold.words()))
		}
	}
}

// unknownBacklog is from how many requests on a listener is suspect that is not
// known: a rule of thumb, the kernel has no such number.
const unknownBacklog = 15

// synReceived looks for listeners whose SYN queue fills up: at the backlog
// Linux begins to send cookies (net/ipv4/inet_connection_sock.h,
// inet_csk_reqsk_queue_is_full).
func (j *judge) synReceived() {
	backlogs := make(map[string]int)
	for _, s := range j.queues {
		backlogs[s.Local.String()] += int(s.SendQ) // several with SO_REUSEPORT share the requests
	}
	for i := range j.ports.list {
		t := &j.ports.list[i]
		if t.states[flows.SynReceived] == 0 {
			continue
		}
		where := j.ports.keys[i].String()
		j.requests(t, where, max(backlogs[where], 1))
	}
	for i := range j.targets.list { // requests whose listener is gone, or is not seen
		if t := &j.targets.list[i]; t.states[flows.SynReceived] > 0 {
			j.requests(t, j.targets.keys[i].local.String(), 0)
		}
	}
}

// requests judges those of one listener with a backlog; 0: it is not known.
func (j *judge) requests(t *tally, where string, backlog int) {
	threshold, own := j.l.Thresholds[flows.SynReceived]
	limit := fmt.Sprintf("its backlog is %d", backlog)
	switch {
	case own:
		limit = threshold.words()
	case backlog == 0:
		threshold, limit = Threshold{Warning: unknownBacklog + 1}, "its backlog is not known"
	default:
		threshold = Threshold{Warning: max(backlog*3/4, 1), Critical: backlog}
	}
	n := t.states[flows.SynReceived]
	grade := threshold.grade(n)
	if grade == Info {
		return
	}
	f := j.add(SynReceivedMany, grade, t.owner, fmt.Sprintf("%s in SYN_RECEIVED at %s, %d of them unanswered for a second or longer; %s%s",
		plural(n, "connection", "connections"), where, t.pending, limit, j.grown("SyncookiesSent", "TCPReqQFullDoCookies", "ListenOverflows")))
	if j.l.Over == 0 || j.l.Counters["TcpExtSyncookiesSent"]+j.l.Counters["TcpExtListenOverflows"] == 0 {
		f.Confidence = Likely
		f.Otherwise = "a burst of clients far away; tcptrace sockets --watch shows whether cookies or overflows grow with it"
	}
}

// acceptQueues looks for listeners whose owner does not accept(): the queue
// holds one more than its limit (include/net/sock.h, sk_acceptq_is_full).
func (j *judge) acceptQueues() {
	for _, s := range j.queues {
		if s.RecvQ <= s.SendQ {
			continue
		}
		owner := s.Owner
		text := fmt.Sprintf("%s at %v for accept(), its backlog is %d%s",
			waits(int(s.RecvQ)), s.Local, s.SendQ, j.grown("ListenOverflows", "ListenDrops"))
		j.add(AcceptQueueFull, Critical, owner, text)
	}
}

// timeWait holds TIME_WAIT against the ports to one destination, and against
// what the kernel keeps in all.
func (j *judge) timeWait() {
	if threshold, own := j.l.Thresholds[flows.TimeWait]; own {
		if grade := threshold.grade(j.timeWaits); grade > Info {
			j.add(TimeWaitMany, grade, Owner{}, fmt.Sprintf("%d sockets in TIME_WAIT; %s", j.timeWaits, threshold.words()))
		}
	}
	if grade := closeTo(j.l.MaxTimeWait).grade(j.timeWaits); grade > Info {
		j.add(TimeWaitMany, grade, Owner{}, fmt.Sprintf("%d sockets in TIME_WAIT, tcp_max_tw_buckets is %d%s",
			j.timeWaits, j.l.MaxTimeWait, j.grown("TCPTimeWaitOverflow")))
	}
	for i := range j.targets.list {
		t, key := &j.targets.list[i], j.targets.keys[i]
		used := 0
		for _, n := range t.states {
			used += n
		}
		// More connections than TIME_WAIT are another matter: not this condition's.
		if grade := closeTo(j.l.Ports).grade(used); grade > Info && 2*t.states[flows.TimeWait] > used {
			j.add(TimeWaitMany, grade, t.owner, fmt.Sprintf("%d sockets in TIME_WAIT from %v to %v: %d of %d local ports are left",
				t.states[flows.TimeWait], key.local, key.remote, max(j.l.Ports-used, 0), j.l.Ports))
		}
	}
}

// closeTo is what is near to a limit of the kernel: 70 % leaves time to act, at
// 90 % bursts fail already.
func closeTo(limit int) Threshold { return Threshold{limit * 7 / 10, limit * 9 / 10} }

// finWait2 looks for many peers that do not close.
func (j *judge) finWait2() {
	threshold := j.l.Thresholds[flows.FinWait2]
	n := j.orphans.states[flows.FinWait2]
	if grade := threshold.grade(n); grade > Info {
		text := fmt.Sprintf("%d orphans in FIN_WAIT_2: their peers do not close; %s", n, threshold.words())
		if j.l.FinTimeout > 0 {
			text += "; each ends after " + roughly(j.l.FinTimeout) + " (tcp_fin_timeout)"
		}
		j.add(FinWait2Orphans, grade, Owner{}, text)
	}
}

// grown says how counters stand: "; ListenOverflows +3 in 5.0 s".
func (j *judge) grown(names ...string) string {
	var words []string
	for _, name := range names {
		n, known := j.l.Counters["TcpExt"+name]
		switch {
		case !known:
		case j.l.Over > 0:
			words = append(words, fmt.Sprintf("%s +%d", name, n))
		case n > 0:
			words = append(words, fmt.Sprintf("%s %d", name, n))
		}
	}
	if len(words) == 0 {
		return ""
	}
	over := " since boot"
	if j.l.Over > 0 {
		over = " in " + roughly(j.l.Over.Round(time.Millisecond))
	}
	return "; " + strings.Join(words, ", ") + over
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func waits(n int) string {
	if n == 1 {
		return "1 connection waits"
	}
	return fmt.Sprintf("%d connections wait", n)
}
