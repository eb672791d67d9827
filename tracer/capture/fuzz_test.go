package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/tracer/decode"
)

// maxExpansion is how many bytes gzip or zstd can make of one, times a record
// of 16 bytes; no file has more packets than that.
const maxExpansion = 64 << 20

// captureSeeds are files of all formats.
func captureSeeds() [][]byte {
	le, be := binary.LittleEndian, binary.BigEndian
	return [][]byte{
		pcapBytes{order: le, link: 1}.build(threePackets()...),
		pcapBytes{order: be, magic: pcapNano, link: 276}.build(threePackets()...),
		pcapBytes{order: le, magic: pcapModified, link: 1}.build(threePackets()...),
		pcapBytes{order: be, minor: 3, link: 1}.build(threePackets()...),
		new(ngBytes).section(le).iface(1, 0).enhanced(0, 1, 1, "x").enhanced(0, 2, 9, "yz").block(0x0bad, "y").
			section(be).iface(101, 96, []uint16{optionResolution, 1}, []byte{0x8a, 0, 0, 0}, []uint16{optionOffset, 8}, int64(-9)).
			obsolete(0, 2, 2, "z").simple(3, "abc").enhanced(1, 3, 1, "w").Bytes(),
	}
}

// FuzzReadAhead reads any bytes one packet at a time and many at once: that makes
// no difference, neither in the packets nor in what ends them.
func FuzzReadAhead(f *testing.F) {
	for _, seed := range captureSeeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		one, many := readBy(file, 1), readBy(file, ahead)
		if diff := cmp.Diff(many, one); diff != "" {
			t.Errorf("read by %d (-got), one at a time (+want):\n%s", ahead, diff)
		}
	})
}

// aRead is what came of a file.
type aRead struct {
	Frames []decode.Frame
	Err    string
	Offset int64
}

// readBy reads a file by n packets.
func readBy(file []byte, n int) (got aRead) {
	var ids uint32
	w := newWindow(bytes.NewReader(file))
	r, err := newReader(w, &ids)
	for frames := make([]decode.Frame, n); err == nil; {
		if n, err = r.next(frames); err == nil {
			for _, f := range frames[:n] {
				f.Data = bytes.Clone(f.Data)
				got.Frames = append(got.Frames, f)
			}
		}
	}
	got.Err, got.Offset = err.Error(), w.offset()
	return got
}

// FuzzFiles reads any bytes as a capture file: it must end, with an error of
// one of the three kinds, and every frame must keep to its bounds.
func FuzzFiles(f *testing.F) {
	for _, seed := range captureSeeds() {
		f.Add(seed)
	}
	classic := captureSeeds()[0]
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
