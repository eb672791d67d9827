package flows

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// TestPackedSize: what a flow costs. Whoever lets it grow should know.
func TestPackedSize(t *testing.T) {
	if size := unsafe.Sizeof(head{}) + unsafe.Sizeof(body{}); size > 256 {
		t.Errorf("a packed flow takes %d bytes, want 256 at most", size)
	}
}

// TestPack: what fits into a slot comes out as it went in. The flows are made up:
// each field has its usual value, or now and then an odd one.
func TestPack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	fit := 0
	for range 200_000 {
		f := madeUpFlow(r)
		p := packed{new(head), new(body)}
		if !p.pack(&f) {
			continue
		}
		fit++
		var got flow
		got.ends[0].ooo, got.prev, got.hasAttempt = Range{1, 2}, 3, true // what lay on the desk before
		got.key = f.key
		p.unpack(&got)
		if got != f {
			t.Fatalf("(-packed +unpacked):\n%s", cmp.Diff(f, got, cmp.AllowUnexported(flow{}, endpoint{}, key{})))
		}
	}
	if fit < 20_000 || fit > 180_000 {
		t.Errorf("%d of 200000 flows fit, which proves little", fit)
	}
}

// TestPackLeavesOut: what has no room is not packed.
func TestPackLeavesOut(t *testing.T) {
	for name, change := range map[string]func(*flow){
		"a predecessor":              func(f *flow) { f.prev = 1 },
		"an attempt":                 func(f *flow) { f.hasAttempt = true },
		"data in the SYN":            func(f *flow) { f.synData = 1 },
		"a handshake of 4.3 s":       func(f *flow) { f.handshakeRTT = 1 << 32 },
		"a SYN that is not first":    func(f *flow) { f.knowSYN, f.synTime = true, f.first.Time+1 },
		"a span of two days":         func(f *flow) { f.ends[1].since = f.first.Time + 48*3600e9 },
		"a hole":                     func(f *flow) { f.ends[0].ooo = Range{1, 2} },
		"what was sent beyond":       func(f *flow) { f.ends[0].max++ },
		"a doubtful ACK":             func(f *flow) { f.ends[0].learn(knowDoubt) },
		"a RST":                      func(f *flow) { f.ends[1].learn(knowReset) },
		"payload behind the FIN":     func(f *flow) { f.ends[0].learn(knowFIN); f.ends[0].fin = f.ends[0].nxt + 5 },
		"an older ACK after a newer": func(f *flow) { f.ends[0].learn(knowAcked); f.ends[0].lastAck = f.ends[0].acked - 1 },
		"256 SYNs":                   func(f *flow) { f.ends[0].syns = 256 },
		"eight states":               func(f *flow) { f.ends[0].history = wandering(8) },
		"65,536 doubles":             func(f *flow) { f.ends[0].duplicates = 1 << 16 },
		"65,536 retransmissions":     func(f *flow) { f.ends[0].retransmissions = 1 << 16 },
		"140 TB":                     func(f *flow) { f.ends[0].bytes = 1 << 47 },
		"2^32 packets":               func(f *flow) { f.ends[0].packets = 1 << 32 },
	} {
		f := flow{id: 1, first: Mark{1e18, 1}, last: Mark{1e18, 1}}
		p := packed{new(head), new(body)}
		if !p.pack(&f) {
			t.Fatal("an empty flow does not fit")
		}
		if change(&f); p.pack(&f) {
			t.Errorf("%s: it fits", name)
		}
	}
}

// wandering is the history of an end that was in so many states.
func wandering(n int) (h history) {
	for range n {
		h = h.push(Established)
	}
	return h
}

// madeUpFlow is a flow whose fields are usual, or odd, by chance.
func madeUpFlow(r *rand.Rand) flow {
	odd := func() bool { return r.IntN(60) == 0 }
	f := flow{id: FlowID(r.Uint64()), print: r.Uint32()}
	f.first = Mark{Time(r.Int64()), r.Uint64() >> 20}
	at := func() Time {
		switch {
		case odd():
			return Time(r.Int64())
		case r.IntN(9) == 0:
			return 0
		}
		return f.first.Time + Time(r.Int64N(1<<47)-1<<46)
	}
	f.last = Mark{at(), f.first.Packet + uint64(r.Uint32())}
	f.handshakeRTT = at().Sub(f.first.Time) & (1<<31 - 1)
	for i, b := range []*bool{&f.clientHi, &f.guessed, &f.knowSYN, &f.noScale, &f.cutSYN, &f.gaps, &f.refused, &f.filtered,
		&f.wasReset, &f.wasReused, &f.superseded, &f.serverLast, &f.watched, &f.hasAttempt} {
		*b = r.IntN(2) == 0 && i < 13 || odd()
	}
	if f.knowSYN {
		f.synTime = f.first.Time
	}
	for side := range f.ends {
		e := &f.ends[side]
		e.state, e.basis, e.know = State(r.IntN(int(numStates))), Basis(r.IntN(5)), known(r.Uint32())&^unusual
		e.iss, e.nxt, e.acked, e.edge, e.tsRecent = Seq(r.Uint32()), Seq(r.Uint32()), Seq(r.Uint32()), Seq(r.Uint32()), r.Uint32()
		e.max, e.lastAck = e.nxt, e.acked
		if e.has(knowFIN) {
			e.fin = e.nxt - 1
		}
		e.scale, e.ttl, e.id, e.sends, e.asked = uint8(r.IntN(15)), uint8(r.Uint32()), uint16(r.Uint32()), sends(r.IntN(16)), r.Uint32()
		e.since, e.waits, e.payload = at(), at(), at()
		e.moved, e.finFrame, e.duplicates = r.Uint32(), r.Uint32(), r.Uint32()>>16
		e.bytes, e.packets, e.retransmissions = r.Uint64()>>17, uint64(r.Uint32()), r.Uint32()>>16
		e.syns, e.fins, e.rsts = r.Uint32()>>24, r.Uint32()>>24, r.Uint32()>>24
		for range r.IntN(8) {
			e.history = e.history.push(State(r.IntN(int(numStates))))
		}
		if odd() {
			e.max++
		}
	}
	return f
}
