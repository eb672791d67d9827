package tracer_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// walls says what a package may import of this module and from elsewhere.
// Standard library packages are free but for those that are named in closed.
var walls = map[string][]string{
	"tcptrace/flows":               {},
	"tcptrace/flows/flowtest":      {"tcptrace/flows"},
	"tcptrace/flows/diagnose":      {"tcptrace/flows"},
	"tcptrace/flows/explain":       {"tcptrace/flows", "tcptrace/flows/diagnose"},
	"tcptrace/flows/ladder":        {"tcptrace/flows", "tcptrace/flows/diagnose"},
	"tcptrace/tracer":              {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/tracer/decode"},
	"tcptrace/tracer/decode":       {"tcptrace/flows", "github.com/google/gopacket", "github.com/google/gopacket/layers"},
	"tcptrace/tracer/capture":      {"tcptrace/flows", "tcptrace/tracer/decode", "github.com/google/gopacket", "github.com/google/gopacket/pcap", "github.com/google/gopacket/pcapgo", "github.com/google/gopacket/layers", "github.com/klauspost/compress/gzip", "github.com/klauspost/compress/zstd", "golang.org/x/net/bpf", "golang.org/x/sys/unix"},
	"tcptrace/tracer/host":         {"tcptrace/flows", "tcptrace/flows/diagnose", "github.com/mdlayher/netlink", "github.com/prometheus/procfs", "golang.org/x/sys/unix"},
	"tcptrace/tracer/sink/text":    {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/tracer/sink/palette", "tcptrace/tracer/sink/digits"},
	"tcptrace/tracer/sink/pcapng":  {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/tracer/decode"},
	"tcptrace/tracer/sink/palette": {"tcptrace/flows", "tcptrace/flows/diagnose", "github.com/fatih/color"},
	"tcptrace/tracer/sink/digits":  {},
	"tcptrace/tracer/sink/jsonl":   {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/tracer/sink/digits"},
	"tcptrace/tracer/sink/census":  {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/tracer/sink/palette"},
	"tcptrace/tracer/sink/ladder":  {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/flows/ladder", "tcptrace/tracer/sink/palette"},
	"tcptrace/tracer/sink/svg":     {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/flows/ladder"},
	"tcptrace/tracer/sink/report":  {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/flows/ladder", "tcptrace/tracer/sink/svg"},
	"tcptrace/tracer/truth":        {"tcptrace/flows", "tcptrace/flows/diagnose", "tcptrace/tracer"},
	"tcptrace/tracer/lab":          {"tcptrace/flows", "tcptrace/tracer/decode", "tcptrace/tracer/capture", "tcptrace/tracer/truth", "github.com/google/gopacket", "github.com/google/gopacket/layers", "github.com/google/gopacket/pcapgo", "golang.org/x/sys/unix"},
	"tcptrace/tracer/bench":        {"tcptrace/flows"},
	"tcptrace/tracer/bench/capgen": {"tcptrace/tracer/bench"},
	"tcptrace/tracer/bench/peers":  {"tcptrace/tracer/bench"},
	"tcptrace/cmd/tcptrace":        {"*"},
}

// closed are the packages of the standard library that the core refuses: it
// does no I/O and knows no clock.
var closed = map[string][]string{
	"tcptrace/flows": {"os", "io", "log", "log/slog", "net", "sync", "context", "math/rand", "unsafe"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestWalls(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "tcptrace/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); packages++ {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		for _, complaint := range breaches(p) {
			t.Error(complaint)
		}
	}
	if packages == 0 {
		t.Error("go list knows no package")
	}
}

// breaches lists the imports of a package that its walls do not allow.
func breaches(p listed) (complaints []string) {
	allowed, known := walls[p.ImportPath]
	if !known {
		return []string{p.ImportPath + " has no walls: say in walls what it may import"}
	}
	for _, path := range p.Imports {
		standard := !strings.Contains(strings.Split(path, "/")[0], ".") && !strings.HasPrefix(path, "tcptrace")
		switch {
		case standard && slices.Contains(closed[p.ImportPath], path):
		case standard || slices.Contains(allowed, path) || slices.Contains(allowed, "*"):
			continue
		}
		complaints = append(complaints, p.ImportPath+" must not import "+path)
	}
	return complaints
}

// TestWallsHold checks that a breach is seen at all.
func TestWallsHold(t *testing.T) {
	for name, p := range map[string]listed{
		"standard library that the core refuses": {"tcptrace/flows", []string{"os"}},
		"foreign package":                        {"tcptrace/flows", []string{"github.com/google/gopacket"}},
		"a sink in a sink":                       {"tcptrace/tracer/sink/text", []string{"tcptrace/tracer/sink/jsonl"}},
		"a package without walls":                {"tcptrace/tracer/util", nil},
	} {
		if len(breaches(p)) == 0 {
			t.Errorf("%s: no complaint about %v", name, p)
		}
	}
	if c := breaches(listed{"tcptrace/flows", []string{"net/netip", "time"}}); len(c) != 0 {
		t.Errorf("complaint about what is allowed: %v", c)
	}
}

// TestNoClockInTheCore holds the core to its word: time is an argument.
func TestNoClockInTheCore(t *testing.T) {
	out, err := exec.Command("grep", "-rnE", "--include=*.go", `time\.(Now|Since|After|Tick|Sleep)\(`, "../flows").Output()
	if err == nil {
		for line := range strings.Lines(string(out)) {
			if !strings.Contains(line, "_test.go:") {
				t.Errorf("the core looks at a clock: %s", line)
			}
		}
	}
}
