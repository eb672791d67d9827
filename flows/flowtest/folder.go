package flowtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ReadFolder reads all scenarios of a folder, by the names of their files
// without .txt. It is an error if there are none.
func ReadFolder(folder string) (map[string]*Scenario, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no scenarios in %s", folder)
	}
	all := make(map[string]*Scenario, len(paths))
	for _, path := range paths {
		s, err := readFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".txt")] = s
	}
	return all, nil
}

func readFile(path string) (*Scenario, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return Parse(file)
}
