package decode

import (
	"math"

	"github.com/google/gopacket/layers"

	"tcptrace/flows"
)

// Kind is what a frame turned out to be.
type Kind uint8

// The kinds.
const (
	Skipped Kind = iota // neither of the others; counted by its reason
	TCP                 // a segment: see Decoder.Segment
	ICMP                // an ICMP error about a segment: see Decoder.ICMP
)

// Decoder decodes one frame after the other. Each goroutine needs its own.
type Decoder struct {
	Segment flows.Segment   // valid if Decode returned TCP, until the next call
	ICMP    flows.ICMPError // valid if Decode or DecodeInto returned ICMP, until the next call

	// Layers of gopacket, used again for each frame so that none allocates.
	eth     layers.Ethernet
	vlan    layers.Dot1Q
	llc     layers.LLC
	snap    layers.SNAP
	udp     layers.UDP
	overlay layers.VXLAN

	ip     ipHeader // the innermost IP header so far
	nested int      // headers seen in this frame, out of maxNested

	skipped [numReasons]uint64
}

// New returns a Decoder that has skipped nothing yet.
func New() *Decoder { return new(Decoder) }

// maxNested bounds the Ethernet, VLAN and IP headers of one frame: four to each
// of eight tunnels. A hostile frame could hold thousands.
const maxNested = 32

// Decode looks for a segment in f and says what it found. What it finds does not
// refer to f.
func (d *Decoder) Decode(f *Frame) Kind { return d.DecodeInto(f, &d.Segment) }

// DecodeInto is Decode with the segment in *s, which is valid if it returns TCP.
func (d *Decoder) DecodeInto(f *Frame, s *flows.Segment) Kind {
	if plain(f, s) {
		return TCP
	}
	return d.generalInto(f, s)
}

// DecodeAll is DecodeInto for one frame after the other, with the segments side
// by side: there must be as many as frames. It ends with the frames, or behind the
// first one that is an ICMP error. done is how many frames it decoded, found how
// many of them were segments.
func (d *Decoder) DecodeAll(frames []Frame, segments []flows.Segment) (done, found int, icmp bool) {
	for i := range frames {
		if plain(&frames[i], &segments[found]) {
			found++
			continue
		}
		switch d.generalInto(&frames[i], &segments[found]) {
		case TCP:
			found++
		case ICMP:
			return i + 1, found, true
		}
	}
	return len(frames), found, false
}

// generalInto is general with the segment in *s.
func (d *Decoder) generalInto(f *Frame, s *flows.Segment) Kind {
	kind := d.general(f)
	if kind == TCP && s != &d.Segment {
		*s = d.Segment
	}
	return kind
}

// general decodes a frame of whatever kind. The recover is for what nobody thought
// of: one odd frame must not end a trace that has run for days.
func (d *Decoder) general(f *Frame) (kind Kind) {
	defer func() {
		if recover() != nil {
			kind = d.skip(panicked)
		}
	}()
	d.Segment = flows.Segment{Time: f.Time, Packet: f.Number, Interface: f.Interface}
	d.ICMP = flows.ICMPError{Time: f.Time, Packet: f.Number, Interface: f.Interface}
	d.ip = ipHeader{}
	d.nested = 0
	wire := max(len(f.Data), min(f.Length, math.MaxInt32)) // records may say anything
	return d.link(f.LinkType, packet{data: f.Data, wire: wire})
}

// nest takes one header from the budget and reports whether there was one left.
func (d *Decoder) nest() bool {
	d.nested++
	return d.nested <= maxNested
}
