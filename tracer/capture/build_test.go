package capture

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packet is what the tests write to files and expect to read again.
type packet struct {
	Time   int64 // nanoseconds
	Link   int
	Length int
	Data   string
}

// pcapBytes builds a classic pcap file.
type pcapBytes struct {
	order binary.ByteOrder
	magic uint32
	minor uint16
	link  uint32
}

func (p pcapBytes) build(packets ...packet) []byte {
	if p.magic == 0 {
		p.magic = pcapMicro
	}
	if p.minor == 0 {
		p.minor = 4
	}
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, p.order, v) }
	put(p.magic)
	put([]uint16{2, p.minor})
	put([]uint32{0, 0, 0, p.link}) // snaplen 0, as some writers leave it
	unit := int64(1000)
	if p.magic == pcapNano {
		unit = 1
	}
	for _, k := range packets {
		put([]uint32{uint32(k.Time / 1e9), uint32(k.Time % 1e9 / unit)})
		if p.minor < 3 {
			put([]uint32{uint32(k.Length), uint32(len(k.Data))})
		} else {
			put([]uint32{uint32(len(k.Data)), uint32(k.Length)})
		}
		if p.magic == pcapModified {
			put([]uint32{7, 0x08000000})
		}
		b.WriteString(k.Data)
	}
	return b.Bytes()
}

// ngBytes builds a pcapng file block by block.
type ngBytes struct {
	bytes.Buffer
	order binary.ByteOrder
}

func (n *ngBytes) block(kind uint32, fields ...any) *ngBytes {
	var body bytes.Buffer
	for _, f := range fields {
		if s, ok := f.(string); ok {
			body.WriteString(s)
			body.Write(make([]byte, -len(s)&3))
			continue
		}
		binary.Write(&body, n.order, f)
	}
	size := uint32(body.Len() + blockFrame)
	binary.Write(n, n.order, []uint32{kind, size})
	n.Write(body.Bytes())
	binary.Write(n, n.order, size)
	return n
}

// section begins a section in the given order.
func (n *ngBytes) section(o binary.ByteOrder) *ngBytes {
	n.order = o
	return n.block(sectionHeader, uint32(byteOrderMagic), []uint16{1, 0}, int64(-1),
		[]uint16{3, 5}, "linux", []uint16{0, 0})
}

func (n *ngBytes) iface(link uint16, snaplen uint32, options ...any) *ngBytes {
	return n.block(interfaceBlock, append([]any{link, uint16(0), snaplen}, options...)...)
}

func (n *ngBytes) enhanced(id uint32, units uint64, length int, data string, options ...any) *ngBytes {
	fields := []any{id, uint32(units >> 32), uint32(units), uint32(len(data)), uint32(length), data}
	return n.block(enhancedPacket, append(fields, options...)...)
}

func (n *ngBytes) obsolete(id uint16, units uint64, length int, data string) *ngBytes {
	return n.block(obsoletePacket, id, uint16(3), uint32(units>>32), uint32(units), uint32(len(data)), uint32(length), data)
}

func (n *ngBytes) simple(length int, data string) *ngBytes {
	return n.block(simplePacket, uint32(length), data)
}

func gzipped(t testing.TB, parts ...[]byte) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		z := gzip.NewWriter(&b)
		if _, err := z.Write(p); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func zstandard(t testing.TB, parts ...[]byte) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write(p); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// save writes a file of the test's own and returns its path.
func save(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The same SYN, from 10.0.0.5:51324 to 10.0.0.9:443, without a link layer, on
// Ethernet and as captured on `any` (LINUX_SLL2).
const (
	ipPacket = "\x45\x00\x00\x28\x00\x01\x40\x00\x40\x06\x26\xb8\x0a\x00\x00\x05\x0a\x00\x00\x09" +
		"\xc8\x7c\x01\xbb\xac\x57\x5b\x31\x00\x00\x00\x00\x50\x02\xfa\xf0\x00\x00\x00\x00"
	tcpFrame  = "\x02\x00\x00\x00\x00\x09\x02\x00\x00\x00\x00\x05\x08\x00" + ipPacket
	sll2Frame = "\x08\x00\x00\x00\x00\x00\x00\x02\x00\x01\x00\x06\x02\x00\x00\x00\x00\x05\x00\x00" + ipPacket
)
