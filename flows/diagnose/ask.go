package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// ask adds to a finding what the host knows of the socket behind it, if that is
// one of its own.
func (m *moment) ask(f *Finding) {
	if m.e.o.Host == nil {
		return
	}
	switch f.ID {
	case AcceptQueueOverflow, AcceptQueueSynDrop, AcceptOverflowAbort, PhantomEstablished, DeferAccept, SynCookiesInUse, SynFloodSuspected,
		ConnectionRefused:
		m.askListener(f)
	case StuckFinWait1, StuckFinWait2, StuckLastAck, StuckClosing:
		m.askEnd(f, m.waiter(f.ID))
	case KeepaliveFailing, RetransmissionTimeout, MSSBlackhole, NATIdleTimeout, SynNoAnswer:
		if m.askEnd(f, flows.Client); f.Kernel == "" {
			m.askEnd(f, flows.Server)
		}
	default:
		switch f.At {
		case Client:
			m.askEnd(f, flows.Client)
		case Server:
			m.askEnd(f, flows.Server)
		}
	}
}

// waiter is the end that waits in the state of a condition.
func (m *moment) waiter(id ID) flows.Side {
	state := map[ID]flows.State{
		StuckFinWait1: flows.FinWait1, StuckFinWait2: flows.FinWait2, StuckLastAck: flows.LastAck, StuckClosing: flows.Closing,
	}[id]
	if m.states[flows.Server] == state {
		return flows.Server
	}
	return flows.Client
}

// askEnd asks for the socket of an end.
func (m *moment) askEnd(f *Finding, side flows.Side) {
	if s, ok := m.e.o.Host.Socket(m.addr(side), m.addr(side.Peer())); ok {
		f.Owner, f.Kernel = s.Owner, s.words()
	}
}

// askListener asks for the listener of the flow's server.
func (m *moment) askListener(f *Finding) {
	s, ok := m.e.o.Host.Listener(m.server())
	switch {
	case ok:
		f.Owner = s.Owner
		f.Kernel = fmt.Sprintf("%d of %d connections wait for accept()", s.RecvQ, s.SendQ)
		if s.Full() && (f.ID == AcceptQueueOverflow || f.ID == AcceptQueueSynDrop) {
			f.Confidence, f.Otherwise = Certain, "" // the kernel says so
		}
	case f.ID == ConnectionRefused && m.e.o.Host.Local(m.server().Addr()):
		f.Kernel = fmt.Sprintf("nobody listens on port %d here", m.server().Port())
	}
}

// full reports whether the accept queue of the flow's server is full, where its
// kernel can be asked.
func (m *moment) full() bool {
	if m.e.o.Host == nil {
		return false
	}
	s, ok := m.e.o.Host.Listener(m.server())
	return ok && s.Full()
}

// owned reports whether a process still holds the socket of an end, where its
// kernel can be asked; false too where it cannot.
func (m *moment) owned(side flows.Side) bool {
	if m.e.o.Host == nil {
		return false
	}
	s, ok := m.e.o.Host.Socket(m.addr(side), m.addr(side.Peer()))
	return ok && s.State == flows.FinWait2 && !s.Orphan
}

// trying reports whether the client's kernel still has its SYN out, where it can
// be asked.
func (m *moment) trying() bool {
	if m.e.o.Host == nil {
		return false
	}
	s, ok := m.e.o.Host.Socket(m.client(), m.server())
	return ok && s.State == flows.SynSent
}

// here reports whether an end is the host's that can be asked.
func (m *moment) here(side flows.Side) bool {
	return m.e.o.Host != nil && m.e.o.Host.Local(m.addr(side).Addr())
}

// words are what the kernel says of a socket, beside its state.
func (s *Socket) words() string {
	switch {
	case s.State == flows.SynSent, s.State == flows.SynReceived:
		return "" // what is not acknowledged is the SYN
	case s.Queued() && s.Unread() > 0:
		return "it waits in the accept queue: its listener has not accepted it, " + octets(s.Unread()) + " unread"
	case s.Queued():
		return "it waits in the accept queue: its listener has not accepted it"
	case s.Orphan:
		return "no process holds the socket: its application has closed it"
	case s.State == flows.CloseWait:
		return s.unreadWords()
	case s.State == flows.FinWait2:
		return "a process still holds the socket: no timer ends it"
	case s.RecvQ > 0 && s.SendQ > 0:
		return fmt.Sprintf("%s unread, %s not acknowledged by the peer", octets(s.RecvQ), octets(s.SendQ))
	case s.RecvQ > 0:
		return octets(s.RecvQ) + " unread"
	case s.SendQ > 0:
		return octets(s.SendQ) + " not acknowledged by the peer"
	}
	return "nothing unread"
}

// unreadWords say what Recv-Q means in CLOSE_WAIT.
func (s *Socket) unreadWords() string {
	switch {
	case s.RecvQ == 0:
		return "end of file was read, nothing unread"
	case s.Unread() == 0:
		return "nothing unread but the end of file"
	}
	return octets(s.Unread()) + " unread"
}

func octets(n uint32) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// disagreement is for an end that a kernel put into another state than its
// packets had shown. Where Linux ends a socket without a packet, the two do not
// disagree.
func (m *moment) disagreement() {
	for i := range m.st.Transitions {
		t := &m.st.Transitions[i]
		if t.Basis != flows.Kernel || t.From == flows.Unknown || t.Was == flows.Implied || silentEnd(t) {
			continue
		}
		what := fmt.Sprintf("the kernel has it in %v", t.To)
		if t.To == flows.Closed {
			what = "the kernel has no such socket"
		}
		m.tell(Finding{ID: WireAndKernelDisagree, Confidence: Likely, At: Capture, Packets: []uint64{m.movedFrame(t.End)},
			Summary:   fmt.Sprintf("the packets had left the %v in %v, %s; the kernel is believed", t.End, t.From, what),
			Otherwise: "a packet that the capture lost, a filter between the capture point and the socket, or another network namespace"})
	}
}

// silentEnd reports whether Linux makes a transition without a packet: retries
// that end, an orphan whose time is over, TIME_WAIT.
func silentEnd(t *flows.Transition) bool {
	if t.To != flows.Closed && t.To != flows.TimeWait {
		return false
	}
	switch t.From {
	case flows.SynSent, flows.SynReceived, flows.FinWait1, flows.FinWait2, flows.Closing, flows.LastAck, flows.TimeWait, flows.Closed:
		return true
	}
	return false
}

// Agree reports whether what packets show of an end can be what its kernel has;
// none says that it has no such socket.
func Agree(wire, kernel flows.State, none bool) bool {
	gone := func(s flows.State) bool { return s == flows.Closed || s == flows.TimeWait || s == flows.Unknown }
	if none {
		return gone(wire)
	}
	return wire == kernel || wire == flows.Unknown || gone(wire) && gone(kernel)
}
