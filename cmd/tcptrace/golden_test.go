package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGolden: every capture of testdata is printed as the golden of the same
// name has it. make golden records them anew.
func TestGolden(t *testing.T) {
	captures, err := filepath.Glob(filepath.Join("..", "..", "testdata", "pcap", "*.pcap*"))
	if err != nil || len(captures) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, capture := range captures {
		stem, _, _ := strings.Cut(filepath.Base(capture), ".pcap")
		t.Run(stem, func(t *testing.T) {
			cmd := exec.Command("tcptrace", "-n", "--color=never", "-r", capture)
			cmd.Env = append(os.Environ(), "TZ=UTC")
			got, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			holdGolden(t, stem, got)
		})
	}
}

// holdGolden holds what the program printed against a golden, or records it.
func holdGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	golden := filepath.Join("..", "..", "testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}
