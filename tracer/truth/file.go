package truth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FileName is what the file with the truth of a scenario is called. It lies
// beside the captures, in a directory named for the scenario.
const FileName = "truth.jsonl"

// line is one line of a file: a capture, or a connection of the capture above.
type line struct {
	Capture
	*Connection
}

// Write writes captures with their connections, one JSON object a line.
func Write(w io.Writer, captures []Capture) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for i := range captures {
		if err := enc.Encode(&captures[i]); err != nil {
			return fmt.Errorf("write the truth of %s: %w", captures[i].Name, err)
		}
		for j := range captures[i].Connections {
			if err := enc.Encode(&captures[i].Connections[j]); err != nil {
				return fmt.Errorf("write the truth of %s: %w", captures[i].Name, err)
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Read reads what Write wrote. It refuses fields that it does not know: a
// misspelt one would be a measure that silently became easier.
func Read(r io.Reader) ([]Capture, error) {
	var captures []Capture
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	for n := 1; ; n++ {
		var l line
		err := dec.Decode(&l)
		if err == io.EOF {
			return captures, nil
		}
		if err == nil {
			captures, err = l.add(captures)
		}
		if err != nil {
			return nil, fmt.Errorf("truth, object %d: %w", n, err)
		}
	}
}

func (l *line) add(captures []Capture) ([]Capture, error) {
	if l.Connection == nil {
		if l.Name == "" {
			return nil, errors.New("neither a capture nor a connection")
		}
		return append(captures, l.Capture), nil
	}
	if len(captures) == 0 || l.Name != "" {
		return nil, errors.New("a connection without its capture")
	}
	if err := l.Connection.check(); err != nil {
		return nil, err
	}
	c := &captures[len(captures)-1]
	c.Connections = append(c.Connections, *l.Connection)
	return captures, nil
}

// check holds a connection to what format.go promises.
func (c *Connection) check() error {
	if !c.Client.IsValid() || !c.Server.IsValid() {
		return errors.New("a connection needs a client and a server")
	}
	for _, e := range []*End{c.ClientEnd, c.ServerEnd} {
		switch {
		case e == nil:
		case e.Held && len(e.States) == 0:
			return fmt.Errorf("%s: no state, and yet one was held", c.Client)
		case e.Held && len(e.At) != len(e.States)-1, !e.Held && len(e.At) != len(e.States):
			return fmt.Errorf("%s: %d states, but %d moments", c.Client, len(e.States), len(e.At))
		}
	}
	return nil
}

// ReadDir reads the truth of all scenarios in a directory, sorted by the name
// of the capture.
func ReadDir(dir string) ([]Capture, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*", FileName))
	if err != nil {
		return nil, err
	}
	var all []Capture
	for _, path := range paths {
		captures, err := readFile(path)
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
		all = append(all, captures...)
	}
	slices.SortStableFunc(all, func(a, b Capture) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func readFile(path string) ([]Capture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}
