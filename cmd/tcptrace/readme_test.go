package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestREADME: what the README shows is what the program prints, and every flag
// in its table exists.
func TestREADME(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	const shown = "\n    $ tcptrace "
	samples := 0
	for at := strings.Index(string(text), shown); at >= 0; samples++ {
		rest := string(text)[at+len(shown):]
		if command, sample, _ := strings.Cut(rest, "\n"); strings.Contains(command, "testdata/") {
			holdSample(t, root, strings.Fields(command), sample)
		}
		next := strings.Index(rest, shown)
		if next < 0 {
			break
		}
		at += len(shown) + next
	}
	if samples == 0 {
		t.Error("no samples")
	}

	help, err := exec.Command("tcptrace", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| `-") {
			continue
		}
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune("`|, \\", r) }) {
			if strings.HasPrefix(word, "--") && !strings.Contains(string(help), word) {
				t.Errorf("the README has the flag %s, --help has not", word)
			}
		}
	}
}

// holdSample holds what the README shows of a command against what it prints.
func holdSample(t *testing.T, root string, args []string, sample string) {
	t.Helper()
	cmd := exec.Command("tcptrace", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "TZ=UTC")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	for line := range strings.Lines(sample) {
		line = strings.TrimRight(line, "\n")
		line, indented := strings.CutPrefix(line, "    ")
		if !indented && line != "" {
			break
		}
		if line != "…" && !strings.Contains(string(out), line+"\n") {
			t.Errorf("the README shows, but %q does not print: %s", args, line)
		}
	}
}
