package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// update makes the tests write what they compare with, instead of comparing.
var update = flag.Bool("update", false, "record the goldens anew")

// raceOptions keep a program with the race detector from sleeping for a second
// when it ends.
const raceOptions = "atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	os.Setenv("GORACE", raceOptions)
	testscript.Main(m, map[string]func(){"tcptrace": main})
}

// TestScript runs the real program by the scripts in testdata/script. $PCAP is
// where the captures are, $PROC where parts of a /proc are.
func TestScript(t *testing.T) {
	captures, err := filepath.Abs(filepath.Join("..", "..", "testdata", "pcap"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("..", "..", "testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PCAP", captures)
			env.Setenv("PROC", filepath.Join(filepath.Dir(captures), "proc"))
			env.Setenv("TZ", "UTC")
			env.Setenv("GORACE", raceOptions)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if path, ok := strings.CutPrefix(cond, "exists:"); ok {
				_, err := os.Stat(path)
				return err == nil, nil
			}
			if cond != "root" {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			return os.Geteuid() == 0, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"head":  head,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
	})
}

// exits runs a command line and checks with what it exits:
// exits 2 tcptrace --colr.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	code := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		code = err.Error()
	}
	if want := "exit status " + args[0]; code != want && code != args[0] {
		ts.Fatalf("%v: %s, want %s", args[1:], code, want)
	}
}

// head cuts a file to its first bytes: head BYTES FROM TO.
func head(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: head BYTES FROM TO")
	}
	var n int
	for _, digit := range args[0] {
		n = 10*n + int(digit-'0')
	}
	data := ts.ReadFile(args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(data[:n]), 0o644))
}
