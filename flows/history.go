package flows

// MaxHistory is how many states of one end are remembered. A connection goes
// through eight at most; more takes a server whose request expired again and
// again under one and the same SYN.
const MaxHistory = 14

// history is the list of states that an end went through, four bits each, the
// first in the lowest; the top byte holds how many there are, and whether
// there were more.
type history uint64

const (
	historyCountShift = 56
	historyCut        = history(1) << 63
)

func (h history) len() int { return int(h >> historyCountShift & 0x7f) }

// cut reports whether states are missing at the end.
func (h history) cut() bool { return h&historyCut != 0 }

func (h history) at(i int) State { return State(h >> (4 * i) & 0xf) }

// last is the newest state, Unknown when there is none.
func (h history) last() State {
	if n := h.len(); n > 0 {
		return h.at(n - 1)
	}
	return Unknown
}

// push adds s at the end; when there is no room the list is marked as cut.
func (h history) push(s State) history {
	n := h.len()
	if n == MaxHistory {
		return h | historyCut
	}
	return (h | history(s)<<(4*n)) + 1<<historyCountShift
}

// withdraw takes back everything claimed since the end was last in s; since it
// was Unknown, everything. It leaves the list alone if it never was in s.
func (h history) withdraw(s State) history {
	if s == Unknown {
		return 0
	}
	for n := h.len(); n > 0; n-- {
		if h.at(n-1) == s {
			keep := history(1)<<(4*n) - 1
			return h&keep | history(n)<<historyCountShift | h&historyCut
		}
	}
	return h
}

// holds reports whether the end was ever in s.
func (h history) holds(s State) bool {
	for i := range h.len() {
		if h.at(i) == s {
			return true
		}
	}
	return false
}

// before is the state in front of the newest one.
func (h history) before() State {
	if n := h.len(); n > 1 {
		return h.at(n - 2)
	}
	return Unknown
}

// append adds the states to list, in order.
func (h history) append(list []State) []State {
	for i := range h.len() {
		list = append(list, h.at(i))
	}
	return list
}
