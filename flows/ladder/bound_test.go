package ladder_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/flowtest"
	"tcptrace/flows/ladder"
)

// wrong says what is wrong with a ladder whatever it shows; empty if nothing.
func wrong(l *ladder.Ladder, maxRows int) string {
	var segments, bytes [2]uint64
	states := l.Begun
	for i := range l.Rows {
		r := &l.Rows[i]
		switch r.Kind {
		case ladder.Segment:
			segments[r.From]++
			bytes[r.From] += uint64(r.Label.Length)
		case ladder.Fold:
			for side := range segments {
				segments[side] += r.Run.Segments[side]
				bytes[side] += r.Run.Bytes[side]
			}
			states = r.States
		}
		for _, m := range r.Moves {
			states[m.End] = m.To
		}
		for side, s := range r.States {
			if s != states[side] && s != flows.Unknown && states[side] != flows.Unknown {
				return fmt.Sprintf("row %d: its moves lead to %v, it says %v", i, states, r.States)
			}
		}
		states = r.States
	}
	switch {
	case segments != l.Segments:
		return fmt.Sprintf("rows of %v segments, there were %v", segments, l.Segments)
	case bytes != l.Bytes:
		return fmt.Sprintf("rows of %v bytes, there were %v", bytes, l.Bytes)
	case len(l.Rows) > maxRows+1:
		return fmt.Sprintf("%d rows", len(l.Rows))
	}
	return ""
}

// TestScenarios: whatever happens, no segment is forgotten, the moves lead from
// row to row, and the rows stay within their bound.
func TestScenarios(t *testing.T) {
	for _, folder := range []string{"scenario", "finding"} {
		all, err := flowtest.ReadFolder("../../testdata/" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range all {
			for who, cast := range flowtest.Casts() {
				for _, most := range []int{400, 32} {
					b := builders{o: ladder.Options{MaxRows: most}}
					table := b.table()
					s.Feed(cast, table)
					table.Finish()
					for id := range b.m {
						if complaint := wrong(b.m[id].Ladder(), most); complaint != "" {
							t.Errorf("%s/%s, %s, flow %d: %s", folder, name, who, id, complaint)
						}
					}
				}
			}
		}
	}
}

// transfer is a scenario: a handshake, rounds of a segment and its ACK, a close.
func transfer(rounds int, noise func(round int) string) string {
	var b strings.Builder
	b.WriteString(handshake)
	for i := range rounds {
		at := 0.1 + float64(i)*0.001
		fmt.Fprintf(&b, "%.4f < PSH,ACK K+%d J+1 len=100\n", at, 1+i*100)
		b.WriteString(noise(i))
		fmt.Fprintf(&b, "%.4f > ACK J+1 K+%d\n", at+0.0005, 101+i*100)
	}
	end := 1 + rounds*100
	at := 0.1 + float64(rounds)*0.001
	fmt.Fprintf(&b, "%.4f < FIN,ACK K+%d J+1\n", at, end)
	fmt.Fprintf(&b, "%.4f > FIN,ACK J+1 K+%d\n", at+0.01, end+1)
	fmt.Fprintf(&b, "%.4f < ACK K+%d J+2\n", at+0.02, end+1)
	return b.String()
}

func silent(int) string { return "" }

// TestFold: of a long transfer the first and the last payload are shown, and one
// row stands for the rest.
func TestFold(t *testing.T) {
	l := build(t, transfer(1000, silent))
	want := []string{
		"> SYN(J), client SYN_SENT",
		"< SYN(K) ACK(J+1) ✓, server SYN_RECEIVED",
		"> ACK(K+1) ✓, client ESTABLISHED, server ESTABLISHED",
		"< DATA(K+1) ACK(J+1)",
		"… 1997 segments, 100 kB ←",
		"< DATA(K+99901) ACK(J+1)",
		"> ACK(K+100001)",
		"< FIN(M) ACK(J+1), server FIN_WAIT_1",
		"> FIN(N) ACK(M+1) ✓, client CLOSE_WAIT, server FIN_WAIT_2, client LAST_ACK",
		"< ACK(N+1) ✓, server TIME_WAIT, client CLOSED",
	}
	if diff := cmp.Diff(want, lines(l)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if complaint := wrong(l, 400); complaint != "" {
		t.Error(complaint)
	}
}

// TestShort: a few segments are all shown.
func TestShort(t *testing.T) {
	for _, line := range lines(build(t, transfer(2, silent))) {
		if strings.HasPrefix(line, "…") {
			t.Errorf("folded: %s", line)
		}
	}
}

// TestCommon: what happens again and again is shown for a while and then folded.
func TestCommon(t *testing.T) {
	l := build(t, transfer(2000, func(i int) string {
		return fmt.Sprintf("%.4f < PSH,ACK K+%d J+1 len=100\n", 0.1+float64(i)*0.001+0.0002, 1+i*100)
	}))
	again := 0
	for i := range l.Rows {
		if l.Rows[i].Kind == ladder.Segment && l.Rows[i].Again() {
			again++
		}
	}
	if again == 0 || again > 20 || len(l.Rows) > 80 {
		t.Errorf("%d rows, %d of them sent again", len(l.Rows), again)
	}
	if complaint := wrong(l, 400); complaint != "" {
		t.Error(complaint)
	}
}

// TestBound: rows that each lead to something are folded too, where there are
// too many; what is at the beginning and at the end stays.
func TestBound(t *testing.T) {
	var b strings.Builder
	b.WriteString(handshake)
	const rounds = 3000 // of an accept queue that stays full
	for i := range rounds {
		fmt.Fprintf(&b, "%d.5 < SYN,ACK K J+1\n%d.6 > ACK J+1 K+1\n", i+1, i+1)
	}
	fmt.Fprintf(&b, "%d.0 > RST J+1 win=0\n", rounds+1)
	l := build(t, b.String())
	if complaint := wrong(l, 400); complaint != "" {
		t.Error(complaint)
	}
	all := lines(l)
	if got := all[0]; got != "> SYN(J), client SYN_SENT" {
		t.Errorf("the first row is %q", got)
	}
	if got := all[len(all)-1]; !strings.HasPrefix(got, "> RST(J+1), ") {
		t.Errorf("the last row is %q", got)
	}
}

// TestSwap: when the roles were guessed wrong, what was drawn before changes
// sides too.
func TestSwap(t *testing.T) {
	var b builders
	table := b.table()
	low, high := netip.MustParseAddrPort("10.0.0.1:1000"), netip.MustParseAddrPort("10.0.0.2:2000")
	at := flows.TimeOf(time.Unix(1_700_000_000, 0))
	// An ACK of the end with the higher port comes first: by its port that end is
	// the client. The SYN-ACK that it sent before, captured late, says that it is not.
	table.Observe(&flows.Segment{Time: at, Packet: 1, Src: high, Dst: low, Seq: 501, Ack: 101, Flags: flows.ACK, Window: 1000})
	table.Observe(&flows.Segment{Time: at.Add(time.Millisecond), Packet: 2, Src: high, Dst: low, Seq: 500, Ack: 101, Flags: flows.SYN | flows.ACK, Window: 1000})
	table.Finish()
	l := b.of(1).Ladder()
	if l.Client != low {
		t.Fatalf("the table says that the client is %v", l.Client)
	}
	for i := range l.Rows {
		if r := &l.Rows[i]; r.Kind == ladder.Segment && r.From != flows.Server {
			t.Errorf("%s comes from the %v", r.Name(), r.From)
		}
	}
	if complaint := wrong(l, 400); complaint != "" {
		t.Error(complaint)
	}
}

// FuzzBuilder: no segments, in whatever order, make a ladder that is wrong.
func FuzzBuilder(f *testing.F) {
	f.Add([]byte{0, 2, 0, 0, 0, 1, 0x12, 0, 1, 0, 0, 0x10, 1, 1, 0, 0, 0x11, 1, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		ends := [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:1000"), netip.MustParseAddrPort("10.0.0.2:2000")}
		b := builders{o: ladder.Options{MaxRows: 32}}
		table := b.table()
		at := flows.TimeOf(time.Unix(1_700_000_000, 0))
		for i := uint64(1); len(data) >= 5; i++ {
			at = at.Add(time.Duration(data[4]) * 20 * time.Millisecond)
			table.Observe(&flows.Segment{
				Time: at, Packet: i, Src: ends[data[0]&1], Dst: ends[data[0]&1^1], Seq: flows.Seq(data[2] >> 2), Ack: flows.Seq(data[3] >> 2),
				Flags: flows.Flags(data[1]), Window: uint16(data[0]) >> 1, Length: uint32(data[2] & 3),
			})
			data = data[5:]
		}
		table.Finish()
		for id := range b.m {
			l := b.m[id].Ladder()
			if complaint := wrong(l, 32); complaint != "" {
				t.Errorf("flow %d: %s", id, complaint)
			}
			for i := range l.Rows {
				_ = l.Rows[i].Sentence()
			}
		}
	})
}
