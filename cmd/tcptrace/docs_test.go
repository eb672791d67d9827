package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDocs: what make docs writes is what docs/ holds.
func TestDocs(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("tcptrace", "docs", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	written, err := os.ReadDir(dir)
	if err != nil || len(written) != 3 {
		t.Fatalf("%d documents, error %v, want 3", len(written), err)
	}
	for _, file := range written {
		want, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("docs/%s is not what make docs writes (-want +got):\n%s", file.Name(), diff)
		}
	}
}
