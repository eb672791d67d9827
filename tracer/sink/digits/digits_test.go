package digits_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"tcptrace/tracer/sink/digits"
)

// check compares an append with what it should have appended, behind what was
// there, whether or not there is room.
func check(t *testing.T, name, want string, appendTo func([]byte) []byte) {
	t.Helper()
	for _, b := range [][]byte{nil, []byte("line "), append(make([]byte, 0, 512), "line "...)} {
		if got := string(appendTo(b)); got != string(b)+want {
			t.Errorf("%s behind %q: got %q, want %q", name, b, got, want)
		}
	}
}

// numbers are those around which the number of digits changes, and others.
func numbers() []uint64 {
	list := []uint64{0, math.MaxUint32, math.MaxUint64, 1193046, 2891337121}
	for power := uint64(1); power < 1e19; power *= 10 {
		list = append(list, power-1, power, power+1, 9*power, 10*(power-1)/9)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		list = append(list, r.Uint64()>>r.UintN(64))
	}
	return append(list, 10_000_000_000_000_000_000)
}

func TestNumbers(t *testing.T) {
	for _, n := range numbers() {
		check(t, "Append", strconv.FormatUint(n, 10), func(b []byte) []byte { return digits.Append(b, n) })
	}
	for n := range uint64(100_000) {
		if got := string(digits.Append(nil, n)); got != strconv.FormatUint(n, 10) {
			t.Fatalf("%d is written as %q", n, got)
		}
	}
}

// TestPieces: what stands behind a piece's text within its fixed size is not part
// of the line.
func TestPieces(t *testing.T) {
	for _, text := range []string{"", "x", `,"end":"server","from":"SYN_RECEIVED","to":"`, strings.Repeat("y", digits.PieceSize)} {
		p := digits.NewPiece(text)
		check(t, "Piece", text, p.Append)
		check(t, "two of Piece", text+text, func(b []byte) []byte { return p.Append(p.Append(b)) })
	}
}

func TestTimes(t *testing.T) {
	for _, n := range numbers() {
		nanos := uint32(n % 1e9)
		at := time.Unix(0, int64(nanos)).UTC()
		check(t, "AppendNanos", at.Format(".000000000")[1:], func(b []byte) []byte { return digits.AppendNanos(b, nanos) })
		check(t, "AppendMicros", at.Format(".000000")[1:], func(b []byte) []byte { return digits.AppendMicros(b, nanos/1000) })
		check(t, "AppendFraction", at.Format(".999999999"), func(b []byte) []byte { return digits.AppendFraction(b, nanos) })
	}
	for second := range uint32(24 * 60 * 60) {
		want := time.Unix(int64(second), 0).UTC().Format(time.TimeOnly)
		if got := string(digits.AppendClock(nil, second)); got != want {
			t.Fatalf("second %d of a day is %q, want %q", second, got, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, text := range []string{
		"0.0.0.0", "255.255.255.255", "10.0.0.5", "192.168.100.9", "1.22.133.4",
		"::", "::1", "1::", "2001:db8::9", "2001:db8:0:1:1:1:1:1", "1:0:0:2:0:0:0:3", "1:0:0:2:0:0:3:4", "0:0:1::", "::1:0:0:1",
		"fe80::1%eth0", "::ffff:10.0.0.1", "::10.0.0.1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:12:345:6789:abcd:ef01:0",
	} {
		checkAddr(t, netip.MustParseAddr(text))
	}
	checkAddr(t, netip.Addr{})
}

// checkAddr compares with net/netip, which follows RFC 5952.
func checkAddr(t *testing.T, a netip.Addr) {
	t.Helper()
	check(t, "AppendAddr", string(a.AppendTo(nil)), func(b []byte) []byte { return digits.AppendAddr(b, a) })
	for _, port := range []uint16{0, 9, 10, 443, 65535} {
		p := netip.AddrPortFrom(a, port)
		check(t, "AppendAddrPort", string(p.AppendTo(nil)), func(b []byte) []byte { return digits.AppendAddrPort(b, p) })
	}
}

// TestRunsOfZeros tries every pattern of zeros that an IPv6 address may have.
func TestRunsOfZeros(t *testing.T) {
	for pattern := range 256 {
		var a [16]byte
		for i := range 8 {
			if pattern>>i&1 == 1 {
				binary.BigEndian.PutUint16(a[2*i:], uint16(1)<<(2*i))
			}
		}
		checkAddr(t, netip.AddrFrom16(a))
	}
}

func FuzzAddr(f *testing.F) {
	f.Add([]byte{10, 0, 0, 5}, uint16(443))
	f.Add([]byte(strings.Repeat("\x20\x01\x00\x00", 4)), uint16(0))
	f.Fuzz(func(t *testing.T, raw []byte, port uint16) {
		a, _ := netip.AddrFromSlice(raw)
		p := netip.AddrPortFrom(a, port)
		check(t, "AppendAddrPort", string(p.AppendTo(nil)), func(b []byte) []byte { return digits.AppendAddrPort(b, p) })
	})
}

func BenchmarkAppend(b *testing.B) {
	line := make([]byte, 0, 256)
	v4, v6 := netip.MustParseAddrPort("192.168.1.105:51324"), netip.MustParseAddrPort("[2001:db8:1:2:3456::9]:443")
	for _, bench := range []struct {
		name     string
		appendTo func(i int)
	}{
		{"number", func(i int) { line = digits.Append(line[:0], uint64(2891337121+i)) }},
		{"strconv", func(i int) { line = strconv.AppendUint(line[:0], uint64(2891337121+i), 10) }},
		{"nanoseconds", func(i int) { line = digits.AppendNanos(line[:0], uint32(i&0xffffff)) }},
		{"IPv4", func(int) { line = digits.AppendAddrPort(line[:0], v4) }},
		{"IPv4/netip", func(int) { line = v4.AppendTo(line[:0]) }},
		{"IPv6", func(int) { line = digits.AppendAddrPort(line[:0], v6) }},
		{"IPv6/netip", func(int) { line = v6.AppendTo(line[:0]) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				bench.appendTo(i)
			}
		})
	}
}
