package host

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"tcptrace/flows/diagnose"
)

// ErrNotSupported is what is asked for where the operating system has no such
// thing.
var ErrNotSupported = errors.New("not supported on this system")

// Sysctls reads the sysctls of a host.
type Sysctls struct {
	read func(name string) ([]string, error)
}

// Value is a sysctl by its full name, net.ipv4.tcp_fin_timeout, its numbers
// separated by one space. The error is fs.ErrNotExist if this kernel, or this
// network namespace, does not have it.
func (s Sysctls) Value(name string) (string, error) {
	fields, err := s.read(name)
	return strings.Join(fields, " "), err
}

// number is a sysctl of net.ipv4 that is one number; false if there is none.
func (s Sysctls) number(name string) (int, bool) {
	value, err := s.Value("net.ipv4." + name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.Atoi(value)
	return n, err == nil
}

// Kernel is what the sysctls say of TCP's timers. What cannot be read is as on
// a Linux host that nobody tuned. root is where /proc is.
func Kernel(root string) diagnose.Kernel {
	k := diagnose.LinuxDefaults()
	s, err := OpenSysctls(root)
	if err != nil {
		return k
	}
	set := func(to *int, name string) {
		if n, ok := s.number(name); ok {
			*to, k.Own = n, true
		}
	}
	seconds := func(to *time.Duration, name string) {
		n := int(*to / time.Second)
		set(&n, name)
		*to = time.Duration(n) * time.Second
	}
	set(&k.SynRetries, "tcp_syn_retries")
	set(&k.SynAckRetries, "tcp_synack_retries")
	set(&k.OrphanRetries, "tcp_orphan_retries")
	set(&k.KeepaliveProbes, "tcp_keepalive_probes")
	set(&k.Retries2, "tcp_retries2")
	seconds(&k.FinTimeout, "tcp_fin_timeout")
	seconds(&k.KeepaliveTime, "tcp_keepalive_time")
	seconds(&k.KeepaliveInterval, "tcp_keepalive_intvl")
	if k.OrphanRetries == 0 {
		k.OrphanRetries = diagnose.LinuxDefaults().OrphanRetries // net/ipv4/tcp_timer.c, tcp_orphan_retries
	}
	if k.Own {
		k.SynLinearTimeouts = 0 // a kernel before 6.5 has no such file, and repeats no SYN after a constant time
		set(&k.SynLinearTimeouts, "tcp_syn_linear_timeouts")
	}
	return k
}
