package ladder_test

import (
	"slices"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
)

func TestBytes(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 B", 340: "340 B", 999: "999 B", 1000: "1.0 kB", 1448: "1.4 kB", 9949: "9.9 kB", 9950: "10 kB",
		412_345: "412 kB", 999_499: "999 kB", 999_500: "1.0 MB", 1_234_567: "1.2 MB", 94_000_000: "94 MB", 1 << 63: "9.2 EB",
	} {
		if got := ladder.Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 µs", time.Microsecond: "1 µs", 23 * time.Microsecond: "0.02 ms", 231 * time.Microsecond: "0.23 ms",
		231 * time.Millisecond: "231 ms", 1500 * time.Millisecond: "1.5 s", 3 * time.Second: "3 s", 74 * time.Second: "74 s",
		131 * time.Second: "2 min 11 s", 5 * time.Hour: "5 h", 50 * time.Hour: "2 d 2 h", -time.Second: "-1 s",
	} {
		if got := ladder.Roughly(d); got != want {
			t.Errorf("Roughly(%d) = %q, want %q", d, got, want)
		}
	}
}

// TestOffset: a time takes eight columns as long as it can.
func TestOffset(t *testing.T) {
	l := ladder.Ladder{Begin: 1000}
	for d, want := range map[time.Duration]string{
		0: "0.000000", 24 * time.Microsecond: "0.000024", 73*time.Second + 970_951*time.Microsecond: "73.97095",
		131 * time.Second: "131.0000", 2 * time.Hour: "7200.000", 100 * 24 * time.Hour: "8640000", -3 * time.Microsecond: "-0.00000",
	} {
		if got := l.Offset(l.Begin.Add(d)); got != want {
			t.Errorf("Offset(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"one two three", []string{"one two", "three"}},
		{"exactly ten", []string{"exactly", "ten"}},
		{"two_words! ab", []string{"two_words!", "ab"}},
		{"averylongword", []string{"averylongw", "ord"}},
		{"a averylongword b", []string{"a", "averylongw", "ord b"}},
		{"äöüß äöüß ä", []string{"äöüß äöüß", "ä"}},
	} {
		if got := ladder.Wrap(c.text, 10); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// TestHead: who waits, how much was sent, and the numbers behind the letters:
// M is that of the first FIN, here the server's.
func TestHead(t *testing.T) {
	l := &ladder.Ladder{
		Flow: 3, Over: true, Outcome: flows.Stuck, StuckEnd: flows.Client, States: [2]flows.State{flows.CloseWait, flows.FinWait2},
		Segments: [2]uint64{4, 5}, Bytes: [2]uint64{0, 1448}, HandshakeRTT: 230 * time.Microsecond,
		ISN: [2]flows.Number{{Seq: 1<<32 - 1, Known: true}, {Seq: 7, Known: true}}, FirstFIN: flows.Server,
		FIN: [2]flows.Number{{}, {Seq: 1456, Known: true}}, Begin: flows.TimeOf(time.Date(2026, 3, 2, 8, 0, 1, 204113000, time.UTC)),
	}
	want := []string{
		"stuck: client in CLOSE_WAIT · 9 segments · 1.4 kB ← · handshake 0.23 ms",
		"2026-03-02 08:00:01.204113 (UTC) · J=4294967295 · K=7 · M=K+1449",
	}
	if got := l.Head(time.UTC); !slices.Equal(got, want) {
		t.Errorf("Head = %q, want %q", got, want)
	}
}

func TestICMP(t *testing.T) {
	l := build(t, "0.000 > SYN J\n0.010 icmp 3/13 J\n")
	r := l.Rows[1]
	if r.Kind != ladder.ICMP || r.From != flows.Server {
		t.Fatalf("row %+v", r)
	}
	if got, want := r.Remarks(), []string{"administratively prohibited", "from 198.51.100.2"}; !slices.Equal(got, want) {
		t.Errorf("remarks %q, want %q", got, want)
	}
}
