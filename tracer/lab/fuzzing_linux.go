package lab

import (
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// fuzzing is many connections at once, whose applications do whatever the dice
// say.
func fuzzing() []scenario {
	const ms = time.Millisecond
	delay := [2]time.Duration{5 * ms, 5 * ms}
	return []scenario{
		{name: "fuzz.clean", shows: "over a good path", joint: byRelay, drawn: true, path: path{delay: delay}, play: fuzz(30)},
		{name: "fuzz.veth", shows: "over a veth pair", drawn: true, play: fuzz(30)},
		{name: "fuzz.jitter", shows: "over a path that changes the order", joint: byRelay, rough: true, path: path{delay: delay, jitter: 4 * ms, reorder: 0.1}, play: fuzz(30)},
		{name: "fuzz.double", shows: "over a path that doubles", joint: byRelay, rough: true, path: path{delay: delay, double: 0.15}, play: fuzz(30)},
		{name: "fuzz.loss", shows: "over a path that loses", joint: byRelay, rough: true, path: path{delay: delay, loss: 0.05}, play: fuzz(40)},
		{name: "fuzz.all", shows: "over a path that does all of that", joint: byRelay, rough: true, path: path{delay: delay, jitter: 4 * ms, loss: 0.08, double: 0.05, reorder: 0.1}, play: fuzz(40)},
		{name: "fuzz.all-v6", shows: "the same over IPv6", joint: byRelay, rough: true, v6: true, path: path{delay: delay, jitter: 4 * ms, loss: 0.08, double: 0.05, reorder: 0.1}, play: fuzz(40)},
		{name: "fuzz.heavy", shows: "over a very bad path", joint: byRelay, rough: true, long: true, path: path{delay: delay, jitter: 8 * ms, loss: 0.2, double: 0.1, reorder: 0.2}, play: fuzz(60)},
		{name: "many.veth", shows: "150 short connections that end in all sorts of ways", drawn: true, play: many(150)},
		{name: "many.relay", shows: "the same over a lossy path", joint: byRelay, rough: true, path: path{delay: delay, loss: 0.02}, play: many(150)},
		{name: "many.long", shows: "1,000 of them", joint: byRelay, rough: true, long: true, path: path{delay: delay, loss: 0.02}, play: many(1000)},
	}
}

// fuzz plays n connections of some 1.5 s each at the same time.
func fuzz(n int) func(*stage) {
	return func(st *stage) {
		l := st.listenAt(st.port(), 2*n)
		var all sync.WaitGroup
		for range n {
			dice := st.fork()
			port := st.port()
			all.Go(func() {
				time.Sleep(time.Duration(dice.IntN(600)) * time.Millisecond)
				c := st.socketAt(flows.Client, port)
				c.begin(l)
				c.rampage(dice)
			})
		}
		all.Go(func() { acceptAll(st, l, n, 2500*time.Millisecond, (*socket).rampage) })
		all.Wait()
		st.wait(300 * time.Millisecond)
	}
}

// many plays n connections that are over soon, some at a time.
func many(n int) func(*stage) {
	return func(st *stage) {
		l := st.listenAt(st.port(), 256)
		var all sync.WaitGroup
		all.Go(func() {
			acceptAll(st, l, n, time.Duration(n)*4*time.Millisecond+800*time.Millisecond, (*socket).answer)
		})
		for range n {
			c := st.socket(flows.Client)
			c.begin(l)
			dice := st.fork()
			all.Go(func() { c.ask(dice) })
			st.wait(4 * time.Millisecond)
		}
		all.Wait()
		st.wait(300 * time.Millisecond)
	}
}

// acceptAll accepts connections for a while, and lets serve do its work on each.
func acceptAll(st *stage, l *socket, n int, during time.Duration, serve func(*socket, *rand.Rand)) {
	var serving sync.WaitGroup
	for i, end := 0, time.Now().Add(during); i < n && time.Now().Before(end) && st.failed() == nil; {
		fd, _, err := unix.Accept4(l.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		s := st.adopt(&socket{stage: st, side: l.side, port: l.port, fd: fd})
		dice := st.fork()
		serving.Go(func() { serve(s, dice) })
		i++
	}
	serving.Wait()
}

// rampage does random things with a socket, whatever comes of them: errors are
// part of it.
func (s *socket) rampage(dice *rand.Rand) {
	for range 3 + dice.IntN(6) {
		time.Sleep(time.Duration(dice.ExpFloat64() * float64(40*time.Millisecond)))
		switch dice.IntN(12) {
		case 0, 1, 2, 3:
			unix.SendmsgN(s.fd, payload[:1+dice.IntN(4000)], nil, nil, unix.MSG_NOSIGNAL)
		case 4, 5, 6, 7:
			s.read(1 << 14)
		case 8:
			unix.Shutdown(s.fd, unix.SHUT_WR)
		case 9:
			s.readAll()
			s.drop()
			return
		case 10:
			if dice.IntN(4) == 0 {
				s.drop()
				return
			}
		case 11:
			if dice.IntN(4) == 0 {
				s.abandon()
				return
			}
		}
	}
	if dice.IntN(5) > 0 {
		s.readAll()
		s.drop()
	}
}

// ask sends a request, reads the answer, and closes in one of several ways.
func (s *socket) ask(dice *rand.Rand) {
	unix.SendmsgN(s.fd, payload[:1+dice.IntN(500)], nil, nil, unix.MSG_NOSIGNAL)
	time.Sleep(time.Duration(20+dice.IntN(60)) * time.Millisecond)
	unix.SendmsgN(s.fd, payload[:1+dice.IntN(500)], nil, nil, unix.MSG_NOSIGNAL)
	s.hangUp(dice)
}

// answer does the same from the other side.
func (s *socket) answer(dice *rand.Rand) {
	time.Sleep(time.Duration(10+dice.IntN(40)) * time.Millisecond)
	s.read(1 << 14)
	unix.SendmsgN(s.fd, payload[:1+dice.IntN(3000)], nil, nil, unix.MSG_NOSIGNAL)
	s.hangUp(dice)
}

func (s *socket) hangUp(dice *rand.Rand) {
	time.Sleep(time.Duration(dice.IntN(80)) * time.Millisecond)
	switch dice.IntN(8) {
	case 0:
		s.abandon()
	case 1:
		s.drop()
	case 2: // it stays open
	case 3:
		unix.Shutdown(s.fd, unix.SHUT_WR)
	default:
		s.readAll()
		s.drop()
	}
}

// readAll reads what is there.
func (s *socket) readAll() {
	for {
		if _, err := s.read(1 << 14); err != nil {
			return
		}
	}
}

// drop closes the socket, whatever comes of it.
func (s *socket) drop() {
	unix.Close(s.fd)
	s.fd = -1
}
