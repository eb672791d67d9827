package lab

import (
	"math"
	"time"

	"tcptrace/flows"
)

// match says whether a rule is about a segment.
type match func(*flows.Segment) bool

// What rules of the scenarios are about.
func isSYN(s *flows.Segment) bool      { return s.Flags&(flows.SYN|flows.ACK|flows.RST) == flows.SYN }
func isSYNACK(s *flows.Segment) bool   { return s.Flags.Has(flows.SYN | flows.ACK) }
func hasFIN(s *flows.Segment) bool     { return s.Flags.Has(flows.FIN) }
func isReset(s *flows.Segment) bool    { return s.Flags.Has(flows.RST) }
func hasPayload(s *flows.Segment) bool { return s.Length > 0 }
func noSYN(s *flows.Segment) bool      { return !s.Flags.Has(flows.SYN) }
func bareACK(s *flows.Segment) bool {
	return s.Length == 0 && s.Flags.Has(flows.ACK) && !s.Flags.Any(flows.SYN|flows.FIN|flows.RST)
}

// always is how often a rule acts that never tires.
const always = math.MaxInt

// rule is what happens to some of the packets that an end sends.
type rule struct {
	from  flows.Side
	match match
	skip  int // so many first ones it lets pass
	times int // on so many after these it acts
	lose  bool
	hold  time.Duration // delays it by so much more
	again time.Duration // delivers it once more, so much later; 0: not
}

// acts reports whether the rule acts on a segment, and counts it.
func (r *rule) acts(from flows.Side, s *flows.Segment) bool {
	switch {
	case from != r.from || r.times == 0 || !r.match(s):
		return false
	case r.skip > 0:
		r.skip--
		return false
	}
	r.times--
	return true
}
