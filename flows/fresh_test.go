package flows

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// endings keeps the records of flows that have ended.
type endings []Record

func (*endings) Step(*Step) {}

func (e *endings) End(r *Record) {
	var c Record
	r.Facts(Client) // which a fresh flow is unpacked for
	r.CloneTo(&c)
	*e = append(*e, c)
}

// TestFresh: a flow of one SYN is the same whichever way that went: kept in the head
// of its slot, given a body, and when it ends.
func TestFresh(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		syn := madeUpSYN(r)
		var shortEnd, longEnd endings
		long := NewTable(Limits{}, &longEnd)
		long.Observe(&syn)
		want := *long.at(1)
		long.Finish()

		short := NewTable(Limits{SkipPlain: true}, &shortEnd)
		short.seed = long.seed
		short.Observe(&syn)
		if !short.headOf(1).fresh || *short.in(1).body != (body{}) {
			t.Fatalf("the flow of %+v is not fresh, or has a body", syn)
		}
		var got flow
		short.headOf(1).unpackFresh(&got)
		short.fillKey(1, &got.key)
		compareFlows(t, "in the head of its slot", &want, &got)
		compareFlows(t, "with a body", &want, short.at(1))

		short = NewTable(Limits{SkipPlain: true}, &shortEnd)
		short.Observe(&syn)
		// What the record before said is not true of this one.
		short.record = Record{GuessedClient: true, HandshakeRTT: 1, Gaps: true, Evicted: true, StuckEnd: Server, flow: new(flow)}
		short.record.Ends[Server] = EndRecord{State: Closed, Cut: true, FirstFIN: true, FIN: Number{1, true}, Bytes: 1, Duplicates: 1}
		short.Finish()
		if diff := cmp.Diff(longEnd, shortEnd, cmpopts.IgnoreUnexported(Record{}), cmpopts.EquateEmpty(),
			cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
			t.Fatalf("the record of %+v (-long +short):\n%s", syn, diff)
		}
	}
}

func compareFlows(t *testing.T, where string, want, got *flow) {
	t.Helper()
	if *want != *got {
		t.Fatalf("%s (-long +short):\n%s", where, cmp.Diff(*want, *got, cmp.AllowUnexported(flow{}, endpoint{}, key{})))
	}
}

// madeUpSYN is a plain SYN that says anything.
func madeUpSYN(r *rand.Rand) Segment {
	addr := func() netip.AddrPort {
		b := [16]byte{0: 0xfd, 15: byte(r.Uint32())}
		a := netip.AddrFrom16(b)
		if r.IntN(2) == 0 {
			a = netip.AddrFrom4([4]byte{10, 0, byte(r.Uint32()), byte(r.Uint32())})
		}
		return netip.AddrPortFrom(a, uint16(1+r.IntN(1<<16-1)))
	}
	s := Segment{
		Packet: 1 + r.Uint64()>>30, Time: Time(1e18 + r.Int64N(1e9)), Src: addr(), Dst: addr(), Flags: SYN | Flags(r.Uint32())&(ECE|CWR|PSH),
		Seq: Seq(r.Uint32()), Window: uint16(r.Uint32()), TTL: uint8(r.Uint32()), ID: uint16(r.Uint32()),
	}
	o := &s.Options
	o.Present = OptionSet(r.Uint32()) & (HasMSS | HasSACKPermitted)
	if r.IntN(2) == 0 {
		o.Present |= HasWindowScale
		o.WindowScale = uint8(r.Uint32())
	}
	if r.IntN(2) == 0 {
		o.Present |= HasTimestamps
		o.TSVal = r.Uint32()
	}
	return s
}
