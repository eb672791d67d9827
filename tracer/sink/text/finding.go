package text

import (
	"strconv"
	"strings"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/palette"
)

// Of one condition at one server the findings of the first flows are written;
// what many flows share is counted in the closing list.
const (
	toldProblems = 3
	toldInfos    = 1
	// toldOwners is of how many flows at least the owner is told, on a line each.
	toldOwners = 100
)

// told is a finding that was written: what it grows into is written too.
type told struct {
	id   diagnose.ID
	flow flows.FlowID
}

// maxTold bounds how many findings are remembered as written.
const maxTold = 1 << 14

// Finding writes what is wrong, or remarkable.
func (s *Sink) Finding(f *diagnose.Finding) {
	nth := s.groups.Add(f)
	key := told{f.ID, f.Flow}
	if f.Update && !s.told[key] {
		return
	}
	if !f.Update && nth > most(f.ID) {
		if f.Owner.PID != 0 && nth <= toldOwners {
			s.start()
			s.stamp(f.Time)
			s.head(f)
			s.say(none, "here too: owner "+ownerWords(f))
			s.line.end()
			s.flush()
			return
		}
		if nth == toldProblems+1 && f.Severity() > diagnose.Info {
			s.start()
			s.stamp(f.Time)
			s.head(f)
			s.say(none, "here too; more flows to "+f.Server.String()+" are only counted from here on")
			s.line.end()
			s.flush()
		}
		return
	}
	if len(s.told) < maxTold {
		if s.told == nil {
			s.told = make(map[told]bool)
		}
		s.told[key] = true
	}
	s.start()
	s.stamp(f.Time)
	s.finding(f, nth == 1 && !f.Update)
	s.line.end()
	s.flush()
}

func most(id diagnose.ID) uint64 {
	if id.Severity() == diagnose.Info {
		return toldInfos
	}
	return toldProblems
}

// finding lays out one finding: what it is, how bad and how sure, who and
// where, and, the first time, what to do.
func (s *Sink) finding(f *diagnose.Finding, first bool) {
	s.head(f)
	s.say(none, f.Summary)
	s.below(f.Severity().String() + ", " + f.Confidence.String() + s.whoAndWhere(f))
	if owner := ownerWords(f); owner != "" {
		s.below("owner " + owner)
	} else if f.Kernel != "" {
		s.below("the kernel says: " + f.Kernel)
	}
	if f.Otherwise != "" && f.Confidence != diagnose.Certain {
		s.below("or: " + f.Otherwise)
	}
	if first && f.Severity() > diagnose.Info {
		s.below(f.ID.Rule().Advice + " · tcptrace explain " + f.ID.String())
	}
}

// head writes the flow and the name of a finding.
func (s *Sink) head(f *diagnose.Finding) {
	l := &s.line
	if f.Flow != 0 {
		l.addString(" #" + strconv.FormatUint(uint64(f.Flow), 10))
		s.ids = max(s.ids, l.col)
	}
	if l.fits(s.ids+1, len(f.ID.String())+3) {
		l.pad(s.ids)
	} else {
		l.newRow(l.indent)
	}
	l.indent = min(l.indent+5, 20) // what belongs to it stands below it
	s.say(palette.OfSeverity(f.Severity()), mark(f.Severity())+" "+f.ID.String()+":")
}

// whoAndWhere names who is at fault, and the frames that show it. Without
// lines of their own, flows are named by their addresses.
func (s *Sink) whoAndWhere(f *diagnose.Finding) string {
	var b strings.Builder
	switch f.At {
	case diagnose.Client:
		b.WriteString(" · look at the client")
	case diagnose.Server:
		b.WriteString(" · look at the server")
	case diagnose.Network:
		b.WriteString(" · look at the network")
	case diagnose.Capture:
		b.WriteString(" · look at the capture")
	}
	if f.Flow != 0 {
		b.WriteString(" · " + f.Client.String() + " → " + f.Server.String())
	}
	for i, n := range f.Packets {
		switch {
		case i > 0:
			b.WriteString(", ")
		case len(f.Packets) == 1:
			b.WriteString(" · packet ")
		default:
			b.WriteString(" · packets ")
		}
		b.WriteString(strconv.FormatUint(n, 10))
	}
	return b.String()
}

// below writes a row that belongs to what stands above it.
func (s *Sink) below(text string) {
	s.line.newRow(s.line.indent)
	s.say(none, text)
}

// ownerWords is "java[1234] fd 57, 1 byte unread", with nothing in it that a
// terminal would obey: a process may call itself anything.
func ownerWords(f *diagnose.Finding) string {
	o := &f.Owner
	if o.PID == 0 {
		return ""
	}
	text := printable(o.Command) + "[" + strconv.Itoa(o.PID) + "] fd " + strconv.Itoa(o.FD)
	if o.Unit != "" {
		text += " of " + printable(o.Unit)
	}
	if o.Others > 0 {
		text += " and " + strconv.Itoa(o.Others) + " more"
	}
	if f.Kernel != "" {
		text += ", " + f.Kernel
	}
	return text
}

func printable(name string) string {
	quoted := strconv.QuoteToGraphic(name)
	return quoted[1 : len(quoted)-1]
}

// mark is what findings of a severity begin with.
func mark(v diagnose.Severity) string {
	if v == diagnose.Info {
		return "ℹ"
	}
	return "⚠"
}

// foldedRows bounds the closing list.
const foldedRows = 20

// findings writes the closing list: what was found, the worst first, and what
// many flows share in one row.
func (s *Sink) findings() {
	list := s.groups.List()
	var infos []string
	rows := 0
	for i := range list {
		g := &list[i]
		switch {
		case g.ID.Severity() == diagnose.Info:
			infos = append(infos, g.ID.String()+" "+strconv.FormatUint(max(g.Flows, 1), 10))
		case rows < foldedRows:
			s.group(g)
			rows++
		default:
			rows++
		}
	}
	if rows > foldedRows {
		s.countRow(uint64(rows-foldedRows), "more row of findings is", "more rows of findings are", "left out: --json has all")
	}
	if len(infos) > 0 {
		s.say(closed, mark(diagnose.Info))
		s.say(none, strings.Join(merge(infos), ", "))
		s.line.end()
	}
}

// group writes one row of the closing list.
func (s *Sink) group(g *diagnose.Group) {
	v := g.ID.Severity()
	s.say(palette.OfSeverity(v), mark(v)+" "+v.String())
	first, last := "#"+strconv.FormatUint(uint64(g.First), 10), "#"+strconv.FormatUint(uint64(g.Last), 10)
	switch {
	case g.Flows == 0:
		s.say(none, g.ID.String()+": "+g.Example.Summary)
	case g.Flows == 1:
		s.say(none, first+" "+g.Example.Client.String()+" → "+g.Server.String()+": "+g.ID.String()+": "+g.Example.Summary)
	case !g.Server.IsValid():
		s.say(none, count(g.Flows, "flow", "flows")+" to many servers: "+g.ID.String()+", first "+first+", last "+last+
			" · "+g.ID.Rule().Title)
	default:
		s.say(none, count(g.Flows, "flow", "flows")+" to "+g.Server.String()+": "+g.ID.String()+", first "+first+", last "+last+
			" · "+g.ID.Rule().Title)
	}
	s.line.end()
}

// merge adds up the counts of infos of the same name.
func merge(infos []string) []string {
	counts := map[string]int{}
	var order []string
	for _, text := range infos {
		name, n, _ := strings.Cut(text, " ")
		if _, known := counts[name]; !known {
			order = append(order, name)
		}
		more, _ := strconv.Atoi(n)
		counts[name] += more
	}
	for i, name := range order {
		order[i] = name + " " + strconv.Itoa(counts[name])
	}
	return order
}
