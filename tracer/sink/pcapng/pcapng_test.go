package pcapng

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket/pcapgo"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

// start is 2026-03-02 08:00:00 UTC.
const start = flows.Time(1772438400 * int64(time.Second))

// at is so many milliseconds after the start.
func at(ms int64) flows.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

// frame is one of 5 bytes of the first interface.
func frame(number uint64, ms int64) *decode.Frame {
	return &decode.Frame{Time: at(ms), Number: number, LinkType: 1, Length: 99, Data: []byte{1, 2, 3, 4, byte(number)}}
}

// opened is the SYN of a frame: a step with one move.
func opened(number uint64, ms int64) *flows.Step {
	return &flows.Step{
		Flow: 7, Client: netip.MustParseAddrPort("10.0.0.5:51324"), Server: netip.MustParseAddrPort("10.0.0.9:443"),
		Time: at(ms), Segment: &flows.Segment{Packet: number, Flags: flows.SYN},
		Label:       flows.Label{Flags: flows.SYN, Seq: flows.Name{Letter: 'J'}},
		Transitions: []flows.Transition{{End: flows.Client, From: flows.Closed, To: flows.SynSent}},
	}
}

// expired is the end of TIME_WAIT.
func expired(ms int64) *flows.Step {
	st := opened(0, ms)
	st.Segment, st.Label = nil, flows.Label{Timer: true}
	st.Transitions = []flows.Transition{{End: flows.Client, From: flows.TimeWait, To: flows.Closed, Basis: flows.Timer}}
	return st
}

const (
	openedText  = "#7 client CLOSED → SYN_SENT · SYN(J)"
	expiredText = "#7 10.0.0.5:51324 · 10.0.0.9:443 client TIME_WAIT → CLOSED · timer"
)

// ethernet describes every interface as eth and its number.
func ethernet(id uint32) decode.Interface {
	return decode.Interface{
		Name: fmt.Sprint("eth", id), LinkType: 1, Snaplen: 256, Filter: "port 443",
		Stats: decode.Stats{Received: 10, Dropped: 2, IfDropped: 1, Known: true},
	}
}

// memory is a file that cannot be cut, as a pipe.
type memory struct {
	bytes.Buffer
	closed bool
}

func (m *memory) Close() error {
	m.closed = true
	return nil
}

// writeTo makes a sink that writes to w.
func writeTo(t *testing.T, w io.WriteCloser, o Options) *Sink {
	t.Helper()
	if o.Describe == nil {
		o.Describe = ethernet
	}
	o.Open = func(string) (io.WriteCloser, error) { return w, nil }
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play calls the sink with frames, nil frames, steps and findings.
func play(t *testing.T, s *Sink, events ...any) {
	t.Helper()
	for _, e := range events {
		var err error
		switch e := e.(type) {
		case nil:
			err = s.Frame(nil)
		case *decode.Frame:
			err = s.Frame(e)
		case *flows.Step:
			s.Step(e)
		case *diagnose.Finding:
			s.Finding(e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(nil); err != nil {
		t.Fatal(err)
	}
}

// TestBytes compares a small file with what the draft says, byte by byte.
func TestBytes(t *testing.T) {
	var m memory
	s := writeTo(t, &m, Options{OS: "linux", Application: "tcptrace"})
	play(t, s, frame(1, 0), opened(1, 0))
	// 1772438400 s are 0x1898f75582430000 ns.
	want := []string{
		// Section header: length 56, magic, version 1.0, length unknown, shb_os, shb_userappl.
		"0a0d0d0a 38000000 4d3c2b1a 0100 0000 ffffffffffffffff",
		"0300 0500 6c696e7578000000", "0400 0800 7463707472616365", "0000 0000", "38000000",
		// Interface: length 56, Ethernet, snaplen 256, if_name, if_tsresol 9, if_filter.
		"01000000 38000000 0100 0000 00010000",
		"0200 0400 65746830", "0900 0100 09000000", "0b00 0900 00706f727420343433000000", "0000 0000", "38000000",
		// Packet: interface 0, time, 5 of 99 bytes, padded, a comment of 39 bytes.
		"06000000 58000000 00000000 55f79818 00004382 05000000 63000000 0102030401000000",
		"0100 2700" + hex.EncodeToString([]byte(openedText)) + "00", "0000 0000", "58000000",
		// Statistics: interface 0, time, start and end, received 10, interface dropped 1, system dropped 2.
		"05000000 58000000 00000000 55f79818 00004382",
		"0200 0800 55f79818 00004382", "0300 0800 55f79818 00004382",
		"0400 0800 0a00000000000000", "0500 0800 0100000000000000", "0700 0800 0200000000000000", "0000 0000", "58000000",
	}
	wire := strings.ReplaceAll(strings.Join(want, ""), " ", "")
	if diff := cmp.Diff(wire, hex.EncodeToString(m.Bytes())); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
}

// TestPcapgoReadsIt: packets of two interfaces, one of which has another link
// type, come back as they were.
func TestPcapgoReadsIt(t *testing.T) {
	var m memory
	s := writeTo(t, &m, Options{})
	second := frame(2, 1500)
	second.Interface, second.LinkType, second.Data = 5, 276, bytes.Repeat([]byte{7}, 64)
	play(t, s, frame(1, 0), opened(1, 0), second, expired(1600))
	r, err := pcapgo.NewNgReader(&m.Buffer, pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []*decode.Frame{frame(1, 0), second} {
		data, info, err := r.ReadPacketData()
		if err != nil {
			t.Fatal(err)
		}
		if flows.TimeOf(info.Timestamp) != want.Time || info.Length != want.Length || !bytes.Equal(data, want.Data) || info.InterfaceIndex != n {
			t.Errorf("packet %d is %x, %+v, want %+v", n+1, data, info, want)
		}
	}
	if _, _, err := r.ReadPacketData(); err != io.EOF {
		t.Errorf("behind the last packet: %v, want the end", err)
	}
	eth5, err := r.Interface(1)
	if err != nil || eth5.Name != "eth5" || r.NInterfaces() != 2 {
		t.Errorf("%d interfaces, the second is %+v, error %v, want eth5", r.NInterfaces(), eth5, err)
	}
}

func TestWhereCommentsStand(t *testing.T) {
	finding := &diagnose.Finding{
		ID: diagnose.SynNoAnswer, Time: at(0), Flow: 7, Summary: "no answer\x1b[31m", Confidence: diagnose.Certain,
		Client: opened(0, 0).Client, Server: opened(0, 0).Server,
	}
	late, other := *finding, *finding
	late.Time = at(900)
	other.Flow = 8
	const found = "⚠ syn-no-answer: no answer\\x1b[31m · critical, certain"
	when := func(ms string, text string) string { return "at 2026-03-02T08:00:0" + ms + "0000000Z " + text }
	apart := when("0.90", "#7 10.0.0.5:51324 · 10.0.0.9:443 "+found)
	tests := []struct {
		name   string
		events []any
		want   [][]string
	}{
		{"on the packet that did it", []any{frame(1, 0), opened(1, 0), finding, frame(2, 1)}, [][]string{{openedText, "#7 " + found}, nil}},
		{"what time did on the packet before", []any{frame(1, 0), expired(500), frame(2, 1000)}, [][]string{{when("0.50", expiredText)}, nil}},
		{"what a packet did long ago", []any{frame(4, 0), frame(5, 900), opened(4, 0)}, [][]string{nil,
			{when("0.00", strings.Replace(openedText, "#7 ", "#7 10.0.0.5:51324 · 10.0.0.9:443 ", 1))}}},
		{"a finding that is not about the packet", []any{frame(1, 0), opened(1, 0), &late}, [][]string{{openedText, apart}}},
		{"a finding about another flow", []any{frame(1, 0), opened(1, 0), &other},
			[][]string{{openedText, when("0.00", "#8 10.0.0.5:51324 · 10.0.0.9:443 "+found)}}},
		{"before the first packet", []any{expired(0), frame(1, 100)}, [][]string{{when("0.00", expiredText)}}},
		{"on the next packet if the last one is written", []any{frame(1, 0), nil, expired(500), frame(2, 1000)},
			[][]string{nil, {when("0.50", expiredText)}}},
		{"on the last packet again if there is no next", []any{frame(1, 0), opened(1, 0), nil, expired(500), &late},
			[][]string{{openedText, when("0.50", expiredText), apart}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			play(t, writeTo(t, f, Options{}), tt.events...)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			for _, p := range packets(readBlocks(t, data)) {
				got = append(got, p.comments)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("comments (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPipeKeepsWhatComesLast: a pipe has the last packet already, so the
// statistics get what comes behind it.
func TestPipeKeepsWhatComesLast(t *testing.T) {
	var m memory
	play(t, writeTo(t, &m, Options{}), frame(1, 0), nil, expired(500))
	all := readBlocks(t, m.Bytes())
	last := all[len(all)-1]
	if len(all) != 4 || last.kind != 5 || len(last.comments) != 1 || !strings.HasSuffix(last.comments[0], expiredText) {
		t.Errorf("%d blocks, the last is %+v, want statistics with the comment", len(all), last)
	}
	if !m.closed {
		t.Error("the pipe is not closed")
	}
}

// TestBounds: a packet takes some hundred comments, the next one what is left,
// and what nobody can take is counted.
func TestBounds(t *testing.T) {
	var m memory
	s := writeTo(t, &m, Options{})
	events := []any{frame(1, 0)}
	const many = 60_000
	for range many {
		events = append(events, expired(1))
	}
	play(t, s, append(events, frame(2, 2), frame(3, 3))...)
	all := packets(readBlocks(t, m.Bytes()))
	if len(all) != 3 {
		t.Fatalf("%d packets, want 3", len(all))
	}
	for n, p := range all[:2] {
		if size := len(p.body); size < maxComments/2 || size > maxComments+1000 {
			t.Errorf("packet %d has %d bytes, want some %d", n+1, size, maxComments)
		}
	}
	count := 0
	for _, b := range readBlocks(t, m.Bytes()) {
		if len(b.body) > 2*maxWaiting {
			t.Errorf("a block of %d bytes", len(b.body))
		}
		count += len(b.comments)
	}
	last := readBlocks(t, m.Bytes())
	comments := last[len(last)-1].comments
	want := fmt.Sprintf("%d more moves and findings had no room here", many-(count-1))
	if len(comments) == 0 || comments[len(comments)-1] != want {
		t.Errorf("the last of %d comments is not %q", len(comments), want)
	}
}

// TestLongPacket: what Wireshark would refuse is cut.
func TestLongPacket(t *testing.T) {
	var m memory
	long := frame(1, 0)
	long.Data = make([]byte, 300<<10)
	long.Length = len(long.Data)
	play(t, writeTo(t, &m, Options{}), long)
	p := packets(readBlocks(t, m.Bytes()))[0].body
	if got := hex.EncodeToString(p[12:20]); got != "0000040000b00400" {
		t.Errorf("the lengths are %s, want 262144 of 307200", got)
	}
}

// TestCommentIsCut at a whole letter.
func TestCommentIsCut(t *testing.T) {
	var m memory
	f := &diagnose.Finding{ID: diagnose.CaptureLoss, Summary: strings.Repeat("→", 2000)}
	play(t, writeTo(t, &m, Options{}), frame(1, 0), f)
	got := packets(readBlocks(t, m.Bytes()))[0].comments[0]
	if len(got) > maxComment || len(got) < maxComment-2 || !strings.HasSuffix(got, "→") {
		t.Errorf("%d bytes that end with %q", len(got), got[len(got)-4:])
	}
}
