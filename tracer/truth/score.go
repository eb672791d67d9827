package truth

import (
	"slices"

	"tcptrace/flows"
)

// Verdict says in which senses an end came out right.
type Verdict struct {
	// Exact: every state that the kernel was in, in the same order, and no
	// other.
	Exact bool
	// Fair: that, or all of it that this capture can show; see [End.accepts].
	Fair bool
	// Final: the last state is right in the sense of Fair, whatever was said
	// before it.
	Final bool
}

// Judge compares what the tracer says of an end, withdrawn claims left out,
// with what its kernel did.
func (e *End) Judge(got States) Verdict {
	have := opened(got)
	accepted := e.accepts()
	v := Verdict{Exact: slices.Equal(have, opened(e.States))}
	v.Fair = v.Exact || matches(have, accepted)
	if e.Held {
		v.Fair = v.Fair || fairFromMidway(once(got), accepted)
	}
	v.Final = slices.ContainsFunc(accepted, func(list States) bool { return list.last() == have.last() })
	if e.Held && len(got) == 0 {
		v.Final = v.Fair // it says that it does not know, not that there is no connection
	}
	return v
}

// accepts are the lists of states that are as right as a capture allows: what
// the kernel did, what of that left a trace in the capture, and what nobody
// outside can tell from either.
func (e *End) accepts() []States {
	lists := []States{opened(e.States), opened(e.visible())}
	for _, also := range e.Also {
		lists = append(lists, opened(also))
	}
	return lists
}

// fairFromMidway is for an end that was in a state already when the capture
// began. Nothing in the capture says what that state was, so it is free: it may
// be left out, or another may stand in its place. have is what was said as it
// is: a CLOSED that stands first is not the time before the opening here.
func fairFromMidway(have States, accepted []States) bool {
	var tails []States
	for _, list := range accepted {
		if len(list) > 0 {
			tails = append(tails, list[1:])
		}
	}
	return matches(have, tails) || len(have) > 0 && matches(have[1:], slices.Concat(accepted, tails))
}

// matches reports whether a list is one of the accepted ones. One segment may
// acknowledge a FIN and bring the peer's: whether FIN_WAIT_2 is named between
// FIN_WAIT_1 and TIME_WAIT is a matter of taste.
func matches(have States, accepted []States) bool {
	have = briefly(have)
	return slices.ContainsFunc(accepted, func(list States) bool { return slices.Equal(have, briefly(list)) })
}

// opened is a list from the opening on: without the CLOSED or LISTEN in which
// every end is before.
func opened(list States) States {
	for len(list) > 0 && idle(list[0]) {
		list = list[1:]
	}
	return once(list)
}

func idle(s flows.State) bool {
	return s == flows.Unknown || s == flows.Closed || s == flows.Listen
}

// once is a list in which no state follows itself. The RFC sends an end back to
// LISTEN when its SYN-ACK is answered with RST; the connection is gone, so that
// is CLOSED here.
func once(list States) States {
	list = slices.Clone(list)
	for i, s := range list {
		if s == flows.Listen {
			list[i] = flows.Closed
		}
	}
	return slices.Compact(list)
}

// briefly is a list without FIN_WAIT_2 where it lies between FIN_WAIT_1 and
// TIME_WAIT.
func briefly(list States) States {
	var short States
	for i, s := range list {
		passing := s == flows.FinWait2 && i > 0 && list[i-1] == flows.FinWait1 &&
			i+1 < len(list) && list[i+1] == flows.TimeWait
		if !passing {
			short = append(short, s)
		}
	}
	return short
}
