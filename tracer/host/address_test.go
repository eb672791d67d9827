package host_test

import (
	"net/netip"
	"testing"

	"tcptrace/tracer/host"
)

func TestLocal(t *testing.T) {
	local, err := host.Local()
	if err != nil {
		t.Fatal(err)
	}
	loopback := false
	for address := range local {
		loopback = loopback || address.IsLoopback()
		if address.Is4In6() || !address.IsValid() {
			t.Errorf("%v is no address as packets have it", address)
		}
	}
	if len(local) > 0 && !loopback {
		t.Errorf("no loopback address among %v", local)
	}
	if local[netip.MustParseAddr("192.0.2.1")] {
		t.Error("an address for documentation is this host's")
	}
}
