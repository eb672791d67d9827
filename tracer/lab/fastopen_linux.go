package lab

import (
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// fastOpening is TCP Fast Open: data in the SYN, and a server that may answer,
// and even close, while it is SYN_RECEIVED.
func fastOpening() []scenario {
	return []scenario{
		{name: "fast.no-cookie", shows: "data in the SYN, taken without a cookie", play: fastOpen(true, 1)},
		{name: "fast.cookie", shows: "a cookie is fetched, and used by the next connection", play: fastOpen(false, 2)},
		{name: "fast.cookie-v6", shows: "the same over IPv6", v6: true, play: fastOpen(false, 2)},
		{name: "fast.early", shows: "the server answers while it is SYN_RECEIVED", joint: byRelay, path: slow, play: fastEarly(false)},
		{name: "fast.early-close", shows: "it closes as well: SYN_RECEIVED, FIN_WAIT_1", joint: byRelay, path: slow, play: fastEarly(true)},
	}
}

// allowFastOpen switches it on at both ends; trusting without cookies.
func allowFastOpen(st *stage, trusting bool) {
	const (
		client, server          = "1", "2"
		withoutCookie, allowAll = "5", "1538" // 0x1|0x4, and 0x2|0x200|0x400
	)
	if trusting {
		st.set(flows.Client, "net.ipv4.tcp_fastopen", withoutCookie)
		st.set(flows.Server, "net.ipv4.tcp_fastopen", allowAll)
		return
	}
	st.set(flows.Client, "net.ipv4.tcp_fastopen", client)
	st.set(flows.Server, "net.ipv4.tcp_fastopen", server)
}

var fastQueue = option{unix.IPPROTO_TCP, unix.TCP_FASTOPEN, 16}

func fastOpen(trusting bool, times int) func(*stage) {
	return func(st *stage) {
		allowFastOpen(st, trusting)
		l := st.listen(fastQueue)
		for range times {
			c := st.socket(flows.Client)
			c.sendEarly(l, 200)
			s := l.accept()
			s.receive(200)
			s.give(c, 3000)
			st.wait(60 * time.Millisecond)
			closeBoth(st, c, s)
		}
	}
}

func fastEarly(andClose bool) func(*stage) {
	return func(st *stage) {
		allowFastOpen(st, true)
		l := st.listen(fastQueue)
		c := st.socket(flows.Client)
		c.sendEarly(l, 100)
		s := l.accept()
		s.receive(100)
		s.send(500)
		if andClose {
			s.close()
		}
		st.wait(250 * time.Millisecond)
		c.receive(500)
		c.close()
		st.wait(150 * time.Millisecond)
	}
}
