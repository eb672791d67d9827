package lab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// tap captures what a device sends and receives, with the kernel's time
// stamps, which are of the clock that the tracepoint's can be turned into.
type tap struct {
	fd       int
	linkType int
	loopback bool
	frames   []decode.Frame
	stopping atomic.Bool
	done     chan error
}

const (
	// tapBuffer holds what comes while the reader waits for its turn; a run
	// whose capture lost packets proves nothing and fails.
	tapBuffer = 32 << 20
	tapSnap   = 1 << 16
)

// newTap begins to capture.
func newTap(s *space, dev string, linkType int) (*tap, error) {
	t := &tap{linkType: linkType, loopback: dev == "lo", done: make(chan error, 1)}
	err := s.do(func() error { return t.open(dev) })
	if err != nil {
		return nil, fmt.Errorf("capture on %s: %w", dev, err)
	}
	go func() { t.done <- t.read() }()
	return t, nil
}

func (t *tap) open(dev string) error {
	ifi, err := net.InterfaceByName(dev)
	if err != nil {
		return err
	}
	all := uint16(unix.ETH_P_ALL>>8 | unix.ETH_P_ALL<<8) // in network byte order
	t.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return err
	}
	err = errors.Join(
		unix.SetsockoptInt(t.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, tapBuffer),
		unix.SetsockoptInt(t.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1),
		unix.Bind(t.fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: ifi.Index}),
	)
	if err != nil {
		unix.Close(t.fd)
	}
	return err
}

// read gathers packets until the tap is stopped and the buffer is empty.
func (t *tap) read() error {
	data, control := make([]byte, tapSnap), make([]byte, 128)
	for {
		n, oobn, _, from, err := unix.Recvmsg(t.fd, data, control, 0)
		switch {
		case err == nil:
			if err := t.keep(data[:n], control[:oobn], from); err != nil {
				return err
			}
		case err == unix.EAGAIN && t.stopping.Load():
			return nil
		case err == unix.EAGAIN:
			unix.Poll([]unix.PollFd{{Fd: int32(t.fd), Events: unix.POLLIN}}, 10)
		case err != unix.EINTR:
			return fmt.Errorf("read from a capture: %w", err)
		}
	}
}

// keep adds a packet to the capture. The loopback device shows each packet
// twice, as it goes out and as it comes in.
func (t *tap) keep(data, control []byte, from unix.Sockaddr) error {
	if ll, ok := from.(*unix.SockaddrLinklayer); ok && t.loopback && ll.Pkttype == unix.PACKET_OUTGOING {
		return nil
	}
	at, err := stampOf(control)
	if err != nil {
		return err
	}
	t.frames = append(t.frames, decode.Frame{
		Time: at, LinkType: t.linkType, Length: len(data), Data: append([]byte(nil), data...),
	})
	return nil
}

// stampOf finds the time stamp in the control messages of a packet.
func stampOf(control []byte) (flows.Time, error) {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return 0, fmt.Errorf("time stamp of a packet: %w", err)
	}
	for i := range messages {
		if m := &messages[i]; m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SO_TIMESTAMPNS && len(m.Data) >= 16 {
			return flows.Time(int64(binary.NativeEndian.Uint64(m.Data))*int64(time.Second) + int64(binary.NativeEndian.Uint64(m.Data[8:]))), nil
		}
	}
	return 0, errors.New("a packet came without a time stamp")
}

// stop ends the capture and returns it.
func (t *tap) stop() ([]decode.Frame, error) {
	t.stopping.Store(true)
	err := <-t.done
	if stats, statErr := unix.GetsockoptTpacketStats(t.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); statErr == nil && stats.Drops > 0 {
		err = errors.Join(err, fmt.Errorf("the capture lost %d packets", stats.Drops))
	}
	unix.Close(t.fd)
	return t.frames, err
}
