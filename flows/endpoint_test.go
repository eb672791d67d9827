package flows

import "testing"

// TestEndpointSend follows what one end sends: nxt is the end of the unbroken
// run, max the furthest.
func TestEndpointSend(t *testing.T) {
	type segment struct {
		start, end Seq
		notes      Notes
		nxt, max   Seq
	}
	tests := []struct {
		name     string
		segments []segment
	}{
		{"in order", []segment{
			{100, 200, 0, 200, 200},
			{200, 300, 0, 300, 300},
			{300, 300, 0, 300, 300}, // a bare ACK
		}},
		{"sent again", []segment{
			{100, 200, 0, 200, 200},
			{100, 200, Retransmission, 200, 200},
			{150, 180, Retransmission, 200, 200},
			{150, 250, 0, 250, 250}, // half of it is new
		}},
		{"a hole that is filled at once", []segment{
			{100, 200, 0, 200, 200},
			{300, 400, Gap, 200, 400},
			{200, 300, OutOfOrder, 400, 400},
		}},
		{"a hole that is filled in pieces, from the end", []segment{
			{100, 200, 0, 200, 200},
			{400, 500, Gap, 200, 500},
			{300, 400, OutOfOrder, 200, 500},
			{200, 300, OutOfOrder, 500, 500},
		}},
		{"a hole that is filled in pieces, from the beginning", []segment{
			{100, 200, 0, 200, 200},
			{400, 500, Gap, 200, 500},
			{200, 300, OutOfOrder, 300, 500},
			{300, 400, OutOfOrder, 500, 500},
		}},
		{"the run behind the hole grows", []segment{
			{100, 200, 0, 200, 200},
			{300, 400, Gap, 200, 400},
			{400, 500, OutOfOrder, 200, 500},
			{300, 400, Retransmission, 200, 500},
			{200, 300, OutOfOrder, 500, 500},
		}},
		{"two holes: the run behind the last one is remembered", []segment{
			{100, 200, 0, 200, 200},
			{300, 400, Gap, 200, 400},
			{600, 700, Gap, 200, 700},
			{200, 300, OutOfOrder, 300, 700},
			{300, 600, OutOfOrder, 700, 700},
		}},
		{"a piece in the middle of a hole", []segment{
			{100, 200, 0, 200, 200},
			{600, 700, Gap, 200, 700},
			{400, 500, OutOfOrder, 200, 700},
			{200, 600, OutOfOrder, 700, 700},
		}},
		{"a filler that covers more than the hole", []segment{
			{100, 200, 0, 200, 200},
			{300, 400, Gap, 200, 400},
			{150, 450, OutOfOrder, 450, 450},
		}},
		{"across the wrap", []segment{
			{1<<32 - 100, 0, 0, 0, 0},
			{100, 200, Gap, 0, 200},
			{1<<32 - 100, 0, Retransmission, 0, 200},
			{0, 100, OutOfOrder, 200, 200},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e endpoint
			for i, s := range tt.segments {
				if got := e.send(s.start, s.end); got != s.notes {
					t.Errorf("segment %d: notes %b, want %b", i, got, s.notes)
				}
				if e.nxt != s.nxt || e.max != s.max {
					t.Errorf("segment %d: nxt %d, max %d; want %d, %d", i, e.nxt, e.max, s.nxt, s.max)
				}
			}
		})
	}
}

func TestEndpointVouch(t *testing.T) {
	var e endpoint
	if gap := e.vouch(100); gap || e.nxt != 100 {
		t.Errorf("of an end that was not seen: gap %v, nxt %d; want nxt 100", gap, e.nxt)
	}
	e.send(100, 200)
	if gap := e.vouch(150); gap || e.nxt != 200 {
		t.Errorf("of what was seen: gap %v, nxt %d; want no gap, 200", gap, e.nxt)
	}
	e.send(300, 400)
	if gap := e.vouch(250); !gap || e.nxt != 250 {
		t.Errorf("into the hole: gap %v, nxt %d; want a gap, 250", gap, e.nxt)
	}
	if gap := e.vouch(300); !gap || e.nxt != 400 {
		t.Errorf("up to the run behind the hole: gap %v, nxt %d; want a gap, and the run joined: 400", gap, e.nxt)
	}
}

// TestEndpointOffer: the right edge of a window never moves back, and windows
// are scaled, but for the one in a SYN (RFC 7323 §2.2).
func TestEndpointOffer(t *testing.T) {
	e := endpoint{scale: 3}
	e.offer(&Segment{Flags: SYN | ACK, Ack: 100, Window: 10})
	if e.edge != 110 {
		t.Errorf("the edge is %d before the scale is known, want 110", e.edge)
	}
	e.learn(knowScale)
	e.offer(&Segment{Flags: SYN | ACK, Ack: 100, Window: 20})
	if e.edge != 120 {
		t.Errorf("the edge of a SYN is %d, want 120: its window is not scaled", e.edge)
	}
	e.offer(&Segment{Flags: ACK, Ack: 100, Window: 10})
	if e.edge != 180 {
		t.Errorf("the edge is %d, want 180", e.edge)
	}
	e.offer(&Segment{Flags: ACK, Ack: 150, Window: 0})
	if e.edge != 180 {
		t.Errorf("the edge moved back to %d", e.edge)
	}
}

func TestEndpointLearnISS(t *testing.T) {
	var e endpoint
	e.learnISS(1<<32 - 1)
	if e.nxt != 0 || !e.has(knowISS|knowNxt) {
		t.Errorf("behind ISN 2^32-1: nxt %d, want 0", e.nxt)
	}
	e.send(0, 50)
	e.learnISS(1<<32 - 1)
	if e.nxt != 50 {
		t.Errorf("the same ISN again moved nxt to %d", e.nxt)
	}
	e.restart(7000)
	if e.nxt != 7001 || e.max != 7001 {
		t.Errorf("after a restart nxt %d, max %d; want 7001", e.nxt, e.max)
	}
}
