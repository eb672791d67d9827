package lab

import (
	"time"

	"tcptrace/flows"
)

// injecting is segments that no end sent, in an open connection that is then
// closed as ever.
func injecting() []scenario {
	type shape = func(*forged)
	flagged := func(flags flows.Flags, off uint32) shape {
		return func(f *forged) { f.Flags, f.Seq = flags, f.Seq.Add(off) }
	}
	const rst, syn, fin, ack = flows.RST, flows.SYN, flows.FIN, flows.ACK
	var list []scenario
	for _, i := range []struct {
		name, shows string
		shape       shape
	}{
		{"rst", "a RST with exactly the next number: it ends the server", flagged(rst, 0)},
		{"rst-in-window", "a RST in the window: a challenge ACK, and no change", flagged(rst, 5)},
		{"rst-outside", "a RST outside the window: nothing", flagged(rst, 1<<30)},
		{"rst-wrong-ack", "a RST with the next number and a wrong ACK: it ends the server all the same", func(f *forged) { f.Flags, f.Ack = rst|ack, f.Ack.Add(100_000) }},
		{"rst-bad-sum", "a RST with a wrong checksum: nothing", func(f *forged) { f.Flags, f.badSum = rst, true }},
		{"syn", "a SYN: a challenge ACK, and no change", flagged(syn, 3)},
		{"syn-ack", "a SYN-ACK: the same", flagged(syn|ack, 3)},
		{"fin-old", "a FIN of old: nothing", flagged(fin|ack, 1<<32-200)},
		{"fin-outside", "a FIN outside the window: nothing", flagged(fin|ack, 1<<29)},
		{"fin-gap", "a FIN behind a gap that is never filled: nothing", flagged(fin|ack, 50)},
		{"fin-unsent", "a FIN with an ACK of what was never sent: nothing", func(f *forged) { f.Flags, f.Ack = fin|ack, f.Ack.Add(5_000_000) }},
		{"fin-no-ack", "a FIN without ACK: nothing", flagged(fin, 0)},
		{"fin-old-timestamp", "a FIN with an old timestamp: nothing", func(f *forged) { f.Flags = fin | ack; f.Options.TSVal -= 500_000 }},
		{"data-outside", "data outside the window: an ACK, and no change", func(f *forged) { f.Flags, f.Length, f.Seq = ack, 100, f.Seq.Add(1<<29) }},
		{"no-flags", "a segment without any flag: nothing", flagged(0, 0)},
	} {
		list = append(list, scenario{
			name: "inject." + i.name, shows: i.shows, joint: byRelay, path: fast,
			play: func(st *stage) { injectOpen(st, i.shape) },
		})
	}
	return append(list, scenario{
		name: "inject.syn-sent", shows: "a RST with a wrong ACK for a client in SYN_SENT: nothing",
		joint: byRelay, path: fast, play: injectSYNSent,
	})
}

func injectOpen(st *stage, shape func(*forged)) {
	c, s, _ := st.pair()
	c.give(s, 400)
	s.give(c, 400)
	st.wait(80 * time.Millisecond) // nothing is under way, nothing to be acknowledged
	st.inject(flows.Client, shape)
	st.wait(100 * time.Millisecond)
	c.close()
	st.wait(60 * time.Millisecond)
	s.close()
	st.wait(100 * time.Millisecond)
}

func injectSYNSent(st *stage) {
	st.relay.hold(flows.Server, isSYNACK, always, 200*time.Millisecond)
	l := st.listen()
	c := st.socket(flows.Client)
	c.begin(l)
	st.wait(60 * time.Millisecond)
	st.inject(flows.Server, func(f *forged) {
		syn := st.relay.sent(flows.Client)
		f.Src, f.Dst, f.Options = syn.Dst, syn.Src, flows.Options{}
		f.Flags, f.Seq, f.Ack = flows.RST|flows.ACK, 12345, syn.Seq.Add(500)
	})
	c.until(flows.Established)
	st.pause()
	c.close()
	st.pause()
}
