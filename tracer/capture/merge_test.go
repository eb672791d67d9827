package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
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

// However many packets are read at once, each is handed over, with its number,
// and what is wrong behind them is found at its place.
func TestReadAhead(t *testing.T) {
	pcap := func(packets []packet) []byte { return pcapBytes{order: binary.BigEndian, link: 1}.build(packets...) }
	pcapng := func(packets []packet) []byte {
		n := new(ngBytes).section(binary.LittleEndian).iface(1, 0)
		for _, p := range packets {
			n.enhanced(0, uint64(p.Time/1000), p.Length, p.Data)
		}
		return n.Bytes()
	}
	bad := "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	tests := []struct {
		name   string
		build  func([]packet) []byte
		behind string // all packets
		damage bool
	}{
		{"pcap", pcap, "", false},
		{"pcap cut", pcap, bad[:15], true},
		{"pcap with a bad length", pcap, bad, true},
		{"pcapng", pcapng, "", false},
		{"pcapng cut", pcapng, "\x06\x00\x00\x00\x40\x00\x00\x00", true},
		{"pcapng with a bad length", pcapng, bad, true},
		{"pcapng with an odd length", pcapng, "\x06\x00\x00\x00\x21\x00\x00\x00" + string(make([]byte, 21)) + "\x21\x00\x00\x00", true},
		{"pcapng with another length behind the block", pcapng, "\x06\x00\x00\x00\x20\x00\x00\x00" + string(make([]byte, 24)), true},
	}
	for _, tt := range tests {
		for _, n := range []int{0, 1, ahead - 1, ahead, ahead + 1, 2 * ahead, 3*ahead + 7} {
			t.Run(fmt.Sprint(tt.name, " ", n), func(t *testing.T) {
				var want []packet
				for i := range n {
					data := fmt.Sprintf("packet %04d", i)
					want = append(want, packet{Time: int64(i) * 1000, Link: 1, Length: len(data) + i, Data: data})
				}
				whole := tt.build(want)
				f, err := OpenFile([]string{save(t, "capture", append(whole, tt.behind...))}, FileOptions{})
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				got, frames, err := drainFiles(f)
				if diff := cmp.Diff(got, want); diff != "" {
					t.Errorf("packets (-got +want):\n%s", diff)
				}
				for i, frame := range frames {
					if frame.Number != uint64(i+1) {
						t.Fatalf("packet %d has number %d", i+1, frame.Number)
					}
				}
				var damage *DamageError
				if errors.As(err, &damage) != tt.damage || !tt.damage && err != io.EOF {
					t.Fatalf("got %v, want damage: %v", err, tt.damage)
				}
				if tt.damage && (damage.Offset != int64(len(whole)) || damage.Packet != uint64(n+1)) {
					t.Errorf("damage at byte %d, packet %d, want %d, %d", damage.Offset, damage.Packet, len(whole), n+1)
				}
			})
		}
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
