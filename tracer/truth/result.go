package truth

import (
	"fmt"
	"slices"
	"time"

	"tcptrace/flows"
)

// Result is how one end came out.
type Result struct {
	Capture    *Capture
	Connection *Connection
	Side       flows.Side
	Got        []Claim // what the tracer said of it
	// Own is what the end was seen to send, Peer what it was sent.
	Own, Peer []Word
	Verdict
}

// EndName tells one end of one connection in one capture from all others.
type EndName struct {
	Capture    string // Capture.Name
	Connection string // client>server#life
	Side       flows.Side
}

func (n EndName) String() string {
	return fmt.Sprintf("%s\t%s\t%v", n.Capture, n.Connection, n.Side)
}

// Name is the name of the end.
func (r *Result) Name() EndName {
	c := r.Connection
	return EndName{r.Capture.Name, fmt.Sprintf("%s>%s#%d", c.Client, c.Server, c.Life), r.Side}
}

// States are those that the tracer said.
func (r *Result) States() States {
	states := make(States, len(r.Got))
	for i, c := range r.Got {
		states[i] = c.State
	}
	return states
}

// Truth is what the kernel did.
func (r *Result) Truth() *End { return r.Connection.End(r.Side) }

// Score compares a replay with the truth: a result for each end whose kernel is
// known, and the lives that the tracer saw and no kernel had.
func Score(c *Capture, r *Replay) (results []Result, extra []*Life) {
	found, extra := match(c.Connections, r.Lives)
	for i := range c.Connections {
		conn := &c.Connections[i]
		for side := range flows.Side(2) {
			if conn.End(side) == nil {
				continue
			}
			result := Result{Capture: c, Connection: conn, Side: side}
			if found[i] != nil {
				result.take(found[i], r.Lives)
			}
			result.Verdict = result.Truth().Judge(result.States())
			results = append(results, result)
		}
	}
	return results, extra
}

// take fills in what the tracer said of the end in a life. A socket that is
// still there when the next life on the same addresses begins goes on speaking
// for itself: its words in there are its own.
func (r *Result) take(l *Life, all []*Life) {
	side := l.side(r.Connection, r.Side)
	r.Got, r.Own, r.Peer = l.Claims[side], l.Words[side], l.Words[side.Peer()]
	if states := r.Truth().States; len(states) == 0 || states.last() == flows.Closed || r.Connection.Self() {
		return
	}
	for _, next := range all {
		if pairOf(next.Ends[0], next.Ends[1]) == pairOf(l.Ends[0], l.Ends[1]) && next.First > l.First {
			side := next.side(r.Connection, r.Side)
			r.Own = append(r.Own[:len(r.Own):len(r.Own)], next.Words[side]...)
			r.Peer = append(r.Peer[:len(r.Peer):len(r.Peer)], next.Words[side.Peer()]...)
		}
	}
}

// Overclaims reports whether the tracer says, as proved by what the end sent,
// that it was in a state in which its kernel never was.
func (r *Result) Overclaims() bool {
	return slices.ContainsFunc(r.Got, func(c Claim) bool {
		return c.Basis == flows.Sent && !idle(c.State) && !slices.Contains(r.Truth().States, c.State)
	})
}

// Lags are by how much the claims come after the kernel's own transitions;
// negative where they come before. Only ends whose whole history is right, and
// was seen from its beginning, have them.
func (r *Result) Lags() []time.Duration {
	end := r.Truth()
	if !r.Exact || end.Held || len(r.Got) != len(end.At) {
		return nil
	}
	lags := make([]time.Duration, len(r.Got))
	for i := range end.At {
		lags[i] = r.Got[i].Time.UTC().Sub(r.Connection.entered(end, i))
	}
	return lags
}

// entered is when the kernel of an end entered the state that belongs to the
// i-th moment.
func (c *Connection) entered(end *End, i int) time.Time {
	return c.Start.Add(time.Duration(end.At[i] * float64(time.Second)))
}
