package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/host"
)

// reading is what a host tells of its sockets at one moment.
type reading struct {
	sockets  []diagnose.Socket
	partial  bool
	counters host.Counters // nil: not known
}

// socketReader reads the sockets of a host.
type socketReader interface {
	read() (reading, error)
	// limits are what they are held against, as far as sysctls say.
	limits() diagnose.HostLimits
	Close() error
}

// hostReader reads those of this host, or of one of its network namespaces.
type hostReader struct {
	host      *host.Host
	namespace *host.Namespace // nil: that of the process
	kernel    diagnose.Kernel
	most      diagnose.HostLimits
}

// openSockets opens what the sockets are read from.
func openSockets(o *socketOptions) (socketReader, error) {
	ns, err := openNamespace(o.netns)
	if err != nil {
		return nil, err
	}
	r := &hostReader{namespace: ns}
	err = ns.Do(func() (err error) { // sysctls too are those of the thread's namespace
		r.host, err = host.Open(host.Options{Proc: o.proc})
		r.kernel, r.most = host.Kernel(o.proc), kernelLimits(o.proc)
		return err
	})
	if err != nil {
		ns.Close()
		return nil, err
	}
	return r, nil
}

// kernelLimits are the kernel's own limits that sockets come near to.
func kernelLimits(proc string) (l diagnose.HostLimits) {
	s, err := host.OpenSysctls(proc)
	if err != nil {
		return l
	}
	l.MaxTimeWait, _ = strconv.Atoi(valueOf(s, "net.ipv4.tcp_max_tw_buckets"))
	low, high, _ := strings.Cut(valueOf(s, "net.ipv4.ip_local_port_range"), " ")
	from, errLow := strconv.Atoi(low)
	to, errHigh := strconv.Atoi(high)
	if errLow == nil && errHigh == nil && to >= from {
		l.Ports = to - from + 1
	}
	return l
}

// valueOf is a sysctl, empty where there is none.
func valueOf(s host.Sysctls, name string) string {
	value, err := s.Value(name)
	if err != nil {
		return ""
	}
	return value
}

func (r *hostReader) limits() diagnose.HostLimits {
	l := r.most
	l.FinTimeout = r.kernel.FinTimeout
	return l
}

// Close closes it.
func (r *hostReader) Close() error { return errors.Join(r.host.Close(), r.namespace.Close()) }

// read takes the sockets first and their owners then: a socket that was closed
// in between has none, one that was opened is not told.
func (r *hostReader) read() (reading, error) {
	snapshot, err := r.host.Sockets()
	if err != nil {
		return reading{}, err
	}
	owners, err := r.host.Owners()
	if err != nil {
		owners = host.Owners{} // without a readable /proc all of them are hidden
	}
	counters, err := r.host.Counters()
	if err != nil {
		counters = nil // findings then go without them
	}
	out := reading{sockets: make([]diagnose.Socket, len(snapshot.Sockets)), partial: snapshot.Partial, counters: counters}
	for i := range snapshot.Sockets {
		s := &snapshot.Sockets[i]
		out.sockets[i] = plainSocket(s, owners.Of(s.Inode), r.kernel)
	}
	return out, nil
}

// plainSocket is a socket as the diagnosis knows it.
func plainSocket(s *host.Socket, owners []host.Owner, k diagnose.Kernel) diagnose.Socket {
	out := diagnose.Socket{
		Local: s.Local, Remote: s.Remote, State: s.State, Age: ageOf(s, k), RecvQ: s.RecvQ, SendQ: s.SendQ,
		V6Only: s.V6Only, UID: s.UID, Inode: s.Inode, Orphan: s.Orphan(),
	}
	if len(owners) > 0 {
		w := owners[0]
		out.Owner = diagnose.Owner{PID: w.PID, Command: w.Command, FD: w.FD, Unit: w.Unit, Others: len(owners) - 1}
	}
	return out
}

// timeWaitLasts is TCP_TIMEWAIT_LEN of include/net/tcp.h.
const timeWaitLasts = 60 * time.Second

// ageOf is how long a socket has been in its state, at the least: the kernel
// keeps no such time, but others that began no earlier. 0 is not known.
func ageOf(s *host.Socket, k diagnose.Kernel) time.Duration {
	switch s.State {
	case flows.CloseWait, flows.FinWait2:
		if s.Info.Known { // the FIN, or the ACK of ours, came with the last ACK or before it
			return s.Info.LastAckRecv
		}
		if s.Timer == host.TimerTimeWait { // an orphan, kept as TIME_WAIT is (net/ipv4/tcp_minisocks.c, tcp_time_wait)
			return max(k.FinTimeout-s.Expires, 0)
		}
	case flows.TimeWait:
		return max(timeWaitLasts-s.Expires, 0)
	case flows.SynReceived: // the SYN-ACK goes out again after 1, 3, 7 s
		return (time.Duration(1)<<min(s.Retransmits, 16) - 1) * time.Second
	case flows.SynSent: // after 1, 2, 3 s at the soonest: tcp_syn_linear_timeouts
		return time.Duration(s.Retransmits) * time.Second
	case flows.FinWait1, flows.Closing, flows.LastAck:
		if s.Timer == host.TimerRetransmit { // from TCP_RTO_MIN on, each time twice as long
			return (time.Duration(1)<<min(s.Retransmits, 16) - 1) * 200 * time.Millisecond
		}
	}
	return 0
}
