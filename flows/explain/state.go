package explain

import (
	"slices"
	"strings"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// stateText is what a person says of a state; how it is entered and left is
// not among it.
type stateText struct {
	state      flows.State
	lead       string
	names      string // what other programs and texts call it
	what       []string
	who        string
	lasts      []string // what it means when it lasts, and how long Linux keeps it
	next       []step
	sysctls    []string // full names
	beliefs    []belief
	conditions []diagnose.ID
	sources    []string
}

// stateTexts lists the texts in the order of a connection's life.
func stateTexts() []*stateText {
	return []*stateText{
		&closedText, &listenText, &synSentText, &synReceivedText, &establishedText,
		&finWait1Text, &finWait2Text, &closeWaitText, &closingText, &lastAckText, &timeWaitText, &unknownText,
	}
}

// statePage is the page of a state. values are those of the sysctls of this
// host, nil where there is none.
func statePage(t *stateText, values Values) *Page {
	p := &Page{Name: t.state.String(), Kind: "TCP state", Tone: toneOf(t.state), Lead: t.lead}
	p.add(
		prose("What it is", append(slices.Clone(t.what), t.names)...),
		prose("Who is in it", t.who),
		prose("When it lasts", t.lasts...),
		steps("What to do next", t.next),
		entered(t.state),
		left(t.state),
		takenBack(t.state),
		sysctlTerms(t.sysctls, values),
		beliefs(t.beliefs),
		conditionTerms(t.conditions),
		Section{Title: "Sources", Form: Bullets, Items: texts(t.sources)},
	)
	return p
}

// texts are items of nothing but text.
func texts(list []string) []Item {
	var items []Item
	for _, text := range list {
		items = append(items, Item{Text: text})
	}
	return items
}

// entered is how an end gets into a state, by the transition table. Moves that
// differ in nothing but the state before are one entry.
func entered(s flows.State) Section {
	section := Section{Title: "What brings an end into it", Form: Terms}
	var froms [][]string
	for _, m := range flows.Moves() {
		if m.To != s || m.Correction || m.From == flows.Unknown {
			continue // what an end in UNKNOWN is first seen to do is on the page of UNKNOWN
		}
		item := Item{Head: m.Way.String() + " " + m.Segment, Tone: toneOf(s), Text: m.Why + " (" + m.Source + ")"}
		i := slices.Index(section.Items, item)
		if i < 0 {
			i = len(section.Items)
			section.Items = append(section.Items, item)
			froms = append(froms, nil)
		}
		froms[i] = append(froms[i], m.From.String())
	}
	for i := range section.Items {
		section.Items[i].Text = "from " + strings.Join(froms[i], ", ") + ": " + section.Items[i].Text
	}
	if s == flows.Listen {
		section.Items = []Item{{Head: "listen()", Text: "a system call of the server; no segment shows it (RFC 9293 §3.10.1)"}}
	}
	return section
}

// left is how an end gets out of a state, by the transition table.
func left(s flows.State) Section {
	section := Section{Title: "What takes it out", Form: Terms}
	for _, m := range flows.Moves() {
		if m.From == s && !m.Correction {
			section.Items = append(section.Items, leaving(m, "→ "+m.To.String()))
		}
	}
	return section
}

// takenBack is what proves that an end was not in a state after all.
func takenBack(s flows.State) Section {
	section := Section{Title: "What makes tcptrace take it back", Form: Terms}
	for _, m := range flows.Moves() {
		if m.From != s || !m.Correction {
			continue
		}
		to := "it is in " + m.To.String()
		if m.To == flows.Unknown {
			to = "it is where it was before"
		}
		section.Items = append(section.Items, leaving(m, to))
	}
	return section
}

func leaving(m flows.Move, to string) Item {
	return Item{
		Head: m.Way.String() + " " + m.Segment, Tone: toneOf(m.To),
		Text: to + ": " + m.Why + " (" + m.Source + ")",
	}
}

// conditionTerms lists conditions with what is the matter.
func conditionTerms(ids []diagnose.ID) Section {
	s := Section{Title: "Conditions that tcptrace names", Form: Terms}
	for _, id := range ids {
		r := id.Rule()
		s.Items = append(s.Items, Item{Head: r.Name, Tone: toneOfSeverity(r.Severity), Text: r.Title + " (" + r.Severity.String() + ")"})
	}
	return s
}
