package lab

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// socket is a TCP socket of one of the ends. It never blocks: what must wait
// waits here, and not for ever.
type socket struct {
	stage *stage
	side  flows.Side
	port  uint16 // its own
	fd    int    // -1 once closed
}

// option is a socket option, set before anything else is done with the socket.
type option struct{ level, name, value int }

// patience is how long anything may take that is to happen.
const patience = 10 * time.Second

// look is how often a socket that waits looks again.
const look = 500 * time.Microsecond

// socket makes one that is bound to a port of its own.
func (st *stage) socket(side flows.Side, options ...option) *socket {
	return st.socketAt(side, st.port(), options...)
}

// socketAt makes one that is bound to a port.
func (st *stage) socketAt(side flows.Side, port uint16, options ...option) *socket {
	s := &socket{stage: st, side: side, port: port, fd: -1}
	if st.failed() != nil {
		return s
	}
	st.note("make a socket", st.spaces[side].do(func() error { return s.open(options) }))
	return st.adopt(s)
}

// adopt remembers a socket, to close it in the end.
func (st *stage) adopt(s *socket) *socket {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sockets = append(st.sockets, s)
	return s
}

func (s *socket) open(options []option) (err error) {
	family := unix.AF_INET
	if s.stage.v6 {
		family = unix.AF_INET6
	}
	s.fd, err = unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	for _, o := range append([]option{{unix.SOL_SOCKET, unix.SO_REUSEADDR, 1}}, options...) {
		if err := unix.SetsockoptInt(s.fd, o.level, o.name, o.value); err != nil {
			return fmt.Errorf("option %d: %w", o.name, err)
		}
	}
	return unix.Bind(s.fd, sockaddr(s.stage.address(s.side), s.port))
}

func sockaddr(a netip.Addr, port uint16) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4(), Port: int(port)}
	}
	return &unix.SockaddrInet6{Addr: a.As16(), Port: int(port)}
}

// alive reports whether there is anything to do with the socket.
func (s *socket) alive() bool { return s.fd >= 0 && s.stage.failed() == nil }

// try calls f until it does not say EAGAIN any more.
func (s *socket) try(what string, f func() error) {
	if !s.alive() {
		return
	}
	if err := s.attempt(f); err != nil {
		s.stage.fail(fmt.Errorf("%s, %s: %w", s.side, what, err))
	}
}

// errPatience is that something did not happen in time.
var errPatience = errors.New("nothing happens")

func (s *socket) attempt(f func() error) error {
	for end := time.Now().Add(patience); ; time.Sleep(look) {
		err := f()
		if err != unix.EAGAIN && err != unix.EINTR {
			return err
		}
		if time.Now().After(end) || s.stage.failed() != nil {
			return errPatience
		}
	}
}

// listen makes a listening socket of the server.
func (st *stage) listen(options ...option) *socket { return st.listenAt(st.port(), 64, options...) }

// listenAt makes one with its port, and room for so many connections that wait
// to be accepted.
func (st *stage) listenAt(port uint16, backlog int, options ...option) *socket {
	l := st.socketAt(flows.Server, port, options...)
	l.try("listen", func() error { return unix.Listen(l.fd, backlog) })
	return l
}

// begin begins to connect to the port of another socket, and does not wait.
func (s *socket) begin(to *socket) { s.beginTo(to.side, to.port) }

func (s *socket) beginTo(side flows.Side, port uint16) {
	if !s.alive() {
		return
	}
	err := unix.Connect(s.fd, sockaddr(s.stage.address(side), port))
	if err != nil && err != unix.EINPROGRESS && err != unix.ECONNREFUSED {
		s.stage.fail(fmt.Errorf("%s, connect: %w", s.side, err))
	}
}

// connect connects to another socket and waits until it has.
func (s *socket) connect(to *socket) {
	s.begin(to)
	s.until(flows.Established)
}

// until waits until the socket is in one of these states.
func (s *socket) until(states ...flows.State) {
	s.try(fmt.Sprintf("wait for %v", states), func() error {
		now := s.state()
		for _, state := range states {
			if now == state {
				return nil
			}
		}
		return unix.EAGAIN
	})
}

// state is that in which the kernel says that the socket is.
func (s *socket) state() flows.State {
	info, err := unix.GetsockoptTCPInfo(s.fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return flows.Unknown
	}
	return kernelState(uint32(info.State))
}

// accept takes the next connection of a listener.
func (s *socket) accept() *socket {
	c := &socket{stage: s.stage, side: s.side, port: s.port, fd: -1}
	s.try("accept", func() (err error) {
		c.fd, _, err = unix.Accept4(s.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		return err
	})
	return s.stage.adopt(c)
}

// option sets a socket option.
func (s *socket) option(o option) {
	s.try("set an option", func() error { return unix.SetsockoptInt(s.fd, o.level, o.name, o.value) })
}

// close closes the socket.
func (s *socket) close() {
	s.try("close", func() error { return unix.Close(s.fd) })
	s.fd = -1
}

// finish says that no more is to be sent: the socket is half closed.
func (s *socket) finish() { s.shutdown(unix.SHUT_WR) }

// shutdown half closes the socket. One that a RST has ended meanwhile is not
// connected any more.
func (s *socket) shutdown(how int) {
	s.try("shut down", func() error {
		if err := unix.Shutdown(s.fd, how); err != unix.ENOTCONN {
			return err
		}
		return nil
	})
}

// reset closes the socket with a RST.
func (s *socket) reset() {
	s.try("linger", func() error {
		return unix.SetsockoptLinger(s.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	})
	s.close()
}

// forget closes the socket without a packet, as if its host had lost power.
func (s *socket) forget() {
	s.option(option{unix.IPPROTO_TCP, unix.TCP_REPAIR, 1})
	s.close()
}

// number sets the initial sequence number of a socket that is not connected.
func (s *socket) number(iss flows.Seq) {
	const sendQueue = 2 // TCP_SEND_QUEUE
	s.option(option{unix.IPPROTO_TCP, unix.TCP_REPAIR, 1})
	s.option(option{unix.IPPROTO_TCP, unix.TCP_REPAIR_QUEUE, sendQueue})
	s.option(option{unix.IPPROTO_TCP, unix.TCP_QUEUE_SEQ, int(int32(iss))})
	s.option(option{unix.IPPROTO_TCP, unix.TCP_REPAIR, 0})
}

// abandon closes a socket when everything is over.
func (s *socket) abandon() {
	if s.fd >= 0 {
		unix.SetsockoptLinger(s.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
		unix.Close(s.fd)
		s.fd = -1
	}
}

// disconnect takes the connection away from the socket, which lives on.
func (s *socket) disconnect() {
	s.try("disconnect", func() error {
		nowhere := unix.RawSockaddr{Family: unix.AF_UNSPEC}
		_, _, errno := unix.Syscall(unix.SYS_CONNECT, uintptr(s.fd), uintptr(unsafe.Pointer(&nowhere)), unsafe.Sizeof(nowhere))
		if errno != 0 {
			return errno
		}
		return nil
	})
}
