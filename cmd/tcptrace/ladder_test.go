package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/ladder"
	"tcptrace/tracer"
	"tcptrace/tracer/capture"
	draw "tcptrace/tracer/sink/ladder"
	"tcptrace/tracer/sink/svg"
)

// TestGoldenLadder: three ladders that were read with RFC 9293 in hand. The FINs
// of simclose cross, and each is lost once: one end goes through CLOSING. The
// server of acceptq_burst does not take the client's ACK, sends its SYN-ACK
// again after 1, 2, 4 s, and so never leaves SYN_RECEIVED. The server of slow,
// port 2003, never closes.
func TestGoldenLadder(t *testing.T) {
	for name, args := range map[string][]string{
		"ladder-simclose":      {"-r", "pcap/simclose.pcap"},
		"ladder-acceptq_burst": {"-r", "condition/acceptq_burst.pcap", "--flow", "4"},
		"ladder-slow-2003":     {"-r", "pcap/slow.pcap", "port", "2003"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("tcptrace", append([]string{"ladder"}, args...)...)
			cmd.Dir = filepath.Join("..", "..", "testdata")
			cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C.UTF-8")
			got, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			holdGolden(t, name, got)
		})
	}
}

// ladders are those of all flows of a trace.
type ladders map[flows.FlowID]*ladder.Builder

func (l ladders) of(id flows.FlowID) *ladder.Builder {
	if l[id] == nil {
		l[id] = ladder.New(ladder.Options{})
	}
	return l[id]
}

func (l ladders) Step(st *flows.Step) { l.of(st.Flow).Step(st) }

func (l ladders) End(r *flows.Record) { l.of(r.Flow).End(r) }

func (l ladders) Finding(f *diagnose.Finding) {
	if f.Flow != 0 {
		l.of(f.Flow).Finding(f)
	}
}

func (l ladders) Close(*flows.Summary) error { return nil }

// TestSameSegments: of every capture the terminal, the picture and the sequence
// diagram show the segments that the model has: from the same end, at the same
// time, by the same name; and the picture knows their frames.
func TestSameSegments(t *testing.T) {
	captures, err := filepath.Glob(filepath.Join("..", "..", "testdata", "*", "*.pcap"))
	if err != nil || len(captures) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, path := range captures {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, err := capture.OpenFile([]string{path}, capture.FileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			all := make(ladders)
			if _, err := tracer.Run(context.Background(), tracer.Options{Source: src, Sink: all}); err != nil {
				t.Fatal(err)
			}
			for id := range all {
				l := all[id].Ladder()
				want, packets := drawn(l)
				for name, got := range map[string][]string{
					"terminal": ofTerminal(string(draw.Append(nil, l, draw.Options{Width: 110}))),
					"ascii":    ofTerminal(string(draw.Append(nil, l, draw.Options{Width: 110, ASCII: true}))),
					"mermaid":  ofMermaid(string(draw.AppendMermaid(nil, l, draw.Options{}))),
				} {
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("flow %d, %s (-model +drawn):\n%s", id, name, diff)
					}
				}
				got, frames := ofSVG(t, svg.Append(nil, l, svg.Options{}))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("flow %d, svg (-model +drawn):\n%s", id, diff)
				}
				if diff := cmp.Diff(packets, frames); diff != "" {
					t.Errorf("flow %d, frames of svg (-model +drawn):\n%s", id, diff)
				}
			}
		})
	}
}

// drawn are the arrows of a ladder, "> 0.000000 SYN(J)", and their frames.
func drawn(l *ladder.Ladder) (arrows, packets []string) {
	for i := range l.Rows {
		r := &l.Rows[i]
		if r.Kind == ladder.Segment || r.Kind == ladder.ICMP {
			arrows = append(arrows, arrowOf([2]string{">", "<"}[r.From], l.Offset(r.Time), r.Name()))
			packets = append(packets, fmt.Sprint(r.Packet))
		}
	}
	return arrows, packets
}

// arrowOf is an arrow by the words of its name that no drawing leaves out.
func arrowOf(from, offset, name string) string {
	return from + " " + offset + " " + strings.Join(nameWord.FindAllString(name, -1), " ")
}

var nameWord = regexp.MustCompile(`(SYN|DATA|FIN|RST|ACK|ICMP|ICMPv6)\([^)]*\)`)

// ofTerminal reads the arrows of a terminal of 110 columns: the axes are columns
// 13 and 96 then, and the time is in the middle. Only arrows touch an axis. What
// had no room stands in the row below.
func ofTerminal(text string) (arrows []string) {
	const left, right, middle = 14, 95, 51
	offset := regexp.MustCompile(`^ [-\d.]{8} $`)
	var rows [][]rune
	for row := range strings.Lines(text) {
		rows = append(rows, []rune(strings.TrimSuffix(row, "\n")))
	}
	for i, row := range rows {
		if len(row) <= right || row[left] == ' ' && row[right] == ' ' || !offset.MatchString(string(row[middle-1:middle+9])) {
			continue
		}
		from, name := ">", string(row[left:middle])
		if !nameWord.MatchString(name) {
			from, name = "<", string(row[middle:right+1])
		}
		arrows = append(arrows, arrowOf(from, string(row[middle:middle+8]), name+below(rows, i)))
	}
	return arrows
}

// below is the rest of a name in the row below an arrow.
func below(rows [][]rune, i int) string {
	if i+1 == len(rows) {
		return ""
	}
	inside := regexp.MustCompile(`^.{13}[│|] +((?:\w+\([^)]*\) ?)+)`).FindStringSubmatch(string(rows[i+1]))
	if inside == nil {
		return ""
	}
	return " " + inside[1]
}

func ofMermaid(text string) (arrows []string) {
	arrow := regexp.MustCompile(`(?m)^    (client|server)--?(?:>>|x)(?:client|server): (.*?) · (-?[\d.]+)`)
	for _, m := range arrow.FindAllStringSubmatch(text, -1) {
		arrows = append(arrows, arrowOf(map[string]string{"client": ">", "server": "<"}[m[1]], m[3], m[2]))
	}
	return arrows
}

// ofSVG reads the groups that have a frame: the first text is the name, the
// second begins with the time, and the tip or the cross is where it points to.
func ofSVG(t *testing.T, picture []byte) (arrows, frames []string) {
	t.Helper()
	type path struct {
		D string `xml:"d,attr"`
	}
	var root struct {
		G []struct {
			Packet string   `xml:"data-packet,attr"`
			Text   []string `xml:"text"`
			Path   []path   `xml:"path"`
		} `xml:"g"`
	}
	if err := xml.NewDecoder(strings.NewReader(string(picture))).Decode(&root); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	for _, g := range root.G {
		if g.Packet == "" {
			continue
		}
		from := "<"
		if strings.HasPrefix(g.Path[0].D, "M193 ") {
			from = ">"
		}
		offset, _, _ := strings.Cut(g.Text[1], " ")
		arrows = append(arrows, arrowOf(from, offset, g.Text[0]))
		frames = append(frames, g.Packet)
	}
	return arrows, frames
}

// TestPoorLocale: the first variable that is set decides.
func TestPoorLocale(t *testing.T) {
	for _, c := range []struct {
		env  string
		want bool
	}{
		{"", false},
		{"LANG=C", true},
		{"LANG=en_US.UTF-8", false},
		{"LANG=de_DE.utf8", false},
		{"LANG=de_DE.ISO-8859-1", true},
		{"LANG=en_US.UTF-8 LC_ALL=POSIX", true},
		{"LC_CTYPE=C.UTF-8 LANG=C", false},
	} {
		vars := strings.Fields(c.env)
		p := &program{env: func(name string) string {
			i := slices.IndexFunc(vars, func(v string) bool { return strings.HasPrefix(v, name+"=") })
			if i < 0 {
				return ""
			}
			return vars[i][len(name)+1:]
		}}
		if got := p.poorLocale(); got != c.want {
			t.Errorf("%q: %v", c.env, got)
		}
	}
}
