package decode

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

func TestSkipped(t *testing.T) {
	d := New()
	if got := d.Skipped(); len(got) != 0 {
		t.Errorf("Skipped of a new Decoder = %v, want nothing", got)
	}
	for _, f := range []Frame{
		onWire(147, nil), onWire(1, ethernetOf(0x0806, nil)), onWire(1, frame4()),
		onWire(147, nil), cutTo(10, 1, frame4()), onWire(101, icmp4Of("03 00 0000 00000000", plain4())),
	} {
		d.Decode(&f)
	}
	want := []flows.Count{{Name: "cut", N: 1}, {Name: "not-ip", N: 1}, {Name: "unknown-link-type", N: 2}}
	if diff := cmp.Diff(d.Skipped(), want); diff != "" {
		t.Errorf("Skipped (-got +want):\n%s", diff)
	}
}

// Skipped is sorted because the names are.
func TestReasonNames(t *testing.T) {
	if names := reasonNames[kept+1:]; !slices.IsSorted(names) {
		t.Errorf("names are not sorted: %q", names)
	}
	d := New()
	for r := range d.skipped {
		d.skipped[r] = 1
	}
	for _, c := range d.Skipped() {
		if c.Name == "" {
			t.Errorf("a reason has no name: %v", d.Skipped())
		}
	}
}
