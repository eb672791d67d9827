package capture

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// randomPackets are as pcapgo writes them: to the nanosecond, sometimes cut.
func randomPackets(random *rand.Rand, n int) []packet {
	var packets []packet
	for range n {
		data := make([]byte, random.IntN(300))
		for i := range data {
			data[i] = byte(random.IntN(256))
		}
		packets = append(packets, packet{
			Time: random.Int64N(2_000_000_000 * second), Link: 1,
			Length: len(data) + random.IntN(2)*random.IntN(2000), Data: string(data),
		})
	}
	return packets
}

func captureInfo(p packet) gopacket.CaptureInfo {
	return gopacket.CaptureInfo{Timestamp: time.Unix(0, p.Time), CaptureLength: len(p.Data), Length: p.Length}
}

// What pcapgo writes is read here as it was, and as pcapgo reads it.
func TestAgainstPcapgo(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		want := randomPackets(random, 200)
		var classic, ng bytes.Buffer
		w := pcapgo.NewWriterNanos(&classic)
		if err := w.WriteFileHeader(65536, layers.LinkTypeEthernet); err != nil {
			t.Fatal(err)
		}
		n, err := pcapgo.NewNgWriter(&ng, layers.LinkTypeEthernet)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range want {
			if err := w.WritePacket(captureInfo(p), []byte(p.Data)); err != nil {
				t.Fatal(err)
			}
			if err := n.WritePacket(captureInfo(p), []byte(p.Data)); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Flush(); err != nil {
			t.Fatal(err)
		}
		theirs, err := pcapgo.NewReader(bytes.NewReader(classic.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "pcap", classic.Bytes(), theirs, want)
		theirsNg, err := pcapgo.NewNgReader(bytes.NewReader(ng.Bytes()), pcapgo.DefaultNgReaderOptions)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "pcapng", ng.Bytes(), theirsNg, want)
	}
}

func compare(t *testing.T, name string, file []byte, theirs gopacket.PacketDataSource, want []packet) {
	t.Helper()
	got, err := readBytes(file, "")
	if err != io.EOF {
		t.Errorf("%s: got %v, want EOF", name, err)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("%s (-got +want):\n%s", name, diff)
	}
	for i := range want {
		data, info, err := theirs.ReadPacketData()
		if err != nil {
			t.Fatal(err)
		}
		p := packet{Time: info.Timestamp.UnixNano(), Link: 1, Length: info.Length, Data: string(data)}
		if diff := cmp.Diff(got[i], p); diff != "" {
			t.Errorf("%s, packet %d (-ours +theirs):\n%s", name, i+1, diff)
		}
	}
}
