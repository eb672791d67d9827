package flowtest

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"tcptrace/flows"
)

// Cast says with which numbers and addresses a scenario is played. None of
// them may make a difference.
type Cast struct {
	Client, Server netip.AddrPort
	J, K           flows.Seq
	Start          flows.Time
}

// Casts are the ways in which every scenario should be played: as written,
// mirrored (the client has the greater address), and with sequence numbers and
// times shifted so that they pass 2^32 or lie elsewhere.
func Casts() map[string]Cast {
	low, high := netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:443")
	low6, high6 := netip.MustParseAddrPort("[2001:db8::1]:40000"), netip.MustParseAddrPort("[2001:db8::2]:443")
	noon := flows.TimeOf(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	return map[string]Cast{
		"as written":           {low, high, 1000, 500_000, noon},
		"mirrored":             {netip.AddrPortFrom(high.Addr(), 40000), netip.AddrPortFrom(low.Addr(), 443), 1000, 500_000, noon},
		"wrapping":             {low, high, 1<<32 - 2, 1<<32 - 1, noon},
		"wrapping in the data": {low6, high6, 1<<32 - 150, 1<<32 - 1050, noon},
		"half way":             {low6, high6, 1 << 31, 1<<31 - 3, noon.Add(400 * 24 * time.Hour)},
		"zero":                 {low, high, 0, 0, 0},
	}
}

// Play plays the scenario to a new table and returns what differs from what
// the scenario wants, nothing if all is well.
func (s *Scenario) Play(c Cast) []string {
	c = s.cast(c)
	p := player{cast: c}
	table := flows.NewTable(flows.Limits{}, &p)
	for i := range s.steps {
		p.play(table, &s.steps[i])
	}
	table.Finish()
	for _, want := range s.ends {
		if !slices.Contains(p.ends, want) {
			p.complain("the end: want %q, got:\n\t%s", want, strings.Join(p.ends, "\n\t"))
		}
	}
	return p.complaints
}

// Feed plays the events of the scenario to a table, for handlers that look at
// something else than what the scenario wants.
func (s *Scenario) Feed(c Cast, table *flows.Table) {
	c = s.cast(c)
	for i := range s.steps {
		s.steps[i].feed(c, table)
	}
}

// cast is c, but for a scenario in which both ends are one socket.
func (s *Scenario) cast(c Cast) Cast {
	if s.self {
		c.Server, c.K = c.Client, c.J
	}
	return c
}

// feed gives one event to a table.
func (st *step) feed(c Cast, table *flows.Table) {
	at := c.Start.Add(st.at)
	switch st.kind {
	case stepWait:
		table.Advance(at)
	case stepICMP:
		e := st.icmp
		e.Time, e.Seq = at, c.number(st.seq)
		e.From = c.Server.Addr()
		e.Src, e.Dst = c.Client, c.Server
		table.ObserveICMP(&e)
	default:
		seg := st.segment
		seg.Time, seg.Packet = at, uint64(st.line)
		seg.Src, seg.Dst = netip.AddrPortFrom(c.Client.Addr(), c.Client.Port()+st.client), c.Server
		if st.fromSrv {
			seg.Src, seg.Dst = seg.Dst, seg.Src
		}
		seg.Seq, seg.Ack = c.number(st.seq), c.number(st.ack)
		table.Observe(&seg)
	}
}

func (c *Cast) number(n number) flows.Seq {
	base := c.J
	if n.server {
		base = c.K
	}
	return base.Add(uint32(n.offset))
}

// player hears what the table says.
type player struct {
	cast       Cast
	got        []string
	notes      []string
	ends       []string
	complaints []string
}

func (p *player) complain(format string, args ...any) {
	p.complaints = append(p.complaints, fmt.Sprintf(format, args...))
}

func (p *player) play(table *flows.Table, st *step) {
	p.got, p.notes = nil, nil
	st.feed(p.cast, table)
	if !slices.Equal(p.got, st.want) {
		p.complain("line %d: want\n\t%s\ngot\n\t%s", st.line, strings.Join(st.want, "\n\t"), strings.Join(p.got, "\n\t"))
	}
	for _, note := range st.notes {
		if !slices.Contains(p.notes, note) {
			p.complain("line %d: want the note %q, got %q", st.line, note, p.notes)
		}
	}
	for _, note := range st.not {
		if slices.Contains(p.notes, note) {
			p.complain("line %d: do not want the note %q, got %q", st.line, note, p.notes)
		}
	}
}

// Step is what the table found out about a segment.
func (p *player) Step(s *flows.Step) {
	s.Notes.Each(func(name string) { p.notes = append(p.notes, name) })
	for _, t := range s.Transitions {
		line := fmt.Sprintf("#%d %v %v", s.Flow, t.End, t.To)
		if t.Basis != flows.Sent {
			line += " " + t.Basis.String()
		}
		if t.Correction {
			line += " correction"
		}
		p.got = append(p.got, line)
	}
}

// End is a flow's record.
func (p *player) End(r *flows.Record) {
	p.ends = append(p.ends,
		fmt.Sprintf("#%d %v", r.Flow, r.Outcome),
		fmt.Sprintf("#%d %s", r.Flow, yesNo(r.Gaps, "gaps", "no gaps")),
		fmt.Sprintf("#%d %s", r.Flow, yesNo(r.GuessedClient, "guessed", "not guessed")))
	if r.Outcome == flows.Stuck {
		p.ends = append(p.ends, fmt.Sprintf("#%d %v %v", r.Flow, r.Outcome, r.StuckEnd))
	}
	for side := range flows.Side(2) {
		line := fmt.Sprintf("#%d %v", r.Flow, side)
		for _, s := range r.Ends[side].History {
			line += " " + s.String()
		}
		p.ends = append(p.ends, line)
	}
}

func yesNo(fact bool, yes, no string) string {
	if fact {
		return yes
	}
	return no
}
