package host

import (
	"strconv"
	"strings"
)

// Counters are what the kernel counted of TCP and IP since its start, by the
// names that nstat prints: TcpAttemptFails, TcpExtListenOverflows.
type Counters map[string]uint64

// Since is by how much each counter grew; those that did not are left out, and
// so are gauges that fell, such as TcpCurrEstab.
func (c Counters) Since(earlier Counters) Counters {
	grown := make(Counters)
	for name, now := range c {
		if before := earlier[name]; now > before {
			grown[name] = now - before
		}
	}
	return grown
}

// read adds the counters of net/snmp or net/netstat: pairs of lines that begin
// with the same word, names in the first and values in the second. Lines that
// are no pair, and values that are no count (Tcp MaxConn is -1), are left out.
func (c Counters) read(text string) {
	var names []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(names) != len(fields) || names[0] != fields[0] {
			names = fields
			continue
		}
		prefix := strings.TrimSuffix(fields[0], ":")
		for i := 1; i < len(fields); i++ {
			if n, err := strconv.ParseUint(fields[i], 10, 64); err == nil {
				c[prefix+names[i]] = n
			}
		}
		names = nil
	}
}
