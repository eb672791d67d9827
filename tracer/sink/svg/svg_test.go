package svg_test

import (
	"encoding/xml"
	"io"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
	"tcptrace/flows/ladder"
	"tcptrace/tracer/sink/svg"
)

// builders make the ladders of all flows.
type builders map[flows.FlowID]*ladder.Builder

func (b builders) of(id flows.FlowID) *ladder.Builder {
	if b[id] == nil {
		b[id] = ladder.New(ladder.Options{})
	}
	return b[id]
}

func (b builders) Step(st *flows.Step) { b.of(st.Flow).Step(st) }

func (b builders) End(r *flows.Record) { b.of(r.Flow).End(r) }

func (b builders) Finding(f *diagnose.Finding) {
	if f.Flow != 0 {
		b.of(f.Flow).Finding(f)
	}
}

// element is one element of a picture, and the text in it.
type element struct {
	name string
	attr map[string]string
	text string
}

// parse reads a picture, and fails where it is not well formed.
func parse(t *testing.T, picture []byte) (all []*element) {
	t.Helper()
	var open []*element
	d := xml.NewDecoder(strings.NewReader(string(picture)))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: make(map[string]string)}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			all, open = append(all, e), append(open, e)
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// TestScenarios: each picture is well formed, holds nothing but what a page may
// hold, and nothing of it lies outside.
func TestScenarios(t *testing.T) {
	for _, folder := range []string{"scenario", "finding"} {
		all, err := flowtest.ReadFolder("../../../testdata/" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range all {
			b := make(builders)
			table := flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{}, b))
			s.Feed(flowtest.Casts()["wrapping in the data"], table)
			table.Finish()
			for id := range b {
				l := b[id].Ladder()
				if complaint := inside(parse(t, svg.Append(nil, l, svg.Options{Raw: true}))); complaint != "" {
					t.Errorf("%s/%s, flow %d: %s", folder, name, id, complaint)
				}
			}
		}
	}
}

// inside says what of a picture should not be there; empty if nothing.
func inside(all []*element) string {
	height, _ := strconv.Atoi(all[0].attr["height"])
	for _, e := range all {
		switch e.name {
		case "svg", "title", "desc", "style", "g":
		case "rect", "path":
		case "text":
			y, err := strconv.Atoi(e.attr["y"])
			if err != nil || y < 0 || y > height {
				return e.text + " stands at " + e.attr["y"] + " of " + all[0].attr["height"]
			}
		default:
			return "there is an element " + e.name
		}
	}
	return ""
}

// TestFits: a row of text is not wider than its place, where each character
// takes 0.602 em as in the common monospaced fonts.
func TestFits(t *testing.T) {
	said := &ladder.Said{ID: diagnose.StuckCloseWait, Severity: diagnose.Warning, Summary: strings.Repeat("long words ", 40)}
	l := &ladder.Ladder{Rows: []ladder.Row{{Kind: ladder.Finding, Said: said}, {
		Label: flows.Label{Flags: flows.FIN | flows.ACK, Length: 1 << 30, Seq: flows.Name{Letter: 'J', Offset: 1 << 31},
			FIN: flows.Name{Letter: 'M', Offset: 1 << 31}, Ack: flows.Name{Letter: 'K', Offset: 1 << 31}}, Notes: 1<<19 - 1,
	}}}
	l.Client = netip.MustParseAddrPort("[2001:db8:1111:2222:3333:4444:5555:6666]:50000")
	l.Server = l.Client
	for _, e := range parse(t, svg.Append(nil, l, svg.Options{})) {
		if e.name != "text" {
			continue
		}
		x, _ := strconv.ParseFloat(e.attr["x"], 64)
		wide := float64(len([]rune(e.text))) * 12 * 0.602
		if strings.Contains(e.attr["class"], "lad-small") {
			wide *= 11.0 / 12
		}
		left := x
		switch {
		case strings.Contains(e.attr["class"], "lad-mid"):
			left = x - wide/2
		case strings.Contains(e.attr["class"], "lad-end"):
			left = x - wide
		}
		if left < 0 || left+wide > 760 {
			t.Errorf("from %.0f to %.0f: %s", left, left+wide, e.text)
		}
	}
}

// TestStyle: the style sheet stands in the picture unless the page has it, and
// knows all classes that pictures use.
func TestStyle(t *testing.T) {
	l := &ladder.Ladder{Client: netip.MustParseAddrPort("10.0.0.1:1"), Server: netip.MustParseAddrPort("10.0.0.2:2")}
	with, without := string(svg.Append(nil, l, svg.Options{})), string(svg.Append(nil, l, svg.Options{NoStyle: true}))
	if !strings.Contains(with, svg.Style()) || strings.Contains(without, "<style") {
		t.Errorf("with:\n%s\nwithout:\n%s", with, without)
	}
	if strings.ContainsAny(svg.Style(), "<&") || strings.Contains(svg.Style(), "url(") || strings.Contains(svg.Style(), "@import") {
		t.Error("the style sheet refers to something, or is no XML text")
	}
	known := regexp.MustCompile(`lad-[a-z]+`).FindAllString(svg.Style(), -1)
	for _, class := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(without, -1) {
		for name := range strings.FieldsSeq(class[1]) {
			if name != "lad" && !strings.Contains(strings.Join(known, " "), name) {
				t.Errorf("no style for %s", name)
			}
		}
	}
}

// TestHostile: text from elsewhere is text.
func TestHostile(t *testing.T) {
	const summary = "</text><script>alert(1)</script> & \"quoted\" 'so' \x1b[31m\x00\ufffe\u202e ]]> &lt;"
	l := &ladder.Ladder{Rows: []ladder.Row{{Kind: ladder.Finding, Said: &ladder.Said{ID: diagnose.CaptureLoss, Summary: summary}}}}
	picture := svg.Append(nil, l, svg.Options{Zone: time.UTC})
	found := false
	for _, e := range parse(t, picture) {
		if e.name == "script" {
			t.Error("a script")
		}
		found = found || e.name == "text" && strings.Contains(e.text, "</text><script>alert(1)</script> & \"quoted\" 'so' \ufffd[31m\ufffd\ufffd\ufffd ]]> &lt;")
	}
	if !found {
		t.Errorf("the text is not there as it is:\n%s", picture)
	}
}

func BenchmarkAppend(b *testing.B) {
	built := ladder.New(ladder.Options{})
	s, err := flowtest.Parse(strings.NewReader("# a connection\n0.0 > SYN J\n0.1 < SYN,ACK K J+1\n0.2 > ACK J+1 K+1\n0.3 > FIN,ACK J+1 K+1\n0.4 < FIN,ACK K+1 J+2\n0.5 > ACK J+2 K+2\n"))
	if err != nil {
		b.Fatal(err)
	}
	table := flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{}, only{built}))
	s.Feed(flowtest.Casts()["as written"], table)
	table.Finish()
	l, buf := built.Ladder(), []byte(nil)
	for b.Loop() {
		buf = svg.Append(buf[:0], l, svg.Options{NoStyle: true})
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

// only is one builder.
type only struct{ *ladder.Builder }
