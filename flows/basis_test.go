package flows_test

import (
	"testing"

	"tcptrace/flows"
)

// TestBasisNames: the names stand in the output, and the order says which
// basis is the stronger.
func TestBasisNames(t *testing.T) {
	want := []string{"sent", "delivered", "implied", "timer", "kernel"}
	for i, b := range []flows.Basis{flows.Sent, flows.Delivered, flows.Implied, flows.Timer, flows.Kernel} {
		if b.String() != want[i] || int(b) != i {
			t.Errorf("basis %d is %v, want %q", b, b, want[i])
		}
	}
	if got := flows.Basis(9).String(); got != "invalid" {
		t.Errorf("a basis that is none is %q", got)
	}
}
