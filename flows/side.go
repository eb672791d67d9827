package flows

// Side is one of the two ends of a flow; what is two-sided is a [2]T indexed
// by it.
type Side uint8

// The client is the end that sent the first SYN; see [Record.GuessedClient]
// for flows whose SYN was not seen.
const (
	Client Side = iota
	Server
)

// Peer is the other end.
func (s Side) Peer() Side { return s ^ 1 }

func (s Side) String() string {
	if s == Client {
		return "client"
	}
	return "server"
}
