package capture

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tcptrace/tracer/decode"
)

const benchPackets = 100_000

// benchFrame is what the snaplen leaves of a long packet.
var benchFrame = strings.Repeat("x", 96)

func BenchmarkReadPcap(b *testing.B) {
	var packets []packet
	for i := range benchPackets {
		packets = append(packets, packet{Time: int64(i) * 1000, Length: 1514, Data: benchFrame})
	}
	benchFile(b, pcapBytes{order: binary.LittleEndian, link: 1}.build(packets...))
}

// A file without a snaplen: nearly all of the time is the copy out of the kernel.
func BenchmarkReadWholeFrames(b *testing.B) {
	benchFile(b, pcapBytes{order: binary.LittleEndian, link: 1}.build(alike(benchPackets/10, 1514)...))
}

func BenchmarkReadPcapng(b *testing.B) {
	n := new(ngBytes).section(binary.LittleEndian).iface(1, 0)
	for i := range benchPackets {
		n.enhanced(0, uint64(i), 1514, benchFrame)
	}
	benchFile(b, n.Bytes())
}

// benchFile reads a file again and again: ns/op is for one
// packet, with the copy out of the kernel.
func benchFile(b *testing.B, content []byte) {
	path := filepath.Join(b.TempDir(), "capture")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		f, err := OpenFile([]string{path}, FileOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for ; n < b.N; n++ {
			if _, err = f.Next(); err != nil {
				break
			}
		}
		if err != nil && err != io.EOF {
			b.Fatal(err)
		}
		f.Close()
	}
}

func BenchmarkFilter(b *testing.B) {
	for _, expr := range []string{"tcp", "tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0", "port 443 and host 10.0.0.5", "tcp and (port 80 or port 443) and net 10.0.0.0/8"} {
		b.Run(expr, func(b *testing.B) {
			f, err := newFilter(expr, []int{1})
			if err != nil {
				b.Fatal(err)
			}
			frame := decode.Frame{LinkType: 1, Length: len(tcpFrame), Data: []byte(tcpFrame)}
			b.ReportAllocs()
			for b.Loop() {
				f.match(&frame)
			}
		})
	}
}
