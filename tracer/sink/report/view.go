package report

import (
	"html/template"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/ladder"
)

// view is what the templates show. Its texts are not escaped yet: the templates
// do that.
type view struct {
	Title, Source, Filter string
	Policy                string
	Style                 template.CSS
	Script                template.JS

	Verdict  verdict
	Facts    []fact
	Problems []section
	Remarks  []section
	Outcomes []share

	Shakes  []string // how long handshakes took, in words
	Bars    []bar
	Unshook uint64 // flows without a handshake that was seen
	Crowd   []crowdRow
	Ends    []string // the headings of Crowd

	Rows   []plainRow
	Total  uint64 // flows
	Listed uint64
	Full   uint64
	Made   string
	Clock  string // the zone of all times of day
}

// fact is a number about the trace.
type fact struct{ Name, Value string }

// share is a part of all flows.
type share struct {
	Name, Means string
	N           uint64
	Percent     string
}

// section is one condition.
type section struct {
	Severity, Name, Title string
	Summary, Otherwise    string
	Confidence, At, Owner string
	Advice, Why, Shows    string
	Check                 []string
	Flow                  uint64 // an example; 0: none
	Flows                 uint64
	Places                []placed
	MorePlaces            uint64
}

// placed is a server that has a condition.
type placed struct {
	Server, Filter string
	Flows          uint64
	First          uint64 // the first of the flows
}

// plainRow is a row of the table that needs no script.
type plainRow struct {
	Flow                                              uint64
	Finding, Client, Server, Outcome, States          string
	Lasted, Handshake, Sent, Got, Severity, StartedAt string
}

const (
	maxPlaces    = 6 // servers that one finding names
	maxPlainRows = 50
)

func (s *Sink) view(sum *flows.Summary, full []*kept) *view {
	groups := s.groups.List()
	v := &view{
		Title: title(s.o.Source), Source: s.o.Source, Filter: s.o.Filter,
		Verdict: judge(groups, s.ledger.flows), Facts: s.facts(sum),
		Total: s.ledger.flows, Listed: uint64(len(s.ledger.rows)), Full: uint64(len(full)),
		Outcomes: s.ledger.shares(), Made: s.made(), Clock: s.span.first.UTC().In(s.o.Zone).Format("MST"),
	}
	v.Verdict.reserve(sum.Broken)
	v.sections(topics(groups))
	v.Rows = s.plainRows()
	v.Shakes, v.Bars, v.Unshook = s.shakes.words(), s.shakes.bars(), s.ledger.flows-min(s.shakes.n, s.ledger.flows)
	v.Ends, v.Crowd = s.crowdRows()
	return v
}

func (s *Sink) made() string {
	text := strings.TrimSpace("tcptrace " + s.o.Version)
	if !s.o.Made.IsZero() {
		text += ", " + s.o.Made.In(s.o.Zone).Format("2006-01-02 15:04 MST")
	}
	return text
}

// facts are the trace in numbers.
func (s *Sink) facts(sum *flows.Summary) []fact {
	first, last := s.span.first.UTC().In(s.o.Zone), s.span.last.UTC().In(s.o.Zone)
	list := []fact{{"connections", number(s.ledger.flows)}, {"packets", number(sum.Packets)}}
	if s.span.any {
		list = append(list,
			fact{"from", first.Format("2006-01-02 15:04:05 MST")},
			fact{"lasting", ladder.Roughly(last.Sub(first))})
	}
	if s.ledger.retried > 0 {
		list = append(list, fact{"with retransmissions", number(s.ledger.retried)})
	}
	if sum.DropsKnown {
		list = append(list, fact{"dropped by the kernel", number(sum.Dropped)})
	}
	if sum.Totals.Duplicates > 0 {
		list = append(list, fact{"captured twice", number(sum.Totals.Duplicates)})
	}
	if sum.Totals.Evicted > 0 {
		list = append(list, fact{"ended early to bound the memory", number(sum.Totals.Evicted)})
	}
	return list
}

// sections are the findings, the worst first.
func (v *view) sections(all []topic) {
	for i := range all {
		list := &v.Problems
		if all[i].grade == diagnose.Info {
			list = &v.Remarks
		}
		*list = append(*list, all[i].section())
	}
}

// section is what the page says of a condition.
func (t *topic) section() section {
	r, f := t.id.Rule(), &t.example
	one := foundOf(f, f.Time)
	x := section{
		Severity: t.grade.String(), Name: r.Name, Title: upper(r.Title), Summary: one.Summary, Otherwise: one.Otherwise,
		Confidence: t.confidence.String(), Owner: one.Owner, Advice: one.Advice, Why: r.Why, Shows: r.Shows, Check: r.Check,
		Flow: uint64(f.Flow), Flows: t.flows,
	}
	if one.Kernel != "" && x.Owner == "" {
		x.Owner = "not known; the kernel says: " + one.Kernel
	}
	if f.At != diagnose.Nobody {
		x.At = f.At.String()
	}
	for i := range t.places {
		if i == maxPlaces {
			x.MorePlaces = uint64(len(t.places) - maxPlaces)
			break
		}
		x.Places = append(x.Places, t.places[i].placed(r.Name))
	}
	return x
}

func (p *place) placed(name string) placed {
	if !p.server.IsValid() {
		return placed{"many servers", name, p.flows, uint64(p.first)}
	}
	server := addr(p.server)
	return placed{server, name + " " + server, p.flows, uint64(p.first)}
}

// shares are the outcomes that occur.
func (g *ledger) shares() []share {
	var list []share
	for o, n := range g.outcomes {
		if n == 0 {
			continue
		}
		percent := strconv.FormatFloat(100*float64(n)/float64(g.flows), 'f', 1, 64)
		list = append(list, share{flows.Outcome(o).String(), outcomeWords(flows.Outcome(o)), n, percent})
	}
	slices.SortStableFunc(list, func(a, b share) int { return int(int64(b.N) - int64(a.N)) })
	return list
}

// words say how long handshakes took.
func (s *shakes) words() []string {
	if s.n == 0 {
		return nil
	}
	words := []string{"half within " + ladder.Roughly(s.percentile(50))}
	if s.n >= 20 {
		words = append(words, "95 % within "+ladder.Roughly(s.percentile(95)))
	}
	if s.n >= 100 {
		words = append(words, "99 % within "+ladder.Roughly(s.percentile(99)))
	}
	return append(words, "the slowest took "+ladder.Roughly(s.max))
}

// Range is what a bar stands for, in words.
func (b bar) Range() string { return ladder.Roughly(b.From) + " to " + ladder.Roughly(b.To) }

// crowdRow is the number of ends in each state at one time.
type crowdRow struct {
	At    string
	Means []string
}

// crowdRows are the states over time as a table, at a dozen times.
func (s *Sink) crowdRows() (ends []string, list []crowdRow) {
	const most = 12
	type column struct {
		side  flows.Side
		state flows.State
	}
	var columns []column
	for side := flows.Client; side <= flows.Server; side++ {
		for state := flows.SynSent; int(state) < numStates; state++ {
			if s.crowd.seen(side, state) {
				columns = append(columns, column{side, state})
				ends = append(ends, side.String()+" "+state.String())
			}
		}
	}
	step := max(1, (len(s.crowd.bins)+most-1)/most)
	for i := 0; i < len(s.crowd.bins); i += step {
		at := s.crowd.start.Add(time.Duration(i) * s.crowd.width)
		r := crowdRow{At: at.UTC().In(s.o.Zone).Format("15:04:05.000")}
		for _, c := range columns {
			r.Means = append(r.Means, strconv.FormatFloat(s.crowd.mean(i, c.side, c.state), 'f', 1, 64))
		}
		list = append(list, r)
	}
	return ends, list
}

// plainRows are the first rows of the table, the worst first.
func (s *Sink) plainRows() []plainRow {
	order := make([]*row, 0, len(s.ledger.rows))
	for i := range s.ledger.rows {
		order = append(order, &s.ledger.rows[i])
	}
	slices.SortStableFunc(order, func(a, b *row) int { return grade(b) - grade(a) })
	var list []plainRow
	for _, r := range order[:min(len(order), maxPlainRows)] {
		list = append(list, s.plainRow(r))
	}
	return list
}

// grade orders rows: 0 without a finding.
func grade(r *row) int {
	if r.set == 0 {
		return 0
	}
	return int(r.worst) + 1
}

func (s *Sink) plainRow(r *row) plainRow {
	p := plainRow{
		Flow: uint64(r.flow), Client: addr(r.client), Server: addr(r.server), Outcome: r.outcome.String(),
		States: r.states[0].String() + " / " + r.states[1].String(), Lasted: ladder.Roughly(r.last.Sub(r.first)),
		Sent: ladder.Bytes(r.bytes[0]), Got: ladder.Bytes(r.bytes[1]),
		StartedAt: r.first.UTC().In(s.o.Zone).Format("15:04:05.000"),
	}
	if r.rtt > 0 {
		p.Handshake = ladder.Roughly(r.rtt)
	}
	if r.set != 0 {
		p.Severity = r.worst.String()
	}
	for _, id := range s.ledger.sets.list[r.set] {
		if p.Finding != "" {
			p.Finding += ", "
		}
		p.Finding += diagnose.ID(id).String()
	}
	return p
}

func addr(a netip.AddrPort) string { return graphic(a.String()) }
