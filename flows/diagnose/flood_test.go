package diagnose_test

import (
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// stack is what a SYN of today's stacks asks for.
const stack = flows.HasMSS | flows.HasSACKPermitted | flows.HasTimestamps | flows.HasWindowScale

// crowd plays clients that open at one listener, and hears what is found.
type crowd struct {
	table *flows.Table
	heard *ear
	frame uint64
}

func newCrowd() *crowd {
	heard := &ear{}
	return &crowd{table: flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{}, heard)), heard: heard}
}

func (c *crowd) segment(at time.Duration, client int, s flows.Segment) {
	c.frame++
	s.Time, s.Packet = flows.Time(time.Hour+at), c.frame
	from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(client >> 8), byte(client)}), 40000)
	to := netip.MustParseAddrPort("192.0.2.1:443")
	if s.Flags.Has(flows.SYN | flows.ACK) {
		from, to = to, from
	}
	s.Src, s.Dst = from, to
	c.table.Observe(&s)
}

func (c *crowd) syn(at time.Duration, client int) {
	c.segment(at, client, flows.Segment{Seq: 1000, Flags: flows.SYN, Options: flows.Options{Present: stack}})
}

func (c *crowd) end(at time.Duration) map[diagnose.ID]int {
	c.table.Advance(flows.Time(time.Hour + at))
	c.table.Finish()
	found := map[diagnose.ID]int{}
	for _, f := range c.heard.found {
		if !f.Update {
			found[f.ID]++
		}
	}
	return found
}

// TestFloodIsToldOnce: SYNs like those of real stacks, answered and never
// acknowledged, are told once and not once for each.
func TestFloodIsToldOnce(t *testing.T) {
	c := newCrowd()
	const n = 1500
	for i := range n {
		at := time.Duration(i) * 20 * time.Millisecond
		c.syn(at, i)
		c.segment(at+time.Millisecond, i, flows.Segment{Seq: 5000, Ack: 1001, Flags: flows.SYN | flows.ACK, Options: flows.Options{Present: stack}})
	}
	found := c.end(4 * time.Minute)
	if found[diagnose.SynFloodSuspected] != 1 || len(found) != 1 {
		t.Errorf("got %v, want one flood and nothing else", found)
	}
}

// TestFloodWithoutAnswers: the same where the server does not answer.
func TestFloodWithoutAnswers(t *testing.T) {
	c := newCrowd()
	for i := range 1500 {
		c.syn(time.Duration(i)*20*time.Millisecond, i)
	}
	found := c.end(4 * time.Minute)
	if found[diagnose.SynFloodSuspected] != 1 || len(found) != 1 {
		t.Errorf("got %v, want one flood and nothing else", found)
	}
}

// TestOutageIsNoFlood: clients that mean it send their SYNs again.
func TestOutageIsNoFlood(t *testing.T) {
	c := newCrowd()
	const n = 300
	for _, at := range []time.Duration{0, 1, 3, 7, 15} {
		for i := range n {
			c.syn(at*time.Second+time.Duration(i)*3*time.Millisecond, i)
		}
	}
	found := c.end(20 * time.Second)
	if found[diagnose.SynFloodSuspected] != 0 || found[diagnose.SynNoAnswer] != n {
		t.Errorf("got %v, want %d SYNs without an answer and no flood", found, n)
	}
}

// TestBusyListenerIsNoFlood: a thousand handshakes a second over a path of 300
// ms, and one client in a hundred whose third ACK never comes.
func TestBusyListenerIsNoFlood(t *testing.T) {
	c := newCrowd()
	const rate, late = 1000, 300
	for i := range 20 * rate {
		at := time.Duration(i) * time.Second / rate
		c.syn(at, i)
		if done := i - late; done >= 0 && done%100 != 0 {
			c.segment(at, done, flows.Segment{Seq: 5000, Ack: 1001, Flags: flows.SYN | flows.ACK, Options: flows.Options{Present: stack}})
			c.segment(at, done, flows.Segment{Seq: 1001, Ack: 5001, Flags: flows.ACK})
		}
	}
	if found := c.end(21 * time.Second); found[diagnose.SynFloodSuspected] != 0 {
		t.Errorf("got %v, want no flood", found)
	}
}

// TestScansDoNotAddUp: a lone SYN now and then for hours is no flood.
func TestScansDoNotAddUp(t *testing.T) {
	c := newCrowd()
	for i := range 1000 {
		c.syn(time.Duration(i)*10*time.Second, i)
	}
	if found := c.end(10000 * time.Second); found[diagnose.SynFloodSuspected] != 0 {
		t.Errorf("got %v, want no flood", found)
	}
}

// TestPlainClientsAreNoFlood: small devices ask for no option, fifty a second
// over a path of 450 ms.
func TestPlainClientsAreNoFlood(t *testing.T) {
	c := newCrowd()
	const rate, late = 50, 22
	for i := range 5 * rate {
		at := time.Duration(i) * time.Second / rate
		c.segment(at, i, flows.Segment{Seq: 1000, Flags: flows.SYN, Options: flows.Options{Present: flows.HasMSS}})
		if done := i - late; done >= 0 {
			c.segment(at, done, flows.Segment{Seq: 5000, Ack: 1001, Flags: flows.SYN | flows.ACK, Options: flows.Options{Present: flows.HasMSS}})
			c.segment(at, done, flows.Segment{Seq: 1001, Ack: 5001, Flags: flows.ACK})
		}
	}
	if found := c.end(5 * time.Second); found[diagnose.SynFloodSuspected] != 0 {
		t.Errorf("got %v, want no flood", found)
	}
}

// TestTorrent: thousands of SYNs within a second, of many addresses and with
// all options, are a flood before any of them is old; those of a few clients,
// or while others come through, are not.
func TestTorrent(t *testing.T) {
	for name, tt := range map[string]struct {
		clients int
		passed  bool
		want    int
	}{
		"of many addresses": {6000, false, 1},
		"of few addresses":  {8, false, 0},
		"others get in":     {6000, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd()
			const n = 6000
			for i := range n {
				at := time.Duration(i) * time.Second / n
				s := flows.Segment{Seq: flows.Seq(1000 + i), Flags: flows.SYN, Options: flows.Options{Present: stack}}
				c.segment(at, i%tt.clients, s)
				if tt.passed && i%10 == 0 {
					c.segment(at, i%tt.clients, flows.Segment{Seq: 1, Ack: s.Seq.Add(1), Flags: flows.SYN | flows.ACK})
					c.segment(at, i%tt.clients, flows.Segment{Seq: s.Seq.Add(1), Ack: 2, Flags: flows.ACK})
				}
			}
			if got := c.end(time.Second)[diagnose.SynFloodSuspected]; got != tt.want {
				t.Errorf("told %d times, want %d", got, tt.want)
			}
		})
	}
}
