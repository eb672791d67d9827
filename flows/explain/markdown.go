package explain

import (
	"fmt"
	"strings"
)

// Markdown writes the page as part of a document, its name being a heading of
// the second level.
func (p *Page) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n*%s.* %s\n", p.Name, p.Kind, escape(p.Lead))
	for i := range p.Sections {
		s := &p.Sections[i]
		fmt.Fprintf(&b, "\n### %s\n\n", s.Title)
		for i, item := range s.Items {
			if s.Form == Prose && i > 0 {
				b.WriteByte('\n')
			}
			markdownItem(&b, s.Form, item)
		}
	}
	return b.String()
}

func markdownItem(b *strings.Builder, form Form, item Item) {
	switch form {
	case Prose:
		b.WriteString(escape(item.Text) + "\n")
	case Bullets:
		b.WriteString("- " + escape(item.Text) + "\n")
	case Terms:
		fmt.Fprintf(b, "- **%s**: %s\n", escape(item.Head), escape(item.Text))
	case Steps:
		markdownStep(b, item)
	case Beliefs:
		fmt.Fprintf(b, "- ✗ *%s*\n  %s\n", escape(item.Head), escape(item.Text))
	}
}

func markdownStep(b *strings.Builder, item Item) {
	parts := make([]string, 0, 3)
	if item.Head != "" {
		parts = append(parts, escape(item.Head))
	}
	if item.Command != "" {
		parts = append(parts, "`"+item.Command+"`")
	}
	if item.Text != "" {
		parts = append(parts, escape(item.Text))
	}
	b.WriteString("1. " + strings.Join(parts, "\n   ") + "\n")
}

// escape keeps Markdown from reading text as more than that; what stands
// within backticks it does not read.
func escape(text string) string {
	special := strings.NewReplacer("<", "&lt;", "*", `\*`)
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = special.Replace(parts[i])
	}
	return strings.Join(parts, "`")
}
