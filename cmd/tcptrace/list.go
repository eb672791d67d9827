package main

import (
	"fmt"
	"strings"

	"tcptrace/tracer/capture"
)

// listInterfaces prints what -i may name, one a line, as tcpdump does.
func (p *program) listInterfaces() error {
	devices, err := capture.Devices()
	if err != nil {
		return err
	}
	for _, d := range devices {
		line := fmt.Sprintf("%d.%s", d.Number, d.Name)
		if d.Description != "" {
			line += " (" + d.Description + ")"
		}
		if len(d.Flags) > 0 {
			line += " [" + strings.Join(d.Flags, ", ") + "]"
		}
		if _, err := fmt.Fprintln(p.out, printable(line)); err != nil {
			return writeError(err)
		}
	}
	return nil
}
