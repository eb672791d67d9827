package decode

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// FuzzDecode holds for any bytes: no panic, valid addresses, no length that the
// sequence space could not hold, nothing kept from one frame to the next, and
// the frame is not written to.
func FuzzDecode(f *testing.F) {
	for _, frame := range allFrames() {
		f.Add(frame.LinkType, frame.Length, frame.Data)
	}
	f.Fuzz(func(t *testing.T, linkType, length int, data []byte) {
		frame := Frame{LinkType: linkType, Length: length, Data: data}
		before := bytes.Clone(data)
		used, fresh := New(), New()
		busy := onWire(101, chained(maxExtensions))
		used.Decode(&busy)
		got, want := used.Decode(&frame), fresh.Decode(&frame)
		if got != want || got == TCP && used.Segment != fresh.Segment || got == ICMP && used.ICMP != fresh.ICMP {
			t.Fatalf("Decode = %d %+v %+v, of a new Decoder %d (-got +want):\n%s", got, used.Segment, used.ICMP, want,
				cmp.Diff(used.Segment, fresh.Segment, compareAddresses))
		}
		if !bytes.Equal(before, data) {
			t.Errorf("Decode changed the frame")
		}
		checkFuzzed(t, fresh, want)
	})
}

func checkFuzzed(t *testing.T, d *Decoder, kind Kind) {
	t.Helper()
	if slices.ContainsFunc(d.Skipped(), func(c flows.Count) bool { return c.Name == "panic" }) {
		t.Fatal("Decode panicked")
	}
	switch s, e := &d.Segment, &d.ICMP; kind {
	case TCP:
		if !s.Src.IsValid() || !s.Dst.IsValid() || s.Src.Addr().Is4() != s.Dst.Addr().Is4() {
			t.Errorf("segment from %v to %v", s.Src, s.Dst)
		}
		if s.Length > 1<<31 || s.Options.SACKCount > 4 || s.Options.WindowScale > 14 {
			t.Errorf("impossible segment %+v", *s)
		}
	case ICMP:
		if !e.From.IsValid() || !e.Src.IsValid() || !e.Dst.IsValid() {
			t.Errorf("ICMP error from %v about %v to %v", e.From, e.Src, e.Dst)
		}
	case Skipped:
		if n := len(d.Skipped()); n != 1 {
			t.Errorf("skipped for %d reasons, want 1", n)
		}
	}
}
