package lab

import (
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// aborting is how connections end with a RST.
func aborting() []scenario {
	return []scenario{
		{name: "abort.linger", shows: "close with SO_LINGER 0: RST in place of FIN", play: abortByLinger(flows.Client)},
		{name: "abort.linger-server", shows: "the same by the server, over IPv6", v6: true, play: abortByLinger(flows.Server)},
		{name: "abort.linger-lo", shows: "the same over the loopback device", joint: byLoopback, play: abortByLinger(flows.Server)},
		{name: "abort.linger-relay", shows: "the same over a way that takes time", joint: byRelay, path: slow, play: abortByLinger(flows.Client)},
		{name: "abort.unread", shows: "close with unread data: RST", play: abortUnread(flows.Client)},
		{name: "abort.unread-server", shows: "the same by the server", play: abortUnread(flows.Server)},
		{name: "abort.early", shows: "RST as soon as the handshake is done", joint: byRelay, path: fast, play: abortEarly},
		{name: "abort.fin-wait-2", shows: "RST by the half-closed end", play: abortHalfClosed(flows.Client)},
		{name: "abort.close-wait", shows: "RST by the end that has got a FIN", play: abortHalfClosed(flows.Server)},
		{name: "abort.fin-wait-1", shows: "RST while the FIN of the other end is under way", joint: byRelay, path: slow, play: abortInFINWait1},
		{
			name: "abort.own-fin-wait-1", shows: "RST after the FIN, before its ACK comes: never FIN_WAIT_2", joint: byRelay, path: slow, play: abortOwnFINWait1,
		},
		{name: "abort.last-ack", shows: "RST while the second FIN is under way", joint: byRelay, path: slow, play: abortInLastACK},
		{name: "abort.data-after-close", shows: "data for a socket that is closed, not half closed: RST", play: abortData},
		{name: "abort.linger2", shows: "TCP_LINGER2 below 0: close in FIN_WAIT_2 sends RST", play: abortLinger2},
		{name: "abort.disconnect", shows: "connect to nowhere: the kernel disconnects with RST", play: abortDisconnect},
	}
}

func abortByLinger(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		c.talk(s)
		st.wait(60 * time.Millisecond)
		a, _ := first(who, c, s)
		a.reset()
		st.pause()
	}
}

func abortUnread(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		a, b := first(who, c, s)
		b.send(800)
		st.pause()
		a.close()
		st.pause()
	}
}

func abortEarly(st *stage) {
	l := st.listen()
	c := st.socket(flows.Client)
	c.connect(l)
	c.reset()
	st.wait(80 * time.Millisecond)
}

func abortHalfClosed(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		c.finish()
		s.drain()
		st.pause()
		s.give(c, 100)
		st.wait(60 * time.Millisecond)
		a, _ := first(who, c, s)
		a.reset()
		st.pause()
	}
}

func abortInFINWait1(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(150 * time.Millisecond)
	c.finish()
	st.wait(10 * time.Millisecond)
	s.reset()
	st.wait(150 * time.Millisecond)
}

func abortOwnFINWait1(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(150 * time.Millisecond)
	c.finish()
	st.wait(45 * time.Millisecond) // the FIN has arrived, its ACK has not
	c.reset()
	st.wait(150 * time.Millisecond)
}

func abortInLastACK(st *stage) {
	c, s, _ := st.pair()
	c.finish()
	s.drain()
	st.wait(150 * time.Millisecond)
	s.close()
	st.wait(10 * time.Millisecond)
	c.reset()
	st.wait(150 * time.Millisecond)
}

func abortData(st *stage) {
	c, s, _ := st.pair()
	c.send(100)
	c.close()
	st.pause()
	s.receive(100)
	s.send(300)
	st.pause()
}

func abortLinger2(st *stage) {
	c, s, _ := st.pair()
	c.option(option{unix.IPPROTO_TCP, unix.TCP_LINGER2, -1})
	c.finish()
	s.drain()
	st.wait(60 * time.Millisecond)
	c.close()
	st.pause()
}

func abortDisconnect(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(60 * time.Millisecond)
	c.disconnect()
	st.pause()
}
