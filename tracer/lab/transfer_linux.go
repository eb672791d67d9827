package lab

import (
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

// What the sockets send has no meaning; only how much it is matters.
var payload [1 << 16]byte

// send sends so many bytes, as soon as the socket takes them.
func (s *socket) send(n int) {
	s.try(fmt.Sprintf("send %d bytes", n), func() error {
		for n > 0 {
			sent, err := unix.SendmsgN(s.fd, payload[:min(n, len(payload))], nil, nil, unix.MSG_NOSIGNAL)
			if err != nil {
				return err
			}
			n -= sent
		}
		return nil
	})
}

// receive reads so many bytes.
func (s *socket) receive(n int) {
	s.try(fmt.Sprintf("receive %d bytes", n), func() error {
		for n > 0 {
			got, err := s.read(n)
			if err != nil {
				return err
			}
			n -= got
		}
		return nil
	})
}

// read reads at most n bytes, and says io.EOF at the end.
func (s *socket) read(n int) (int, error) {
	var buffer [1 << 14]byte
	got, err := unix.Read(s.fd, buffer[:min(n, len(buffer))])
	if err == nil && got == 0 {
		err = io.EOF
	}
	return got, err
}

// drain reads until the peer has closed, in whatever way.
func (s *socket) drain() {
	s.try("wait for the end", func() error {
		for {
			_, err := s.read(1 << 14)
			switch {
			case err == io.EOF || errors.Is(err, unix.ECONNRESET) || errors.Is(err, unix.EPIPE):
				return nil
			case err != nil:
				return err
			}
		}
	})
}

// give sends so many bytes to a peer that reads them at the same time, so it
// does not matter how small the buffers are.
func (s *socket) give(to *socket, n int) {
	left := n
	s.try(fmt.Sprintf("give %d bytes", n), func() error {
		for n > 0 {
			if left > 0 {
				if sent, err := unix.SendmsgN(s.fd, payload[:min(left, len(payload))], nil, nil, unix.MSG_NOSIGNAL); err == nil {
					left -= sent
				} else if err != unix.EAGAIN {
					return err
				}
			}
			got, err := to.read(n)
			if err != nil {
				return err
			}
			n -= got
		}
		return nil
	})
}

// talk sends a request and gets an answer.
func (s *socket) talk(to *socket) {
	s.give(to, 1+s.stage.IntN(3000))
	to.give(s, 1+s.stage.IntN(3000))
}

// fill sends until the socket takes no more for a while.
func (s *socket) fill() (total int) {
	const quiet = 150 * time.Millisecond
	for last := time.Now(); s.alive() && time.Since(last) < quiet; {
		n, err := unix.SendmsgN(s.fd, payload[:4096], nil, nil, unix.MSG_NOSIGNAL)
		switch {
		case err == nil:
			total += n
			last = time.Now()
		case err == unix.EAGAIN:
			time.Sleep(5 * time.Millisecond)
		default:
			s.stage.fail(fmt.Errorf("%s, fill the window: %w", s.side, err))
		}
	}
	return total
}

// sendEarly sends so many bytes in the SYN to a listener, by TCP Fast Open.
func (s *socket) sendEarly(to *socket, n int) {
	if !s.alive() {
		return
	}
	err := unix.Sendto(s.fd, payload[:n], unix.MSG_FASTOPEN|unix.MSG_NOSIGNAL, sockaddr(s.stage.address(to.side), to.port))
	// Without a cookie the payload waits for the handshake: then it is still to be sent.
	if err == unix.EINPROGRESS {
		s.try("send after the handshake", func() error {
			if err := unix.Send(s.fd, payload[:n], unix.MSG_NOSIGNAL); err != unix.ENOTCONN {
				return err
			}
			return unix.EAGAIN
		})
	} else if err != nil {
		s.stage.fail(fmt.Errorf("%s, send in the SYN: %w", s.side, err))
	}
}

// hold gives so many bytes to the kernel, which keeps them until more comes.
func (s *socket) hold(n int) {
	s.try("send later", func() error { return unix.Send(s.fd, payload[:n], unix.MSG_MORE|unix.MSG_NOSIGNAL) })
}
