package tracer_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer"
	"tcptrace/tracer/capture"
)

// expectation is a row of testdata/condition/expected.tsv: what an expert found
// by reading the packets, before the rules were written.
type expectation struct {
	capture, client, server string
	finding                 string // "id end confidence", or "-" for a flow without
	frames                  []string
}

func expectations(t *testing.T) map[string][]expectation {
	t.Helper()
	text, err := os.ReadFile("../testdata/condition/expected.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]expectation{}
	for i, row := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		c := strings.Split(row, "\t")
		if i == 0 {
			continue
		}
		if len(c) != 9 {
			t.Fatalf("row %d has %d columns, want 9", i+1, len(c))
		}
		e := expectation{capture: c[0], client: c[2], server: c[3], finding: "-", frames: strings.Split(c[7], ",")}
		if c[4] != "-" {
			e.finding = strings.Join(c[4:7], " ")
		}
		all[e.capture] = append(all[e.capture], e)
	}
	return all
}

// notebook keeps the findings, each as it was told last.
type notebook struct {
	found []diagnose.Finding
	flows int
}

func (*notebook) Step(*flows.Step) {}

func (n *notebook) End(*flows.Record) { n.flows++ }

func (*notebook) Close(*flows.Summary) error { return nil }

func (n *notebook) Finding(f *diagnose.Finding) {
	same := func(g diagnose.Finding) bool {
		return g.Flow == f.Flow && (g.ID == f.ID || slices.Contains(f.Replaces, g.ID))
	}
	n.found = append(slices.DeleteFunc(n.found, same), *f)
}

// diagnosed are the findings of one capture.
func diagnosed(t *testing.T, path string) *notebook {
	t.Helper()
	source, err := capture.OpenFile([]string{path}, capture.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var n notebook
	if _, err := tracer.Run(context.Background(), tracer.Options{Source: source, Sink: &n}); err != nil {
		t.Fatal(err)
	}
	return &n
}

// TestExpertFindings: the captures of single conditions give exactly what an
// expert finds in them.
func TestExpertFindings(t *testing.T) {
	all := expectations(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("../testdata/condition", name+".pcap")
			if _, err := os.Stat(path); err != nil {
				path = filepath.Join("../testdata/pcap", name+".pcap")
			}
			n := diagnosed(t, path)
			for _, want := range all[name] {
				if want.finding != "-" && !n.take(want) {
					t.Errorf("%s → %s: no finding %q with one of the frames %v", want.client, want.server, want.finding, want.frames)
				}
			}
			for _, f := range n.found {
				t.Errorf("%v → %v: not wanted: %v %v %v, frames %v: %s", f.Client, f.Server, f.ID, f.At, f.Confidence, f.Packets, f.Summary)
			}
		})
	}
}

// take takes out the finding that meets an expectation.
func (n *notebook) take(want expectation) bool {
	i := slices.IndexFunc(n.found, func(f diagnose.Finding) bool {
		evident := slices.ContainsFunc(f.Packets, func(p uint64) bool {
			return slices.Contains(want.frames, strconv.FormatUint(p, 10))
		})
		return fmt.Sprintf("%v %v %v", f.ID, f.At, f.Confidence) == want.finding && evident &&
			(want.client == "*" || f.Client.String() == want.client) && f.Server.String() == want.server
	})
	if i < 0 {
		return false
	}
	n.found = slices.Delete(n.found, i, i+1)
	return true
}
