package lab

import (
	"time"

	"tcptrace/flows"
)

// capturing is captures that lack something.
func capturing() []scenario {
	return []scenario{
		{name: "late.established", shows: "the capture begins in ESTABLISHED", play: lateEstablished},
		{name: "late.idle", shows: "it begins when the connection is open, and only ACKs of probes follow", play: lateIdle},
		{name: "late.close-wait", shows: "it begins in CLOSE_WAIT", play: lateCloseWait},
		{name: "late.time-wait", shows: "it begins before the last ACK", joint: byRelay, path: slow, play: lateTimeWait},
		{name: "late.fuzz", shows: "it begins amid many connections", drawn: true, play: lateFuzz},
		{name: "holes.close", shows: "a tenth of the packets is missing", holes: 0.1, play: closeInTurn(flows.Client)},
		{name: "holes.half", shows: "a tenth of the packets is missing", holes: 0.1, play: closeHalf(flows.Client)},
		{name: "holes.many", shows: "a twentieth of the packets is missing", holes: 0.05, play: many(60)},
	}
}

func lateEstablished(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(60 * time.Millisecond)
	st.late()
	c.talk(s)
	st.pause()
	closeBoth(st, c, s)
}

func lateIdle(st *stage) {
	c, s, _ := st.pair(keepalive...)
	c.talk(s)
	st.wait(100 * time.Millisecond)
	st.late()
	st.wait(1200 * time.Millisecond)
}

func lateCloseWait(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	c.finish()
	s.drain()
	st.wait(100 * time.Millisecond)
	st.late()
	s.give(c, 3000)
	st.pause()
	closeBoth(st, s, c)
}

func lateTimeWait(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	c.close()
	s.drain()
	st.wait(150 * time.Millisecond)
	st.late()
	s.close()
	st.wait(150 * time.Millisecond)
}

func lateFuzz(st *stage) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fuzz(30)(st)
	}()
	st.wait(400 * time.Millisecond)
	st.late()
	<-done
}
