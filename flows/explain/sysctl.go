package explain

import "strings"

// Values gives the value of a sysctl by its full name, net.ipv4.tcp_fin_timeout,
// and says false where this host has none.
type Values func(name string) (string, bool)

// sysctlText is what there is to say of a sysctl, or of several that belong
// together.
type sysctlText struct {
	name    string // full
	initial string // its value by default; empty where it depends on the host
	why     string // why that, or on what it depends
	brief   string // what it is, behind its value: "how long …"
	since   string // from which kernel on, or until which
	governs []string
	not     []string // what it does not do, though one may think so
	next    []step
	beliefs []belief
	more    []string // other sysctls, full names
	sources []string
}

// short is the name as people type it.
func (t *sysctlText) short() string { return shortName(t.name) }

func shortName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// sysctlTexts lists the texts: opening, open, closing, everything else.
func sysctlTexts() []*sysctlText {
	var all []*sysctlText
	for _, group := range [][]sysctlText{openingSysctls, openSysctls, closingSysctls, conntrackSysctls} {
		for i := range group {
			all = append(all, &group[i])
		}
	}
	return all
}

// sysctlPage is the page of a sysctl.
func sysctlPage(t *sysctlText, values Values) *Page {
	p := &Page{Name: t.short(), Kind: "sysctl " + t.name, Lead: upperFirst(t.brief) + "."}
	p.add(
		prose("Its value", t.value(values)),
		prose("Since when", sentences(t.since)...),
		prose("What it does", t.governs...),
		prose("What it does not", t.not...),
		steps("What to do next", t.next),
		sysctlTerms(t.more, values),
		beliefs(t.beliefs),
		statesOf(t.name),
		Section{Title: "Sources", Form: Bullets, Items: texts(t.sources)},
	)
	return p
}

// value says what it is here, and what it is by default.
func (t *sysctlText) value(values Values) string {
	byDefault := "by default " + t.initial
	if t.initial == "" {
		byDefault = "the default depends on the host"
	}
	if t.why != "" {
		byDefault += " (" + t.why + ")"
	}
	if values == nil {
		return byDefault
	}
	here, ok := values(t.name)
	if ok && here == "" {
		here = "empty"
	}
	switch {
	case !ok && t.removed():
		return "not on this host: " + t.since
	case !ok:
		return "not on this host; " + byDefault
	case here == t.initial:
		return here + " here, the default"
	default:
		return here + " here; " + byDefault
	}
}

// removed reports whether current kernels do not have it.
func (t *sysctlText) removed() bool { return strings.HasPrefix(t.since, "removed") }

// sysctlTerms lists sysctls with their values and what they are.
func sysctlTerms(names []string, values Values) Section {
	s := Section{Title: "Sysctls that matter", Form: Terms}
	for _, name := range names {
		item := Item{Head: shortName(name), Tone: Command}
		if t := sysctlNamed(name); t != nil {
			item.Text = t.value(values) + ". " + upperFirst(t.brief)
		}
		s.Items = append(s.Items, item)
	}
	return s
}

// sysctlNamed is the text of a sysctl by its full name, or that without
// net.ipv4 in front; nil if there is none.
func sysctlNamed(name string) *sysctlText {
	if !strings.Contains(name, ".") {
		name = "net.ipv4." + name
	}
	for _, t := range sysctlTexts() {
		if t.name == name {
			return t
		}
	}
	return nil
}

// statesOf lists the states whose pages name a sysctl.
func statesOf(name string) Section {
	s := Section{Title: "States that it concerns", Form: Terms}
	for _, t := range stateTexts() {
		for _, n := range t.sysctls {
			if n == name {
				s.Items = append(s.Items, stateItem(t))
			}
		}
	}
	return s
}

func stateItem(t *stateText) Item {
	return Item{Head: t.state.String(), Tone: toneOf(t.state), Text: t.lead}
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// sentences is a text as a list of it, none if it is empty.
func sentences(text string) []string {
	if text == "" {
		return nil
	}
	return []string{sentence(upperFirst(text))}
}
