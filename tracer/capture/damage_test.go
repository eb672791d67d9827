package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Wherever a file is cut, the whole packets before the cut are handed over,
// and the end is clean only between records.
func TestCutAnywhere(t *testing.T) {
	type file struct {
		name  string
		bytes []byte
		want  []packet
		ends  []recordEnd
	}
	var files []file
	for _, o := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		form := pcapBytes{order: o, link: 1}
		f := file{name: fmt.Sprint("pcap ", o), want: threePackets()}
		for i := range len(f.want) + 1 {
			f.bytes = form.build(f.want[:i]...)
			f.ends = append(f.ends, recordEnd{len(f.bytes), i})
		}
		files = append(files, f)

		n := new(ngBytes).section(o)
		g := file{name: fmt.Sprint("pcapng ", o), want: []packet{
			{Time: 1000, Link: 1, Length: 9, Data: "abc"},
			{Time: 2000, Link: 1, Length: 5, Data: "defgh"},
			{Time: 3000, Link: 101, Length: 1, Data: "i"},
		}}
		mark := func(packets int) { g.ends = append(g.ends, recordEnd{n.Len(), packets}) }
		mark(0)
		n.iface(1, 0)
		mark(0)
		n.enhanced(0, 1, 9, "abc")
		mark(1)
		n.block(0x0bad, "custom")
		mark(1)
		n.obsolete(0, 2, 5, "defgh")
		mark(2)
		n.section(o)
		mark(2)
		n.iface(101, 0)
		mark(2)
		n.enhanced(0, 3, 1, "i")
		mark(3)
		g.bytes = n.Bytes()
		files = append(files, g)
	}
	for _, f := range files {
		t.Run(f.name, func(t *testing.T) {
			for cut := range len(f.bytes) {
				got, err := readBytes(f.bytes[:cut], "")
				last := recordEnd{}
				for _, end := range f.ends {
					if end.at <= cut {
						last = end
					}
				}
				if diff := cmp.Diff(got, f.want[:last.packets], cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("cut at %d (-got +want):\n%s", cut, diff)
				}
				checkCut(t, cut, last, err)
			}
		})
	}
}

// recordEnd is where a record ends, and how many packets are complete then.
type recordEnd struct{ at, packets int }

// checkCut checks the error of a file that is cut after the record that ends
// at last, or in its header.
func checkCut(t *testing.T, cut int, last recordEnd, err error) {
	t.Helper()
	var damage *DamageError
	switch {
	case last.at == 0:
		if err == nil || errors.As(err, &damage) {
			t.Errorf("cut at %d, in the header: got %v, want an error of OpenFile", cut, err)
		}
	case last.at == cut:
		if err != io.EOF {
			t.Errorf("cut at %d, between records: got %v, want EOF", cut, err)
		}
	case !errors.As(err, &damage):
		t.Errorf("cut at %d: got %v, want a DamageError", cut, err)
	case damage.Offset != int64(last.at) || damage.Packet != uint64(last.packets+1) || !strings.Contains(err.Error(), "cut short"):
		t.Errorf("cut at %d: got %v, want byte %d, packet %d", cut, err, last.at, last.packets+1)
	}
}

func TestCutCompressed(t *testing.T) {
	plain := pcapBytes{order: binary.LittleEndian, link: 1}.build(threePackets()...)
	for name, file := range map[string][]byte{"gzip": gzipped(t, plain), "zstd": zstandard(t, plain)} {
		t.Run(name, func(t *testing.T) {
			for cut := range len(file) {
				got, err := readBytes(file[:cut], "")
				if diff := cmp.Diff(got, threePackets()[:len(got)], cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("cut at %d (-got +want):\n%s", cut, diff)
				}
				if err == nil || err == io.EOF {
					t.Errorf("cut at %d: got %v, want an error", cut, err)
				}
			}
		})
	}
}

func TestDamage(t *testing.T) {
	le := binary.LittleEndian
	classic := pcapBytes{order: le, link: 1}.build(packet{Time: 1000, Length: 3, Data: "abc"})
	record := func(caplen uint32) []byte {
		b := le.AppendUint32(append([]byte(nil), classic...), 0)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint32(b, caplen)
		return le.AppendUint32(b, 60)
	}
	ng := func() *ngBytes { return new(ngBytes).section(le).iface(1, 0).enhanced(0, 1, 3, "abc") }
	raw := func(b ...byte) []byte { return append(ng().Bytes(), b...) }
	tests := []struct {
		name string
		file []byte
		want string // after "damaged at byte "
	}{
		{"length of 4 GiB", record(1<<32 - 1), "43 (packet 2): record of 4294967295 bytes"},
		{"length just too long", record(maxRecord + 1), "43 (packet 2): record of 1048577 bytes"},
		{"longest length, cut", record(maxRecord), "43 (packet 2): cut short, 16 of 1048592 bytes are there"},
		{"block of 0 bytes", raw(6, 0, 0, 0, 0, 0, 0, 0), "100 (packet 2): block of 0 bytes"},
		{"block of 14 bytes", raw(6, 0, 0, 0, 14, 0, 0, 0), "100 (packet 2): block of 14 bytes"},
		{"packet block of 4 GiB", raw(6, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff), "100 (packet 2): block of 4294967292 bytes"},
		{"section of 1 GiB", raw(10, 13, 13, 10, 0, 0, 0, 0x40, 0x4d, 0x3c, 0x2b, 0x1a), "100 (packet 2): block of 1073741824 bytes"},
		{"unknown block of 1 GiB, cut", raw(77, 0, 0, 0, 0, 0, 0, 0x40, 1, 2, 3, 4), "100 (packet 2): cut short, 1073741812 bytes are missing"},
		{"two lengths", raw(77, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0), "100 (packet 2): block of 12 bytes that ends as one of 16"},
		{"no such interface", ng().enhanced(1, 1, 1, "x").Bytes(), "100 (packet 2): packet of interface 1, which is not described"},
		{"interface of the section before", ng().section(le).enhanced(0, 1, 1, "x").Bytes(), "144 (packet 2): packet of interface 0, which is not described"},
		{"simple packet of no interface", new(ngBytes).section(le).simple(1, "x").Bytes(), "44 (packet 1): packet of interface 0, which is not described"},
		{"packet longer than its block", ng().block(enhancedPacket, []uint32{0, 0, 0, 5, 5}, "abcd").Bytes(), "100 (packet 2): packet of 5 bytes in a block of 36"},
		{"simple packet longer than its block", ng().block(simplePacket, uint32(5), "abcd").Bytes(), "100 (packet 2): packet of 5 bytes in a block of 20"},
		{"packet block without a header", ng().block(enhancedPacket, "abcd").Bytes(), "100 (packet 2): packet block of 16 bytes"},
		{"obsolete packet block without a header", ng().block(obsoletePacket, "abcd").Bytes(), "100 (packet 2): packet block of 16 bytes"},
		{"simple packet block without a header", ng().block(simplePacket).Bytes(), "100 (packet 2): packet block of 12 bytes"},
		{"interface without a header", ng().block(interfaceBlock, "abcd").Bytes(), "100 (packet 2): interface description of 16 bytes"},
		{"section without a header", ng().block(sectionHeader, uint32(byteOrderMagic)).Bytes(), "100 (packet 2): section header of 16 bytes"},
		{"version 2", ng().block(sectionHeader, uint32(byteOrderMagic), []uint16{2, 0}, int64(-1)).Bytes(), "100 (packet 2): pcapng version 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := save(t, "c.pcap", tt.file)
			f, err := OpenFile([]string{path}, FileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			_, _, err = drainFiles(f)
			if want := path + ": damaged at byte " + tt.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %v", err, want)
			}
			if _, again := f.Next(); again != err {
				t.Errorf("asked again: got %v, want the same", again)
			}
		})
	}
}

// A false length costs no memory.
func TestDamageMemory(t *testing.T) {
	file := binary.LittleEndian.AppendUint64(pcapBytes{order: binary.LittleEndian}.build(), 0)
	file = binary.LittleEndian.AppendUint32(file, maxRecord)
	file = binary.LittleEndian.AppendUint32(file, maxRecord)
	if got := allocated(func() { readBytes(file, "") }); got > 8<<20 {
		t.Errorf("got %d bytes allocated, want at most 8 MiB", got)
	}
	n := new(ngBytes).section(binary.LittleEndian)
	for range maxInterfaces + 1 {
		n.iface(1, 0)
	}
	if _, err := readBytes(n.Bytes(), ""); err == nil || !strings.Contains(err.Error(), "more than 65536 interfaces") {
		t.Errorf("interfaces without end: got %v", err)
	}
}

// A long block that nobody reads is passed over without being held.
func TestLongBlock(t *testing.T) {
	const size = 20 << 20
	n := new(ngBytes).section(binary.LittleEndian).iface(1, 0).
		block(0x0bad, strings.Repeat("x", size)).enhanced(0, 1, 1, "x")
	path := save(t, "long", n.Bytes())
	n = nil
	got := allocated(func() {
		f, err := OpenFile([]string{path}, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if packets, _, err := drainFiles(f); len(packets) != 1 || err != io.EOF {
			t.Errorf("got %d packets and %v, want 1 and EOF", len(packets), err)
		}
	})
	if got > 4<<20 {
		t.Errorf("got %d bytes allocated, want at most 4 MiB", got)
	}
}

// A compressed file cannot ask for a window of 2 GiB.
func TestZstdWindow(t *testing.T) {
	file := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00} // window descriptor: 2^31
	got := allocated(func() {
		if _, err := readBytes(file, ""); err == nil || err == io.EOF {
			t.Errorf("got %v, want an error", err)
		}
	})
	if got > 16<<20 {
		t.Errorf("got %d bytes allocated, want at most 16 MiB", got)
	}
}
