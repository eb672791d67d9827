package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// between is the text of a page from one mark to the next.
func between(t testing.TB, page []byte, from, to string) string {
	t.Helper()
	_, rest, ok := bytes.Cut(page, []byte(from))
	inner, _, ended := bytes.Cut(rest, []byte(to))
	if !ok || !ended {
		t.Fatalf("the page has no %s…%s", from, to)
	}
	return string(inner)
}

const dataTag = `<script type="application/json" id="data">`

// TestPolicy: the page allows its own style sheet and script by their hashes,
// and asks for nothing else.
func TestPolicy(t *testing.T) {
	_, page := replayed(t, Options{}, pcap("demo.pcap"))
	policy := html.UnescapeString(between(t, page, `http-equiv="Content-Security-Policy" content="`, `"`))
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + hash(between(t, page, "<style>", "</style>")) +
		"; script-src " + hash(between(t, page, "<script>", "</script>")) + "; img-src data:; base-uri 'none'; form-action 'none'"
	if diff := cmp.Diff(want, policy); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := bytes.Count(page, []byte("<style")) + bytes.Count(page, []byte("<script>")); n != 2 {
		t.Errorf("%d style sheets and scripts, want 2", n)
	}
	for _, bad := range []string{`\sstyle=`, `\son[a-z]+=`, `(src|href)="[^#"]`, `@import`, `url\(["']?[^#"')]`} {
		if found := regexp.MustCompile(bad).Find(page); found != nil && !bytes.Contains([]byte(between(t, page, "<script>", "</script>")), found) {
			t.Errorf("the page has %q", found)
		}
	}
}

// TestWithoutScript: what a reader sees without JavaScript. By tshark, demo.pcap
// has four connections, of which 10.0.0.5:41422 was never closed by its server.
func TestWithoutScript(t *testing.T) {
	_, page := replayed(t, Options{Source: "demo.pcap", Filter: "tcp"}, pcap("demo.pcap"))
	text := html.UnescapeString(string(page))
	for _, want := range []string{
		"<h1>1 of 4 connections is stuck: the server 10.0.0.9:8443 does not close.</h1>",
		"Make the application close() when it reads end of file",
		"report of <span class=\"file\">demo.pcap</span>, filter <code>tcp</code>",
		"<td>10.0.0.5:41422</td><td>10.0.0.9:8443</td><td>stuck</td><td>FIN_WAIT_2 / CLOSE_WAIT</td>",
		"2026-11-22 14:03:01 UTC", "<noscript>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// decoded is the data of a page, as its script reads it.
func decoded(t testing.TB, page []byte) (d table) {
	t.Helper()
	if err := json.Unmarshal([]byte(between(t, page, dataTag, "</script>")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// records keeps what a trace tells.
type records struct {
	*Sink
	list []flows.Record
}

func (r *records) End(rec *flows.Record) {
	r.list = append(r.list, *rec)
	r.Sink.End(rec)
}

// TestData: the rows are what the records say.
func TestData(t *testing.T) {
	var b bytes.Buffer
	r := &records{Sink: New(&b, Options{})}
	replay(t, r, pcap("slow.pcap"))
	d, c := decoded(t, b.Bytes()), columns{}
	if c = d.Columns; len(c.Flow) != len(r.list) || len(r.list) == 0 {
		t.Fatalf("%d rows of %d flows", len(c.Flow), len(r.list))
	}
	byFlow := map[flows.FlowID]*flows.Record{}
	for i := range r.list {
		byFlow[r.list[i].Flow] = &r.list[i]
	}
	flow, start := int64(0), d.Start
	for i := range c.Flow {
		flow, start = flow+c.Flow[i], start+c.Start[i]
		rec := byFlow[flows.FlowID(flow)]
		if rec == nil {
			t.Fatalf("row %d is of flow %d, which there is not", i, flow)
		}
		client := netip.AddrPortFrom(netip.MustParseAddr(d.Addrs[c.Client[i]]), c.Port[i])
		got := []any{client, start, d.Outcomes[c.Outcome[i]], c.Packets[0][i], c.Bytes[1][i], c.Again[0][i], d.States[c.State[1][i]]}
		want := []any{
			rec.Client, int64(rec.First.Time) / 1e3, rec.Outcome.String(), rec.Ends[0].Packets, rec.Ends[1].Bytes,
			rec.Ends[0].Retransmissions, rec.Ends[1].State.String(),
		}
		for j := range want {
			if got[j] != want[j] {
				t.Errorf("flow %d: %v, want %v", flow, got[j], want[j])
			}
		}
	}
	if len(d.Full) != len(r.list) {
		t.Errorf("%d of %d flows in full", len(d.Full), len(r.list))
	}
}

// TestSize: the page keeps to what it may have, at the cost of flows in full.
func TestSize(t *testing.T) {
	_, all := replayed(t, Options{}, pcap("slow.pcap"))
	n := len(decoded(t, all).Full)
	_, some := replayed(t, Options{Size: 250_000}, pcap("slow.pcap"))
	d := decoded(t, some)
	if len(d.Full) == 0 || len(d.Full) >= n || len(some) > 250_000 {
		t.Errorf("%d bytes with %d of %d flows in full", len(some), len(d.Full), n)
	}
	if got := bytes.Count(some, []byte("<template ")); got != len(d.Full) {
		t.Errorf("%d ladders of %d flows in full", got, len(d.Full))
	}
}

// hostile is text that wants to be more than text.
const hostile = `</script></style></template><img src=x onerror="window.hacked=1">'"&` + "\u202e\x1b[31m\u2028{{.}}"

// hostilePage is a page of one flow whose every text is hostile.
func hostilePage(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	s := New(&b, Options{Source: hostile, Filter: hostile, Version: hostile, Made: time.Unix(0, 0)})
	st := step(1, second(1), &flows.Segment{Flags: flows.SYN, Packet: 1})
	st.Transitions = []flows.Transition{{End: flows.Client, From: flows.Closed, To: flows.SynSent}}
	s.Step(st)
	for _, id := range []diagnose.ID{diagnose.StuckCloseWait, diagnose.CloseWaitWithUnread} {
		s.Finding(&diagnose.Finding{
			ID: id, At: diagnose.Server, Time: second(2), Flow: 1, Client: st.Client, Server: st.Server,
			Summary: hostile, Otherwise: hostile, Kernel: hostile, Packets: []uint64{1},
			Owner: diagnose.Owner{PID: 7, Command: hostile, Unit: hostile},
		})
	}
	s.Finding(&diagnose.Finding{ID: diagnose.CloseWaitPilingUp, Summary: hostile, Owner: diagnose.Owner{PID: 7, Command: hostile}})
	zoned := netip.AddrPortFrom(netip.MustParseAddr("fe80::1").WithZone(hostile), 1)
	s.End(&flows.Record{Flow: 1, Client: zoned, Server: st.Server, Outcome: flows.Stuck, StuckEnd: flows.Server})
	if err := s.Close(&flows.Summary{Packets: 1}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostile: no text becomes markup, ends a script, or turns the direction of
// writing.
func TestHostile(t *testing.T) {
	page := hostilePage(t)
	for _, bad := range []string{"<img", "\u202e", "\x1b", "\u2028", "</script></style>"} {
		if i := bytes.Index(page, []byte(bad)); i >= 0 {
			t.Errorf("the page has %q: …%q", bad, page[max(0, i-60):min(len(page), i+60)])
		}
	}
	if got, want := bytes.Count(page, []byte("</script>")), 3; got != want { // data, the flow's data, script
		t.Errorf("%d ends of scripts, want %d", got, want)
	}
	decoded(t, page)
}

// TestHostileCapture: whatever a capture file says of itself and its interfaces,
// none of it is markup on the page.
func TestHostileCapture(t *testing.T) {
	path := filepath.Join(t.TempDir(), "<img src=x>.pcapng")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := pcapgo.NgInterface{
		Name: hostile, Comment: hostile, Description: hostile, Filter: hostile, OS: hostile,
		LinkType: layers.LinkTypeEthernet, SnapLength: 65535,
	}
	section := pcapgo.NgSectionInfo{Hardware: hostile, OS: hostile, Application: hostile, Comment: hostile}
	w, err := pcapgo.NewNgWriterInterface(f, in, pcapgo.NgWriterOptions{SectionInfo: section})
	if err != nil {
		t.Fatal(err)
	}
	packets := gopacket.NewSerializeBuffer()
	ip := layers.IPv4{Version: 4, IHL: 5, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: net.IP{10, 0, 0, 5}, DstIP: net.IP{10, 0, 0, 9}}
	tcp := layers.TCP{SrcPort: 4000, DstPort: 443, SYN: true, Window: 64240}
	if err := tcp.SetNetworkLayerForChecksum(&ip); err != nil {
		t.Fatal(err)
	}
	ether := layers.Ethernet{SrcMAC: make(net.HardwareAddr, 6), DstMAC: make(net.HardwareAddr, 6), EthernetType: layers.EthernetTypeIPv4}
	if err := gopacket.SerializeLayers(packets, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&ether, &ip, &tcp, gopacket.Payload(hostile)); err != nil {
		t.Fatal(err)
	}
	frame := packets.Bytes()
	info := gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(frame), Length: len(frame)}
	if err := errors.Join(w.WritePacket(info, frame), w.Flush()); err != nil {
		t.Fatal(err)
	}
	_, page := replayed(t, Options{Source: path}, path)
	if !bytes.Contains(page, []byte("10.0.0.9:443")) {
		t.Error("the connection is not on the page")
	}
	for _, bad := range []string{"<img", "onerror=\"", "\u202e"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestGraphic(t *testing.T) {
	for in, want := range map[string]string{
		"java 日本": "java 日本", "a\tb\x00": "a\ufffdb\ufffd", "x\u202ey": "x\ufffdy", "\xff": "\ufffd", "a\u200bb": "a\ufffdb",
	} {
		if got := graphic(in); got != want {
			t.Errorf("graphic(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", 100000: "100,000"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) is %q, want %q", n, got, want)
		}
	}
}

// TestEmpty: a capture without TCP has a page too.
func TestEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := New(&b, Options{}).Close(&flows.Summary{}); err != nil {
		t.Fatal(err)
	}
	if want := "<h1>There is no TCP connection in it.</h1>"; !strings.Contains(b.String(), want) {
		t.Errorf("the page has no %q", want)
	}
	decoded(t, b.Bytes())
}
