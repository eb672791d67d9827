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
	const indent = "    "
	_, sample, ok := strings.Cut(string(text), indent+"$ ")
	if !ok {
		t.Fatal("no sample")
	}
	command, sample, _ := strings.Cut(sample, "\n")
	cmd := exec.Command("tcptrace", strings.Fields(command)[1:]...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "TZ=UTC")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	for line := range strings.Lines(sample) {
		line, shown := strings.CutPrefix(strings.TrimRight(line, "\n"), indent)
		if !shown {
			break
		}
		if line != "…" && !strings.Contains(string(out), line+"\n") {
			t.Errorf("the README shows, but the program does not print: %s", line)
		}
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
