package main

import (
	"net/netip"

	"tcptrace/flows/diagnose"
	"tcptrace/tracer/host"
)

// kernels tells the timers of the host with an address: of this one what its
// sysctls say, if the trace is live, and Linux's defaults of all others. A file
// may come from anywhere: an address in it that is ours may have been another
// host's.
func kernels(o *options) func(netip.Addr) diagnose.Kernel {
	assumed := diagnose.LinuxDefaults()
	if !o.live() {
		return func(netip.Addr) diagnose.Kernel { return assumed }
	}
	local, err := host.Local()
	if err != nil {
		return func(netip.Addr) diagnose.Kernel { return assumed }
	}
	own := host.Kernel("/proc")
	return func(a netip.Addr) diagnose.Kernel {
		if local[a] {
			return own
		}
		return assumed
	}
}
