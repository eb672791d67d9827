package capture

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"tcptrace/tracer/decode"
)

const benchPackets = 10_000

func BenchmarkPcapFile(b *testing.B) {
	var packets []packet
	for i := range benchPackets {
		packets = append(packets, packet{Time: int64(i) * 1000, Length: 1514, Data: strings.Repeat("x", 96)})
	}
	benchReader(b, pcapBytes{order: binary.LittleEndian, link: 1}.build(packets...))
}

func BenchmarkPcapngFile(b *testing.B) {
	n := new(ngBytes).section(binary.LittleEndian).iface(1, 0)
	for i := range benchPackets {
		n.enhanced(0, uint64(i), 1514, strings.Repeat("x", 96))
	}
	benchReader(b, n.Bytes())
}

// benchReader reads a file of benchPackets again and again: ns/op is for one
// frame.
func benchReader(b *testing.B, file []byte) {
	data := bytes.NewReader(nil)
	w := newWindow(data)
	var m merge
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		b.StopTimer()
		data.Reset(file)
		*w = window{r: data, buf: w.buf}
		var ids uint32
		r, err := newReader(w, &ids)
		if err != nil {
			b.Fatal(err)
		}
		m.due = append(m.due[:0], &source{reader: r})
		b.StartTimer()
		for ; n < b.N; n++ {
			if _, err := m.next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	for _, expr := range []string{"tcp", "tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0", "tcp and (port 80 or port 443) and net 10.0.0.0/8"} {
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
