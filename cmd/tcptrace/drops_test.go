package main

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"tcptrace/tracer/decode"
)

func TestDrops(t *testing.T) {
	begin := time.Unix(1_000_000, 0)
	stats := func(received, dropped, device uint64) decode.Stats {
		return decode.Stats{Received: received, Dropped: dropped, IfDropped: device, Known: true}
	}
	const remedy = "; a larger -B, a filter or --handshakes helps"
	d := drops{seen: stats(1000, 5, 2), at: begin, remedy: defaults().remedy()}
	for _, tt := range []struct {
		name  string
		now   decode.Stats
		after time.Duration // the start
		want  string
	}{
		{"what was told of does not count again", stats(5000, 5, 2), 1000 * time.Millisecond, ""},
		{"some of many", stats(46_000, 1235, 2), 2003 * time.Millisecond, "1,230 packets dropped in the last second (3 % of 41,000)" + remedy},
		{"nothing more", stats(50_000, 1235, 2), 3 * time.Second, ""},
		{"one of a million", stats(1_050_000, 1236, 2), 4 * time.Second, "1 packet dropped in the last second (less than 1 % of 1,000,000)" + remedy},
		{"all, and late", stats(1_050_020, 1256, 2), 7 * time.Second, "20 packets dropped in the last 3 seconds (100 % of 20)" + remedy},
		{"the interface alone", stats(1_050_030, 1256, 12), 8 * time.Second, "10 packets dropped in the last second (50 % of 20) by the interface"},
	} {
		if got := d.since(tt.now, begin.Add(tt.after)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestLiveDrops: a trace that is halted loses packets, and says so when it goes
// on, also with -q.
func TestLiveDrops(t *testing.T) {
	listener, port := listen(t)
	trace := begin(t, "-i", "lo", "-q", "--json", "-B", "64", fmt.Sprintf("port %d", port))
	trace.Process.Signal(syscall.SIGSTOP)
	for range 1000 { // seven packets each: a megabyte, with what the kernel adds to them
		client, server := dial(t, listener)
		client.Close()
		server.Close()
	}
	trace.Process.Signal(syscall.SIGCONT)
	want := regexp.MustCompile(`^tcptrace: warning: [\d,]+ packets dropped in the last (second|\d+ seconds) \(\d+ % of [\d,]+\); ` +
		`a larger -B, a filter or --handshakes helps\n$`)
	line, err := trace.stderr.ReadString('\n')
	for err == nil && !strings.Contains(line, "warning: ") { // it may say which sockets were there before
		line, err = trace.stderr.ReadString('\n')
	}
	if !want.MatchString(line) {
		t.Errorf("it says %q, error %v, want that packets were dropped", line, err)
	}
	time.Sleep(2 * dropsPace)
	got, said, _ := trace.end()
	if strings.Contains(said, "warning: ") {
		t.Errorf("it says %q when nothing more was lost", said)
	}
	if !regexp.MustCompile(`"dropped":[1-9]`).MatchString(got) {
		t.Errorf("the summary does not say how many:\n%s", got)
	}
}
