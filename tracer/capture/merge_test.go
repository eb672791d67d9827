package capture

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// capturesOf saves files of packets that are given by a digit, the time in
// microseconds, and a letter, the data.
func capturesOf(t *testing.T, files ...string) []string {
	var paths []string
	for _, f := range files {
		var packets []packet
		for _, p := range strings.Fields(f) {
			packets = append(packets, packet{Time: int64(p[0]-'0') * 1000, Length: 2, Data: p[1:]})
		}
		paths = append(paths, save(t, "capture", pcapBytes{order: binary.LittleEndian, link: 1}.build(packets...)))
	}
	return paths
}

func TestMerge(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"one", []string{"1a 2b"}, "ab"},
		{"one after the other", []string{"3c 4d", "1a 2b"}, "abcd"},
		{"interleaved", []string{"1a 4d", "2b 5e", "3c 6f"}, "abcdef"},
		{"ties go by the order of the arguments", []string{"1a 1b 2e", "1c 2f", "1d"}, "abcdef"},
		{"time that goes backwards stays in its file", []string{"5b 1c 6e", "2a 5d"}, "abcde"},
		{"an empty one", []string{"", "1a"}, "a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := OpenFile(capturesOf(t, tt.files...), FileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			packets, frames, err := drainFiles(f)
			got := ""
			for i, p := range packets {
				got += p.Data
				if frames[i].Number != uint64(i+1) {
					t.Errorf("packet %d has number %d", i+1, frames[i].Number)
				}
			}
			if got != tt.want || err != io.EOF {
				t.Errorf("got %s and %v, want %s and EOF", got, err, tt.want)
			}
		})
	}
}

// Many files are merged as if their packets had been sorted.
func TestMergeMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var paths []string
	var want []int64
	for range 30 {
		var packets []packet
		now := int64(0)
		for range random.IntN(50) {
			now += random.Int64N(1000) * 1000
			packets = append(packets, packet{Time: now, Length: 1, Data: "x"})
			want = append(want, now)
		}
		paths = append(paths, save(t, "capture", pcapBytes{order: binary.BigEndian, link: 1}.build(packets...)))
	}
	slices.Sort(want)
	f, err := OpenFile(paths, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packets, _, _ := drainFiles(f)
	var got []int64
	for _, p := range packets {
		got = append(got, p.Time)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("times (-got +want):\n%s", diff)
	}
}

// Damage in some files is told of when the others are through.
func TestMergeDamage(t *testing.T) {
	paths := capturesOf(t, "1a 3c", "2b 4d", "5e")
	for _, i := range []int{0, 1} {
		paths[i] = cutFile(t, paths[i])
	}
	f, err := OpenFile(paths, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packets, _, err := drainFiles(f)
	got := ""
	for _, p := range packets {
		got += p.Data
	}
	if got != "abe" {
		t.Errorf("got %s, want abe", got)
	}
	var damage *DamageError
	if !errors.As(err, &damage) || strings.Count(err.Error(), "damaged at byte") != 2 {
		t.Errorf("got %v, want two damages", err)
	}
}

// cutFile saves path without its last byte.
func cutFile(t *testing.T, path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return save(t, "cut", b[:len(b)-1])
}
