package capture

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// A file that is cut short or goes on while it is read ends where it ends by then.
func TestFileChangesWhileRead(t *testing.T) {
	const records, size = 1000, recordHead + 1024 // four windows of them
	file := pcapBytes{order: binary.LittleEndian, link: 1}.build(alike(records, size-recordHead)...)
	tests := []struct {
		name    string
		change  func(path string) error // once the first packet was read
		packets int
		damaged uint64 // the packet that is; 0: none
	}{
		{"cut in a packet", cutAt(pcapFileHeader + 700*size + size/2), 700, 701},
		{"cut in a header", cutAt(pcapFileHeader + 700*size + recordHead/2), 700, 701},
		{"cut between packets", cutAt(pcapFileHeader + 700*size), 700, 0},
		{"longer", func(path string) error { return appendTo(path, file[pcapFileHeader:]) }, 2 * records, 0},
		{"longer by half a packet", func(path string) error { return appendTo(path, file[pcapFileHeader:][:size/2]) }, records, records + 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := save(t, "capture", file)
			f, err := OpenFile([]string{path}, FileOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.Next(); err != nil {
				t.Fatal(err)
			}
			if err := tt.change(path); err != nil {
				t.Fatal(err)
			}
			packets, _, err := drainFiles(f)
			if got := 1 + len(packets); got != tt.packets {
				t.Errorf("%d packets, want %d", got, tt.packets)
			}
			var damage *DamageError
			switch {
			case tt.damaged == 0 && err != io.EOF:
				t.Errorf("ends with %v, want EOF", err)
			case tt.damaged != 0 && (!errors.As(err, &damage) || damage.Packet != tt.damaged):
				t.Errorf("ends with %v, want damage of packet %d", err, tt.damaged)
			}
		})
	}
}

// alike are n packets of size bytes.
func alike(n, size int) []packet {
	packets := make([]packet, n)
	for i := range packets {
		packets[i] = packet{Time: int64(i) * 1000, Length: size, Data: strings.Repeat("x", size)}
	}
	return packets
}

func cutAt(size int64) func(path string) error {
	return func(path string) error { return os.Truncate(path, size) }
}

func appendTo(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
