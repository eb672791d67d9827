package report

import (
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// The data for the page's script. Whatever repeats is written once and referred
// to by its place in a list, times are in µs, and each column of the table is a
// list of its own: it takes half the room of a list of objects.

// table is the rows, as the script gets them.
type table struct {
	Start      int64             `json:"start"` // µs since the epoch; the columns count from here
	Zone       string            `json:"zone"`
	Shift      int64             `json:"shift"` // of that zone to UTC, in µs
	States     []string          `json:"states"`
	Classes    []string          `json:"classes"` // of the states
	Outcomes   []string          `json:"outcomes"`
	Conditions map[int]condition `json:"conditions"`
	Addrs      []string          `json:"addrs"`
	Histories  []string          `json:"histories"`
	Sets       [][]int           `json:"sets"`
	Columns    columns           `json:"columns"`
	Full       []uint64          `json:"full"` // the flows shown in full, the worst first
	Crowd      crowdData         `json:"crowd"`
	Shakes     []bar             `json:"shakes"`
}

type condition struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Severity int    `json:"severity"`
}

// columns are the rows by flow number. Flow, Start are differences to the row
// before.
type columns struct {
	Flow    []int64     `json:"flow"`
	Start   []int64     `json:"start"`
	Lasted  []int64     `json:"lasted"`
	Client  []uint32    `json:"client"` // address
	Port    []uint16    `json:"port"`
	Server  []uint32    `json:"server"`
	Service []uint16    `json:"service"` // its port
	RTT     []int64     `json:"rtt"`
	Outcome []int       `json:"outcome"`
	State   [2][]int    `json:"state"`
	History []uint32    `json:"history"`
	Packets [2][]uint64 `json:"packets"`
	Bytes   [2][]uint64 `json:"bytes"`
	Again   [2][]uint32 `json:"again"`
	Set     []uint32    `json:"set"`
	Worst   []int       `json:"worst"` // 0: no finding; else the severity and 1
	Guessed []int       `json:"guessed"`
}

type crowdData struct {
	Start int64       `json:"start"` // µs, as in table
	Width float64     `json:"width"`
	N     int         `json:"n"`
	Sides [2][]series `json:"sides"`
}

type series struct {
	State int       `json:"state"`
	Means []float64 `json:"means"`
}

func (s *Sink) table(full []*kept) *table {
	t := &table{
		Start: int64(s.span.first) / 1e3, Outcomes: outcomeNames(), Histories: s.ledger.histories.list,
		Conditions: map[int]condition{}, Sets: [][]int{}, Full: []uint64{}, Shakes: s.shakes.bars(),
	}
	at := s.span.first.UTC().In(s.o.Zone)
	name, offset := at.Zone()
	t.Zone, t.Shift = name, int64(offset)*1e6
	for state := flows.State(0); int(state) < numStates; state++ {
		t.States = append(t.States, state.String())
		t.Classes = append(t.Classes, className(state))
	}
	for _, set := range s.ledger.sets.list {
		ids := []int{}
		for _, id := range set {
			ids = append(ids, int(id))
			t.know(diagnose.ID(id))
		}
		t.Sets = append(t.Sets, ids)
	}
	for _, k := range full {
		t.Full = append(t.Full, uint64(k.row.flow))
		for i := range k.found {
			t.know(k.found[i].ID)
		}
	}
	t.fill(s.ledger.rows, s.span.first)
	t.Crowd = s.crowd.data(s.span.first)
	return t
}

func (t *table) know(id diagnose.ID) {
	r := id.Rule()
	t.Conditions[int(id)] = condition{r.Name, r.Title, int(r.Severity)}
}

func outcomeNames() []string {
	names := make([]string, flows.NumOutcomes)
	for o := range names {
		names[o] = flows.Outcome(o).String()
	}
	return names
}

// className names the class of a state as the style sheet has it.
func className(s flows.State) string {
	return [...]string{"unknown", "opening", "open", "closing", "waiting", "closed"}[s.Class()]
}

// fill makes columns of the rows, which are sorted by flow.
func (t *table) fill(rows []row, start flows.Time) {
	c := &t.Columns
	addrs := t.number(rows)
	before := row{first: start}
	for i := range rows {
		r := &rows[i]
		c.Flow = append(c.Flow, int64(r.flow-before.flow))
		c.Start = append(c.Start, micros(r.first.Sub(start))-micros(before.first.Sub(start)))
		c.Lasted = append(c.Lasted, micros(r.last.Sub(r.first)))
		c.Client, c.Port = append(c.Client, addrs[r.client.Addr()]), append(c.Port, r.client.Port())
		c.Server, c.Service = append(c.Server, addrs[r.server.Addr()]), append(c.Service, r.server.Port())
		c.RTT = append(c.RTT, micros(r.rtt))
		c.judged(r)
		for side := range r.states {
			c.State[side] = append(c.State[side], int(r.states[side]))
			c.Packets[side] = append(c.Packets[side], r.packets[side])
			c.Bytes[side] = append(c.Bytes[side], r.bytes[side])
			c.Again[side] = append(c.Again[side], r.again[side])
		}
		before = *r
	}
}

// number gives each address a number, by which they can be sorted.
func (t *table) number(rows []row) map[netip.Addr]uint32 {
	numbers := map[netip.Addr]uint32{}
	for i := range rows {
		numbers[rows[i].client.Addr()], numbers[rows[i].server.Addr()] = 0, 0
	}
	for n, a := range slices.SortedFunc(maps.Keys(numbers), netip.Addr.Compare) {
		numbers[a] = uint32(n)
		t.Addrs = append(t.Addrs, graphic(a.String()))
	}
	return numbers
}

func (c *columns) judged(r *row) {
	grade, guessed := 0, 0
	if r.set != 0 {
		grade = int(r.worst) + 1
	}
	if r.guessed {
		guessed = 1
	}
	c.Outcome, c.History = append(c.Outcome, int(r.outcome)), append(c.History, r.history)
	c.Set, c.Worst, c.Guessed = append(c.Set, r.set), append(c.Worst, grade), append(c.Guessed, guessed)
}

func micros(d time.Duration) int64 { return int64(d) / 1e3 }

// data is the states over time, with three digits of each mean.
func (c *crowd) data(start flows.Time) crowdData {
	d := crowdData{Start: micros(c.start.Sub(start)), Width: float64(c.width) / 1e3, N: len(c.bins)}
	for side := range d.Sides {
		d.Sides[side] = []series{}
		for s := flows.SynSent; int(s) < numStates; s++ {
			if !c.seen(flows.Side(side), s) {
				continue
			}
			one := series{State: int(s)}
			for i := range c.bins {
				one.Means = append(one.Means, rounded(c.mean(i, flows.Side(side), s)))
			}
			d.Sides[side] = append(d.Sides[side], one)
		}
	}
	return d
}

func rounded(v float64) float64 {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	return short
}

// flowData is a flow in full, but for its ladder.
type flowData struct {
	Flow   uint64      `json:"flow"`
	Moves  [2][][3]any `json:"moves"` // µs since its first segment, state, basis
	Found  []foundData `json:"found"`
	Points [][7]int64  `json:"points"` // µs, end, kind, number, length, acked, edge
	Thin   int         `json:"thin"`   // a point stands for so many ordinary segments
	Until  int64       `json:"until"`  // µs: its last move or segment
}

type foundData struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Severity   string   `json:"severity"`
	Confidence string   `json:"confidence"`
	At         string   `json:"at"`
	When       int64    `json:"when"`
	Summary    string   `json:"summary"`
	Otherwise  string   `json:"otherwise,omitempty"`
	Advice     string   `json:"advice,omitempty"`
	Owner      string   `json:"owner,omitempty"`
	Kernel     string   `json:"kernel,omitempty"`
	Packets    []uint64 `json:"packets,omitempty"`

	grade int
}

func (k *kept) data() *flowData {
	d := &flowData{Flow: uint64(k.row.flow), Found: []foundData{}, Points: [][7]int64{}, Thin: k.tape.stride}
	d.Until = micros(k.row.last.Sub(k.row.first))
	for side := range d.Moves {
		d.Moves[side] = [][3]any{}
		for _, m := range k.tape.moves[side] {
			d.Moves[side] = append(d.Moves[side], [3]any{micros(m.at), int(m.state), m.basis.String()})
			d.Until = max(d.Until, micros(m.at))
		}
	}
	for i := range k.tape.points {
		p := &k.tape.points[i]
		d.Points = append(d.Points, [7]int64{
			micros(p.at), int64(p.from), int64(p.kind), p.seq, int64(p.length), p.acked, p.edge,
		})
	}
	for i := range k.found {
		d.Found = append(d.Found, foundOf(&k.found[i].Finding, k.row.first))
	}
	slices.SortStableFunc(d.Found, func(a, b foundData) int { return b.grade - a.grade })
	return d
}

func foundOf(f *diagnose.Finding, start flows.Time) foundData {
	r := f.ID.Rule()
	d := foundData{
		Name: r.Name, Title: upper(r.Title), Severity: f.Severity().String(), Confidence: f.Confidence.String(),
		At: f.At.String(), When: micros(f.Time.Sub(start)), Summary: upper(graphic(f.Summary)), Kernel: graphic(f.Kernel),
		Packets: f.Packets, Owner: ownerWords(&f.Owner), grade: int(f.Severity()),
	}
	if f.Confidence != diagnose.Certain {
		d.Otherwise = graphic(f.Otherwise)
	}
	if f.Severity() > diagnose.Info {
		d.Advice = r.Advice
	}
	return d
}

// ownerWords is "java[1234] fd 57"; a process may call itself anything.
func ownerWords(o *diagnose.Owner) string {
	if o.PID == 0 {
		return ""
	}
	text := o.Command + "[" + strconv.Itoa(o.PID) + "] fd " + strconv.Itoa(o.FD)
	if o.Unit != "" {
		text += " of " + o.Unit
	}
	if o.Others > 0 {
		text += " and " + strconv.Itoa(o.Others) + " more"
	}
	return graphic(text)
}

// encode is data for a script element of another type than JavaScript: what
// could end the element is written as an escape of JSON's.
func encode(v any) ([]byte, error) { return json.Marshal(v) }
