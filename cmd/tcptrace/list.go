package main

import (
	"fmt"
	"strings"

	"tcptrace/tracer/capture"
)

// listInterfaces prints what -i may name, one a line, as tcpdump does.
func (p *program) listInterfaces(o *options) error {
	ns, err := openNamespace(o.netns)
	if err != nil {
		return err
	}
	defer ns.Close()
	var devices []capture.Device
	err = ns.Do(func() (err error) {
		devices, err = capture.Devices()
		return err
	})
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
