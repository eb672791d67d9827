package pcapng

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tcptrace/tracer/decode"
)

func TestLiveFileIsWrittenEverySecond(t *testing.T) {
	tests := []struct {
		name   string
		o      Options
		events []any
		want   int // packets that can be read before Close
	}{
		{"a second later", Options{Start: start}, []any{frame(1, 0), frame(2, 500), frame(3, 999), frame(4, 1000)}, 3},
		{"no packet for a moment", Options{Start: start}, []any{frame(1, 0), frame(2, 1), nil}, 2},
		{"a replay waits", Options{}, []any{frame(1, 0), frame(2, 5000)}, 0},
		{"unbuffered", Options{Unbuffered: true}, []any{frame(1, 0), frame(2, 1)}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var m memory
			s := writeTo(t, &m, tt.o)
			var got int
			for _, e := range tt.events {
				f, _ := e.(*decode.Frame)
				if err := s.Frame(f); err != nil {
					t.Fatal(err)
				}
				got = len(packets(readBlocks(t, m.Bytes())))
			}
			if got != tt.want {
				t.Errorf("%d packets can be read, want %d", got, tt.want)
			}
		})
	}
}

// small is a file with room for so many bytes, on a disk that is full then.
type small struct {
	*os.File
	room int
}

var errFull = errors.New("no space left on device")

func (f *small) Write(b []byte) (int, error) {
	if len(b) <= f.room {
		f.room -= len(b)
		return f.File.Write(b)
	}
	n, _ := f.File.Write(b[:f.room])
	f.room = 0
	return n, errFull
}

// TestFullDisk: whatever there was room for ends with a whole block, the error
// is told once, and nothing is written afterwards.
func TestFullDisk(t *testing.T) {
	for room := 150; room < 700; room++ {
		path := filepath.Join(t.TempDir(), "f")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		s := writeTo(t, &small{f, room}, Options{Path: path, Unbuffered: true})
		var told error
		for n := range uint64(20) {
			if err := s.Frame(frame(n+1, int64(n))); err != nil {
				told = errors.Join(told, err)
			}
			s.Step(opened(n+1, int64(n)))
		}
		if want := fmt.Sprintf("write %q: no space left on device", path); told == nil || told.Error() != want {
			t.Fatalf("room for %d bytes: error %v, want %s", room, told, want)
		}
		if err := s.Close(nil); err != nil {
			t.Errorf("room for %d bytes: the error is told again: %v", room, err)
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) > room {
			t.Fatal(len(data), err)
		}
		if n := len(packets(readBlocks(t, data))); n != (room-88)/88 {
			t.Errorf("room for %d bytes: %d packets, want %d of 88 bytes behind a head of 88", room, n, (room-88)/88)
		}
	}
}
