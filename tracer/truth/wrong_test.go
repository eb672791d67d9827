package truth

import (
	"testing"

	"tcptrace/flows"
)

// claim is what the tracer says, at a second after noon.
func claim(at float64, state flows.State, basis flows.Basis) Claim {
	return Claim{State: state, Basis: basis, Time: flows.TimeOf(after(at))}
}

// word is a segment of which nothing is left but its flags, an ACK beside them.
func word(at float64, flags flows.Flags) Word {
	return Word{Time: flows.TimeOf(after(at)), Flags: flags | flows.ACK}
}

// TestExcuse has for each class an end to which it applies, and neighbours that
// the packets tell, and that must not be excused.
func TestExcuse(t *testing.T) {
	const sent, delivered = flows.Sent, flows.Delivered
	fin := Word{Time: flows.TimeOf(after(2)), Flags: flows.FIN | flows.ACK, End: 100}
	finAgain := Word{Time: flows.TimeOf(after(4)), Flags: flows.FIN | flows.ACK, End: 100}
	ackOfFIN := Word{Time: flows.TimeOf(after(3)), Flags: flows.ACK, Ack: 100}
	opened := []Claim{claim(0, flows.SynSent, sent), claim(1, flows.Established, sent)}
	closed := append(opened[:2:2], claim(2, flows.FinWait1, sent))

	for _, test := range []struct {
		name      string
		kernel    string
		at        []float64
		got       []Claim
		own, peer []Word
		want      string // the class; empty: no excuse
	}{
		{"a late capture: the FIN that it holds is the second", "FIN_WAIT2 TIME_WAIT", []float64{1},
			[]Claim{claim(1, flows.CloseWait, sent)}, []Word{word(1, 0)}, []Word{word(0, flows.FIN)}, "first-fin-unseen"},
		{"the same at the other end", "CLOSE_WAIT LAST_ACK CLOSED", []float64{1, 2},
			[]Claim{claim(1, flows.FinWait1, sent)}, []Word{word(1, flows.FIN)}, []Word{word(2, 0)}, "first-fin-unseen"},
		{"a late capture that holds the first FIN again", "FIN_WAIT1 FIN_WAIT2", []float64{2},
			[]Claim{claim(1, flows.CloseWait, sent)}, []Word{word(1, flows.FIN), word(3, 0)}, nil, ""},

		{"its SYN is not there", "SYN_SENT ESTAB", []float64{0, 1},
			[]Claim{claim(1, flows.Established, sent)}, []Word{word(1, 0)}, nil, "opening-unseen"},
		{"its SYN crossed another and is not there", "SYN_SENT SYN_RECV ESTAB", []float64{0, 1, 2},
			[]Claim{claim(1, flows.SynReceived, sent)}, []Word{word(1, flows.SYN), word(3, 0)}, nil, "opening-unseen"},
		{"its SYN-ACK is there", "SYN_RECV ESTAB", []float64{0, 1},
			[]Claim{claim(1, flows.Established, sent)}, []Word{word(0, flows.SYN), word(2, 0)}, nil, ""},

		{"no socket, and said to have sent a SYN-ACK", "", nil, []Claim{claim(0, flows.SynReceived, sent)}, []Word{word(0, flows.SYN)}, nil, ""},
		{"a RST that it did not get", "SYN_SENT ESTAB", []float64{0, 1},
			append(opened[:2:2], claim(2, flows.Closed, delivered)), []Word{word(1, 0)}, []Word{word(2, flows.RST)}, "effect-unseen"},
		{"a RST that it did not get, as its answer shows", "SYN_SENT ESTAB", []float64{0, 1},
			append(opened[:2:2], claim(2, flows.Closed, delivered)), []Word{word(1, 0), word(3, 0)}, []Word{word(2, flows.RST)}, ""},
		{"the RST came once more behind the answer", "SYN_SENT ESTAB", []float64{0, 1},
			append(opened[:2:2], claim(2, flows.Closed, delivered)), []Word{word(1, 0), word(3, 0)}, []Word{word(2, flows.RST), word(3, flows.RST)}, "effect-unseen"},
		{"said to have sent what it did not", "SYN_SENT ESTAB", []float64{0, 1}, closed, []Word{word(1, 0)}, nil, ""},

		{"its ACK of the FIN is not there", "SYN_SENT ESTAB CLOSE_WAIT", []float64{0, 1, 2},
			opened, []Word{word(1, 0)}, []Word{word(2, flows.FIN)}, "answer-unseen"},
		{"it was heard after that", "SYN_SENT ESTAB CLOSE_WAIT", []float64{0, 1, 2},
			opened, []Word{word(1, 0), word(3, 0)}, []Word{word(2, flows.FIN)}, ""},
		{"its FIN is not acknowledged in the capture", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2", []float64{0, 1, 2, 3},
			closed, []Word{fin}, nil, "answer-unseen"},
		{"its FIN is", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2", []float64{0, 1, 2, 3},
			closed, []Word{fin}, []Word{ackOfFIN}, ""},
		{"nor was it heard at all", "SYN_RECV", []float64{0}, nil, nil, nil, "answer-unseen"},
		{"its RST is not there", "SYN_SENT ESTAB CLOSED", []float64{0, 1, 2}, opened, []Word{word(1, 0)}, nil, "answer-unseen"},
		{"a RST to it is there", "SYN_SENT ESTAB CLOSED", []float64{0, 1, 2}, opened, []Word{word(1, 0)}, []Word{word(2, flows.RST)}, ""},

		{"the FINs crossed, or the other one was lost", "SYN_SENT ESTAB FIN_WAIT1 CLOSING", []float64{0, 1, 2, 3},
			append(closed[:3:3], claim(3, flows.FinWait2, delivered)), []Word{fin}, []Word{ackOfFIN}, "arrival-unseen"},
		{"the FINs crossed, and its own was acknowledged", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2", []float64{0, 1, 2, 3},
			closed, []Word{fin}, []Word{word(1.9, flows.FIN), ackOfFIN}, "answer-unseen"},
		{"that was heard", "SYN_SENT ESTAB FIN_WAIT1 CLOSING", []float64{0, 1, 2, 3},
			append(closed[:3:3], claim(3, flows.FinWait2, delivered)), []Word{fin, word(4, 0)}, []Word{ackOfFIN, word(2, flows.FIN)}, ""},

		{"the peer's FIN was deleted", "SYN_SENT ESTAB CLOSE_WAIT CLOSED", []float64{0, 1, 2, 4},
			append(opened[:2:2], claim(4, flows.Closed, delivered)), []Word{word(1, 0), word(3, 0)}, []Word{word(4, flows.RST)}, "fin-unseen"},
		{"its own FIN was deleted", "SYN_SENT ESTAB FIN_WAIT1 CLOSED", []float64{0, 1, 2, 4},
			append(opened[:2:2], claim(4, flows.Closed, sent)), []Word{word(1, 0), word(4, flows.RST)}, nil, "fin-unseen"},
		{"the peer's FIN was deleted, its ACK not", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2 TIME_WAIT", []float64{0, 1, 2, 3, 4},
			append(closed[:3:3], claim(3, flows.FinWait2, delivered)), []Word{fin, word(4.1, 0)}, []Word{ackOfFIN}, "fin-unseen"},
		{"the peer's FIN is there", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2 TIME_WAIT", []float64{0, 1, 2, 3, 4},
			append(closed[:3:3], claim(3, flows.FinWait2, delivered)), []Word{fin, word(4.1, 0)}, []Word{ackOfFIN, word(3.5, flows.FIN)}, ""},
		{"a copy of its FIN, much later", "SYN_SENT ESTAB FIN_WAIT1 CLOSING", []float64{0, 1, 2, 3},
			append(opened[:2:2], claim(3, flows.CloseWait, sent)), []Word{word(3, 0), finAgain}, []Word{word(2.9, flows.FIN)}, "fin-unseen"},
		{"a copy of its FIN, but an ACK before it had counted it", "SYN_SENT ESTAB FIN_WAIT1 CLOSING", []float64{0, 1, 2, 3},
			append(opened[:2:2], claim(3, flows.CloseWait, sent)),
			[]Word{{Time: flows.TimeOf(after(3)), Flags: flows.ACK, End: 100}, finAgain},
			[]Word{word(2.9, flows.FIN)}, ""},
		{"its first RST is not there", "SYN_SENT ESTAB FIN_WAIT1 CLOSED", []float64{0, 1, 2, 3},
			append(closed[:3:3], claim(3.5, flows.FinWait2, delivered), claim(4, flows.Closed, sent)), []Word{fin, word(4, flows.RST)}, nil, "reset-unseen"},
		{"its first RST is there", "SYN_SENT ESTAB FIN_WAIT1 CLOSED", []float64{0, 1, 2, 3},
			append(closed[:3:3], claim(3.5, flows.FinWait2, delivered), claim(4, flows.Closed, sent)), []Word{fin, word(3, flows.RST), word(4, flows.RST)}, nil, ""},
		{"it was the peer that reset", "SYN_SENT ESTAB FIN_WAIT1 CLOSED", []float64{0, 1, 2, 3},
			append(closed[:3:3], claim(3.5, flows.FinWait2, delivered), claim(4, flows.Closed, sent)), []Word{fin, word(4, flows.RST)}, []Word{word(3, flows.RST)}, ""},
		{"it spoke after it was closed", "SYN_SENT ESTAB FIN_WAIT1 CLOSED", []float64{0, 1, 2, 3},
			append(closed[:3:3], claim(3.5, flows.FinWait2, delivered), claim(4, flows.Closed, sent)), []Word{fin, word(3.7, 0), word(4, flows.RST)}, nil, ""},
		{"a late capture in the middle of the handshake", "SYN_RECV ESTAB CLOSE_WAIT", []float64{1, 2},
			[]Claim{claim(2, flows.CloseWait, sent)}, []Word{word(2, 0)}, nil, "opening-unseen"},
		{"its own FIN is there", "SYN_SENT ESTAB FIN_WAIT1 CLOSED", []float64{0, 1, 2, 4},
			append(opened[:2:2], claim(4, flows.Closed, sent)), []Word{fin, word(4, flows.RST)}, nil, ""},
	} {
		end := End{States: list(t, test.kernel), At: test.at}
		end.Held = len(end.States) > len(end.At)
		c := connectionAt(0)
		c.ClientEnd = &end
		r := Result{Connection: &c, Side: flows.Client, Got: test.got, Own: test.own, Peer: test.peer}
		if end.Judge(r.States()).Fair {
			t.Errorf("%s: is right, there is nothing to excuse", test.name)
		}
		if class, ok := r.Excuse(); class.Name != test.want || ok != (test.want != "") {
			t.Errorf("%s: got %q, want %q", test.name, class.Name, test.want)
		}
	}
}

// TestExcuseNearAndFar: an end far from the capture point is heard later than
// it speaks. What comes later than that it said afterwards.
func TestExcuseNearAndFar(t *testing.T) {
	for _, test := range []struct {
		name  string
		way   float64 // from the end to the capture point, in seconds
		heard float64 // its last word
		want  string
	}{
		{"near, and heard no more", 0, 1, "answer-unseen"},
		{"near, and heard afterwards", 0, 2.01, ""},
		{"far, what was heard afterwards was said before", 0.03, 2.01, "answer-unseen"},
		{"far, and heard afterwards", 0.03, 2.04, ""},
	} {
		c := connectionAt(0)
		c.ClientEnd = &End{States: list(t, "SYN_SENT ESTAB CLOSE_WAIT"), At: []float64{0, 1, 2}}
		r := Result{
			Connection: &c, Side: flows.Client,
			Got:  []Claim{claim(test.way, flows.SynSent, flows.Sent), claim(1+test.way, flows.Established, flows.Sent)},
			Own:  []Word{word(1+test.way, 0), word(test.heard, 0)},
			Peer: []Word{word(1.9, flows.FIN)},
		}
		if class, _ := r.Excuse(); class.Name != test.want {
			t.Errorf("%s: got %q, want %q", test.name, class.Name, test.want)
		}
	}
}

// What left no trace at the end of the truth need not be excused.
func TestExcuseIgnoresTheInvisible(t *testing.T) {
	visible := list(t, "SYN_RECV")
	c := connectionAt(0)
	c.ServerEnd = &End{States: list(t, "SYN_RECV CLOSED"), At: []float64{0, 9}, Visible: &visible}
	r := Result{
		Connection: &c, Side: flows.Server,
		Got: []Claim{claim(0, flows.SynReceived, flows.Sent), claim(1, flows.Established, flows.Delivered)},
		Own: []Word{word(0, flows.SYN)}, Peer: []Word{word(1, 0)},
	}
	if class, _ := r.Excuse(); class.Name != "effect-unseen" {
		t.Errorf("got %q, want effect-unseen", class.Name)
	}
}

// A socket in TIME_WAIT that outlives the next attempt on its addresses is
// heard there: then it survived.
func TestExcuseHearsLaterLives(t *testing.T) {
	first, next := lifeAt(0), lifeAt(3)
	first.Claims[0] = []Claim{claim(0, flows.TimeWait, flows.Sent), claim(1, flows.Closed, flows.Delivered)}
	first.Words = [2][]Word{{word(0, 0)}, {word(1, flows.RST)}}
	next.Words[0] = []Word{word(4, 0)}
	for _, test := range []struct {
		name   string
		kernel string
		heard  int
	}{
		{"it survived", "TIME_WAIT", 2},
		{"it did not, and what was heard later is another socket", "TIME_WAIT CLOSED", 1},
	} {
		c := connectionAt(0)
		c.ClientEnd = &End{States: list(t, test.kernel), At: []float64{0, 2}}
		results, _ := Score(&Capture{Connections: []Connection{c, connectionAt(3)}}, &Replay{Lives: []*Life{first, next}})
		if heard := len(results[0].Own); heard != test.heard {
			t.Errorf("%s: it was heard %d times, want %d", test.name, heard, test.heard)
		}
	}
	c := connectionAt(0)
	c.ClientEnd = &End{States: list(t, "TIME_WAIT"), At: []float64{0}}
	results, _ := Score(&Capture{Connections: []Connection{c, connectionAt(3)}}, &Replay{Lives: []*Life{first, next}})
	if class, ok := results[0].Excuse(); ok {
		t.Errorf("that it closed is excused as %s, although it was heard afterwards", class.Name)
	}
}
