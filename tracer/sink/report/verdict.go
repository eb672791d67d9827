package report

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// verdict is what a reader should know if he reads nothing else.
type verdict struct {
	Severity string // "ok", "info", "warning", "critical"
	Headline string
	Advice   string   // what to do about the headline
	Also     []string // what else is wrong, the worst first
	More     uint64   // how many kinds of findings Also leaves out
}

// alsoMost bounds how much else the verdict says.
const alsoMost = 4

// topic is one condition wherever it was found.
type topic struct {
	id         diagnose.ID
	grade      diagnose.Severity
	confidence diagnose.Confidence
	flows      uint64
	places     []place // the one with most flows first
	example    diagnose.Finding
}

// place is a server that has a condition; one that is not valid stands for many.
type place struct {
	server netip.AddrPort
	flows  uint64
	first  flows.FlowID
}

// topics joins the groups of each condition, the worst first.
func topics(groups []diagnose.Group) []topic {
	var all []topic
	for i := range groups {
		g := &groups[i]
		n := slices.IndexFunc(all, func(t topic) bool { return t.id == g.ID })
		if n < 0 {
			n = len(all)
			all = append(all, topic{id: g.ID, example: g.Example})
		}
		t := &all[n]
		t.flows += g.Flows
		t.grade = max(t.grade, g.Example.Severity())
		t.confidence = max(t.confidence, g.Confidence)
		if g.Flows > 0 {
			t.places = append(t.places, place{g.Server, g.Flows, g.First})
		}
	}
	slices.SortStableFunc(all, func(a, b topic) int {
		return cmp.Or(cmp.Compare(b.grade, a.grade), cmp.Compare(b.flows, a.flows))
	})
	return all
}

// judge makes the verdict.
func judge(groups []diagnose.Group, total uint64) verdict {
	all := slices.DeleteFunc(topics(groups), func(t topic) bool { return t.grade == diagnose.Info })
	switch {
	case total == 0 && len(all) == 0:
		return verdict{Severity: "info", Headline: "There is no TCP connection in it."}
	case len(all) == 0:
		return verdict{
			Severity: "ok",
			Headline: "Nothing is wrong that the packets show.",
			Advice:   well(groups, total),
		}
	}
	v := verdict{
		Severity: all[0].grade.String(),
		Headline: all[0].sentence(total),
		Advice:   all[0].id.Rule().Advice + ".",
	}
	for i := range all[1:] {
		if i == alsoMost {
			v.More = uint64(len(all) - 1 - alsoMost)
			break
		}
		v.Also = append(v.Also, all[1+i].sentence(total))
	}
	return v
}

// reserve says in front of all else that a trace holds only the beginning.
func (v *verdict) reserve(broken error) {
	if broken == nil {
		return
	}
	if v.Severity == "ok" {
		v.Severity = diagnose.Info.String() // nobody knows of the rest
	}
	v.Also = append([]string{"The trace ended before its capture did: " + graphic(broken.Error()) + "."}, v.Also...)
}

// well says what there is besides, of a trace that is well.
func well(groups []diagnose.Group, total uint64) string {
	text := "All " + count(total, "connection", "connections") + " did what TCP expects of them"
	if total == 1 {
		text = "The one connection did what TCP expects of it"
	}
	if slices.ContainsFunc(groups, func(g diagnose.Group) bool { return g.Example.At == diagnose.Capture }) {
		return text + ", as far as the capture shows; what is to be said of that is listed below."
	}
	if len(groups) > 0 {
		return text + "; what is remarkable about some is listed below."
	}
	return text + "."
}

// sentence says what is wrong, of how many, and where.
func (t *topic) sentence(total uint64) string {
	text := phrase(t.id)
	if t.flows == 0 || t.id == diagnose.SynFloodSuspected { // a flood is told of one flow, and is about all
		return upper(graphic(t.example.Summary)) + "."
	}
	of := count(t.flows, "connection", "connections")
	if total > 1 {
		of = number(t.flows) + " of " + count(total, "connection", "connections")
	}
	if total == 1 {
		of = "The one connection"
	}
	if text == "" {
		servers, _ := t.server()
		return of + ", to " + servers + ": " + t.id.Rule().Title + "."
	}
	return of + " " + t.fill(text) + "."
}

// fill puts those who are meant into a phrase.
func (t *topic) fill(text string) string {
	who, onlyOne := t.who()
	text = plural(text, t.flows == 1, onlyOne)
	servers, _ := t.server()
	return strings.NewReplacer("WHO", who, "TO", servers).Replace(text)
}

// who is at fault, and whether it is only one.
func (t *topic) who() (string, bool) {
	if t.example.At != diagnose.Client {
		return t.server()
	}
	if t.flows == 1 {
		return "the client " + t.example.Client.Addr().String(), true
	}
	servers, _ := t.server()
	return "the clients of " + servers, false
}

// server names the servers in question, and whether it is only one.
func (t *topic) server() (string, bool) {
	if len(t.places) == 0 {
		return "many servers", false
	}
	first := t.places[0].server
	sameHost := true
	for _, p := range t.places {
		if !p.server.IsValid() {
			return "many servers", false
		}
		sameHost = sameHost && p.server.Addr() == first.Addr()
	}
	switch {
	case len(t.places) == 1:
		return "the server " + addr(first), true
	case sameHost:
		return "the server " + graphic(first.Addr().String()) + " (" + number(uint64(len(t.places))) + " ports)", true
	case len(t.places) == 2:
		return "the servers " + addr(first) + " and " + addr(t.places[1].server), false
	}
	return number(uint64(len(t.places))) + " servers", false
}

// upper is a sentence with a capital letter.
func upper(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// outcomeWords says what an outcome means.
func outcomeWords(o flows.Outcome) string {
	return [flows.NumOutcomes]string{
		"still open, or closing, at the end", "both ends closed", "ended by a RST", "a RST answered the SYN",
		"nothing answered the SYN", "an ICMP error answered the SYN", "the handshake never finished",
		"an end waits for what does not come", "too little was captured to say", "the next connection on the same ports ended it",
	}[o]
}
