package capture

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/tracer/decode"
)

// TestDescribe reads two files by the hand of the draft: a pcapng whose first
// interface has a name, a description, a filter and statistics, whose second
// has nothing, and a pcap.
func TestDescribe(t *testing.T) {
	ng := strings.Join([]string{
		"0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000",
		"01000000 30000000 0100 0000 00010000 0200 0200 6c6f0000 0300 0300 61206200 0b00 0400 00746370 0000 0000 30000000",
		"01000000 14000000 6500 0000 00000000 14000000",
		"05000000 40000000 00000000 0000000000000000",
		"0400 0800 0900000000000000 0500 0800 0100000000000000 0700 0800 0200000000000000 0000 0000 40000000",
		"05000000 18000000 09000000 0000000000000000 18000000", // of an interface that is not there
	}, "")
	pcap := "d4c3b2a1 0200 0400 0000000000000000 00010000 71000000"
	var paths []string
	for name, text := range map[string]string{"1": ng, "2": pcap} {
		data, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		paths = append(paths, path)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if filepath.Base(paths[0]) == "2" {
		paths[0], paths[1] = paths[1], paths[0]
	}
	f, err := OpenFile(paths, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n := f.Inputs(); n != 2 {
		t.Errorf("%d interfaces before the first packet, want the first of each file", n)
	}
	if _, err := f.Next(); err != io.EOF {
		t.Fatal(err)
	}
	want := map[uint32]decode.Interface{
		0: {Name: "lo", Description: "a b", Filter: "tcp", LinkType: 1, Stats: decode.Stats{Received: 9, Dropped: 2, IfDropped: 1, Known: true}},
		1: {LinkType: 113},
		2: {LinkType: 101},
		3: {},
	}
	for id, want := range want {
		if diff := cmp.Diff(want, f.Describe(id)); diff != "" {
			t.Errorf("interface %d (-want +got):\n%s", id, diff)
		}
	}
}

// TestInterfacesAreBounded: sections may describe any number of them.
func TestInterfacesAreBounded(t *testing.T) {
	head, _ := hex.DecodeString("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000")
	one, _ := hex.DecodeString("01000000140000006500000000000000" + "14000000")
	section := append(head, bytes.Repeat(one, maxInterfaces)...)
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, bytes.Repeat(section, 2), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile([]string{path}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Next(); err != io.EOF {
		t.Fatal(err)
	}
	if n := f.Inputs(); n != maxTold {
		t.Errorf("%d interfaces are remembered, want %d", n, maxTold)
	}
}
