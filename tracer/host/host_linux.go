package host

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// attempts is how often a dump is begun before a partial one is taken.
const attempts = 3

// replyBuffer holds one answer: the kernel fills what it is offered, up to
// 32 KiB (net/netlink/af_netlink.c, netlink_recvmsg).
const replyBuffer = 32 << 10

// Host reads the sockets of one network namespace, and who owns them. Its
// methods may be called from several goroutines.
type Host struct {
	proc     string
	same     sameTable
	counters counterFiles

	mu      sync.Mutex // one request at a time; guards what follows
	conn    *netlink.Conn
	last    int      // how many sockets there were, for the room of the next dump
	devices []uint32 // interfaces that sockets of the last dump were bound to
}

// Open opens what the sockets and counters of the calling thread's network
// namespace are read from; they stay that namespace's, whichever thread asks
// later, and need no privilege later but for the owners of others' sockets.
func Open(o Options) (*Host, error) {
	conn, err := netlink.Dial(unix.NETLINK_SOCK_DIAG, &netlink.Config{MessageBufferSize: replyBuffer})
	if err != nil {
		return nil, fmt.Errorf("open sock_diag: %w", err)
	}
	return newHost(conn, o), nil
}

func newHost(conn *netlink.Conn, o Options) *Host {
	h := &Host{proc: o.root(), conn: conn, counters: openCounters(o), same: sameNames}
	if h.proc == "/proc" {
		h.same = sameByKernel // elsewhere its numbers may be other processes'
	}
	return h
}

// Close closes it.
func (h *Host) Close() error {
	h.counters.close()
	return h.conn.Close()
}

// Sockets lists all TCP sockets: listeners, requests (SYN_RECEIVED) and
// TIME_WAIT too, but not those that are only bound.
func (h *Host) Sockets() (Snapshot, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	begin := time.Now()
	var s Snapshot
	for range attempts {
		s = Snapshot{Sockets: make([]Socket, 0, h.last+h.last/8+64)}
		for _, family := range []byte{familyIPv4, familyIPv6} {
			if err := h.dump(family, &s); err != nil {
				return Snapshot{}, fmt.Errorf("list the sockets of this host: %w", err)
			}
		}
		if !s.Partial {
			break
		}
	}
	h.last = len(s.Sockets)
	h.devices = h.devices[:0]
	for i := range s.Sockets {
		if d := s.Sockets[i].Interface; d != 0 && !slices.Contains(h.devices, d) {
			h.devices = append(h.devices, d)
		}
	}
	s.Taken = time.Since(begin)
	return s, nil
}

// dump adds the sockets of a family.
func (h *Host) dump(family byte, to *Snapshot) error {
	request, err := h.send(diagRequest(family), netlink.Request|netlink.Dump)
	if err != nil {
		return err
	}
	for m, err := range h.conn.ReceiveIter() {
		if err != nil {
			return unsupported(err)
		}
		if m.Header.Sequence != request.Header.Sequence {
			continue // the rest of an answer that went wrong
		}
		to.Partial = to.Partial || m.Header.Flags&netlink.DumpInterrupted != 0
		if s, ok := readSocket(m.Data); ok {
			to.Sockets = append(to.Sockets, s)
		}
	}
	return nil
}

// Socket looks one socket up, at the cost of a system call; false if there is
// none. Without a valid remote end it is the listener that the kernel would
// give a connection to the local one.
func (h *Host) Socket(local, remote netip.AddrPort) (Socket, bool, error) {
	local, remote = unmap(local), unmap(remote)
	if !local.IsValid() || remote.IsValid() && local.Addr().Is4() != remote.Addr().Is4() {
		return Socket{}, false, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	// A socket that is bound to an interface, as all of link-local addresses are,
	// is found by that interface only (include/net/inet_sock.h,
	// inet_sk_bound_dev_eq).
	for i := -1; i < len(h.devices); i++ {
		device := uint32(0)
		if i >= 0 {
			device = h.devices[i]
		}
		s, ok, err := h.lookup(diagLookup(local, remote, device))
		if err != nil {
			return Socket{}, false, fmt.Errorf("look up the socket %s: %w", local, err)
		}
		if ok && s.is(local, remote) {
			return s, true, nil
		}
	}
	return Socket{}, false, nil
}

// is says whether it is the one that was asked for: the kernel gives the
// listener where it knows no connection (net/ipv4/inet_diag.c,
// inet_diag_find_one_icsk).
func (s *Socket) is(local, remote netip.AddrPort) bool {
	if !remote.IsValid() {
		return s.State == flows.Listen
	}
	return s.State != flows.Listen && s.Local == local && s.Remote == remote
}

func (h *Host) lookup(body []byte) (found Socket, ok bool, err error) {
	request, err := h.send(body, netlink.Request)
	if err != nil {
		return Socket{}, false, err
	}
	for m, err := range h.conn.ReceiveIter() {
		switch {
		case errors.Is(err, unix.ENOENT):
			return Socket{}, false, nil
		case err != nil:
			return Socket{}, false, unsupported(err)
		case m.Header.Sequence == request.Header.Sequence:
			found, ok = readSocket(m.Data)
		}
	}
	return found, ok, nil
}

func (h *Host) send(body []byte, flags netlink.HeaderFlags) (netlink.Message, error) {
	return h.conn.Send(netlink.Message{Header: netlink.Header{Type: diagByFamily, Flags: flags}, Data: body})
}

// unsupported tells a kernel without inet_diag from other failures: sock_diag
// knows no such family then (net/core/sock_diag.c).
func unsupported(err error) error {
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EPROTONOSUPPORT) {
		return fmt.Errorf("this kernel has no inet_diag: %w", ErrNotSupported)
	}
	return err
}

// unmap takes the IPv4 address out of an IPv6 one, and the zone away: packets
// have none.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
