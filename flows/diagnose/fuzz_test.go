package diagnose_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// inspector checks what must hold of any finding.
type inspector struct {
	t    testing.TB
	told map[flows.FlowID][]diagnose.ID
	wide []diagnose.ID
}

func (*inspector) Step(*flows.Step) {}

func (i *inspector) End(r *flows.Record) { delete(i.told, r.Flow) }

func (i *inspector) Finding(f *diagnose.Finding) {
	told := i.told[f.Flow]
	if f.Flow == 0 {
		told = i.wide
	}
	if known := slices.Contains(told, f.ID); known != f.Update {
		i.t.Errorf("#%d %v: told before: %v, an update: %v", f.Flow, f.ID, known, f.Update)
	}
	for _, id := range f.Replaces {
		at := slices.Index(told, id)
		if at < 0 {
			i.t.Fatalf("#%d %v replaces %v, which was not told", f.Flow, f.ID, id)
		}
		told = slices.Delete(told, at, at+1)
	}
	if !f.Update {
		told = append(told, f.ID)
	}
	if f.Flow == 0 {
		i.wide = told
	} else {
		i.told[f.Flow] = told
	}
	if f.ID.String() == "" || f.ID.Host() || f.Summary == "" || strings.ContainsAny(f.Summary+f.Otherwise, "\n\x1b%") {
		i.t.Errorf("#%d %v: summary %q, otherwise %q", f.Flow, f.ID, f.Summary, f.Otherwise)
	}
	if f.Confidence < diagnose.Certain && f.Otherwise == "" && f.ID.Severity() > diagnose.Info {
		i.t.Errorf("#%d %v is only %v, and does not say what else it may be: %s", f.Flow, f.ID, f.Confidence, f.Summary)
	}
	if !slices.IsSorted(f.Packets) || slices.Contains(f.Packets, 0) {
		i.t.Errorf("#%d %v: packets %v", f.Flow, f.ID, f.Packets)
	}
	if f.Flow != 0 && (!f.Client.IsValid() || !f.Server.IsValid()) {
		i.t.Errorf("#%d %v: of %v and %v", f.Flow, f.ID, f.Client, f.Server)
	}
}

var fuzzSteps = [...]time.Duration{
	0, time.Microsecond, time.Millisecond, 20 * time.Millisecond, 200 * time.Millisecond, time.Second, 3 * time.Second,
	8 * time.Second, 30 * time.Second, 61 * time.Second, 5 * time.Minute, 90 * 24 * time.Hour, -time.Millisecond, -time.Hour, 0, 0,
}

var fuzzFlags = [...]flows.Flags{
	flows.SYN, flows.SYN | flows.ACK, flows.ACK, flows.ACK, flows.PSH | flows.ACK, flows.FIN | flows.ACK, flows.RST,
	flows.RST | flows.ACK, flows.FIN, flows.SYN | flows.FIN, flows.SYN | flows.RST, 0, flows.ACK, flows.PSH | flows.ACK,
	flows.FIN | flows.ACK, flows.FIN | flows.PSH | flows.URG,
}

var fuzzNumbers = [...]flows.Seq{0, 1, 2, 3, 11, 12, 13, 102, 1461, 1462, 2922, 65_536, 70_001, 70_002, 1 << 31, 1<<32 - 1}

// fuzzSegment makes a segment of five bytes: direction and client, flags and
// time, numbers, payload and window and interface, options and TTL.
func fuzzSegment(b []byte, now flows.Time, packet uint64) flows.Segment {
	client := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), 40000+uint16(b[0]>>1&3))
	s := flows.Segment{
		Time: now, Packet: packet, Src: client, Dst: at(443 + int(b[0]>>3&1)),
		Flags: fuzzFlags[b[1]&15], Seq: fuzzNumbers[b[2]&15], Ack: fuzzNumbers[b[2]>>4],
		Length: [...]uint32{0, 0, 1, 10, 1460, 1460, 0, 100}[b[3]&7], Window: [...]uint16{64240, 0, 8192, 100}[b[3]>>3&3],
		ID: uint16(b[3] >> 5), TTL: 64 - b[4]>>6*15, Interface: uint32(b[0] >> 4 & 1),
	}
	if b[0]&1 == 1 {
		s.Src, s.Dst = s.Dst, s.Src
	}
	s.Options.Present = flows.OptionSet(b[4]) & (flows.HasMSS | flows.HasWindowScale | flows.HasSACKPermitted | flows.HasTimestamps | flows.HasFastOpen)
	s.Options.MSS, s.Options.TSVal = 1460, uint32(packet)
	return s
}

// FuzzFindings: whatever comes by, nothing panics, and what is found makes
// sense.
func FuzzFindings(f *testing.F) {
	const c, s = 0, 1
	f.Add([]byte{c, 0, 0, 0, 15, s, 1, 0x10, 0, 15, c, 2, 0x11, 0, 15, c, 5, 0x11, 0, 0, s, 2, 0x21, 0, 0, 2, 0x90, 0, 0, 0})
	f.Add([]byte{c, 0, 0, 0, 15, c, 0x50, 0, 0, 15, c, 0x50, 0, 0, 15, c, 0x60, 0, 0, 15, s, 7, 0x10, 0, 0})
	f.Add([]byte{c, 0, 0, 0, 0, s, 1, 0x10, 0, 0, c, 2, 0x11, 0, 0, s, 0x51, 0x10, 0, 0, s, 0x61, 0x10, 0, 0, c, 6, 1, 0, 192})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 5*200 {
			return
		}
		engine := diagnose.New(diagnose.Options{}, &inspector{t: t, told: make(map[flows.FlowID][]diagnose.ID)})
		table := flows.NewTable(flows.Limits{MaxFlows: 3}, engine)
		now := flows.Time(time.Hour)
		for n := 0; len(b) >= 5; b, n = b[5:], n+1 {
			now = now.Add(fuzzSteps[b[1]>>4])
			seg := fuzzSegment(b, now, uint64(n+1))
			if b[0]>>5 == 7 {
				table.ObserveICMP(&flows.ICMPError{Time: now, Packet: uint64(n + 1), Type: 3, Code: b[3] & 15, MTU: uint32(b[4]) * 16,
					From: netip.MustParseAddr("203.0.113.9"), Src: seg.Src, Dst: seg.Dst, Seq: seg.Seq})
				continue
			}
			table.Observe(&seg)
		}
		table.Finish()
		engine.Conclude()
	})
}
