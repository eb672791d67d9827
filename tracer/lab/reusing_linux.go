package lab

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// reusing is the same two addresses used more than once.
func reusing() []scenario {
	return []scenario{
		{name: "reuse.reset", shows: "three lives of the same addresses, each ended by RST", play: reuseAfterReset},
		{name: "reuse.time-wait-client", shows: "the client's port again out of its own TIME_WAIT (tcp_tw_reuse)", play: reuseByClient},
		{name: "reuse.time-wait-server", shows: "the server closed first: a SYN meets TIME_WAIT, and is welcome", play: reuseAtServer(false)},
		{name: "reuse.time-wait-server-v6", shows: "the same over IPv6", v6: true, play: reuseAtServer(false)},
		{name: "reuse.old-number", shows: "the same with an older sequence number: ACK, RST, and the SYN again", play: reuseAtServer(true)},
		{name: "reuse.half-open", shows: "RFC 9293 figure 9: a client that forgot the connection opens it anew", play: reuseHalfOpen},
		{name: "reuse.half-open-relay", shows: "the same over a way that takes time", joint: byRelay, path: fast, play: reuseHalfOpen},
	}
}

func reuseAfterReset(st *stage) {
	l, port := st.listen(), st.port()
	for i := range 3 {
		c := st.socketAt(flows.Client, port)
		c.connect(l)
		s := l.accept()
		c.talk(s)
		st.wait(60 * time.Millisecond)
		a, b := first(flows.Side(i%2), c, s)
		a.reset()
		st.pause()
		b.close()
		st.pause()
	}
}

func reuseByClient(st *stage) {
	st.set(flows.Client, "net.ipv4.tcp_tw_reuse", "1")
	l, port := st.listen(), st.port()
	for i := range 2 {
		if i > 0 {
			st.wait(1200 * time.Millisecond) // one second, then it may be reused
		}
		c := st.socketAt(flows.Client, port)
		c.connect(l)
		s := l.accept()
		c.talk(s)
		closeBoth(st, c, s)
	}
}

// reuseAtServer opens again from the port of a connection that the server
// closed; old gives the second one an older sequence number, which only tells
// without timestamps.
func reuseAtServer(old bool) func(*stage) {
	return func(st *stage) {
		if old {
			st.setBoth("net.ipv4.tcp_timestamps", "0")
		}
		l, port := st.listen(), st.port()
		for i := range 2 {
			c := st.socketAt(flows.Client, port)
			if old {
				c.number(flows.Seq(3_000_000_000 - i*1_000_000))
			}
			c.connect(l)
			s := l.accept()
			c.talk(s)
			closeBoth(st, s, c)
		}
	}
}

func reuseHalfOpen(st *stage) {
	c, s, l := st.pair()
	c.talk(s)
	st.wait(60 * time.Millisecond)
	c.forget()
	st.pause()
	c = st.socketAt(flows.Client, c.port)
	c.connect(l)
	s = l.accept()
	c.talk(s)
	closeBoth(st, c, s)
}

// waiting is what happens to an end in TIME_WAIT.
func waiting() []scenario {
	return []scenario{
		{name: "wait.reset", shows: "a RST ends TIME_WAIT", joint: byRelay, path: fast, play: assassinate("0")},
		{
			name: "wait.reset-ignored", shows: "with tcp_rfc1337 it does not", joint: byRelay, path: fast, play: assassinate("1"),
			open: "the setting tcp_rfc1337 of the host shows on no packet, and nothing follows the RST",
		},
		{name: "wait.old-fin", shows: "a copy of the last FIN: an ACK, and the RST to that ends TIME_WAIT", joint: byRelay, path: fast, play: oldFIN},
	}
}

func assassinate(rfc1337 string) func(*stage) {
	return func(st *stage) {
		st.set(flows.Client, "net.ipv4.tcp_rfc1337", rfc1337)
		c, s, _ := st.pair()
		closeBoth(st, c, s)
		st.wait(60 * time.Millisecond)
		st.inject(flows.Server, func(f *forged) { f.Flags = flows.RST })
		st.wait(80 * time.Millisecond)
	}
}

func oldFIN(st *stage) {
	st.relay.repeat(flows.Server, hasFIN, 1, 200*time.Millisecond)
	c, s, _ := st.pair()
	closeBoth(st, c, s)
	st.wait(300 * time.Millisecond)
}

// wrapping is sequence numbers that pass 2^32.
func wrapping() []scenario {
	var list []scenario
	for _, w := range []struct {
		name   string
		before uint32 // so far before 2^32 the client's numbers begin
	}{{"handshake", 1}, {"data", 700}, {"fin", 1501}} {
		list = append(list, scenario{
			name: "wrap." + w.name, shows: fmt.Sprintf("the client's numbers begin %d before 2^32", w.before),
			play: wrap(w.before),
		})
	}
	return list
}

func wrap(before uint32) func(*stage) {
	return func(st *stage) {
		l := st.listen()
		c := st.socket(flows.Client)
		c.number(-flows.Seq(before))
		c.connect(l)
		s := l.accept()
		c.give(s, 1500)
		s.give(c, 500)
		closeBoth(st, c, s)
	}
}
