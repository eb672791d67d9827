package lab

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"tcptrace/flows"
)

// stage is what a scenario plays on: two ends and the way between them. The
// first thing that goes wrong is kept, and everything after it does nothing, so
// a scenario reads as what happens and not as what might.
type stage struct {
	spaces [2]*space
	at     [2]addresses
	v6     bool
	relay  *relay // nil unless the ends are joined by one

	mu      sync.Mutex
	dice    *rand.Rand // for whatever the seed is to decide
	err     error
	sockets []*socket
	ports   map[uint16]bool
	begin   flows.Time // when a late capture begins; 0: with the first packet
}

// Ports are taken from a range that no kernel chooses from by itself.
const (
	firstPort = 20000
	numPorts  = 10000
)

// fail keeps the first error.
func (st *stage) fail(err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.err == nil {
		st.err = err
	}
}

// failed is the first error, if there was one.
func (st *stage) failed() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.err
}

// note keeps an error if it is one.
func (st *stage) note(what string, err error) bool {
	if err != nil {
		st.fail(fmt.Errorf("%s: %w", what, err))
	}
	return err == nil
}

// IntN is a number from 0 to n-1.
func (st *stage) IntN(n int) int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.dice.IntN(n)
}

// fork makes dice of its own for something that goes on at the same time as
// others.
func (st *stage) fork() *rand.Rand {
	st.mu.Lock()
	defer st.mu.Unlock()
	return rand.New(rand.NewPCG(st.dice.Uint64(), st.dice.Uint64()))
}

// wait lets time pass.
func (st *stage) wait(d time.Duration) {
	if st.failed() == nil {
		time.Sleep(d)
	}
}

// pause lets as much time pass as an application takes to think: more than the
// way there and back, so that what happens before it and after it does not mix.
func (st *stage) pause() {
	st.wait(12*time.Millisecond + time.Duration(st.IntN(16))*time.Millisecond)
}

// late makes the capture begin here.
func (st *stage) late() {
	st.wait(12 * time.Millisecond)
	st.begin = flows.TimeOf(time.Now())
	st.wait(12 * time.Millisecond)
}

// address is that of an end.
func (st *stage) address(side flows.Side) netip.Addr {
	if st.v6 {
		return st.at[side].v6
	}
	return st.at[side].v4
}

// port is one that was not used before.
func (st *stage) port() uint16 {
	st.mu.Lock()
	defer st.mu.Unlock()
	for {
		p := firstPort + uint16(st.dice.IntN(numPorts))
		if !st.ports[p] {
			st.ports[p] = true
			return p
		}
	}
}

// set changes a setting of the kernel of an end.
func (st *stage) set(side flows.Side, name, value string) {
	if st.failed() == nil {
		st.note("set "+name, st.spaces[side].set(name, value))
	}
}

// setBoth changes a setting at both ends.
func (st *stage) setBoth(name, value string) {
	st.set(flows.Client, name, value)
	st.set(flows.Server, name, value)
}

// firewall gives an end rules for what comes in, as nft takes them.
func (st *stage) firewall(side flows.Side, rules string) {
	if st.failed() == nil {
		table := "table inet lab { chain in { type filter hook input priority 0; " + rules + "; }; }"
		st.note("set up a firewall", st.spaces[side].run([]string{table}, "nft", "-f", "-"))
	}
}

// pair is an open connection and its listener.
func (st *stage) pair(options ...option) (client, server, listener *socket) {
	listener = st.listen(options...)
	client = st.socket(flows.Client, options...)
	client.connect(listener)
	return client, listener.accept(), listener
}

// first gives the two in the order of who is to act first.
func first(who flows.Side, client, server *socket) (a, b *socket) {
	if who == flows.Client {
		return client, server
	}
	return server, client
}

// inject sends what shape makes of the next segment that an end would send, in
// its name, to its peer.
func (st *stage) inject(from flows.Side, shape func(*forged)) {
	if st.failed() != nil {
		return
	}
	own, other := st.relay.sent(from), st.relay.sent(from.Peer())
	f := &forged{Segment: own}
	f.Seq, f.Ack, f.Flags, f.Length, f.Window = own.End(), other.End(), flows.ACK, 0, 500
	// The receiver must not refuse it for its timestamp, RFC 7323 §5.3.
	f.Options.TSVal++
	shape(f)
	packet, err := f.bytes()
	if st.note("inject", err) {
		st.relay.inject(from, packet)
	}
}

// clean closes what the scenario left open.
func (st *stage) clean() {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, s := range st.sockets {
		s.abandon()
	}
}
