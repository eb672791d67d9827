package diagnose

import (
	"net/netip"
	"time"

	"tcptrace/flows"
)

// Socket is what a host's kernel says of one of its sockets.
type Socket struct {
	Local, Remote netip.AddrPort // Remote is not valid for a listener
	State         flows.State
	// Age is how long it has been in State, at the least; 0: not known.
	Age time.Duration
	// RecvQ and SendQ are bytes that the application has not read, and that the
	// peer has not acknowledged; of a listener, how many connections wait for
	// accept() and how many may.
	RecvQ, SendQ uint32
	V6Only       bool // of a listener of IPv6: it takes no IPv4
	UID          uint32
	Inode        uint64 // 0: no file belongs to it
	Orphan       bool   // no process holds it: the application has closed it
	Owner        Owner  // PID 0: not known
}

// Unread is how many bytes the application has not read. In CLOSE_WAIT the FIN
// counts as one until the end of file was read (net/ipv4/tcp_diag.c,
// tcp_diag_get_info: rcv_nxt is behind the FIN).
func (s *Socket) Unread() uint32 {
	if s.State == flows.CloseWait && s.RecvQ > 0 {
		return s.RecvQ - 1
	}
	return s.RecvQ
}

// Full reports whether no more connections fit into a listener's accept queue:
// one more than its backlog do (include/net/sock.h, sk_acceptq_is_full).
func (s *Socket) Full() bool { return s.State == flows.Listen && s.RecvQ > s.SendQ }

// Queued reports whether the connection waits for its listener's owner to
// accept() it: it is open, and belongs to no file yet.
func (s *Socket) Queued() bool {
	return s.Inode == 0 && (s.State == flows.Established || s.State == flows.CloseWait)
}

// Stuck reports whether a socket has been for longer than limit in a state that
// its application or its peer must end. TIME_WAIT and an orphan in FIN_WAIT_2
// end by themselves, and soon.
func (s *Socket) Stuck(limit time.Duration) bool {
	switch s.State {
	case flows.FinWait2:
		return !s.Orphan && s.Age >= limit
	case flows.CloseWait, flows.FinWait1, flows.Closing, flows.LastAck, flows.SynReceived, flows.SynSent:
		return s.Age >= limit
	}
	return false
}

// Host is what the machine on which a live trace runs knows of its sockets.
type Host interface {
	// Socket is the socket with these ends; false if there is none.
	Socket(local, remote netip.AddrPort) (Socket, bool)
	// Listener is the one that takes connections to an address.
	Listener(local netip.AddrPort) (Socket, bool)
	// Local reports whether an address is one of its own.
	Local(netip.Addr) bool
}
