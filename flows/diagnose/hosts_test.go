package diagnose

import (
	"testing"

	"tcptrace/flows"
)

// TestHosts: each host is found with what its listeners granted together, however
// many there are, until there are too many.
func TestHosts(t *testing.T) {
	h := newHosts(7)
	at := func(i int) address { return address{0, mapped | uint64(i)} }
	for i := range maxListeners {
		h.learn(at(i), flows.HasTimestamps, 64)
		h.learn(at(i), flows.HasWindowScale, uint8(i))
	}
	for i := range maxListeners {
		if got := h.at(at(i)); got.granted != flows.HasTimestamps|flows.HasWindowScale || got.ttl != uint8(i) {
			t.Fatalf("host %d: granted %v with TTL %d", i, got.granted, got.ttl)
		}
	}
	h.learn(at(maxListeners), flows.HasTimestamps, 64)
	if got := h.at(at(1)); h.n != 1 || got.known || got.granted != 0 || got.ttl != 0 {
		t.Errorf("%d hosts, and of one of the old: %+v; want but the new one", h.n, got)
	}
	if got := h.at(at(maxListeners)); !got.known || got.ttl != 64 {
		t.Errorf("the new host is not known: %+v", got)
	}
}
