package flows

import (
	"net/netip"
	"time"
)

// flow is one incarnation of a connection, as it is worked on; see packed.go for
// how it is kept.
type flow struct {
	key key
	id  FlowID // 0: the slot is free

	print        uint32 // of the last segment, see duplicate.go
	prev         slot   // the flow before it on the same addresses while that is not settled
	synData      uint16 // payload of the SYN that the server took, in bytes
	clientHi     bool   // the client stands second in the key
	guessed      bool   // the roles are a guess
	knowSYN      bool
	noScale      bool // one of the SYNs does not scale windows
	cutSYN       bool // the options of one of the SYNs were not captured
	gaps         bool
	refused      bool
	filtered     bool
	wasReset     bool
	wasReused    bool
	evicted      bool
	hasAttempt   bool // a SYN of a next connection waits for its answer, see incarnation.go
	superseded   bool // the next flow on the same addresses has begun
	serverLast   bool // its last segment was the server's
	watched      bool // the handler wants every segment of it
	handshakeNow bool // the segment being classified ends the handshake

	last, first Mark
	quiet       time.Duration // between the segment that is followed and the one before it

	ends [2]endpoint

	synTime      Time // of the first SYN; valid if knowSYN
	handshakeRTT time.Duration
}

// slot is the place of a flow in its table; 0 is no flow.
type slot uint32

// peer is the end opposite to side. A socket that is connected to itself is
// its own peer.
func (f *flow) peer(side Side) *endpoint {
	if f.key.self() {
		return &f.ends[side]
	}
	return &f.ends[side.Peer()]
}

// sideOf is the side of the end that stands second in the key, or first.
func (f *flow) sideOf(second bool) Side {
	if second == f.clientHi || f.key.self() {
		return Client
	}
	return Server
}

// addresses are those of the client and the server.
func (f *flow) addresses() (client, server netip.AddrPort) { return f.key.addresses(f.clientHi) }

// begin makes f the flow whose first segment is s.
func (f *flow) begin(id FlowID, k key, fromHi bool, s *Segment) {
	*f = flow{key: k, id: id, first: Mark{s.Time, s.Packet}}
	switch {
	case s.Flags.Has(SYN | ACK):
		f.clientHi = !fromHi
	case s.Flags.Has(SYN):
		f.clientHi = fromHi
	default:
		// Nobody knows: services have the lower ports, mostly.
		f.guessed = true
		f.clientHi = k.hiPort > k.loPort || k.hiPort == k.loPort && fromHi
	}
}

// learnRoles sets the roles right when a SYN or SYN-ACK shows up in a flow
// whose roles were a guess. It reports whether the ends changed places.
func (f *flow) learnRoles(s *Segment, from Side) bool {
	if !f.guessed || !s.Flags.Has(SYN) || s.Flags.Has(RST) {
		return false
	}
	client := from
	if s.Flags.Has(ACK) {
		client = from.Peer()
	}
	f.guessed = false
	if client == Client {
		return false
	}
	f.swap()
	return true
}

// swap lets the ends change places.
func (f *flow) swap() {
	f.clientHi = !f.clientHi
	f.serverLast = !f.serverLast
	f.ends[Client], f.ends[Server] = f.ends[Server], f.ends[Client]
}

// count takes note of a segment that is no double.
func (f *flow) count(s *Segment, from Side) {
	e := &f.ends[from]
	e.sends &^= ackedLast
	f.quiet = s.Time.Sub(f.last.Time)
	f.last = Mark{s.Time, s.Packet}
	e.packets++
	e.bytes += uint64(s.Length)
	if s.Flags.Has(SYN) {
		e.syns++
	}
	if s.Flags.Has(FIN) {
		e.fins++
	}
	if s.Flags.Has(RST) {
		e.rsts++
	}
}

// FullSize is the least payload, in bytes, of a segment that may be too long for
// a path: every IPv6 path carries it (RFC 8200 §5, an MTU of 1280), and what
// tunnels leave of 1500 is more.
const FullSize = 1280 - 60

// remember takes note of what a segment says of its sender, once the handler
// has seen it: that compares it with what was sent before.
func (f *flow) remember(s *Segment, from Side, notes Notes) {
	e := &f.ends[from]
	f.serverLast = from == Server
	probe := notes&(KeepAlive|WindowProbe) != 0
	if s.Length > 0 && !probe {
		e.payload = s.Time
		e.sends |= sentPayload
	}
	if probe || s.Length > 0 && !notes.Has(Retransmission) && !s.Flags.Any(SYN|RST) {
		e.asked = frame32(s.Packet)
		if s.Length >= FullSize {
			e.sends |= sentFull
		}
	}
	if s.Flags.Has(FIN) && e.finFrame == 0 {
		e.finFrame = frame32(s.Packet)
	}
	if !s.Flags.Has(RST) {
		e.ttl, e.id = s.TTL, s.ID
		e.sends |= spoke
	}
}

// frame32 keeps a frame number in little space: the 4294967296th and those
// behind it have none.
func frame32(packet uint64) uint32 {
	if packet>>32 != 0 {
		return 0
	}
	return uint32(packet)
}

// states are those of the ends.
func (f *flow) states() [2]State { return [2]State{f.ends[Client].state, f.ends[Server].state} }

// halfOpen reports whether the handshake has begun and not ended.
func (f *flow) halfOpen() bool { return halfOpen(f.states()) }

func halfOpen(states [2]State) bool {
	c, s := states[Client], states[Server]
	return c == SynSent || s == SynReceived || s == SynSent || c == SynReceived
}

// over reports whether nothing more is expected: both ends are closed, or one
// is and of the other nothing is known.
func (f *flow) over() bool { return over(f.states()) }

func over(states [2]State) bool {
	c, s := states[Client], states[Server]
	return c == Closed && (s == Closed || s == Unknown) || s == Closed && c == Unknown
}
