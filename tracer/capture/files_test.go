package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/tracer/decode"
)

// drainFiles reads f to its end and returns what it gave, with the last error.
func drainFiles(f *Files) ([]packet, []decode.Frame, error) {
	var packets []packet
	var frames []decode.Frame
	for {
		frame, err := f.Next()
		if err != nil {
			return packets, frames, err
		}
		packets = append(packets, packet{
			Time: int64(frame.Time), Link: frame.LinkType, Length: frame.Length, Data: string(frame.Data),
		})
		frames = append(frames, *frame)
	}
}

// readBytes reads a capture from standard input.
func readBytes(b []byte, filter string) ([]packet, error) {
	f, err := OpenFile([]string{"-"}, FileOptions{Stdin: bytes.NewReader(b), Filter: filter})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	packets, _, err := drainFiles(f)
	return packets, err
}

const second = 1_000_000_000

// three packets, whole microseconds, one of them cut.
func threePackets() []packet {
	return []packet{
		{Time: 1700000000*second + 1000, Link: 1, Length: 60, Data: strings.Repeat("a", 60)},
		{Time: 1700000000*second + 2000, Link: 1, Length: 1514, Data: strings.Repeat("b", 61)},
		{Time: 1700000001 * second, Link: 1, Length: 3, Data: "ccc"},
	}
}

func withLink(packets []packet, link int) []packet {
	for i := range packets {
		packets[i].Link = link
	}
	return packets
}

func TestFormats(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	three := threePackets()
	nano := threePackets()
	nano[0].Time += 7
	odd := threePackets()
	odd[2].Length = 0 // the record says less than it holds
	mixed := new(ngBytes).section(le).
		iface(1, 0).
		block(0x0bad, uint32(32473), "a custom block").
		iface(101, 96, []uint16{optionResolution, 1}, []byte{9, 0, 0, 0}, []uint16{optionOffset, 8}, int64(100), []uint16{optionEnd, 0}).
		enhanced(1, 5, 40, "E", []uint16{1, 5}, "hello", []uint16{optionEnd, 0}).
		obsolete(0, 2_000_000, 9, "obs").
		simple(2, "si").
		block(5, uint32(0), uint64(0)).
		section(be).
		iface(276, 0, []uint16{optionResolution, 1}, []byte{0x80 | 10, 0, 0, 0}).
		enhanced(0, 1024+512, 1, "z")
	tests := []struct {
		name string
		file []byte
		want []packet
	}{
		{"little endian", pcapBytes{order: le, link: 1}.build(three...), three},
		{"big endian", pcapBytes{order: be, link: 1}.build(three...), three},
		{"nanoseconds", pcapBytes{order: le, magic: pcapNano, link: 1}.build(nano...), nano},
		{"nanoseconds, big endian", pcapBytes{order: be, magic: pcapNano, link: 1}.build(nano...), nano},
		{"kuznetzov", pcapBytes{order: le, magic: pcapModified, link: 1}.build(three...), three},
		{"kuznetzov, big endian", pcapBytes{order: be, magic: pcapModified, link: 1}.build(three...), three},
		{"version 2.2 has the lengths the other way round", pcapBytes{order: be, minor: 2, link: 1}.build(three...), three},
		{"version 2.3 has them so or so", pcapBytes{order: be, minor: 3, link: 1}.build(three...), three},
		{"link type above 255", pcapBytes{order: le, link: 276}.build(three...), withLink(threePackets(), 276)},
		{"frame check sequence", pcapBytes{order: le, link: 0x4400_0001}.build(three...), three},
		{"length below what was captured", pcapBytes{order: le, link: 1}.build(odd...), three},
		{"header only", pcapBytes{order: le, link: 1}.build(), nil},
		{"pcapng section only", new(ngBytes).section(be).Bytes(), nil},
		{"pcapng without packets", new(ngBytes).section(le).iface(1, 0).Bytes(), nil},
		{"pcapng of all sorts", mixed.Bytes(), []packet{
			{Time: 100*second + 5, Link: 101, Length: 40, Data: "E"},
			{Time: 2 * second, Link: 1, Length: 9, Data: "obs"},
			{Time: 2 * second, Link: 1, Length: 2, Data: "si"},
			{Time: second + second/2, Link: 276, Length: 1, Data: "z"},
		}},
		{"simple packet cut by the snaplen", new(ngBytes).section(le).iface(1, 4).simple(9, "1234").Bytes(),
			[]packet{{Link: 1, Length: 9, Data: "1234"}}},
		{"gzip", gzipped(t, pcapBytes{order: le, link: 1}.build(three...)), three},
		{"gzip in parts", gzipped(t, pcapBytes{order: le, link: 1}.build(three[:1]...), pcapBytes{order: le, link: 1}.build(three[1:]...)[24:]), three},
		{"zstd", zstandard(t, pcapBytes{order: le, link: 1}.build(three...)), three},
		{"zstd in parts", zstandard(t, pcapBytes{order: le, link: 1}.build(three[:1]...), pcapBytes{order: le, link: 1}.build(three[1:]...)[24:]), three},
		{"zstd after a skippable frame", append([]byte("\x50\x2a\x4d\x18\x01\x00\x00\x00x"), zstandard(t, pcapBytes{order: le, link: 1}.build(three...))...), three},
		{"compressed pcapng", gzipped(t, new(ngBytes).section(le).iface(1, 0).enhanced(0, 1, 1, "x").Bytes()),
			[]packet{{Time: 1000, Link: 1, Length: 1, Data: "x"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := OpenFile([]string{save(t, "capture", tt.file)}, FileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got, frames, err := drainFiles(f)
			if err != io.EOF {
				t.Errorf("end: got %v, want EOF", err)
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("packets (-got +want):\n%s", diff)
			}
			for i, frame := range frames {
				if frame.Number != uint64(i+1) {
					t.Errorf("number: got %d, want %d", frame.Number, i+1)
				}
			}
			if read, total := f.Progress(); read != int64(len(tt.file)) || total != read {
				t.Errorf("progress: got %d of %d, want %d of it", read, total, len(tt.file))
			}
			if _, err := f.Next(); err != io.EOF {
				t.Errorf("after the end: got %v, want EOF", err)
			}
			piped, err := readBytes(tt.file, "")
			if err != io.EOF || !cmp.Equal(piped, tt.want) {
				t.Errorf("from standard input: got %v and %v", piped, err)
			}
		})
	}
}

// Interfaces are told apart within and between files, and sections.
func TestInterfaces(t *testing.T) {
	le := binary.LittleEndian
	ng := new(ngBytes).section(le).iface(1, 0).iface(1, 0).enhanced(1, 10, 1, "a").enhanced(0, 20, 1, "b").
		section(le).iface(1, 0).enhanced(0, 40, 1, "c")
	classic := pcapBytes{order: le, link: 1}.build(packet{Time: 30_000, Length: 1, Data: "d"})
	f, err := OpenFile([]string{save(t, "a", ng.Bytes()), save(t, "b", classic)}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[uint32]string{}
	_, frames, _ := drainFiles(f)
	for _, frame := range frames {
		seen[frame.Interface] += string(rune('a' + frame.Number - 1))
	}
	if len(frames) != 4 || len(seen) != 4 {
		t.Errorf("got %d packets of %d interfaces, want 4 of 4: %v", len(frames), len(seen), seen)
	}
}

func TestOpenErrors(t *testing.T) {
	tests := []struct {
		name string
		file string
		want string
	}{
		{"empty", "", "the file is empty"},
		{"three bytes", "abc", "too short for a capture file (3 bytes)"},
		{"text", "hello, world, this is no capture", "not a capture file (magic 0x68656c6c)"},
		{"snoop", "snoop\x00\x00\x00\x00\x00\x00\x02", "not a capture file (magic 0x736e6f6f)"},
		{"file header cut", string(pcapBytes{order: binary.LittleEndian}.build()[:23]), "file header: cut short, 23 of 24 bytes are there"},
		{"section header cut", string(new(ngBytes).section(binary.LittleEndian).Bytes()[:11]), "section header: cut short, 11 of 12 bytes are there"},
		{"no byte order", "\x0a\x0d\x0d\x0a\x00\x00\x00\x1c\x11\x22\x33\x44", "section header: section with byte-order magic 0x11223344"},
		{"empty gzip", string(gzipped(t, nil)), "the file is empty"},
		{"cut gzip", "\x1f\x8b\x08\x00", "the compressed data are cut short"},
		{"no gzip", "\x1f\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00", "gzip: invalid header"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := save(t, "capture", []byte(tt.file))
			_, err := OpenFile([]string{path}, FileOptions{})
			if err == nil || !strings.HasSuffix(err.Error(), "capture\": "+tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := OpenFile([]string{t.TempDir()}, FileOptions{}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("directory: got %v", err)
	}
	if _, err := OpenFile([]string{"/does/not/exist"}, FileOptions{}); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "/does/not") != 1 {
		t.Errorf("no file: got %v", err)
	}
	good := bytes.NewReader(pcapBytes{order: binary.LittleEndian}.build())
	if _, err := OpenFile([]string{"-", "-"}, FileOptions{Stdin: good}); err == nil || !strings.Contains(err.Error(), "only once") {
		t.Errorf("standard input twice: got %v", err)
	}
}

func TestStats(t *testing.T) {
	f, err := OpenFile(nil, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Stats(); got != (decode.Stats{}) {
		t.Errorf("a file cannot count: got %+v", got)
	}
	if _, err := f.Next(); err != io.EOF {
		t.Errorf("no files: got %v, want EOF", err)
	}
}

func TestNoAllocations(t *testing.T) {
	var packets []packet
	ng := new(ngBytes).section(binary.LittleEndian).iface(1, 0)
	for i := range 3000 {
		packets = append(packets, packet{Time: int64(i) * 1000, Length: 54, Data: tcpFrame})
		ng.enhanced(0, uint64(i), 54, tcpFrame)
	}
	classic := save(t, "a", pcapBytes{order: binary.LittleEndian, link: 1}.build(packets...))
	f, err := OpenFile([]string{classic, save(t, "b", ng.Bytes())}, FileOptions{Filter: "tcp"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Next() // the first one of each file takes its place in the merge
	f.Next()
	got := testing.AllocsPerRun(5000, func() {
		if frame, err := f.Next(); err != nil || frame == nil {
			t.Fatal(frame, err)
		}
	})
	if got != 0 {
		t.Errorf("got %v allocations a packet, want 0", got)
	}
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
