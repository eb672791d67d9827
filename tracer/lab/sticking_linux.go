package lab

import (
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// sticking is how connections stay in a state that others pass.
func sticking() []scenario {
	return []scenario{
		{name: "stuck.close-wait", shows: "the server never closes after the FIN: CLOSE_WAIT against FIN_WAIT_2", play: stuckCloseWait(flows.Client)},
		{name: "stuck.close-wait-client", shows: "the same, the client never closes", joint: byRelay, path: fast, play: stuckCloseWait(flows.Server)},
		{name: "stuck.fin-wait-2", shows: "FIN_WAIT_2 without an owner ends after tcp_fin_timeout, without a packet", play: finWait2Timeout(nil)},
		{name: "stuck.fin-wait-2-fin", shows: "the FIN comes after that: RST", play: finWait2Timeout((*socket).close)},
		{name: "stuck.fin-wait-2-data", shows: "data comes after that: RST", play: finWait2Timeout(func(s *socket) { s.send(100) })},
		{name: "stuck.window", shows: "the receiver does not read, then it does: zero window and probes", play: zeroWindow(flows.Client)},
		{name: "stuck.window-close", shows: "close behind a full window: FIN_WAIT_1 long before the FIN", play: zeroWindowClose},
		{name: "stuck.window-reset", shows: "the receiver aborts with a full window", play: zeroWindowReset},
	}
}

func stuckCloseWait(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		c.talk(s)
		a, b := first(who, c, s)
		a.finish()
		b.drain()
		st.wait(150 * time.Millisecond)
	}
}

func finWait2Timeout(then func(*socket)) func(*stage) {
	return func(st *stage) {
		st.setBoth("net.ipv4.tcp_fin_timeout", "1")
		c, s, _ := st.pair()
		c.close()
		s.drain()
		st.wait(1600 * time.Millisecond)
		if then != nil {
			then(s)
		}
		st.wait(80 * time.Millisecond)
	}
}

// Buffers so small that a window fills soon.
var smallBuffers = []option{{unix.SOL_SOCKET, unix.SO_RCVBUF, 4096}, {unix.SOL_SOCKET, unix.SO_SNDBUF, 16384}}

func zeroWindow(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair(smallBuffers...)
		a, b := first(who, c, s)
		n := a.fill()
		st.wait(500 * time.Millisecond)
		b.receive(n)
		st.wait(60 * time.Millisecond)
		closeBoth(st, a, b)
		st.wait(60 * time.Millisecond)
	}
}

func zeroWindowClose(st *stage) {
	c, s, _ := st.pair(smallBuffers...)
	c.fill()
	c.close()
	st.wait(600 * time.Millisecond)
	s.drain()
	st.wait(60 * time.Millisecond)
	s.close()
	st.pause()
}

func zeroWindowReset(st *stage) {
	c, s, _ := st.pair(smallBuffers...)
	c.fill()
	st.wait(300 * time.Millisecond)
	s.reset()
	st.pause()
}

// probing is how an end finds out whether the other is still there.
func probing() []scenario {
	return []scenario{
		{name: "probe.keepalive", shows: "keepalive probes are answered", play: probeAnswered},
		{name: "probe.keepalive-fails", shows: "they are not answered: the connection is dropped, with a RST that nobody gets", joint: byRelay, path: fast, rough: true, long: true, play: probeFails},
		{name: "probe.vanished", shows: "the client's host has forgotten the connection: data gets RST", play: vanished},
		{name: "probe.user-timeout", shows: "TCP_USER_TIMEOUT ends a connection whose data nobody acknowledges", joint: byRelay, path: fast, rough: true, long: true, play: userTimeout},
	}
}

var keepalive = []option{
	{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
	{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 1},
	{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 1},
	{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 2},
}

func probeAnswered(st *stage) {
	c, s, _ := st.pair(keepalive...)
	c.talk(s)
	st.wait(1500 * time.Millisecond)
	closeBoth(st, c, s)
}

func probeFails(st *stage) {
	c, s, _ := st.pair()
	for _, o := range keepalive {
		c.option(o)
	}
	c.talk(s)
	st.pause()
	st.relay.sever()
	st.wait(3500 * time.Millisecond)
}

func vanished(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(60 * time.Millisecond)
	c.forget()
	st.pause()
	s.send(100)
	st.pause()
}

func userTimeout(st *stage) {
	c, s, _ := st.pair()
	c.option(option{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 500})
	c.talk(s)
	st.relay.sever()
	c.send(100)
	st.wait(1800 * time.Millisecond)
}
