package lab

import (
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// closing is how connections close, one end after the other.
func closing() []scenario {
	return []scenario{
		{name: "close.client", shows: "a request and its answer; the client closes, then the server", play: closeInTurn(flows.Client)},
		{name: "close.server", shows: "the server closes first", play: closeInTurn(flows.Server)},
		{name: "close.client-v6", shows: "over IPv6", v6: true, play: closeInTurn(flows.Client)},
		{name: "close.server-lo", shows: "over the loopback device", joint: byLoopback, play: closeInTurn(flows.Server)},
		{name: "close.client-lo6", shows: "over the loopback device and IPv6", joint: byLoopback, v6: true, play: closeInTurn(flows.Client)},
		{name: "close.client-relay", shows: "over a way that takes time", joint: byRelay, path: slow, play: closeInTurn(flows.Client)},
		{name: "close.offload", shows: "a lot of data, with segments and checksums left to the device", offload: true, play: closeAfterBulk},
		{name: "close.offload-lo", shows: "the same over the loopback device", joint: byLoopback, offload: true, play: closeAfterBulk},
		{name: "close.at-once", shows: "data and FIN at once, and the answer to that without a pause", play: closeAtOnce(flows.Client)},
		{name: "close.at-once-server", shows: "the same, the server first", play: closeAtOnce(flows.Server)},
		{name: "close.half", shows: "half closed: data goes on the other way", play: closeHalf(flows.Client)},
		{name: "close.half-server", shows: "the same, half closed by the server", joint: byRelay, path: fast, play: closeHalf(flows.Server)},
		{name: "close.half-then-whole", shows: "a half-closed socket is closed: FIN_WAIT_2 without an owner", play: closeHalfThenWhole},
		{name: "close.both-ways", shows: "shutdown both ways at both ends; close much later", play: closeBothWays},
		{name: "close.reading-only", shows: "shutdown for reading does not show", play: closeReading},
		{name: "close.data-with-fin", shows: "the last data and the FIN in one segment", play: closeWithData},
	}
}

// closeBoth closes one socket after the other.
func closeBoth(st *stage, a, b *socket) {
	a.close()
	st.pause()
	b.drain()
	b.close()
	st.pause()
}

func closeInTurn(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		st.pause()
		c.talk(s)
		st.pause()
		a, b := first(who, c, s)
		closeBoth(st, a, b)
		st.wait(60 * time.Millisecond)
	}
}

func closeAfterBulk(st *stage) {
	c, s, _ := st.pair()
	c.give(s, 300_000)
	s.give(c, 500_000)
	st.pause()
	closeBoth(st, c, s)
	st.wait(60 * time.Millisecond)
}

func closeAtOnce(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		a, b := first(who, c, s)
		a.send(1 + st.IntN(3000))
		a.close()
		b.drain()
		b.close()
		st.pause()
	}
}

func closeHalf(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		a, b := first(who, c, s)
		a.send(200)
		a.finish()
		b.drain()
		for range 3 {
			st.pause()
			b.give(a, 7000)
		}
		closeBoth(st, b, a)
	}
}

func closeHalfThenWhole(st *stage) {
	c, s, _ := st.pair()
	c.finish()
	s.drain()
	st.wait(60 * time.Millisecond)
	c.close()
	st.pause()
}

func closeBothWays(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	c.shutdown(unix.SHUT_RDWR)
	st.pause()
	s.shutdown(unix.SHUT_RDWR)
	st.pause()
	c.close()
	s.close()
	st.pause()
}

func closeReading(st *stage) {
	c, s, _ := st.pair()
	s.shutdown(unix.SHUT_RD)
	st.pause()
	c.send(300)
	st.pause()
	c.close()
	st.pause()
	s.close()
	st.pause()
}

func closeWithData(st *stage) {
	c, s, _ := st.pair()
	c.hold(700)
	c.finish()
	s.drain()
	s.hold(900)
	s.close()
	c.drain()
	st.pause()
}

// crossing is what happens when both ends close at the same time.
func crossing() []scenario {
	return []scenario{
		{name: "cross.close", shows: "both close within one round trip: CLOSING at both ends", joint: byRelay, path: slow, play: crossClose(false)},
		{name: "cross.close-v6", shows: "the same over IPv6", joint: byRelay, path: slow, v6: true, play: crossClose(false)},
		{name: "cross.data", shows: "the same with data in front of the FINs", joint: byRelay, path: slow, play: crossClose(true)},
		{name: "cross.shutdown", shows: "both half close, and keep the sockets", joint: byRelay, path: slow, play: crossShutdown},
		{name: "cross.reset", shows: "the FINs cross, and one end aborts before its own is acknowledged", joint: byRelay, path: slow, play: crossReset},
	}
}

func crossClose(withData bool) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		st.wait(150 * time.Millisecond)
		if withData {
			c.send(1200)
			s.send(1200)
			c.finish()
			s.finish()
		} else {
			c.close()
			s.close()
		}
		st.wait(250 * time.Millisecond)
	}
}

func crossShutdown(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(150 * time.Millisecond)
	s.finish()
	c.finish()
	st.wait(250 * time.Millisecond)
}

func crossReset(st *stage) {
	c, s, _ := st.pair()
	st.wait(100 * time.Millisecond)
	c.finish()
	s.finish()
	st.wait(42 * time.Millisecond) // the FINs have arrived, their ACKs have not
	c.reset()
	st.wait(200 * time.Millisecond)
}
