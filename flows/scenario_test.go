package flows_test

import (
	"os"
	"path/filepath"
	"testing"

	"tcptrace/flows/flowtest"
)

// TestScenarios plays every scenario in every cast: mirrored ends, shifted
// sequence numbers and shifted times change nothing.
func TestScenarios(t *testing.T) {
	paths, err := filepath.Glob("../testdata/scenario/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			scenario, err := flowtest.Parse(file)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for name, cast := range flowtest.Casts() {
				for _, complaint := range scenario.Play(cast) {
					t.Errorf("%s, %s: %s", path, name, complaint)
				}
			}
		})
	}
}
