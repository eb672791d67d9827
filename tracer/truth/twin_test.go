package truth_test

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/decode"
	"tcptrace/tracer/truth"
)

// TestTruthTwins looks for the strongest proof that an end is unknowable: a
// twin, another capture in which the same segments went by until some moment,
// and whose kernel was in other states then. No tracer can be right about both
// without looking at times or sizes. What is listed as a flaw of the tracer
// must have none.
func TestTruthTwins(t *testing.T) {
	shown := showAll(t)
	prefixes := make(map[string][]prefix)
	for _, s := range shown {
		for n := 1; n <= len(s.segments) && len(s.segments) <= longest; n++ {
			shape := shape(s.segments[:n])
			prefixes[shape] = append(prefixes[shape], prefix{s, n})
		}
	}
	list := readList(t)
	with := make(map[string]int)
	for _, s := range shown {
		for side := range flows.Side(2) {
			r := truth.Result{Capture: s.capture, Connection: s.connection, Side: side}
			reason, listed := list[r.Name().String()]
			if !listed {
				continue
			}
			if twin, as := s.twin(side, prefixes[shape(s.segments)]); twin != nil {
				with[reason]++
				t.Logf("%s: %v: [%v]; in %s the %v: [%v] after %d of %d packets", reason, r.Name(),
					r.Truth().States, twin.capture.Name, as, twin.states(as), twin.n, len(twin.segments))
			}
		}
	}
	t.Logf("ends with a twin, by reason: %v", with)
	if with[open] > 0 {
		t.Errorf("%d ends are listed as %s although they have a twin", with[open], open)
	}
	for _, reason := range []string{"first-fin-unseen", "effect-unseen", "answer-unseen", "arrival-unseen"} {
		if with[reason] == 0 {
			t.Errorf("no end that is listed as %s has a twin", reason)
		}
	}
}

// longest bounds which connections are taken apart, to keep the search short.
const longest = 60

// shown is one connection with its segments in a capture.
type shown struct {
	capture    *truth.Capture
	connection *truth.Connection
	segments   []flows.Segment
}

// prefix is the first n segments of a connection.
type prefix struct {
	*shown
	n int
}

// twin is a prefix with the same shape, and the end in it that has the part of
// the end of s, but whose kernel did something else.
func (s *shown) twin(side flows.Side, same []prefix) (*prefix, flows.Side) {
	end := s.connection.End(side)
	for i := range same {
		p := &same[i]
		as := side
		if s.first() != p.first() {
			as = side.Peer()
		}
		other := p.connection.End(as)
		if other == nil || other.Held != end.Held || p.capture.Derived == "drop" || p.capture.Derived == "oneway" {
			continue
		}
		if !end.Judge(p.states(as)).Fair {
			return p, as
		}
	}
	return nil, side
}

// first is the end that sent the first segment.
func (s *shown) first() flows.Side {
	if s.segments[0].Src == s.connection.Client {
		return flows.Client
	}
	return flows.Server
}

// states are those that the kernel had been in when the next segment came.
func (p *prefix) states(side flows.Side) truth.States {
	until := p.capture.To
	if p.n < len(p.segments) {
		until = p.segments[p.n].Time.UTC()
	}
	end := p.connection.End(side)
	held := len(end.States) - len(end.At)
	entered := func(at float64) bool {
		return p.connection.Start.Add(time.Duration(at * float64(time.Second))).Before(until)
	}
	n := held
	for n < len(end.States) && entered(end.At[n-held]) {
		n++
	}
	return end.States[:n]
}

// shape writes down segments so that two connections with the same course have
// the same: directions, flags but for PSH and URG, and the order of all sequence
// numbers of a direction in place of the numbers themselves.
func shape(segments []flows.Segment) string {
	first := segments[0].Src
	var numbers [2][]flows.Seq
	for i := range segments {
		g := &segments[i]
		d := direction(first == g.Src)
		numbers[d] = append(numbers[d], g.Seq, g.End())
		if g.Flags.Has(flows.ACK) {
			numbers[1-d] = append(numbers[1-d], g.Ack)
		}
	}
	for d := range numbers {
		if len(numbers[d]) == 0 {
			continue
		}
		base := numbers[d][0]
		slices.SortFunc(numbers[d], func(a, b flows.Seq) int { return cmp.Compare(int32(a-base), int32(b-base)) })
		numbers[d] = slices.Compact(numbers[d])
	}
	var b strings.Builder
	for i := range segments {
		g := &segments[i]
		d := direction(first == g.Src)
		fmt.Fprintf(&b, "%d %x %d-%d", d, g.Flags&^(flows.PSH|flows.URG), slices.Index(numbers[d], g.Seq), slices.Index(numbers[d], g.End()))
		if g.Flags.Has(flows.ACK) {
			fmt.Fprintf(&b, "/%d", slices.Index(numbers[1-d], g.Ack))
		}
		b.WriteByte(';')
	}
	return b.String()
}

func direction(forth bool) int {
	if forth {
		return 0
	}
	return 1
}

// showAll is every connection of every capture.
func showAll(t *testing.T) []*shown {
	t.Helper()
	var all []*shown
	for _, r := range replays(t) {
		var here []*shown
		for i := range r.Connections {
			here = append(here, &shown{capture: r.Capture, connection: &r.Connections[i]})
		}
		eachSegment(t, r.Name, func(g *flows.Segment) {
			if s := owner(here, g); s != nil {
				s.segments = append(s.segments, *g)
			}
		})
		all = append(all, slices.DeleteFunc(here, func(s *shown) bool { return len(s.segments) == 0 })...)
	}
	return all
}

// owner is the latest connection between the ends of a segment that had begun
// when it went by.
func owner(list []*shown, g *flows.Segment) *shown {
	var found *shown
	for _, s := range list {
		c := s.connection
		same := g.Src == c.Client && g.Dst == c.Server || g.Src == c.Server && g.Dst == c.Client
		if same && (found == nil || !g.Time.UTC().Before(c.Start.Add(-time.Millisecond))) {
			found = s
		}
	}
	return found
}

func eachSegment(t *testing.T, name string, follow func(*flows.Segment)) {
	t.Helper()
	f, err := capture.OpenFile([]string{filepath.Join(pairs, name+".pcap")}, capture.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := decode.New()
	for {
		frame, err := f.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if d.Decode(frame) == decode.TCP {
			follow(&d.Segment)
		}
	}
}
