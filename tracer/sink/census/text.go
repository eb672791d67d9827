package census

import (
	"io"
	"strconv"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/palette"
)

// mostRows bounds the tables of listeners and of owners: a host may have any
// number of both.
const mostRows = 50

// Text writes a census for people.
func Text(w io.Writer, c *Census, o *Options) error {
	n := count(c, o)
	p := &page{ink: newInk(o.Depth), width: o.Width}
	p.header(c, n, o)
	p.byState(n)
	p.byListener(n)
	p.byOwner(n)
	p.theStuck(c, n, o)
	p.findings(c.Findings)
	_, err := io.WriteString(w, p.String())
	return err
}

// header says what the census is of, and what it lacks.
func (p *page) header(c *Census, n *counts, o *Options) {
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	p.say(cell{{printable(c.Host), heading}}, place(c)+"· "+c.Time.UTC().In(zone).Format("2006-01-02 15:04:05 MST")+" · "+
		plural(n.states.total(), "socket", "sockets")+only(o), 2)
	for _, lack := range lacks(c, n) {
		p.say(cell{{"⚠", opening}}, lack, 2)
	}
}

func place(c *Census) string {
	if c.Namespace == "" {
		return ""
	}
	return "· network namespace " + printable(c.Namespace) + " "
}

func only(o *Options) string {
	text := ""
	for _, s := range order() {
		if o.Only.Has(s) {
			if text != "" {
				text += ","
			}
			text += " " + s.String()
		}
	}
	if text == "" {
		return ""
	}
	return " in" + text
}

// lacks says what could not be seen.
func lacks(c *Census, n *counts) (list []string) {
	if n.hidden > 0 {
		why := "run as root to see them"
		if c.Root {
			why = "they were closed meanwhile, or their processes are not in this /proc, as those of a container"
		}
		list = append(list, "the owners of "+plural(n.hidden, "socket", "sockets")+" are hidden: "+why)
	}
	if c.Partial {
		list = append(list, "the sockets changed while they were read: a few may be missing or counted twice")
	}
	return list
}

func (p *page) byState(n *counts) {
	t := table{head: []string{"STATE", "SOCKETS", "OLDEST ≥", "ORPHANS"},
		right: map[int]bool{1: true, 3: true}, named: map[int]bool{1: true, 2: true, 3: true}}
	for _, s := range order() {
		if n.states[s] == 0 {
			continue
		}
		age, orphans := "", ""
		if n.oldest[s] > 0 {
			age = span(n.oldest[s])
		}
		if n.orphans[s] > 0 {
			orphans = strconv.Itoa(n.orphans[s])
		}
		t.rows = append(t.rows, []cell{{{s.String(), palette.OfState(s)}}, plain(strconv.Itoa(n.states[s])), plain(age), plain(orphans)})
	}
	p.section(&t, 0)
}

// section writes a table, if it has rows, below an empty line; more is how many
// rows it lacks.
func (p *page) section(t *table, more int) {
	if len(t.rows) == 0 {
		return
	}
	for column := len(t.head) - 1; column > 0; column-- {
		t.without(column)
	}
	p.WriteByte('\n')
	p.table(t)
	if more > 0 {
		p.say(cell{{"…", closed}}, plural(more, "more row", "more rows")+": --json has all", 2)
	}
}

func (p *page) byListener(n *counts) {
	t := table{head: []string{"LISTENER", "OWNER", "ACCEPT QUEUE", "CONNECTIONS"}, named: map[int]bool{2: true}}
	for _, l := range n.listeners[:min(len(n.listeners), mostRows)] {
		name := l.local.String()
		if l.sockets > 1 {
			name += " ×" + strconv.Itoa(l.sockets)
		}
		queue := word{strconv.FormatUint(l.queue, 10) + " of " + strconv.FormatUint(l.backlog, 10), none}
		if l.full {
			queue = word{queue.text + " full", alarm}
		}
		t.rows = append(t.rows, []cell{plain(name), plain(Process(&l.owner)), {queue}, stateWords(&l.states, flows.Listen)})
	}
	p.section(&t, len(n.listeners)-len(t.rows))
}

// stateWords are counts by state, but for one of them: "50 CLOSE_WAIT, 3
// ESTABLISHED".
func stateWords(s *states, but flows.State) (c cell) {
	for _, state := range order() {
		if s[state] == 0 || state == but {
			continue
		}
		if len(c) > 0 {
			c[len(c)-1].text += ","
		}
		c = append(c, word{strconv.Itoa(s[state]) + " " + state.String(), palette.OfState(state)})
	}
	return c
}

func (p *page) byOwner(n *counts) {
	t := table{head: []string{"OWNER", "UNIT", "SOCKETS", "BY STATE"}, right: map[int]bool{2: true}, named: map[int]bool{2: true}}
	for _, w := range n.owners[:min(len(n.owners), mostRows)] {
		name := Process(&w.Owner)
		if name == "" {
			name = hiddenOwner(w.uid)
		}
		t.rows = append(t.rows, []cell{plain(name), plain(printable(w.Unit)), plain(strconv.Itoa(w.states.total())),
			stateWords(&w.states, flows.Unknown)})
	}
	p.section(&t, len(n.owners)-len(t.rows))
}

// fewStuck is up to how many stuck sockets each has its own command below it.
const fewStuck = 8

func (p *page) theStuck(c *Census, n *counts, o *Options) {
	if len(n.stuck) == 0 {
		return
	}
	shown := n.stuck
	if o.Most > 0 {
		shown = shown[:min(len(shown), o.Most)]
	}
	t := table{head: []string{"STUCK FOR " + span(o.Stuck), "STATE", "AT LEAST", "OWNER"}, named: map[int]bool{2: true}}
	for _, s := range shown {
		owner := cell{{descriptor(s), none}}
		if s.State == flows.CloseWait {
			owner[0].text += ","
			owner = append(owner, word{unread(s), none})
		}
		row := []cell{plain(s.Local.String() + " → " + s.Remote.String()), {{s.State.String(), palette.OfState(s.State)}}, plain(span(s.Age)), owner}
		if p.width > 0 && row[0].width() > p.width {
			row[0] = cell{{s.Local.String() + " →", none}, {s.Remote.String(), none}}
		}
		t.rows = append(t.rows, row)
	}
	p.section(&t, 0)
	if more := len(n.stuck) - len(shown); more > 0 {
		p.say(cell{{"…", closed}}, plural(more, "younger one", "younger ones")+": --oldest 0 lists all", 2)
	}
	p.commands(c, shown)
}

// commands says how root would end the sockets. Nothing here does.
func (p *page) commands(c *Census, stuck []*diagnose.Socket) {
	if len(stuck) <= fewStuck {
		p.say(nil, "To end them without their owners, as root:", 2)
		for _, s := range stuck {
			p.command(c.kill(s))
		}
		return
	}
	p.say(nil, "To end one of them without its owner, as root, and all of its kind:", 2)
	p.command(c.kill(stuck[0]))
	p.command(c.killAll(stuck[0]))
}

// findings writes what is wrong, the worst first.
func (p *page) findings(list []diagnose.Finding) {
	if len(list) > 0 {
		p.WriteByte('\n')
	}
	advised := make(map[diagnose.ID]bool)
	for i := range list {
		p.finding(&list[i], !advised[list[i].ID])
		advised[list[i].ID] = true
	}
}

// finding writes one, with what to do if that was not said before.
func (p *page) finding(f *diagnose.Finding, advise bool) {
	v := f.Severity()
	head := cell{{"⚠ " + v.String(), palette.OfSeverity(v)}, {f.ID.String() + ":", palette.OfSeverity(v)}}
	p.say(head, f.Summary, 4)
	if f.Owner.PID != 0 {
		text := "owner " + Process(&f.Owner)
		if f.Owner.Unit != "" {
			text += " of " + printable(f.Owner.Unit)
		}
		p.below(text)
	}
	if f.Otherwise != "" {
		p.below("or: " + f.Otherwise)
	}
	if advise {
		p.below(f.ID.Rule().Advice + " · tcptrace explain " + f.ID.String())
	}
}
