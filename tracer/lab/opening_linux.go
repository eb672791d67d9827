package lab

import (
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// opening is how connections open when nothing goes wrong.
func opening() []scenario {
	return []scenario{
		{name: "open.v4", shows: "connect, a request and its answer, and nothing more: both ends stay ESTABLISHED", play: openOnly},
		{name: "open.v6", shows: "the same over IPv6", v6: true, play: openOnly},
		{name: "open.lo", shows: "the same over the loopback device", joint: byLoopback, play: openOnly},
		{name: "open.unaccepted", shows: "the application never accepts; the kernel opens the connection all the same", play: openUnaccepted},
		{name: "open.no-timestamps", shows: "connect and close without the timestamp option", play: withoutTimestamps},
		{name: "open.crossed", shows: "both ends connect to each other at once: the SYNs cross", joint: byRelay, path: slow, play: openCrossed},
		{name: "open.crossed-v6", shows: "the same over IPv6, and one end closes", joint: byRelay, path: slow, v6: true, play: openCrossed},
		{name: "open.crossed-lost", shows: "the SYNs cross, and one of them is lost", joint: byRelay, path: slow, rough: true, play: openCrossedLost},
		{name: "open.self", shows: "a socket connects to its own address and port: one socket is both ends", joint: byLoopback, play: openSelf},
		{name: "open.deferred", shows: "TCP_DEFER_ACCEPT: the server stays SYN_RECEIVED until data comes", play: openDeferred},
		{name: "open.deferred-idle", shows: "the same, and no data comes", play: openDeferredIdle},
	}
}

func openOnly(st *stage) {
	c, s, _ := st.pair()
	st.pause()
	c.talk(s)
	st.pause()
}

func openUnaccepted(st *stage) {
	l := st.listen()
	c := st.socket(flows.Client)
	c.connect(l)
	c.send(500)
	st.pause()
}

func withoutTimestamps(st *stage) {
	st.setBoth("net.ipv4.tcp_timestamps", "0")
	closeInTurn(flows.Client)(st)
}

// cross lets both ends connect to each other.
func cross(st *stage) (c, s *socket) {
	c, s = st.socket(flows.Client), st.socket(flows.Server)
	c.begin(s)
	s.begin(c)
	c.until(flows.Established)
	s.until(flows.Established)
	return c, s
}

func openCrossed(st *stage) {
	c, s := cross(st)
	st.wait(100 * time.Millisecond)
	c.talk(s)
	if st.v6 {
		c.close()
		st.wait(100 * time.Millisecond)
		s.close()
	}
	st.wait(100 * time.Millisecond)
}

func openCrossedLost(st *stage) {
	st.relay.lose(flows.Client, isSYN, 1)
	c, s := cross(st)
	st.wait(100 * time.Millisecond)
	c.close()
	st.wait(100 * time.Millisecond)
	s.close()
	st.wait(100 * time.Millisecond)
}

func openSelf(st *stage) {
	c := st.socket(flows.Client)
	c.connect(c)
	c.send(100)
	c.receive(100)
	st.pause()
	c.close()
	st.pause()
}

var deferAccept = option{unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 3}

func openDeferred(st *stage) {
	l := st.listen(deferAccept)
	c := st.socket(flows.Client)
	c.connect(l)
	st.wait(200 * time.Millisecond)
	c.send(100)
	s := l.accept()
	s.receive(100)
	st.pause()
	s.close()
	st.pause()
	c.close()
	st.pause()
}

func openDeferredIdle(st *stage) {
	l := st.listen(deferAccept)
	c := st.socket(flows.Client)
	c.connect(l)
	st.wait(1200 * time.Millisecond)
}
