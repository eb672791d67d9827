package capture

import (
	"math/rand/v2"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcap"
)

// exprs use every instruction that libpcap compiles to.
func exprs() []string {
	return []string{
		"tcp", "udp or icmp6", "port 443", "not tcp port 443", "host 10.0.0.5", "net 10.0.0.0/8", "ip6 and tcp",
		"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp[13] = 2", "tcp[4:4] > 5", "tcp[4:4] + 7 < 2891337121",
		"ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2) != 0", "greater 100", "less 60", "len % 7 = 3",
		"len / 3 = 18", "len * 2 = 108", "len ^ 5 = 51", "tcp[0:2] / tcp[4:1] = 1", "tcp[0:2] % ip[1] = 0", "ip[0] | 3 = 0x47",
		"vlan", "vlan 5 and tcp", "mpls", "portrange 400-500", "ether broadcast", "ether[0] & 1 = 0", "-len < 5", "ip proto 6",
		"tcp[tcp[12]/16] = 0", "ether[len - 1] = 0", "len << ip[0] = 0", "len >> ip[1] = 54", "1 = 1",
	}
}

// mutants are tcpFrame and what becomes of it by cutting and changing bytes.
func mutants(random *rand.Rand) [][]byte {
	all := [][]byte{[]byte(tcpFrame), {0}}
	for range 300 {
		b := append([]byte(tcpFrame), "more payload"...)
		for range random.IntN(4) {
			b[random.IntN(len(b))] = byte(random.IntN(256))
		}
		all = append(all, b[:1+random.IntN(len(b))])
	}
	return all
}

// The programs do the same here as in libpcap.
func TestProgramAgainstLibpcap(t *testing.T) {
	frames := mutants(rand.New(rand.NewPCG(3, 4)))
	for _, expr := range exprs() {
		p, err := compile(1, expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		b, err := pcap.NewBPF(layers.LinkTypeEthernet, maxRecord, expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		for _, frame := range frames {
			for _, length := range []int{len(frame), len(frame) + 50, 1514} {
				want := b.Matches(gopacket.CaptureInfo{CaptureLength: len(frame), Length: length}, frame)
				if got := p.match(frame, uint32(length)); got != want {
					t.Errorf("%s on %d bytes %x: got %v, want %v", expr, length, frame, got, want)
				}
			}
		}
	}
}

// FuzzProgram runs one of the filters over any packet, here and in libpcap. The
// filter is not fuzzed: libpcap would look up each word of it as a host's name.
func FuzzProgram(f *testing.F) {
	for i := range exprs() {
		f.Add(uint8(i), []byte(tcpFrame), uint16(54))
	}
	f.Fuzz(func(t *testing.T, which uint8, frame []byte, length uint16) {
		if len(frame) == 0 {
			return // gopacket takes the address of the first byte
		}
		expr := exprs()[int(which)%len(exprs())]
		p, err := compile(1, expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		b, err := pcap.NewBPF(layers.LinkTypeEthernet, maxRecord, expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		want := b.Matches(gopacket.CaptureInfo{CaptureLength: len(frame), Length: int(length)}, frame)
		if got := p.match(frame, uint32(length)); got != want {
			t.Errorf("%s: got %v, want %v", expr, got, want)
		}
	})
}
