package flows

// Basis says why a state is claimed.
type Basis uint8

// The bases, the strongest first.
const (
	Sent      Basis = iota // what the end itself sent proves it
	Delivered              // a segment that it is taken to have received, and need not answer
	Implied                // an acknowledgement of what the capture does not hold; or the likelier of two readings, where the capture lacks the beginning
	Timer                  // time alone
	Kernel                 // the host's own socket table
)

var basisNames = [...]string{"sent", "delivered", "implied", "timer", "kernel"}

func (b Basis) String() string {
	if int(b) < len(basisNames) {
		return basisNames[b]
	}
	return "invalid"
}
