package text

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/tracer/sink/palette"
)

// update makes the tests write what they compare with, instead of comparing.
var update = flag.Bool("update", false, "record the goldens anew")

// checkGolden compares got with sink-text-NAME.txt in testdata/golden.
func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("..", "..", "..", "testdata", "golden", "sink-text-"+name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestGolden(t *testing.T) {
	tests := []struct {
		name string
		o    Options
	}{
		{"pipe", Options{Dated: true}},
		{"200", Options{Width: columnsOf(200)}},
		{"100", Options{Width: columnsOf(100)}},
		{"80", Options{Width: columnsOf(80)}},
		{"40", Options{Width: columnsOf(40)}},
		{"all", Options{Detail: All, Raw: true}},
		{"16-colours", Options{Depth: palette.Colour16}},
		{"256-colours", Options{Depth: palette.Colour256}},
		{"closing", Options{Detail: Closing, Dated: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			s := New(&b, tt.o)
			for _, st := range append(sample(), gallery()...) {
				s.Step(st)
			}
			s.End(stuckRecord())
			if err := s.Close(&flows.Summary{Packets: 41, DropsKnown: true}); err != nil {
				t.Fatal(err)
			}
			checkGolden(t, tt.name, b.String())
		})
	}
}

// TestSample holds the look of the sample in the design to the letter.
func TestSample(t *testing.T) {
	want := `
08:00:01.204113 #1 10.0.0.5:51324 → 10.0.0.9:443   SYN(J)              client CLOSED → SYN_SENT           J=2891337121
08:00:01.204326 #1 10.0.0.5:51324 ← 10.0.0.9:443   SYN(K) ACK(J+1) ✓   server LISTEN → SYN_RECEIVED       K=1193046
08:00:01.204341 #1 10.0.0.5:51324 → 10.0.0.9:443   ACK(K+1) ✓          client SYN_SENT → ESTABLISHED      handshake 0.23 ms
                                                                       server SYN_RECEIVED → ESTABLISHED
08:00:03.881020 #1 10.0.0.5:51324 → 10.0.0.9:443   FIN(M) ACK(K+4097)  client ESTABLISHED → FIN_WAIT_1    M=J+518
08:00:03.881102 #1 10.0.0.5:51324 ← 10.0.0.9:443   ACK(M+1) ✓          server ESTABLISHED → CLOSE_WAIT
                                                                       client FIN_WAIT_1 → FIN_WAIT_2
`
	if diff := cmp.Diff(want, "\n"+write(t, Options{}, sample()...)); diff != "" {
		t.Errorf("the sample (-want +got):\n%s", diff)
	}
}

// TestRowsFit: no row is longer than the terminal, but for an address that is.
func TestRowsFit(t *testing.T) {
	steps := append(sample(), gallery()...)
	for width := 40; width <= 220; width++ {
		for _, o := range []Options{{}, {Detail: All}, {Detail: All, Raw: true}} {
			o.Width = columnsOf(width)
			for line := range strings.Lines(write(t, o, steps...)) {
				row := strings.TrimSuffix(line, "\n")
				lone := !strings.Contains(strings.TrimSuffix(strings.TrimSpace(row), " ←"), " ")
				if n := utf8.RuneCountInString(row); n > width && !lone && !o.Raw {
					t.Errorf("width %d: a row of %d columns: %q", width, n, row)
				}
				if strings.TrimRight(row, " ") != row {
					t.Errorf("width %d: blanks at the end of %q", width, row)
				}
			}
		}
	}
}

// TestSameWordsInOneOrder: where a row breaks depends on the terminal, the
// words and their order do not.
func TestSameWordsInOneOrder(t *testing.T) {
	steps := append(sample(), gallery()...)
	want := strings.Fields(write(t, Options{}, steps...))
	for width := 20; width <= 220; width++ {
		got := strings.Fields(write(t, Options{Width: columnsOf(width)}, steps...))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("width %d (-want +got):\n%s", width, diff)
		}
	}
}

// TestColumnsStand: what all common events have begins in the same columns.
func TestColumnsStand(t *testing.T) {
	for _, width := range []int{0, 40, 80, 100, 118, 200} {
		cols := make(map[int]bool)
		for line := range strings.Lines(write(t, Options{Width: columnsOf(width)}, sample()...)) {
			if i := strings.Index(line, "client "); i >= 0 {
				cols[utf8.RuneCountInString(line[:i])] = true
			}
			if i := strings.Index(line, "server "); i >= 0 {
				cols[utf8.RuneCountInString(line[:i])] = true
			}
		}
		if len(cols) != 1 {
			t.Errorf("width %d: the states begin in columns %v, want one", width, cols)
		}
	}
}

func TestWidthIsAskedForEveryEvent(t *testing.T) {
	width := 0
	var b bytes.Buffer
	s := New(&b, Options{Width: func() int { return width }})
	s.Step(sample()[0])
	one := strings.Count(b.String(), "\n")
	width = 80
	b.Reset()
	s.Step(sample()[0])
	if two := strings.Count(b.String(), "\n"); one != 1 || two != 2 {
		t.Errorf("rows: %d, then %d in 80 columns; want 1, then 2", one, two)
	}
}

func TestZone(t *testing.T) {
	zone := time.FixedZone("AEST", 10*3600)
	got := write(t, Options{Zone: zone, Dated: true}, sample()[0])
	if want := "2026-03-02 (AEST)\n18:00:01.204113 "; !strings.HasPrefix(got, want) {
		t.Errorf("the trace begins with %.40q, want %q", got, want)
	}
}

func TestDateOfEachNewDay(t *testing.T) {
	late, next := step(0, flows.Client, flows.SYN), step(0, flows.Client, flows.SYN)
	late.Time = flows.TimeOf(time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC))
	next.Time = flows.TimeOf(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC))
	late.Transitions, next.Transitions = sample()[0].Transitions, sample()[0].Transitions
	dates := regexp.MustCompile(`(?m)^(\d{4}-\d\d-\d\d \(UTC\)|\d\d:\d\d:\d\d\.\d{6})`)
	for _, tt := range []struct {
		name  string
		dated bool
		want  []string
	}{
		{"live", false, []string{"23:59:59.999999", "23:59:59.999999", "1970-01-01 (UTC)", "00:00:00.000000"}},
		{"file", true, []string{"1969-12-31 (UTC)", "23:59:59.999999", "23:59:59.999999", "1970-01-01 (UTC)",
			"00:00:00.000000"}},
	} {
		got := dates.FindAllString(write(t, Options{Dated: tt.dated}, late, late, next), -1)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: dates and times (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestDetail(t *testing.T) {
	idle := step(0, flows.Client, flows.ACK)
	idle.Notes = flows.KeepAlive
	injected := step(0, flows.Server, flows.RST)
	injected.Notes = flows.SuspectReset
	again := step(0, flows.Server, flows.RST)
	again.Notes = flows.SuspectReset | flows.Duplicate
	tests := []struct {
		name   string
		detail Detail
		step   *flows.Step
		want   bool
	}{
		{"no move, but a reset that nobody takes", Moves, injected, true},
		{"the same from another interface", Moves, again, false},
		{"a move", Moves, sample()[0], true},
		{"no move", Moves, idle, false},
		{"an ICMP error", Moves, icmpAnswer(), true},
		{"no move, of all", All, idle, true},
		{"a move, of none", Closing, sample()[0], false},
	}
	for _, tt := range tests {
		if got := write(t, Options{Detail: tt.detail}, tt.step); (got != "") != tt.want {
			t.Errorf("%s: wrote %q, want something: %v", tt.name, got, tt.want)
		}
	}
	if got := write(t, Options{Detail: All}, idle); !strings.Contains(got, "[keep-alive]") {
		t.Errorf("all segments with their notes: %q, want [keep-alive] in it", got)
	}
}

// failing is a writer that takes nothing.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestCloseTellsWhatTheWriterSays(t *testing.T) {
	if err := New(failing{}, Options{}).Close(&flows.Summary{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Close = %v, want %v", err, io.ErrClosedPipe)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	steps := append(sample(), gallery()...)
	for _, o := range []Options{{}, {Depth: palette.Colour256}, {Detail: All, Raw: true, Width: columnsOf(80)}} {
		s := New(io.Discard, o)
		last := steps[0].Time // of one day: a new date is worth an allocation
		n := testing.AllocsPerRun(100, func() {
			for _, st := range steps {
				at := st.Time
				last += flows.Time(time.Second / 16)
				st.Time = last
				s.Step(st)
				st.Time = at
			}
		})
		if n != 0 {
			t.Errorf("%+v: %v allocations for %d steps, want 0", o, n, len(steps))
		}
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0 µs"}, {1400, "1 µs"}, {9499, "9 µs"}, {9500, "0.01 ms"}, {9994999, "9.99 ms"}, {9995 * time.Microsecond, "10 ms"},
		{999499 * time.Microsecond, "999 ms"}, {9949 * time.Millisecond, "9.9 s"}, {9950 * time.Millisecond, "10 s"}, {9600, "0.01 ms"}, {228 * time.Microsecond, "0.23 ms"},
		{1100 * time.Microsecond, "1.1 ms"}, {2 * time.Millisecond, "2 ms"}, {9996 * time.Microsecond, "10 ms"},
		{123456 * time.Microsecond, "123 ms"}, {999600 * time.Microsecond, "1 s"},
		{1540 * time.Millisecond, "1.5 s"}, {9960 * time.Millisecond, "10 s"}, {12340 * time.Millisecond, "12 s"},
		{time.Minute, "60 s"}, {119600 * time.Millisecond, "2 min"}, {125 * time.Second, "2 min 5 s"},
		{3599600 * time.Millisecond, "1 h"}, {3*time.Hour + 12*time.Minute, "3 h 12 min"},
		{50 * time.Hour, "2 d 2 h"}, {-3 * time.Second, "-3 s"},
	}
	for _, tt := range tests {
		if got := string(appendDuration(nil, tt.d)); got != tt.want {
			t.Errorf("%s = %q, want %q", strconv.Itoa(int(tt.d)), got, tt.want)
		}
	}
}
