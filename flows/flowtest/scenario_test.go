package flowtest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// handshake is a scenario that is right.
const handshake = `# Three segments open a connection.
0.000 > SYN J wscale=7          # a remark
      client SYN_SENT
0.010 < SYN,ACK K J+1
      server SYN_RECEIVED
      not retransmission
1.010 < SYN,ACK K J+1
      note retransmission
1.020 > ACK J+1 K+1
      client ESTABLISHED
      server ESTABLISHED delivered

end   client SYN_SENT ESTABLISHED
end   #1 server SYN_RECEIVED ESTABLISHED
end   open
end   no gaps
end   not guessed
`

func mustParse(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPlayRight(t *testing.T) {
	s := mustParse(t, handshake)
	if want := "Three segments open a connection."; s.Proves != want {
		t.Errorf("it proves %q, want %q", s.Proves, want)
	}
	for name, cast := range Casts() {
		if got := s.Play(cast); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestPlayWrong: a scenario that wants something else than what happens
// complains about it, once.
func TestPlayWrong(t *testing.T) {
	tests := []struct{ name, right, wrong, complaint string }{
		{"another state", "      client SYN_SENT\n", "      client SYN_RECEIVED\n", "line 2: want"},
		{"a state too many", "      client SYN_SENT\n", "      client SYN_SENT\n      server LISTEN\n", "line 2: want"},
		{"a state too few", "      client SYN_SENT\n", "", "line 2: want"},
		{"another order", "      client ESTABLISHED\n      server ESTABLISHED delivered\n",
			"      server ESTABLISHED delivered\n      client ESTABLISHED\n", "line 9: want"},
		{"another basis", "server ESTABLISHED delivered", "server ESTABLISHED", "line 9: want"},
		{"another flow", "      client SYN_SENT\n", "      #2 client SYN_SENT\n", "line 2: want"},
		{"no such note", "note retransmission", "note gap", "line 7: want the note"},
		{"an unwanted note", "note retransmission", "not retransmission", "line 7: do not want"},
		{"another history", "end   client SYN_SENT ESTABLISHED", "end   client SYN_SENT", "the end: want"},
		{"another outcome", "end   open", "end   closed", "the end: want"},
		{"no gaps", "end   no gaps", "end   gaps", "the end: want"},
		{"roles", "end   not guessed", "end   guessed", "the end: want"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(handshake, tt.right, tt.wrong, 1)
			if text == handshake {
				t.Fatalf("%q is not in the scenario", tt.right)
			}
			got := mustParse(t, text).Play(Casts()["as written"])
			if len(got) != 1 || !strings.HasPrefix(got[0], tt.complaint) {
				t.Errorf("complaints %q, want one that begins with %q", got, tt.complaint)
			}
		})
	}
}

// feed keeps the segments that a scenario makes.
type feed struct{ segments []flows.Segment }

// Step keeps a segment.
func (f *feed) Step(s *flows.Step) {
	if s.Segment != nil {
		f.segments = append(f.segments, *s.Segment)
	}
}

// End does nothing.
func (f *feed) End(*flows.Record) {}

// TestParseSegment reads every option.
func TestParseSegment(t *testing.T) {
	s := mustParse(t, `# Options.
1.500 > SYN,ECE J-2 len=10 win=20 id=30 ttl=40 if=50 wscale=6 ts=70/80 cut badsum frag
1.600 < FIN,PSH,URG,ACK K+5 J+7
1.700 > NONE K
`)
	cast := Casts()["wrapping"]
	got := &feed{}
	s.Feed(cast, flows.NewTable(flows.Limits{}, got))
	want := []flows.Segment{
		{
			Time: cast.Start.Add(1_500_000_000), Packet: 2, Interface: 50, Src: cast.Client, Dst: cast.Server,
			Seq: 1<<32 - 4, Flags: flows.SYN | flows.ECE, Window: 20, Length: 10, Fragment: true, ID: 30, TTL: 40, BadSum: true,
			Ack: cast.J,
			Options: flows.Options{
				Present:     flows.HasWindowScale | flows.HasTimestamps | flows.OptionsCut,
				WindowScale: 6, TSVal: 70, TSEcr: 80,
			},
		},
		{
			Time: cast.Start.Add(1_600_000_000), Packet: 3, Src: cast.Server, Dst: cast.Client,
			Seq: 4, Ack: 5, Flags: flows.FIN | flows.PSH | flows.URG | flows.ACK, Window: 65535,
		},
		{
			Time: cast.Start.Add(1_700_000_000), Packet: 4, Src: cast.Client, Dst: cast.Server,
			Seq: cast.K, Ack: cast.J, Window: 65535,
		},
	}
	if diff := cmp.Diff(want, got.segments, cmp.Comparer(func(a, b flows.Segment) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"says nothing", "\n0 > SYN J\n", "line 1: does not say what the scenario proves"},
		{"empty", "", "line 1: does not say what the scenario proves"},
		{"a state above everything", "# x\nclient SYN_SENT\n", `line 2: "client" is no time`},
		{"a note above everything", "# x\nnote gap\n", `line 2: "note" wants one name, below a segment`},
		{"a note without a name", "# x\n0 > SYN J\nnote\n", `line 3: "note" wants one name`},
		{"nothing happens", "# x\n0.5\n", "line 2: a time and nothing else"},
		{"no direction", "# x\n0.5 SYN J\n", `line 2: "SYN" is neither > nor <`},
		{"no number", "# x\n0.5 > SYN\n", "line 2: a segment wants flags and a sequence number"},
		{"no acknowledgement", "# x\n0.5 > ACK J\n", "line 2: ACK wants an acknowledgement"},
		{"no such flag", "# x\n0.5 > SIN J\n", `line 2: no flag "SIN"`},
		{"a number without a letter", "# x\n0.5 > SYN 7\n", `line 2: "7" begins with neither J nor K`},
		{"no offset", "# x\n0.5 > SYN Jx\n", "line 2: "},
		{"no such option", "# x\n0.5 > SYN J size=3\n", `line 2: no option "size=3"`},
		{"no value", "# x\n0.5 > SYN J len=x\n", "line 2: len=x"},
		{"half a timestamp", "# x\n0.5 > SYN J ts=5\n", "line 2: ts=5"},
		{"half an error", "# x\n0.5 icmp 3/1\n", "line 2: icmp wants TYPE/CODE"},
		{"a type without a code", "# x\n0.5 icmp 3 J\n", "line 2: icmp"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error %v, want one that begins with %q", err, tt.want)
			}
		})
	}
}

// TestCastsDiffer: every cast has numbers of its own, or it proves nothing.
func TestCastsDiffer(t *testing.T) {
	seen := map[Cast]string{}
	for name, c := range Casts() {
		if other, ok := seen[c]; ok {
			t.Errorf("%q and %q are the same", name, other)
		}
		seen[c] = name
		if c.Client.Port() <= c.Server.Port() {
			t.Errorf("%q: the client has port %d, the server %d: roles would be guessed wrongly", name, c.Client.Port(), c.Server.Port())
		}
	}
	mirrored, written := Casts()["mirrored"], Casts()["as written"]
	if mirrored.Client.Addr() != written.Server.Addr() || mirrored.Server.Addr() != written.Client.Addr() {
		t.Error("mirrored is not the mirror image of as written")
	}
}
