package lab

import (
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// overflowing is what a server does that has no room for more connections.
func overflowing() []scenario {
	return []scenario{
		{name: "overflow.queue", shows: "the accept queue is full: ACKs and SYNs are ignored", joint: byRelay, path: fast, play: overflow("0", 0)},
		{name: "overflow.shrink", shows: "the queue shrinks between SYN and ACK: ESTABLISHED against SYN_RECEIVED", joint: byRelay, path: slow, play: overflowShrink("0")},
		{name: "overflow.abort", shows: "the same with tcp_abort_on_overflow: RST", joint: byRelay, path: slow, play: overflowShrink("1")},
		{name: "overflow.cookies", shows: "SYN cookies: the server answers and keeps nothing until the last ACK", joint: byRelay, path: fast, play: overflow("2", 16)},
	}
}

// overflow opens more connections than there is room for.
func overflow(cookies string, backlog int) func(*stage) {
	return func(st *stage) {
		st.set(flows.Server, "net.ipv4.tcp_syncookies", cookies)
		l := st.listenAt(st.port(), backlog)
		for range 4 {
			st.socket(flows.Client).begin(l)
			st.pause()
		}
		st.wait(1200 * time.Millisecond)
	}
}

// overflowShrink lets several SYNs in, and has no room when their ACKs come.
func overflowShrink(abort string) func(*stage) {
	return func(st *stage) {
		st.set(flows.Server, "net.ipv4.tcp_syncookies", "0")
		st.set(flows.Server, "net.ipv4.tcp_abort_on_overflow", abort)
		l := st.listen()
		for range 4 {
			st.socket(flows.Client).begin(l)
		}
		st.wait(45 * time.Millisecond) // the SYNs have arrived, the ACKs have not
		l.try("shrink the queue", func() error { return unix.Listen(l.fd, 0) })
		st.wait(1300 * time.Millisecond)
	}
}
