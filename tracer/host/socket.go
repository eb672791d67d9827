package host

import (
	"net/netip"
	"time"

	"tcptrace/flows"
)

// Socket is one TCP socket as this host's kernel tells it (sock_diag(7)).
type Socket struct {
	// Local and Remote are the socket's ends; IPv4 in IPv6 is told as IPv4. Remote
	// is not valid for a listener.
	Local, Remote netip.AddrPort
	State         flows.State
	Interface     uint32 // index of the one it is bound to; 0: none
	Cookie        uint64 // the kernel's own name for it, never used twice; 0: unknown
	V6Only        bool   // of a listener of IPv6: it takes no IPv4

	// RecvQ is how many bytes the application has not read; in CLOSE_WAIT the
	// FIN counts as one until it was read. For a listener it is how many
	// connections wait for accept().
	RecvQ uint32
	// SendQ is how many bytes the peer has not acknowledged; for a listener the
	// most connections that may wait, the backlog as it works.
	SendQ uint32

	UID    uint32
	Inode  uint64 // 0: no process holds it, or it is a request or in TIME_WAIT
	Cgroup uint64 // identifier of its cgroup v2; 0: unknown
	Mark   uint32 // SO_MARK; told to those with CAP_NET_ADMIN only

	Timer       Timer
	Expires     time.Duration // until the timer fires; valid unless Timer is TimerNone
	Retransmits uint8         // what the timer counts: retransmissions or probes so far

	Info Info
}

// Orphan reports whether no process holds the socket any more though its
// connection is alive: the application has closed it. A connection that is
// closed sends a FIN, so that it is in one of these states.
func (s *Socket) Orphan() bool {
	switch s.State {
	case flows.FinWait1, flows.FinWait2, flows.Closing, flows.LastAck:
		return s.Inode == 0
	}
	return false
}

// Unaccepted reports whether the connection waits for accept() on its
// listener: until then no process holds it (net/core/sock.c, sock_graft).
func (s *Socket) Unaccepted() bool {
	return s.Inode == 0 && (s.State == flows.Established || s.State == flows.CloseWait)
}

// Timer is what a socket waits for (include/uapi/linux/inet_diag.h,
// idiag_timer).
type Timer uint8

// The timers.
const (
	TimerNone       Timer = iota
	TimerRetransmit       // retransmission, or loss probe
	TimerKeepalive        // keep-alive; of an orphan in FIN_WAIT_2 its end
	TimerTimeWait
	TimerProbe // window probe
)

// Info is what tcp_info says of a socket (include/uapi/linux/tcp.h); the kernel
// gives none for requests and TIME_WAIT.
type Info struct {
	Known bool
	// How long ago: payload sent, payload received, an acknowledgement received.
	LastDataSent, LastDataRecv, LastAckRecv time.Duration
	RTT                                     time.Duration
	Unacked, Retrans, TotalRetrans          uint32
	Backoff                                 uint8
}

// Owner is a process that holds a socket.
type Owner struct {
	PID     int
	Command string // as the kernel has it: 15 bytes at most, anything in them
	FD      int
	Unit    string // its systemd unit or container, from its cgroup; empty: unknown
}
