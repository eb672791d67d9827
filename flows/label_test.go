package flows_test

import (
	"testing"

	"tcptrace/flows"
)

// TestLabels follows one connection: every number is told from the letter
// before it, and what acknowledges a SYN or FIN for the first time is checked.
func TestLabels(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	const c, srv = flows.Client, flows.Server
	steps := []struct {
		name   string
		from   flows.Side
		back   uint32 // how many numbers are sent again
		flags  flows.Flags
		length uint32
		want   string
	}{
		{"SYN", c, 0, flows.SYN, 0, "SYN(J)"},
		{"SYN-ACK", srv, 0, flows.SYN | flows.ACK, 0, "SYN(K) ACK(J+1) ✓"},
		{"last ACK", c, 0, flows.ACK, 0, "ACK(K+1) ✓"},
		{"the same again", c, 0, flows.ACK, 0, "ACK(K+1)"},
		{"data", c, 0, flows.PSH | flows.ACK, 517, "DATA(J+1) ACK(K+1)"},
		{"ACK of data", srv, 0, flows.ACK, 0, "ACK(J+518)"},
		{"data back", srv, 0, flows.PSH | flows.ACK, 4096, "DATA(K+1) ACK(J+518)"},
		{"FIN", c, 0, flows.FIN | flows.ACK, 0, "FIN(M) ACK(K+4097)"},
		{"ACK of FIN", srv, 0, flows.ACK, 0, "ACK(M+1) ✓"},
		{"the same again", srv, 0, flows.ACK, 0, "ACK(M+1)"},
		{"FIN again", c, 1, flows.FIN | flows.ACK, 0, "FIN(M) ACK(K+4097)"},
		{"second FIN, on data", srv, 0, flows.FIN | flows.ACK, 10, "DATA(K+4097) FIN(N) ACK(M+1)"},
		{"ACK of the second FIN", c, 0, flows.ACK, 0, "ACK(N+1) ✓"},
		{"RST behind the FIN", srv, 0, flows.RST, 0, "RST(N+1)"},
	}
	for _, step := range steps {
		s.again(step.from, step.flags, step.back, step.length)
		if r.label != step.want {
			t.Errorf("%s is %q, want %q", step.name, r.label, step.want)
		}
	}
}

func TestLabelsOfWrongAnswers(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.syn()
	s.seq[flows.Client] += 6
	s.send(flows.Server, flows.SYN|flows.ACK, 0)
	if want := "SYN(5000) ACK(J+7) ✗ expected J+1"; r.label != want {
		t.Errorf("a SYN-ACK that acknowledges J+7 is %q, want %q", r.label, want)
	}
	s.send(flows.Server, flows.RST|flows.ACK, 0)
	if want := "RST(5001) ACK(J+7) ✗ expected J+1"; r.label != want {
		t.Errorf("a RST that acknowledges J+7 is %q, want %q", r.label, want)
	}
}

// TestLabelsOfFastOpen: the SYN-ACK may acknowledge payload too.
func TestLabelsOfFastOpen(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.send(flows.Client, flows.SYN, 200)
	if want := "SYN(J) DATA(J+1)"; r.label != want {
		t.Errorf("a SYN with payload is %q, want %q", r.label, want)
	}
	s.send(flows.Server, flows.SYN|flows.ACK, 0)
	if want := "SYN(K) ACK(J+201) ✓"; r.label != want {
		t.Errorf("its SYN-ACK is %q, want %q", r.label, want)
	}
}

// TestLabelsInTheMiddle: without a SYN numbers have no letters, but a FIN has.
func TestLabelsInTheMiddle(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.send(flows.Server, flows.PSH|flows.ACK, 10)
	if want := "DATA(5000) ACK(1000)"; r.label != want {
		t.Errorf("data in the middle is %q, want %q", r.label, want)
	}
	s.send(flows.Server, flows.FIN|flows.ACK, 0)
	if want := "FIN(M) ACK(1000)"; r.label != want {
		t.Errorf("the first FIN is %q, want %q", r.label, want)
	}
	s.send(flows.Client, flows.FIN|flows.ACK, 0)
	if want := "FIN(N) ACK(M+1) ✓"; r.label != want {
		t.Errorf("the second FIN is %q, want %q", r.label, want)
	}
}

// TestLabelsAcrossTheWrap: distances are told modulo 2^32.
func TestLabelsAcrossTheWrap(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.seq = [2]flows.Seq{1<<32 - 1, 1<<32 - 3}
	s.open()
	s.send(flows.Server, flows.PSH|flows.ACK, 10)
	if want := "DATA(K+1) ACK(J+1)"; r.label != want {
		t.Errorf("data is %q, want %q", r.label, want)
	}
	s.send(flows.Client, flows.ACK, 0)
	if want := "ACK(K+11)"; r.label != want {
		t.Errorf("its ACK is %q, want %q", r.label, want)
	}
}
