package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
)

// maxExpansion is how many bytes gzip or zstd can make of one, times a record
// of 16 bytes; no file has more packets than that.
const maxExpansion = 64 << 20

// FuzzFiles reads any bytes as a capture file: it must end, with an error of
// one of the three kinds, and every frame must keep to its bounds.
func FuzzFiles(f *testing.F) {
	le, be := binary.LittleEndian, binary.BigEndian
	classic := pcapBytes{order: le, link: 1}.build(threePackets()...)
	f.Add(classic)
	f.Add(pcapBytes{order: be, magic: pcapNano, link: 276}.build(threePackets()...))
	f.Add(pcapBytes{order: le, magic: pcapModified, link: 1}.build(threePackets()...))
	f.Add(new(ngBytes).section(le).iface(1, 0).enhanced(0, 1, 1, "x").block(0x0bad, "y").
		section(be).iface(101, 96, []uint16{optionResolution, 1}, []byte{0x8a, 0, 0, 0}, []uint16{optionOffset, 8}, int64(-9)).
		obsolete(0, 2, 2, "z").simple(3, "abc").Bytes())
	f.Add(gzipped(f, classic))
	f.Add(zstandard(f, classic))
	f.Fuzz(func(t *testing.T, file []byte) {
		if got := allocated(func() { checkFile(t, file) }); got > 512<<20 {
			t.Errorf("%d bytes allocated", got)
		}
	})
}

func checkFile(t *testing.T, file []byte) {
	files, err := OpenFile([]string{"-"}, FileOptions{Stdin: bytes.NewReader(file), Filter: "tcp or not tcp"})
	if err != nil {
		return
	}
	defer files.Close()
	for n := 1; ; n++ {
		frame, err := files.Next()
		var damage *DamageError
		if err == io.EOF || errors.As(err, &damage) {
			return
		}
		if err != nil {
			t.Fatalf("got %v, want EOF or a DamageError", err)
		}
		if len(frame.Data) > maxRecord || len(frame.Data) > frame.Length || frame.Number < uint64(n) {
			t.Fatalf("packet %d: %d bytes of %d, number %d", n, len(frame.Data), frame.Length, frame.Number)
		}
		if n > maxExpansion {
			t.Fatal("packets without end")
		}
	}
}
