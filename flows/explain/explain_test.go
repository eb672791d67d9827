package explain

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// TestEveryStateHasItsPage: what the page must answer is on it.
func TestEveryStateHasItsPage(t *testing.T) {
	for _, s := range append(flows.States(), flows.Unknown) {
		topic, ok := Find(s.String())
		if !ok {
			t.Errorf("%v has no page", s)
			continue
		}
		page := topic.Page(nil)
		for _, title := range []string{"What it is", "Who is in it", "When it lasts", "What to do next", "Sources"} {
			if !hasSection(page, title) {
				t.Errorf("%v says nothing under %q", s, title)
			}
		}
		if s != flows.Unknown && !hasSection(page, "What brings an end into it") {
			t.Errorf("%v is entered by nothing", s)
		}
		if !hasSection(page, "What takes it out") {
			t.Errorf("%v is left by nothing", s)
		}
	}
}

func hasSection(p *Page, title string) bool {
	return slices.ContainsFunc(p.Sections, func(s Section) bool { return s.Title == title && len(s.Items) > 0 })
}

// TestMovesReachThePages: each move of the transition table stands on the page
// of the state that it leaves, with its segment, its reason and its source.
func TestMovesReachThePages(t *testing.T) {
	for _, m := range flows.Moves() {
		topic, _ := Find(m.From.String())
		text := topic.Page(nil).Markdown()
		for _, want := range []string{m.Way.String() + " " + m.Segment, m.Why, m.Source} {
			if !strings.Contains(text, want) {
				t.Errorf("the page of %v does not say %q", m.From, want)
			}
		}
		if m.Correction || m.From == flows.Unknown {
			continue
		}
		topic, _ = Find(m.To.String())
		if text := topic.Page(nil).Markdown(); !strings.Contains(text, m.Segment) || !strings.Contains(text, m.From.String()) {
			t.Errorf("the page of %v does not say that %s leads there from %v", m.To, m.Segment, m.From)
		}
	}
}

// TestEveryConditionHasItsPage: each is in one family, and its page holds its
// rule.
func TestEveryConditionHasItsPage(t *testing.T) {
	count := make(map[diagnose.ID]int)
	for _, f := range families() {
		for _, id := range f.ids {
			count[id]++
		}
	}
	for _, id := range diagnose.All() {
		if count[id] != 1 {
			t.Errorf("%v is in %d families, want 1", id, count[id])
		}
		topic, ok := Find(id.String())
		if !ok {
			t.Errorf("%v has no page", id)
			continue
		}
		rule, text := id.Rule(), topic.Page(nil).Markdown()
		for _, want := range []string{rule.Why, id.Severity().String()} {
			if !strings.Contains(text, escape(want)) {
				t.Errorf("the page of %v does not say %q", id, want)
			}
		}
		for _, check := range rule.Check {
			if do, _, _ := strings.Cut(check, ": "); !strings.Contains(text, escape(do)) {
				t.Errorf("the page of %v does not say how to check: %q", id, do)
			}
		}
	}
}

// TestSysctlsThatPagesNameHavePages: nobody is sent into the void.
func TestSysctlsThatPagesNameHavePages(t *testing.T) {
	var named []string
	for _, s := range stateTexts() {
		named = append(named, s.sysctls...)
	}
	for _, id := range diagnose.All() {
		named = append(named, fullNames(id.Rule().Sysctls)...)
	}
	for _, s := range sysctlTexts() {
		named = append(named, s.more...)
	}
	for _, n := range noteTexts() {
		named = append(named, n.sysctls...)
	}
	for _, name := range named {
		if sysctlNamed(name) == nil {
			t.Errorf("%s is named, but has no page", name)
		}
	}
}

var asks = regexp.MustCompile(`tcptrace explain ([A-Za-z0-9_-]+)`)

// TestTopicsThatPagesNameExist: so does every "tcptrace explain" in the texts,
// here and in the catalogue of conditions.
func TestTopicsThatPagesNameExist(t *testing.T) {
	for _, topic := range Topics() {
		for _, ask := range asks.FindAllStringSubmatch(topic.Page(nil).Markdown(), -1) {
			if _, ok := Find(ask[1]); !ok {
				t.Errorf("the page of %s sends to %q, which is nothing", topic.Name, ask[1])
			}
		}
	}
}

// TestSysctlPagesSayWhatTheyDoNot: that is what people get wrong.
func TestSysctlPagesSayWhatTheyDoNot(t *testing.T) {
	for _, s := range sysctlTexts() {
		switch {
		case s.brief == "" || len(s.governs) == 0 || len(s.not) == 0 || len(s.sources) == 0:
			t.Errorf("%s lacks what it is, what it does, what it does not, or sources", s.name)
		case s.initial == "" && s.why == "" && !s.removed():
			t.Errorf("%s has no default, and does not say why", s.name)
		case strings.HasSuffix(s.brief, "."):
			t.Errorf("%s: its brief ends with a full stop", s.name)
		}
	}
}

// TestNothingIsWiderThanTheTerminal: but for commands, which are there to be
// copied, and words.
func TestNothingIsWiderThanTheTerminal(t *testing.T) {
	for _, columns := range []int{40, 60, 80, 100} {
		for _, topic := range Topics() {
			page := topic.Page(nil)
			commands := page.commands()
			for line := range strings.Lines(page.Terminal(columns, NoPaint)) {
				line = strings.TrimSuffix(line, "\n")
				words := strings.Fields(strings.TrimLeft(line, " ·✗0123456789."))
				if runes(line) > columns && len(words) > 1 && !slices.Contains(commands, strings.TrimSpace(line)) {
					t.Errorf("%s at %d columns needs %d: %q", topic.Name, columns, runes(line), line)
				}
			}
		}
		for line := range strings.Lines(Overview(columns, NoPaint)) {
			if got := runes(strings.TrimSuffix(line, "\n")); got > columns {
				t.Errorf("the overview at %d columns needs %d: %q", columns, got, line)
			}
		}
	}
}

// TestCommandsFit: a command is not wrapped, so it has to fit as it is.
func TestCommandsFit(t *testing.T) {
	for _, topic := range Topics() {
		for _, command := range topic.Page(nil).commands() {
			if runes(command) > 80-7 {
				t.Errorf("%s: %q is too long for 80 columns", topic.Name, command)
			}
		}
	}
}

func (p *Page) commands() (list []string) {
	for _, s := range p.Sections {
		for _, item := range s.Items {
			list = append(list, item.Command)
		}
	}
	return list
}

// TestPagesHoldNothingThatATerminalObeys, and no tab that would break a column.
func TestPagesHoldNothingThatATerminalObeys(t *testing.T) {
	for _, topic := range Topics() {
		if strings.ContainsAny(topic.Page(nil).Markdown(), "\x1b\t\r") {
			t.Errorf("%s holds a control character", topic.Name)
		}
	}
}

// TestColoursCarryNoMeaningAlone: without the colours the text is the same.
func TestColoursCarryNoMeaningAlone(t *testing.T) {
	escapes := regexp.MustCompile("<[0-9]+|>")
	paint := func(tone Tone, text string) string { return "<" + string(rune('0'+tone%10)) + text + ">" }
	topic, _ := Find("close_wait")
	page := topic.Page(nil)
	plain, painted := page.Terminal(80, NoPaint), page.Terminal(80, paint)
	if plain == painted {
		t.Error("nothing is painted")
	}
	if got := escapes.ReplaceAllString(painted, ""); got != plain {
		t.Errorf("painted and stripped:\n%s\nplain:\n%s", got, plain)
	}
}
