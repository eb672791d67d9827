// Command capgen writes captures to measure with; see package bench.
//
//	go run ./tracer/bench/capgen -kind handshake -packets 1000000 -o handshake.pcap -counts handshake.json
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"tcptrace/tracer/bench"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "capgen: error:", err)
		os.Exit(1)
	}
}

// write does what the flags say.
func write() error {
	kind := flag.String("kind", string(bench.Handshake), fmt.Sprintf("kind of traffic, one of %v", bench.Kinds))
	packets := flag.Int("packets", 1_000_000, "how many packets, about")
	seed := flag.Uint64("seed", 1, "another seed gives another capture of the same kind")
	out := flag.String("o", "-", "file to write, - for standard output")
	counts := flag.String("counts", "", "file for what a tracer has to count, as JSON")
	flag.Parse()

	w := io.WriteCloser(os.Stdout)
	if *out != "-" {
		var err error
		if w, err = os.Create(*out); err != nil {
			return err
		}
	}
	c, err := bench.Generate(w, bench.Spec{Kind: bench.Kind(*kind), Packets: *packets, Seed: *seed})
	if err := errors.Join(err, w.Close()); err != nil || *counts == "" {
		return err
	}
	j, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*counts, append(j, '\n'), 0o644)
}
