package decode

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
)

func TestBadSum(t *testing.T) {
	// unfinished is a segment with the sum of its pseudo header, as it leaves a
	// sender whose network card does the rest.
	unfinished := func(b []byte, src, dst netip.Addr, length int) []byte {
		return with(b, 16, be16(int(onesSum(join(src.AsSlice(), dst.AsSlice(), be32(length), be32(6)))))...)
	}
	plain, plainSix := plainTCP4(), plainTCP6()
	last := len(plain) - 1
	tests := []struct {
		name  string
		frame Frame
		want  bool
	}{
		{"right", onWire(101, ip4(6, plain)), false},
		{"right, IPv6", onWire(101, ip6(6, plainSix)), false},
		{"payload damaged", onWire(101, ip4(6, with(plain, last, 'O'))), true},
		{"payload damaged, IPv6", onWire(101, ip6(6, with(plainSix, last, 'O'))), true},
		{"header damaged", onWire(101, ip4(6, with(plain, 7, 1))), true},
		{"sum damaged", onWire(101, ip4(6, with(plain, 16, plain[16]^1))), true},
		{"zero", onWire(101, ip4(6, with(plain, 16, 0, 0))), true},
		{"damaged, but padded", onWire(101, join(ip4(6, with(plain, last, 'O')), make([]byte, 9))), true},
		{"another address", onWire(101, with(ip4(6, plain), 19, 9)), true},
		{"unfinished", onWire(101, ip4(6, unfinished(plain, alice4, bob4, len(plain)))), false},
		{"unfinished, IPv6", onWire(101, ip6(6, unfinished(plainSix, alice6, bob6, len(plain)))), false},
		{"unfinished, length left out", onWire(101, ip4(6, unfinished(plain, alice4, bob4, 0))), false},
		{"unfinished, wrong length", onWire(101, ip4(6, unfinished(plain, alice4, bob4, 1))), true},
		{"damaged, but cut", cutTo(20+last, 101, ip4(6, with(plain, 7, 1))), false},
		{"damaged, but the length is a guess", onWire(101, with(ip4(6, with(plain, 7, 1)), 2, 0, 0)), false},
		{"damaged, but the length is a guess, IPv6", onWire(101, with(ip6(6, with(plainSix, 7, 1)), 4, 0, 0)), false},
		{"damaged, but a fragment", onWire(101, with(ip4(6, with(plain, 7, 1)), 6, 0x20, 0)), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New()
			if got := d.Decode(&tt.frame); got != TCP {
				t.Fatalf("Decode = %d, skipped %v, want TCP", got, d.Skipped())
			}
			if d.Segment.BadSum != tt.want {
				t.Errorf("BadSum = %v, want %v", d.Segment.BadSum, tt.want)
			}
		})
	}
}

// Every length has its own way through the words and the tail, and full bytes
// make all the carries there are.
func TestSum(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		for _, fill := range []byte{0x00, 0x01, 0xff} {
			b := make([]byte, n)
			for i := range b {
				if b[i] = fill; fill == 1 {
					b[i] = byte(random.Uint32())
				}
			}
			t.Run(fmt.Sprintf("%d bytes like %#02x", n, fill), func(t *testing.T) {
				start := random.Uint32()
				want := onesSum(join(be32(int(start)), b))
				if got := fold(sum(uint64(start), b)); got != want {
					t.Errorf("sum = %#04x, want %#04x", got, want)
				}
			})
		}
	}
}
