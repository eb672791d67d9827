package truth

import (
	"fmt"
	"strings"

	"tcptrace/flows"
)

// States is a list of states in the order in which an end was in them. In a
// file it is one string, the states parted by blanks.
type States []flows.State

func (s States) String() string {
	names := make([]string, len(s))
	for i, state := range s {
		names[i] = state.String()
	}
	return strings.Join(names, " ")
}

// MarshalText writes the list as one string.
func (s States) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote, in any spelling of the states.
func (s *States) UnmarshalText(text []byte) error {
	*s = nil
	for name := range strings.FieldsSeq(string(text)) {
		state, ok := flows.ParseState(name)
		if !ok {
			return fmt.Errorf("no state is called %q", name)
		}
		*s = append(*s, state)
	}
	return nil
}

// last is the state at the end of the list. An end that was in none has no
// connection: it is CLOSED.
func (s States) last() flows.State {
	if len(s) == 0 {
		return flows.Closed
	}
	return s[len(s)-1]
}
