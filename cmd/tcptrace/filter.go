package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// filter is the filter that the command line asks for: what stands after the
// flags, or what -F names.
func (p *program) filter(o *options, args []string) (string, error) {
	if o.filterFile == "" {
		return strings.Join(args, " "), nil
	}
	if len(args) > 0 {
		return "", wrongUse("a filter and -F exclude each other", "put the whole filter into "+o.filterFile)
	}
	b, err := p.readInput(o.filterFile)
	if err != nil {
		return "", fmt.Errorf("read the filter: %w", err)
	}
	return withoutComments(string(b)), nil
}

// readInput reads a small file, or standard input by the name of -.
func (p *program) readInput(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(p.in)
	}
	return os.ReadFile(name)
}

// withoutComments is a filter file without what stands behind #, as tcpdump
// reads it.
func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line, _, comment := strings.Cut(line, "#")
		b.WriteString(line)
		if comment {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
