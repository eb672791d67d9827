package ladder

import (
	"strconv"

	"tcptrace/flows"
)

// icmpRemarks say what an ICMP error means, and who says so: a router far from
// both ends may have.
func icmpRemarks(e *flows.ICMPError, say func(string)) {
	if name := e.Meaning(); name != "" {
		say(name)
	}
	if e.MTU > 0 {
		say("MTU " + strconv.FormatUint(uint64(e.MTU), 10))
	}
	say("from " + e.From.String())
}
