package pcapng

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestNames: as tcpdump 4.99.3 names them.
func TestNames(t *testing.T) {
	moment := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		r    Rotation
		n    int
		want string
	}{
		{Rotation{}, 0, "x%Y.p"},
		{Rotation{Size: 1}, 0, "x%Y.p"},
		{Rotation{Size: 1}, 12, "x%Y.p12"},
		{Rotation{Size: 1, Files: 1}, 0, "x%Y.p"},
		{Rotation{Size: 1, Files: 3}, 0, "x%Y.p0"},
		{Rotation{Size: 1, Files: 10}, 9, "x%Y.p9"},
		{Rotation{Size: 1, Files: 11}, 0, "x%Y.p00"},
		{Rotation{Size: 1, Files: 101}, 7, "x%Y.p007"},
		{Rotation{Every: time.Hour}, 0, "x2026.p"},
		{Rotation{Every: time.Hour, Files: 5}, 0, "x2026.p"},
		{Rotation{Every: time.Hour, Size: 1}, 0, "x2026.p"},
		{Rotation{Every: time.Hour, Size: 1}, 2, "x2026.p2"},
		{Rotation{Every: time.Hour, Size: 1, Files: 2}, 1, "x2026.p1"},
	}
	for _, tt := range tests {
		if got := tt.r.name("x%Y.p", moment, tt.n); got != tt.want {
			t.Errorf("%+v, file %d: %s, want %s", tt.r, tt.n, got, tt.want)
		}
	}
}

// folder is where a sink creates its files.
type folder struct {
	files map[string]*memory
	order []string
}

func (f *folder) create(path string) (io.WriteCloser, error) {
	m := &memory{}
	f.files[path] = m
	f.order = append(f.order, path)
	return m, nil
}

// rotate writes frames at times in milliseconds, and says what files that
// makes, in the order of their making, with the numbers of their packets; and
// which frame was refused, 0 for none.
func rotate(t *testing.T, o Options, times ...int64) (order []string, holds map[string]string, refused int) {
	t.Helper()
	f := folder{files: map[string]*memory{}}
	o.Open, o.Describe = f.create, ethernet
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	for n, ms := range times {
		if err := s.Frame(frame(uint64(n+1), ms)); err == io.EOF {
			refused = n + 1
			break
		} else if err != nil {
			t.Fatal(err)
		}
		s.Step(opened(uint64(n+1), ms))
	}
	s.Step(expired(100_000))
	if err := s.Close(nil); err != nil {
		t.Fatal(err)
	}
	holds = map[string]string{}
	for path, m := range f.files {
		var numbers []string
		all := readBlocks(t, m.Bytes())
		for _, p := range packets(all) {
			numbers = append(numbers, fmt.Sprint(p.body[24]))
		}
		holds[path] = strings.Join(numbers, " ")
		kinds := []uint32{all[0].kind, all[1].kind, all[len(all)-1].kind}
		if !slices.Equal(kinds, []uint32{sectionHeader, interfaceBlock, statisticsBlock}) || !m.closed {
			t.Errorf("%s: blocks %v, closed %v, want a section with an interface and its statistics", path, kinds, m.closed)
		}
	}
	return f.order, holds, refused
}

func TestRotation(t *testing.T) {
	// A head has 88 bytes, a packet 88: two packets make more than 200 bytes.
	tests := []struct {
		name    string
		o       Options
		times   []int64
		order   []string
		holds   map[string]string
		refused int
	}{
		{"by size", Options{Path: "f", Rotation: Rotation{Size: 200}}, []int64{0, 1, 2, 3, 4},
			[]string{"f", "f1", "f2"}, map[string]string{"f": "1 2", "f1": "3 4", "f2": "5"}, 0},
		{"in a ring", Options{Path: "f", Rotation: Rotation{Size: 200, Files: 2}}, []int64{0, 1, 2, 3, 4},
			[]string{"f0", "f1", "f0"}, map[string]string{"f0": "5", "f1": "3 4"}, 0},
		{"by time, from the packet that began the file", Options{Path: "f%S", Rotation: Rotation{Every: 2 * time.Second}},
			[]int64{500, 2400, 2600, 3900, 4100, 9000},
			[]string{"f00", "f02", "f04", "f09"}, map[string]string{"f00": "1", "f02": "2 3 4", "f04": "5", "f09": "6"}, 0},
		{"live, from the start", Options{Path: "f%S", Start: at(1000), Rotation: Rotation{Every: 2 * time.Second}},
			[]int64{1500, 3500}, []string{"f01", "f03"}, map[string]string{"f01": "1", "f03": "2"}, 0},
		{"so many by time, and the end", Options{Path: "f%S", Rotation: Rotation{Every: time.Second, Files: 2}},
			[]int64{0, 1000, 1500, 2000, 3000},
			[]string{"f00", "f01"}, map[string]string{"f00": "1", "f01": "2 3"}, 4},
		{"by both", Options{Path: "f%S", Rotation: Rotation{Every: time.Second, Size: 200}}, []int64{0, 1, 2, 1000, 1001},
			[]string{"f00", "f001", "f01"}, map[string]string{"f00": "1 2", "f001": "3", "f01": "4 5"}, 0},
		{"a name without a time is overwritten", Options{Path: "f", Rotation: Rotation{Every: time.Second}}, []int64{0, 1000},
			[]string{"f", "f"}, map[string]string{"f": "2"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Interfaces = 1
			order, holds, refused := rotate(t, tt.o, tt.times...)
			if diff := cmp.Diff(tt.order, order); diff != "" {
				t.Errorf("files in order (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.holds, holds); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
			if refused != tt.refused {
				t.Errorf("frame %d was refused, want %d", refused, tt.refused)
			}
		})
	}
}

// TestNextFileFails: that the next file cannot be created ends the trace, and
// the one before it is whole.
func TestNextFileFails(t *testing.T) {
	f := folder{files: map[string]*memory{}}
	denied := fmt.Errorf("denied")
	s, err := New(Options{Path: "f", Describe: ethernet, Rotation: Rotation{Size: 50}, Open: func(path string) (io.WriteCloser, error) {
		if path == "f1" {
			return nil, denied
		}
		return f.create(path)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Frame(frame(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Frame(frame(2, 0)); err != denied {
		t.Errorf("error %v, want %v", err, denied)
	}
	s.Step(opened(2, 0))
	if err := s.Close(nil); err != nil {
		t.Errorf("the error is told again: %v", err)
	}
	if got := len(packets(readBlocks(t, f.files["f"].Bytes()))); got != 1 {
		t.Errorf("%d packets in the first file, want 1", got)
	}
}

// TestManyInterfaces: behind so many a new section begins, in which they are
// numbered anew.
func TestManyInterfaces(t *testing.T) {
	var m memory
	s := writeTo(t, &m, Options{})
	for n := range uint32(maxInterfaces + 2) {
		f := frame(uint64(n)+1, 0)
		f.Interface = n
		if err := s.Frame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(nil); err != nil {
		t.Fatal(err)
	}
	all := readBlocks(t, m.Bytes())
	last := packets(all)[maxInterfaces+1]
	if got := last.body[:4]; string(got) != "\x01\x00\x00\x00" {
		t.Errorf("the last packet is of interface %x, want 1 of the second section", got)
	}
	if n := len(s.file.ids); n != 2 {
		t.Errorf("%d interfaces are remembered, want 2", n)
	}
}
