package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
)

// diary writes down what is told of flows, but for segments that move no end and
// have nothing peculiar, or are duplicate ACKs: with SkipPlain, some of these are not told.
type diary struct {
	lines    []string
	steps    int
	ordinary int // how many of them went the short way
	last     flows.Time
}

func (d *diary) Step(s *flows.Step) {
	d.steps++
	d.last = s.Time
	if s.Ordinary {
		d.ordinary++
	}
	if len(s.Transitions) > 0 || s.Notes&^flows.DuplicateAck != 0 || s.Segment == nil || s.HandshakeRTT != 0 {
		d.lines = append(d.lines, quick(s), fmt.Sprint(s.Time, s.Flow, s.Label.String(), s.Label.Check, s.Label.Want, s.Notes, s.Transitions, s.States, s.ISN, s.FIN, s.HandshakeRTT,
			s.Quiet(), s.Gaps(), s.Facts(flows.Client), s.Facts(flows.Server), s.Sent(flows.Client), s.Sent(flows.Server)))
		if s.Segment != nil {
			before, from := s.Before()
			d.lines = append(d.lines, fmt.Sprint(before, from, s.First(), s.Last()), frames(s))
		}
	}
}

func (d *diary) End(r *flows.Record) {
	d.lines = append(d.lines, fmt.Sprint(r.Flow, r.First, r.Last, r.Outcome, r.Ends, r.HandshakeRTT, r.Gaps,
		r.Facts(flows.Client), r.Facts(flows.Server), r.Sent(flows.Client), r.Sent(flows.Server)), frames(r))
}

// frames are those that moved the ends, and their FINs.
func frames(s interface {
	Moved(flows.Side) (moved, fin uint64)
}) string {
	clientMoved, clientFIN := s.Moved(flows.Client)
	serverMoved, serverFIN := s.Moved(flows.Server)
	return fmt.Sprint(clientMoved, clientFIN, serverMoved, serverFIN)
}

// quick is what a step tells of its ends without unpacking the flow.
func quick(s *flows.Step) string {
	var told []any
	for side := range flows.Side(2) {
		payload, any := s.Payload(side)
		told = append(told, s.SYNs(side), s.Packets(side), s.Spoke(side), payload, any, s.Since(side))
	}
	return fmt.Sprint(told...)
}

func (d *diary) Finding(f *diagnose.Finding) { d.lines = append(d.lines, fmt.Sprint(*f)) }

// both plays the same to a table whose segments may take the short way and to one
// where none does, and holds the diaries against each other. It returns how many
// steps were skipped, and how many were ordinary.
//
// It does so once more with a table that has room for two flows only.
func both(t testing.TB, play func(*flows.Table)) (skipped, ordinary int) {
	t.Helper()
	for _, limit := range [...]int{2, 0} {
		var diaries [2]diary
		var end flows.Time
		for i, skip := range [...]bool{false, true} {
			d := &diaries[i]
			engine := diagnose.New(diagnose.Options{}, d)
			table := flows.NewTable(flows.Limits{SkipPlain: skip, MaxFlows: limit}, engine)
			play(table)
			if !skip {
				end = d.last.Add(100 * time.Second) // TIME_WAIT ends, and who is stuck is told
			}
			table.Advance(end)
			table.Finish()
			engine.Conclude()
		}
		if diff := cmp.Diff(diaries[0].lines, diaries[1].lines); diff != "" {
			t.Errorf("the short way makes a difference (-long +short):\n%s", diff)
		}
		skipped, ordinary = diaries[0].steps-diaries[1].steps, diaries[1].ordinary
	}
	return skipped, ordinary
}

// TestShortWayIsLeft: who opens as he should may do odd things later, which only
// the long way sees: here a server uses SACK that its SYN-ACK did not grant, in
// an ACK that is plain in all else, or with its FIN.
func TestShortWayIsLeft(t *testing.T) {
	for name, flags := range map[string]flows.Flags{"ACK": flows.ACK, "FIN": flows.FIN | flows.ACK} {
		t.Run(name, func(t *testing.T) {
			d := &diary{}
			table := flows.NewTable(flows.Limits{SkipPlain: true}, diagnose.New(diagnose.Options{}, d))
			client, server := at(40000), at(443)
			for i, s := range []flows.Segment{
				{Src: client, Dst: server, Seq: 100, Flags: flows.SYN, Options: flows.Options{Present: flows.HasSACKPermitted}},
				{Src: server, Dst: client, Seq: 500, Ack: 101, Flags: flows.SYN | flows.ACK},
				{Src: client, Dst: server, Seq: 101, Ack: 501, Flags: flows.ACK},
				{Src: server, Dst: client, Seq: 501, Ack: 101, Flags: flags, Options: flows.Options{Present: flows.HasSACK}},
			} {
				s.Time, s.Packet, s.Window, s.TTL, s.ID = flows.Time(i+1), uint64(i+1), 1000, 64, uint16(i)
				table.Observe(&s)
			}
			table.Finish()
			if d.ordinary < 3 {
				t.Errorf("%d segments went the short way, want the handshake at least", d.ordinary)
			}
			if !slices.ContainsFunc(d.lines, func(line string) bool { return strings.Contains(line, "stripped from the SYN-ACK") }) {
				t.Errorf("nothing says that SACK was stripped:\n%s", strings.Join(d.lines, "\n"))
			}
		})
	}
}

// TestShortWay: what is told of a flow is the same whether segments may take the
// short way or not.
func TestShortWay(t *testing.T) {
	skipped, ordinary := 0, 0
	for _, folder := range []string{"../../testdata/finding", "../../testdata/scenario"} {
		all, err := flowtest.ReadFolder(folder)
		if err != nil {
			t.Fatal(err)
		}
		for name, scenario := range all {
			t.Run(name, func(t *testing.T) {
				for _, cast := range flowtest.Casts() {
					s, o := both(t, func(table *flows.Table) { scenario.Feed(cast, table) })
					skipped, ordinary = skipped+s, ordinary+o
				}
			})
		}
	}
	if skipped < 1000 || ordinary < 5000 {
		t.Errorf("%d plain and %d ordinary segments took the short way in all scenarios, which proves little", skipped, ordinary)
	}
}

// wishes writes down when an engine wants to look at its flow again.
type wishes struct {
	*diagnose.Engine
	list []flows.Time
}

func (w *wishes) Step(st *flows.Step) {
	w.Engine.Step(st)
	w.list = append(w.list, st.Wake)
}

// TestNothingIsAwaited: a handshake that is over leaves no wish to look at its
// SYN_RECEIVED, so that a million open connections have no deadline each.
func TestNothingIsAwaited(t *testing.T) {
	for _, short := range []bool{false, true} {
		w := &wishes{Engine: diagnose.New(diagnose.Options{}, deaf{})}
		table := flows.NewTable(flows.Limits{SkipPlain: short}, w)
		converse(table, []byte{0, 0, 0})
		if got := w.list; len(got) != 3 || got[1] == 0 || got[2] != 0 {
			t.Errorf("short way %v: the wishes after SYN, SYN-ACK and ACK are %v, want one after the SYN-ACK only", short, got)
		}
	}
}

// FuzzShortWay does the same with conversations that nobody thought of. Most begin
// with a handshake, so that there is a way to be short.
func FuzzShortWay(f *testing.F) {
	f.Add([]byte("\x00\x04\x00\x00\x00\x01\x04\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		both(t, func(table *flows.Table) { converse(table, b[:min(len(b), 600)]) })
	})
}

// converse lets two ends talk as the bytes say, mostly as ends do: from their
// own next number on, with an ACK of what they got.
func converse(table *flows.Table, b []byte) {
	ends := [2]flows.Segment{}
	ends[0].Src, ends[0].Dst = at(40000), at(443)
	ends[1].Src, ends[1].Dst = at(443), at(40000)
	var next [2]flows.Seq
	now, packet := flows.Time(0), uint64(0)
	send := func(from int, flags flows.Flags, length uint32, skew, ackSkew int8) {
		packet++
		s := ends[from]
		s.Time, s.Packet, s.Flags, s.Length = now, packet, flags, length
		s.Seq, s.Ack = next[from]+flows.Seq(skew), next[1-from]+flows.Seq(ackSkew)
		s.Window, s.TTL, s.ID = 500, 64, uint16(packet)
		if len(b) > 0 && b[0]&1 != 0 {
			s.Options.Present, s.Options.TSVal = flows.HasTimestamps, uint32(now/1e6)
		}
		if flags.Has(flows.SYN) && len(b) > 0 && b[0]&2 != 0 {
			s.Options.Present |= flows.HasWindowScale
		}
		if s.End().After(next[from]) {
			next[from] = s.End()
		}
		table.Observe(&s)
	}
	if len(b) == 0 || b[0]&4 == 0 {
		send(0, flows.SYN, 0, 0, 0)
		send(1, flows.SYN|flows.ACK, 0, 0, 0)
		send(0, flows.ACK, 0, 0, 0)
	}
	for i := 1; i+2 < len(b); i += 3 {
		now = now.Add(fuzzSteps[b[i]>>4])
		flags := [...]flows.Flags{flows.ACK, flows.ACK, flows.ACK, flows.PSH | flows.ACK, flows.FIN | flows.ACK, flows.RST, flows.RST | flows.ACK, flows.SYN}[b[i]>>1&7]
		length := [...]uint32{0, 0, 1, 100, 100, 1000, 1400, 1448}[b[i+1]&7]
		skew, ackSkew := int8(0), int8(0)
		if b[i+1]>>3 == 0 {
			skew = int8(b[i+2])
		}
		if b[i+1]>>3 == 1 {
			ackSkew = int8(b[i+2])
		}
		send(int(b[i]&1), flags, length, skew, ackSkew)
	}
}
