package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/sink/svg"
)

//go:embed page
var files embed.FS

// page is what is written when the trace is over.
type page struct {
	view *view
	data *table
	full []*kept
	size int            // about what it may have, in bytes
	zone *time.Location // of the times in ladders
}

// scripts are the parts of the page's script, in the order in which they need
// each other.
func scripts() []string {
	return []string{"base.js", "axis.js", "stack.js", "bars.js", "list.js", "grid.js", "graph.js", "flow.js", "main.js"}
}

// page puts together what the trace amounted to.
func (s *Sink) page(sum *flows.Summary) *page {
	s.ledger.sort()
	full := s.choice.list()
	return &page{view: s.view(sum, full), data: s.table(full), full: full, size: s.o.Size, zone: s.o.Zone}
}

// write writes the page. Its size is known only as it grows: flows in full go
// in as long as there is room.
func (p *page) write(w io.Writer) error {
	inFull, err := p.fit()
	if err != nil {
		return err
	}
	rows, err := encode(p.data)
	if err != nil {
		return fmt.Errorf("write the data of the report: %w", err)
	}
	p.view.Style, p.view.Script, p.view.Policy = looks()
	parts, err := template.New("").Funcs(template.FuncMap{"number": number, "count": count}).ParseFS(files, "page/*.html")
	if err != nil {
		return fmt.Errorf("read the page of the report: %w", err)
	}
	if err := parts.ExecuteTemplate(w, "top", p.view); err != nil {
		return err
	}
	if err := writeAll(w, []byte(`<script type="application/json" id="data">`), rows, []byte("</script>\n"), inFull); err != nil {
		return err
	}
	return parts.ExecuteTemplate(w, "bottom", p.view)
}

// looks are the style sheet and the script, and the policy that allows them.
func looks() (template.CSS, template.JS, string) {
	style, script := source("page.css")+svg.Style()+source("print.css"), "(function(){\n\"use strict\";\n"
	for _, name := range scripts() {
		script += source(name)
	}
	script += "})();\n"
	return template.CSS(style), template.JS(script), policy(style, script)
}

func writeAll(w io.Writer, parts ...[]byte) error {
	for _, b := range parts {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

func source(name string) string {
	b, err := files.ReadFile("page/" + name)
	if err != nil {
		return "" // a name of this file that is wrong: the tests find out
	}
	return string(b)
}

// policy allows the page its own style sheet and script, by their hashes, and
// nothing else.
func policy(style, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

// fit writes the flows in full as long as there is room, and forgets the others.
func (p *page) fit() ([]byte, error) {
	const frame = 200_000 // style, script, verdict and findings
	room := p.size - frame - rowBytes*len(p.data.Columns.Flow)
	var b bytes.Buffer
	for i, k := range p.full {
		before := b.Len()
		if err := k.write(&b, p.zone); err != nil {
			return nil, err
		}
		if b.Len() > room {
			b.Truncate(before)
			p.full, p.data.Full = p.full[:i], p.data.Full[:i]
			break
		}
	}
	return b.Bytes(), nil
}

// rowBytes is about what a row takes on the page.
const rowBytes = 75

// write writes one flow in full: its data for the script, and its ladder, which
// the browser does not lay out until somebody wants to see it.
func (k *kept) write(b *bytes.Buffer, zone *time.Location) error {
	data, err := encode(k.data())
	if err != nil {
		return fmt.Errorf("write flow %d of the report: %w", k.row.flow, err)
	}
	fmt.Fprintf(b, "<script type=\"application/json\" id=\"data-%d\">", k.row.flow)
	b.Write(data)
	fmt.Fprintf(b, "</script>\n<template id=\"ladder-%d\">", k.row.flow)
	b.Write(k.tape.ladder.svg(nil, zone))
	b.WriteString("</template>\n")
	return nil
}

// title is what the browser's tab shows.
func title(source string) string {
	return strings.TrimSpace("tcptrace report " + source)
}
