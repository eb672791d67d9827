package pcapng

import (
	"encoding/binary"
	"testing"
)

// block is one block of a file, read by the draft and not by the code here.
type block struct {
	kind     uint32
	body     []byte
	comments []string
	options  map[uint16]string // the others
}

// readBlocks reads a file to its end, where a block must end.
func readBlocks(t *testing.T, b []byte) []block {
	t.Helper()
	var all []block
	for len(b) > 0 {
		if len(b) < 12 {
			t.Fatalf("%d bytes are left at the end", len(b))
		}
		size := binary.LittleEndian.Uint32(b[4:])
		if size%4 != 0 || int(size) > len(b) || binary.LittleEndian.Uint32(b[size-4:]) != size {
			t.Fatalf("a block of %d bytes, of which %d are there, or whose lengths differ", size, len(b))
		}
		all = append(all, readBlock(t, binary.LittleEndian.Uint32(b), b[8:size-4]))
		b = b[size:]
	}
	return all
}

func readBlock(t *testing.T, kind uint32, body []byte) block {
	t.Helper()
	heads := map[uint32]int{0x0a0d0d0a: 16, 1: 8, 5: 12, 6: 20} // bytes before data and options
	got := block{kind: kind, body: body, options: map[uint16]string{}}
	options := body[heads[kind]:]
	if kind == 6 {
		options = options[(binary.LittleEndian.Uint32(body[12:])+3)&^3:]
	}
	for ended := len(options) == 0; !ended; {
		code, size := binary.LittleEndian.Uint16(options), int(binary.LittleEndian.Uint16(options[2:]))
		value := string(options[4 : 4+size])
		options = options[4+(size+3)&^3:]
		switch code {
		case 0:
			if ended = true; len(options) > 0 {
				t.Fatalf("%d bytes behind the end of the options", len(options))
			}
		case 1:
			got.comments = append(got.comments, value)
		default:
			got.options[code] = value
		}
	}
	return got
}

// packets are the packet blocks among all.
func packets(all []block) []block {
	var only []block
	for _, b := range all {
		if b.kind == 6 {
			only = append(only, b)
		}
	}
	return only
}
