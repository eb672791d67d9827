package lab

import (
	"time"

	"tcptrace/flows"
)

// losingOpening is what happens when segments of the handshake are lost.
func losingOpening() []scenario {
	list := []scenario{
		{name: "lose.syn", shows: "the first SYN is lost", play: openAfterLoss(flows.Client, isSYN)},
		{name: "lose.syn-ack", shows: "the first SYN-ACK is lost", play: openAfterLoss(flows.Server, isSYNACK)},
		{name: "lose.syn-ack-v6", shows: "the same over IPv6", v6: true, play: openAfterLoss(flows.Server, isSYNACK)},
		{name: "lose.syn-acks", shows: "every SYN-ACK is lost: SYN_SENT against SYN_RECEIVED", play: loseSYNACKs},
		{name: "lose.syns", shows: "every SYN is lost, until the client gives up without a packet", long: true, play: loseSYNs},
		{name: "lose.handshake-ack", shows: "the last ACK of the handshake is lost and nothing follows: the SYN-ACK comes again", play: loseHandshakeACK},
		{name: "lose.handshake-ack-data", shows: "the last ACK is lost, data follows and does its work", play: loseHandshakeACKThenSend},
		{name: "lose.handshake-ack-fin", shows: "the last ACK is lost, a FIN follows and does its work", play: loseHandshakeACKThenClose},
		{name: "lose.handshake-acks", shows: "nothing of the client arrives after its SYN: ESTABLISHED against SYN_RECEIVED", play: loseHandshakeACKs},
		{name: "lose.request-expired", shows: "the same until the server forgets the request; data then gets RST", long: true, play: loseRequest},
	}
	return everyRough(list)
}

// everyRough sets what all scenarios about losses have in common.
func everyRough(list []scenario) []scenario {
	for i := range list {
		list[i].joint, list[i].rough = byRelay, true
		if list[i].path == (path{}) {
			list[i].path = fast
		}
	}
	return list
}

func openAfterLoss(from flows.Side, m match) func(*stage) {
	return func(st *stage) {
		st.relay.lose(from, m, 1)
		c, s, _ := st.pair()
		c.talk(s)
		closeBoth(st, c, s)
	}
}

func loseSYNACKs(st *stage) {
	st.relay.lose(flows.Server, isSYNACK, always)
	l := st.listen()
	c := st.socket(flows.Client)
	c.begin(l)
	st.wait(1200 * time.Millisecond)
}

func loseSYNs(st *stage) {
	st.set(flows.Client, "net.ipv4.tcp_syn_retries", "1")
	st.relay.lose(flows.Client, isSYN, always)
	l := st.listen()
	c := st.socket(flows.Client)
	c.begin(l)
	c.until(flows.Closed)
}

// openWithoutACK opens a connection whose first bare ACKs are lost.
func openWithoutACK(st *stage, times int) (l, c *socket) {
	st.relay.lose(flows.Client, bareACK, times)
	l = st.listen()
	c = st.socket(flows.Client)
	c.connect(l)
	return l, c
}

func loseHandshakeACK(st *stage) {
	l, _ := openWithoutACK(st, 1)
	l.accept() // when the SYN-ACK was sent again and acknowledged again
	st.pause()
}

func loseHandshakeACKThenSend(st *stage) {
	l, c := openWithoutACK(st, 1)
	c.send(300)
	l.accept().receive(300)
	st.pause()
}

func loseHandshakeACKThenClose(st *stage) {
	l, c := openWithoutACK(st, 1)
	c.close()
	s := l.accept()
	s.drain()
	st.pause()
	s.close()
	st.pause()
}

func loseHandshakeACKs(st *stage) {
	st.relay.lose(flows.Client, noSYN, always)
	l := st.listen()
	c := st.socket(flows.Client)
	c.connect(l)
	st.wait(1300 * time.Millisecond)
}

func loseRequest(st *stage) {
	st.set(flows.Server, "net.ipv4.tcp_synack_retries", "1")
	st.relay.lose(flows.Client, noSYN, always)
	l := st.listen()
	c := st.socket(flows.Client)
	c.connect(l)
	st.wait(4500 * time.Millisecond)
	st.relay.mend()
	c.send(10)
	st.wait(100 * time.Millisecond)
}

// losingClosing is what happens when segments of the closing are lost.
func losingClosing() []scenario {
	list := []scenario{
		{name: "lose.fin", shows: "the first FIN is lost and sent again", play: loseFIN(flows.Client)},
		{name: "lose.fin-server", shows: "the same, of the server", play: loseFIN(flows.Server)},
		{name: "lose.fins", shows: "every FIN is lost: FIN_WAIT_1 against an ESTABLISHED that goes on sending", play: loseFINs},
		{name: "lose.fin-ack", shows: "the ACK of the first FIN is lost", play: loseFINACK(flows.Client)},
		{name: "lose.fin-ack-server", shows: "the same, the server closes first", play: loseFINACK(flows.Server)},
		{name: "lose.second-fin", shows: "the second FIN is lost: FIN_WAIT_2 against LAST_ACK", play: loseSecondFIN},
		{name: "lose.last-ack", shows: "the last ACK is lost: LAST_ACK until the FIN was sent again", play: loseLastACK(1)},
		{name: "lose.last-acks", shows: "every last ACK is lost: TIME_WAIT against LAST_ACK", play: loseLastACK(always)},
		{name: "lose.crossed-fin", shows: "the FINs cross and one of them is lost", path: slow, play: loseCrossedFIN},
		{name: "lose.closing-acks", shows: "the FINs cross and their ACKs one way are lost: CLOSING", path: slow, play: loseClosingACKs},
		{name: "lose.peer", shows: "the peer is out of reach when the client closes: FIN_WAIT_1, given up without a packet", long: true, play: losePeer},
		{name: "lose.reset", shows: "the RST is lost: CLOSED against ESTABLISHED", play: loseReset},
		{name: "lose.reset-data", shows: "the RST is lost, and the peer's data gets another", play: loseResetThenSend},
		{name: "lose.fin-then-data", shows: "the FIN is lost, and data for the closed socket gets RST: no CLOSE_WAIT", play: loseFINThenSend},
		{name: "lose.data-then-fin", shows: "data is lost in front of a FIN, and the peer aborts: LAST_ACK or FIN_WAIT_1 all the same", play: loseDataThenFIN},
		{name: "lose.data-then-reset", shows: "data is lost in front of a FIN, and a RST with the number of the data ends the peer", play: loseDataThenReset},
	}
	return everyRough(list)
}

func loseFIN(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		c.talk(s)
		st.relay.lose(who, hasFIN, 1)
		a, b := first(who, c, s)
		a.close()
		b.drain()
		st.pause()
		b.close()
		st.wait(80 * time.Millisecond)
	}
}

func loseFINs(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.relay.lose(flows.Client, hasFIN, always)
	c.finish()
	st.pause()
	s.give(c, 400)
	st.wait(600 * time.Millisecond)
}

func loseFINACK(who flows.Side) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		c.talk(s)
		st.wait(80 * time.Millisecond)
		st.relay.lose(who.Peer(), bareACK, 1)
		a, b := first(who, c, s)
		a.finish()
		st.wait(500 * time.Millisecond)
		b.close()
		st.wait(80 * time.Millisecond)
	}
}

func loseSecondFIN(st *stage) {
	c, s, _ := st.pair()
	st.relay.lose(flows.Server, hasFIN, 1)
	c.finish()
	s.drain()
	st.pause()
	s.close()
	st.wait(600 * time.Millisecond)
}

func loseLastACK(times int) func(*stage) {
	return func(st *stage) {
		c, s, _ := st.pair()
		c.close()
		s.drain()
		st.wait(60 * time.Millisecond)
		st.relay.lose(flows.Client, bareACK, times)
		s.close()
		st.wait(600 * time.Millisecond)
	}
}

func loseCrossedFIN(st *stage) {
	c, s, _ := st.pair()
	st.wait(100 * time.Millisecond)
	st.relay.lose(flows.Client, hasFIN, 1)
	c.finish()
	s.finish()
	st.wait(900 * time.Millisecond)
}

func loseClosingACKs(st *stage) {
	c, s, _ := st.pair()
	st.wait(100 * time.Millisecond)
	st.relay.lose(flows.Client, bareACK, always)
	st.relay.add(rule{from: flows.Client, match: hasFIN, skip: 1, times: always, lose: true})
	c.finish()
	s.finish()
	st.wait(500 * time.Millisecond)
}

func losePeer(st *stage) {
	st.set(flows.Client, "net.ipv4.tcp_orphan_retries", "1")
	c, s, _ := st.pair()
	c.talk(s)
	st.relay.sever()
	c.close()
	st.wait(2600 * time.Millisecond)
}

func loseReset(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.relay.lose(flows.Client, isReset, always)
	c.reset()
	st.wait(100 * time.Millisecond)
}

func loseResetThenSend(st *stage) {
	c, s, _ := st.pair()
	st.relay.lose(flows.Client, isReset, 1)
	c.reset()
	st.wait(80 * time.Millisecond)
	s.send(200)
	st.wait(100 * time.Millisecond)
}

func loseFINThenSend(st *stage) {
	c, s, _ := st.pair()
	c.talk(s)
	st.wait(80 * time.Millisecond)
	st.relay.lose(flows.Client, hasFIN, 1)
	c.close()
	st.wait(30 * time.Millisecond)
	s.send(100)
	st.wait(80 * time.Millisecond)
}

func loseDataThenFIN(st *stage) {
	c, s, _ := st.pair()
	st.wait(80 * time.Millisecond)
	st.relay.lose(flows.Server, hasPayload, 1)
	s.send(300)
	s.close()
	st.wait(6 * time.Millisecond) // the FIN has arrived, the data was not sent again
	c.reset()
	st.wait(80 * time.Millisecond)
}

func loseDataThenReset(st *stage) {
	c, s, _ := st.pair()
	st.wait(80 * time.Millisecond)
	st.relay.lose(flows.Client, hasPayload, 1)
	c.send(300)
	c.close()
	s.send(100)
	st.wait(80 * time.Millisecond)
}
