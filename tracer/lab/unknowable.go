package lab

import (
	"slices"

	"tcptrace/flows"
)

// unknowable is why nobody can tell the states of the ends from this capture,
// if nobody can: a FIN came by before the capture began, and no copy of it
// later. Its number looks like that of any byte, so the half-closed connection
// looks like an open one, and the second FIN like the first.
func (a *account) unknowable(c *connection) string {
	if a.view.late == 0 {
		return ""
	}
	for side := range flows.Side(2) {
		fins := a.finsOf(c, side)
		if len(fins) > 0 && fins[0].Time < a.view.late && !slices.ContainsFunc(fins, a.here) {
			return "a FIN came by before the capture began"
		}
	}
	return ""
}

// finsOf are the FINs that an end of a connection sent.
func (a *account) finsOf(c *connection, side flows.Side) []sighting {
	var fins []sighting
	for _, s := range a.w.wires[side].between(c.at[0], c.at[1]) {
		if s.Src == c.at[side] && s.Time >= c.start && s.Flags.Has(flows.FIN) {
			fins = append(fins, s)
		}
	}
	return fins
}
