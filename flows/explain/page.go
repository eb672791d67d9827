package explain

import "tcptrace/flows"

// Page is what there is to say about one topic.
type Page struct {
	Name     string // CLOSE_WAIT, stuck-close-wait, tcp_fin_timeout
	Kind     string // what it is, in a word or two; stands beside the name
	Tone     Tone   // of the name
	Lead     string // the whole in one sentence
	Sections []Section
}

// Section is a part of a page under a title.
type Section struct {
	Title string
	Form  Form
	Items []Item
}

// Form is how the items of a section are laid out.
type Form uint8

// The forms.
const (
	Prose   Form = iota // Text, a paragraph each
	Bullets             // Text behind a dot
	Terms               // Head, and Text beside it
	Steps               // numbered: Head, the command to run, and in Text what its answer means
	Beliefs             // Head is what is said, Text what holds
)

// Item is a paragraph, or an entry of a list. Text within backticks is code.
type Item struct {
	Head    string
	Tone    Tone // of Head, in Terms
	Command string
	Text    string
}

// Tone is what a colour stands for. It never carries meaning alone.
type Tone uint8

// The tones.
const (
	Plain   Tone = iota
	Heading      // the title of a section
	Command      // what can be typed
	Wrong        // a belief that is wrong
	Info         // the severities
	Warning
	Critical
	Opening // the classes of states, as in a trace
	Open
	Closing
	Waiting
	Closed
)

// Painter colours text. That of a stream without colours returns it as it is.
type Painter func(Tone, string) string

// NoPaint is the painter of a stream without colours.
func NoPaint(_ Tone, text string) string { return text }

// toneOf is the tone of a state.
func toneOf(s flows.State) Tone {
	switch s.Class() {
	case flows.ClassOpening:
		return Opening
	case flows.ClassOpen:
		return Open
	case flows.ClassClosing:
		return Closing
	case flows.ClassWaiting:
		return Waiting
	case flows.ClassClosed:
		return Closed
	default:
		return Plain
	}
}

// belief is something that widely read articles say, and what holds instead.
type belief struct{ said, holds string }

// step is something to do: the command for it, and what its answer means.
type step struct{ do, command, means string }

// prose makes a section of paragraphs, those that are empty left out.
func prose(title string, paragraphs ...string) Section {
	s := Section{Title: title, Form: Prose}
	for _, p := range paragraphs {
		if p != "" {
			s.Items = append(s.Items, Item{Text: p})
		}
	}
	return s
}

// steps makes a section of things to do.
func steps(title string, list []step) Section {
	s := Section{Title: title, Form: Steps}
	for _, st := range list {
		s.Items = append(s.Items, Item{Head: st.do, Command: st.command, Text: st.means})
	}
	return s
}

// beliefs makes a section of what is said, and what holds.
func beliefs(list []belief) Section {
	s := Section{Title: "What is said of it, and what holds", Form: Beliefs}
	for _, b := range list {
		s.Items = append(s.Items, Item{Head: b.said, Tone: Wrong, Text: b.holds})
	}
	return s
}

// add appends the sections that say something.
func (p *Page) add(sections ...Section) {
	for _, s := range sections {
		if len(s.Items) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
}
