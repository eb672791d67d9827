package lab

import (
	"os/exec"
	"time"

	"tcptrace/flows"
)

// refusing is how connections do not open.
func refusing() []scenario {
	list := []scenario{
		{name: "refuse.v4", shows: "nobody listens: RST", play: refused},
		{name: "refuse.v6", shows: "the same over IPv6", v6: true, play: refused},
		{name: "refuse.lo", shows: "the same over the loopback device", joint: byLoopback, play: refused},
		{name: "refuse.relay", shows: "the same over a way that takes time", joint: byRelay, path: slow, play: refused},
		{name: "refuse.given-up", shows: "the client closes in SYN_SENT; the SYN-ACK comes too late and gets RST", joint: byRelay, path: fast, play: givenUp},
		{name: "refuse.listener-closed", shows: "the listener is closed over connections that nobody accepted: RST", play: listenerClosed},
		{name: "refuse.listener-closed-early", shows: "the listener is closed in SYN_RECEIVED; the last ACK gets RST", joint: byRelay, path: fast, play: listenerClosedEarly},
		{name: "refuse.first", shows: "refused, and a moment later the same port connects", play: refusedFirst},
	}
	if _, err := exec.LookPath("nft"); err != nil {
		return list
	}
	return append(list,
		scenario{name: "refuse.icmp", shows: "a firewall answers the SYN with ICMP port unreachable", joint: byRelay, path: fast, play: refusedBy("icmpx type port-unreachable")},
		scenario{name: "refuse.firewall", shows: "a firewall answers the SYN with RST", joint: byRelay, path: fast, play: refusedBy("tcp reset")},
		scenario{name: "refuse.filtered", shows: "a firewall lets the SYNs vanish; the client closes", play: filtered},
	)
}

func refused(st *stage) {
	c := st.socket(flows.Client)
	c.beginTo(flows.Server, st.port())
	c.until(flows.Closed)
	st.pause()
}

func givenUp(st *stage) {
	st.relay.hold(flows.Server, isSYNACK, 1, 150*time.Millisecond)
	l := st.listen()
	c := st.socket(flows.Client)
	c.begin(l)
	st.wait(80 * time.Millisecond)
	c.close()
	st.wait(200 * time.Millisecond)
}

func listenerClosed(st *stage) {
	l := st.listen()
	var clients [3]*socket
	for i := range clients {
		clients[i] = st.socket(flows.Client)
		clients[i].connect(l)
		st.pause()
	}
	clients[1].send(100)
	st.pause()
	clients[2].finish()
	st.wait(80 * time.Millisecond) // longer than an ACK is ever delayed
	l.close()
	st.pause()
}

func listenerClosedEarly(st *stage) {
	st.relay.hold(flows.Client, bareACK, 1, 150*time.Millisecond)
	l := st.listen()
	c := st.socket(flows.Client)
	c.connect(l)
	st.wait(60 * time.Millisecond)
	l.close()
	st.wait(200 * time.Millisecond)
}

func refusedFirst(st *stage) {
	from, to := st.port(), st.port()
	c := st.socketAt(flows.Client, from)
	c.beginTo(flows.Server, to)
	c.until(flows.Closed)
	c.close()
	st.pause()
	l := st.listenAt(to, 8)
	c = st.socketAt(flows.Client, from)
	c.connect(l)
	s := l.accept()
	c.talk(s)
	closeBoth(st, c, s)
}

func refusedBy(answer string) func(*stage) {
	return func(st *stage) {
		st.firewall(flows.Server, "tcp flags syn reject with "+answer)
		l := st.listen()
		c := st.socket(flows.Client)
		c.begin(l)
		c.until(flows.Closed)
		st.pause()
	}
}

func filtered(st *stage) {
	st.firewall(flows.Server, "tcp flags syn drop")
	l := st.listen()
	c := st.socket(flows.Client)
	c.begin(l)
	st.wait(1200 * time.Millisecond)
	c.close()
	st.pause()
}
