package bench

import "tcptrace/flows"

// Counts are what is in a capture. What they have in common with the line
// "summary" of tcptrace --json is named as there.
type Counts struct {
	Packets   uint64            `json:"packets"`
	Flows     uint64            `json:"flows"`
	ByOutcome map[string]uint64 `json:"by_outcome"` // outcomes that do not occur are left out

	SYNs    uint64 `json:"syns"` // segments with that flag, as the next two
	FINs    uint64 `json:"fins"`
	RSTs    uint64 `json:"rsts"`
	Payload uint64 `json:"payload"` // bytes on the wire, what is sent twice twice
	// Retransmitted segments are in the capture twice; Late ones come behind others
	// that were sent after them, and once.
	Retransmitted uint64 `json:"retransmitted"`
	Late          uint64 `json:"late"`
}

// ends counts a connection with how it stands at the end of the capture.
func (c *Counts) ends(o flows.Outcome) {
	c.Flows++
	c.ByOutcome[o.String()]++
}

// sent counts a segment.
func (c *Counts) sent(s *segment) {
	c.Packets++
	c.Payload += uint64(s.length)
	if !s.flags.Any(flows.SYN | flows.FIN | flows.RST) {
		return
	}
	if s.flags.Has(flows.SYN) {
		c.SYNs++
	}
	if s.flags.Has(flows.FIN) {
		c.FINs++
	}
	if s.flags.Has(flows.RST) {
		c.RSTs++
	}
}
