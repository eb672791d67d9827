package diagnose

import "time"

// Kernel is what a host's sysctls say of its TCP timers; ip-sysctl.rst of the
// Linux kernel has them all.
type Kernel struct {
	SynRetries        int // tcp_syn_retries
	SynLinearTimeouts int // tcp_syn_linear_timeouts: so many SYNs a second apart come first; 0 before Linux 6.5
	SynAckRetries     int // tcp_synack_retries
	OrphanRetries     int // tcp_orphan_retries as it works: 8 where the sysctl reads 0
	FinTimeout        time.Duration
	KeepaliveTime     time.Duration
	KeepaliveInterval time.Duration
	KeepaliveProbes   int
	Retries2          int  // tcp_retries2: stands for a time, 924.6 s for 15
	Own               bool // read from the host that is one of the ends, not assumed
}

// LinuxDefaults are the timers of a Linux host that nobody tuned, as of 6.5.
func LinuxDefaults() Kernel {
	return Kernel{
		SynRetries: 6, SynLinearTimeouts: 4, SynAckRetries: 5, OrphanRetries: 8,
		FinTimeout:    60 * time.Second,
		KeepaliveTime: 7200 * time.Second, KeepaliveInterval: 75 * time.Second, KeepaliveProbes: 9,
		Retries2: 15,
	}
}
