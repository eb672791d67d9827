package lab

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// diag asks the kernel for the TCP ends of a namespace, by sock_diag
// (include/uapi/linux/inet_diag.h).
type diag struct {
	fd     int
	buffer []byte
}

const (
	diagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	diagRequest  = unix.SizeofNlMsghdr + 56
	diagMessage  = 72 // struct inet_diag_msg
	diagTimeWait = 3  // idiag_timer of a minisock

	// diagStates are all but LISTEN (10) and the bound but unconnected (13).
	diagStates = ^uint32(1<<10 | 1<<13)
)

func newDiag(s *space) (*diag, error) {
	d := &diag{buffer: make([]byte, 1<<18)}
	err := s.do(func() (err error) {
		d.fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open sock_diag: %w", err)
	}
	return d, nil
}

func (d *diag) close() { unix.Close(d.fd) }

// dump lists the ends of the namespace in into, which it empties first.
func (d *diag) dump(into map[entry]standing) error {
	clear(into)
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		if err := unix.Sendto(d.fd, dumpRequest(family), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return fmt.Errorf("ask sock_diag: %w", err)
		}
		for done := false; !done; {
			n, _, err := unix.Recvfrom(d.fd, d.buffer, 0)
			if err == unix.EINTR {
				continue
			}
			if err != nil {
				return fmt.Errorf("read from sock_diag: %w", err)
			}
			if done, err = readDump(d.buffer[:n], into); err != nil {
				return err
			}
		}
	}
	return nil
}

// dumpRequest is a netlink message with struct inet_diag_req_v2.
func dumpRequest(family byte) []byte {
	b := make([]byte, diagRequest)
	binary.NativeEndian.PutUint32(b, diagRequest)
	binary.NativeEndian.PutUint16(b[4:], diagByFamily)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	b[16], b[17] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(b[20:], diagStates)
	return b
}

// readDump reads the messages of one answer; done says that it was the last.
func readDump(b []byte, into map[entry]standing) (done bool, err error) {
	for len(b) >= unix.SizeofNlMsghdr {
		size := int(binary.NativeEndian.Uint32(b))
		if size < unix.SizeofNlMsghdr || size > len(b) {
			return false, fmt.Errorf("sock_diag sent a message of %d bytes in %d", size, len(b))
		}
		switch binary.NativeEndian.Uint16(b[4:]) {
		case unix.NLMSG_DONE:
			return true, nil
		case unix.NLMSG_ERROR:
			return false, fmt.Errorf("sock_diag refuses: % x", b[:size])
		}
		if body := b[unix.SizeofNlMsghdr:size]; len(body) >= diagMessage {
			e, s := readEntry(body)
			into[e] = s
		}
		b = b[min((size+3)&^3, len(b)):]
	}
	return false, nil
}

// readEntry reads struct inet_diag_msg.
func readEntry(b []byte) (entry, standing) {
	at := func(offset int) netip.Addr {
		if b[0] == unix.AF_INET {
			return netip.AddrFrom4([4]byte(b[offset:]))
		}
		return netip.AddrFrom16([16]byte(b[offset:])).Unmap()
	}
	e := entry{
		local:  netip.AddrPortFrom(at(8), binary.BigEndian.Uint16(b[4:])),
		remote: netip.AddrPortFrom(at(24), binary.BigEndian.Uint16(b[6:])),
		cookie: binary.NativeEndian.Uint64(b[44:]),
	}
	s := standing{state: kernelState(uint32(b[1]))}
	inode := binary.NativeEndian.Uint32(b[68:])
	switch {
	case b[2] == diagTimeWait && (s.state == flows.TimeWait || s.state == flows.FinWait2):
		s.kind = minisock
	case s.state == flows.SynReceived && inode == 0:
		s.kind = request
	}
	return e, s
}
