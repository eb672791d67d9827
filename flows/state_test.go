package flows_test

import (
	"strings"
	"testing"

	"tcptrace/flows"
)

var allStates = []flows.State{
	flows.Unknown, flows.Closed, flows.Listen, flows.SynSent, flows.SynReceived, flows.Established,
	flows.FinWait1, flows.FinWait2, flows.CloseWait, flows.Closing, flows.LastAck, flows.TimeWait,
}

func TestStateNames(t *testing.T) {
	want := []string{
		"UNKNOWN", "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED",
		"FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT",
	}
	for i, s := range allStates {
		if got := s.String(); got != want[i] {
			t.Errorf("state %d is %q, want %q", s, got, want[i])
		}
	}
	if got := flows.State(200).String(); got != "INVALID" {
		t.Errorf("a state that is none is %q, want INVALID", got)
	}
}

// TestParseStateRoundTrip reads every name back, as it is and as people bend it.
func TestParseStateRoundTrip(t *testing.T) {
	bend := map[string]func(string) string{
		"as it is":        func(s string) string { return s },
		"lower case":      strings.ToLower,
		"with dashes":     func(s string) string { return strings.ReplaceAll(s, "_", "-") },
		"with spaces":     func(s string) string { return strings.ReplaceAll(s, "_", " ") },
		"run together":    func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") },
		"as the kernel's": func(s string) string { return "TCP_" + s },
	}
	for name, f := range bend {
		for _, s := range allStates {
			if got, ok := flows.ParseState(f(s.String())); !ok || got != s {
				t.Errorf("%s: %q is read as %v, %v; want %v", name, f(s.String()), got, ok, s)
			}
		}
	}
}

func TestParseStateSpellings(t *testing.T) {
	tests := []struct {
		name string
		want flows.State
	}{
		{"SYN_SEND", flows.SynSent}, // a widely copied article
		{"LASK_ACK", flows.LastAck}, // the same
		{"FIN_WAIT1", flows.FinWait1},
		{"FIN_WAIT2", flows.FinWait2},
		{"fin-wait-1", flows.FinWait1}, // ss
		{"FinWait2", flows.FinWait2},
		{"close-wait", flows.CloseWait},
		{"SYN_RECV", flows.SynReceived}, // the kernel, netstat
		{"SYN-RECV", flows.SynReceived}, // ss
		{"SYN_RCVD", flows.SynReceived}, // BSD
		{"TCP_NEW_SYN_RECV", flows.SynReceived},
		{"NEW_SYN_RECV", flows.SynReceived},
		{"CLOSE", flows.Closed}, // the kernel
		{"TCP_CLOSE", flows.Closed},
		{"ESTAB", flows.Established}, // ss
		{"LISTENING", flows.Listen},  // Windows
	}
	for _, tt := range tests {
		if got, ok := flows.ParseState(tt.name); !ok || got != tt.want {
			t.Errorf("ParseState(%q) = %v, %v; want %v", tt.name, got, ok, tt.want)
		}
	}
}

func TestParseStateRefuses(t *testing.T) {
	for _, name := range []string{"", "TCP_", "OPEN", "FIN_WAIT", "FIN_WAIT_3", "CLOSED_WAIT", "INVALID", "SYN", "7"} {
		if got, ok := flows.ParseState(name); ok {
			t.Errorf("ParseState(%q) = %v, want none", name, got)
		}
	}
}

func TestStateClasses(t *testing.T) {
	want := map[flows.State]flows.Class{
		flows.Unknown:     flows.ClassUnknown,
		flows.Closed:      flows.ClassClosed,
		flows.Listen:      flows.ClassClosed,
		flows.SynSent:     flows.ClassOpening,
		flows.SynReceived: flows.ClassOpening,
		flows.Established: flows.ClassOpen,
		flows.FinWait1:    flows.ClassClosing,
		flows.Closing:     flows.ClassClosing,
		flows.LastAck:     flows.ClassClosing,
		flows.FinWait2:    flows.ClassWaiting,
		flows.CloseWait:   flows.ClassWaiting,
		flows.TimeWait:    flows.ClassWaiting,
	}
	for _, s := range allStates {
		if got := s.Class(); got != want[s] {
			t.Errorf("%v is of class %d, want %d", s, got, want[s])
		}
	}
	if got := flows.State(200).Class(); got != flows.ClassUnknown {
		t.Errorf("a state that is none is of class %d, want none", got)
	}
}

func TestStateSet(t *testing.T) {
	var set flows.StateSet
	set = set.With(flows.CloseWait).With(flows.TimeWait).With(flows.CloseWait)
	for _, s := range allStates {
		want := s == flows.CloseWait || s == flows.TimeWait
		if got := set.Has(s); got != want {
			t.Errorf("the set has %v: %v, want %v", s, got, want)
		}
	}
}
