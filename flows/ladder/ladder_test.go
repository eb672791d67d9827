package ladder_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
)

const handshake = `
0.000 > SYN J
0.010 < SYN,ACK K J+1
0.020 > ACK J+1 K+1
`

// TestRows: what is drawn of little connections, by RFC 9293 and RFC 5961.
func TestRows(t *testing.T) {
	opening := []string{
		"> SYN(J), client SYN_SENT",
		"< SYN(K) ACK(J+1) ✓, server SYN_RECEIVED",
		"> ACK(K+1) ✓, client ESTABLISHED, server ESTABLISHED",
	}
	for name, c := range map[string]struct {
		scenario string
		want     []string
	}{
		"a SYN that is never answered": {`
0.000 > SYN J
1.000 > SYN J
3.000 > SYN J
9.000 wait
`, []string{"> SYN(J) unheard, client SYN_SENT", "1 s of silence", "> SYN(J) unheard", "2 s of silence", "> SYN(J) unheard", "syn-no-answer", "6 s of silence"}},
		"a SYN that is answered late was heard": {`
0.000 > SYN J
1.000 > SYN J
1.010 < SYN,ACK K J+1
1.020 > ACK J+1 K+1
`, []string{"> SYN(J) unheard, client SYN_SENT", "1 s of silence", "> SYN(J)",
			"< SYN(K) ACK(J+1) ✓, server SYN_RECEIVED", "> ACK(K+1) ✓, client ESTABLISHED, server ESTABLISHED"}},
		"what is sent again at once may have arrived": {handshake + `
0.030 > PSH,ACK J+1 K+1 len=10
0.040 > PSH,ACK J+1 K+1 len=10
0.050 < ACK K+1 J+11
`, append(opening[:3:3], "> DATA(J+1) ACK(K+1)", "> DATA(J+1) ACK(K+1)", "< ACK(J+11)")},
		"an ACK that the server did not take": {handshake + `
1.010 < SYN,ACK K J+1
1.020 > ACK J+1 K+1
`, []string{opening[0], opening[1],
			"> ACK(K+1) ✓ refuted, client ESTABLISHED, server ESTABLISHED withdrawn",
			"< SYN(K) ACK(J+1) ✓, server SYN_RECEIVED back",
			"> ACK(K+1) ✓, server ESTABLISHED"}},
		"ACKs that the server never takes": {handshake + `
1.010 < SYN,ACK K J+1
1.020 > ACK J+1 K+1
3.010 < SYN,ACK K J+1
3.020 > ACK J+1 K+1
7.010 < SYN,ACK K J+1
7.020 > ACK J+1 K+1
`, []string{opening[0], opening[1],
			"> ACK(K+1) ✓ refuted, client ESTABLISHED, server ESTABLISHED withdrawn",
			"< SYN(K) ACK(J+1) ✓, server SYN_RECEIVED back",
			"> ACK(K+1) ✓ refuted, server ESTABLISHED withdrawn", "2 s of silence",
			"< SYN(K) ACK(J+1) ✓, server SYN_RECEIVED back", "accept-queue-overflow",
			"> ACK(K+1) ✓ refuted", "4 s of silence",
			"< SYN(K) ACK(J+1) ✓", "accept-queue-overflow", "> ACK(K+1) ✓"}},
		"a RST that its receiver does not accept": {handshake + `
0.100 > RST J+1000 win=0
0.110 < ACK K+1 J+1
`, append(opening[:3:3], "> RST(J+1000) refused", "< ACK(J+1)")},
		"a RST that whoever acknowledged what was never sent accepts": {`
0.000 > SYN J
0.010 < SYN,ACK K J+777
0.011 > RST J+777 win=0
`, []string{"> SYN(J), client SYN_SENT", "< SYN(500000) ACK(J+777) ✗ refused", "> RST(J+777)", "synack-bad-ack"}},
		"FIN and ACK in one segment move its sender twice": {handshake + `
0.100 > FIN,ACK J+1 K+1
0.110 < FIN,ACK K+1 J+2
0.120 > ACK J+2 K+2
60.120 wait
`, append(opening[:3:3],
			"> FIN(M) ACK(K+1), client FIN_WAIT_1",
			"< FIN(N) ACK(M+1) ✓, server CLOSE_WAIT, client FIN_WAIT_2, server LAST_ACK",
			"> ACK(N+1) ✓, client TIME_WAIT, server CLOSED",
			"60 s of silence", "time is up, client CLOSED")},
		"a middle that begins with the server": {`
0.000 < PSH,ACK K+1 J+1 len=10
0.010 > ACK J+1 K+11
`, []string{"< DATA(500001) ACK(1001), server ESTABLISHED", "> ACK(500011), client ESTABLISHED"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lines(build(t, c.scenario))); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHeardTwice: a segment that was sent again, and that its receiver says it
// got twice (RFC 2883 §4), had arrived; without that word nothing shows it.
func TestHeardTwice(t *testing.T) {
	for name, c := range map[string]struct {
		options flows.Options
		want    ladder.Fate
	}{
		"plain":     {flows.Options{}, ladder.Unheard},
		"duplicate": {flows.Options{Present: flows.HasSACK, SACKCount: 1, SACK: [4]flows.Range{{From: 101, To: 111}}}, ladder.Arrived},
		"selective": {flows.Options{Present: flows.HasSACK, SACKCount: 1, SACK: [4]flows.Range{{From: 121, To: 131}}}, ladder.Unheard},
	} {
		t.Run(name, func(t *testing.T) {
			var b builders
			table := b.table()
			ends := [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:40000"), netip.MustParseAddrPort("10.0.0.2:80")}
			var packet uint64
			pass := func(at time.Duration, from int, s flows.Segment) {
				packet++
				s.Time, s.Packet, s.Src, s.Dst, s.Window = flows.Time(at), packet, ends[from], ends[1-from], 1000
				table.Observe(&s)
			}
			pass(0, 0, flows.Segment{Seq: 100, Flags: flows.SYN})
			pass(1e6, 1, flows.Segment{Seq: 900, Ack: 101, Flags: flows.SYN | flows.ACK})
			pass(2e6, 0, flows.Segment{Seq: 101, Ack: 901, Flags: flows.ACK})
			pass(3e6, 0, flows.Segment{Seq: 101, Ack: 901, Flags: flows.ACK | flows.PSH, Length: 10})
			pass(303e6, 0, flows.Segment{Seq: 101, Ack: 901, Flags: flows.ACK | flows.PSH, Length: 10})
			pass(304e6, 1, flows.Segment{Seq: 901, Ack: 111, Flags: flows.ACK, Options: c.options})
			table.Finish()
			if got := b.of(1).Ladder().Rows[3].Fate; got != c.want {
				t.Errorf("fate %d, want %d", got, c.want)
			}
		})
	}
}

// TestHeardTwiceOfThree: what was got twice are the copies that arrived, when
// there are two of them; the first one was lost all the same.
func TestHeardTwiceOfThree(t *testing.T) {
	var b builders
	table := b.table()
	ends := [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:40000"), netip.MustParseAddrPort("10.0.0.2:80")}
	twice := flows.Options{Present: flows.HasSACK, SACKCount: 1, SACK: [4]flows.Range{{From: 100, To: 101}}}
	for i, s := range []flows.Segment{ // both open at once
		{Time: 0, Src: ends[0], Dst: ends[1], Seq: 100, Flags: flows.SYN},
		{Time: 1e6, Src: ends[1], Dst: ends[0], Seq: 900, Flags: flows.SYN},
		{Time: 1000e6, Src: ends[1], Dst: ends[0], Seq: 900, Flags: flows.SYN},
		{Time: 1001e6, Src: ends[0], Dst: ends[1], Seq: 100, Flags: flows.SYN},
		{Time: 1002e6, Src: ends[1], Dst: ends[0], Seq: 900, Ack: 101, Flags: flows.SYN | flows.ACK},
		{Time: 1003e6, Src: ends[0], Dst: ends[1], Seq: 100, Ack: 901, Flags: flows.SYN | flows.ACK},
		{Time: 1004e6, Src: ends[1], Dst: ends[0], Seq: 901, Ack: 101, Flags: flows.ACK, Options: twice},
	} {
		s.Packet, s.Window = uint64(i+1), 1000
		table.Observe(&s)
	}
	table.Finish()
	if r := b.of(1).Ladder().Rows[0]; r.Fate != ladder.Unheard {
		t.Errorf("the first SYN has fate %d, want %d", r.Fate, ladder.Unheard)
	}
}
