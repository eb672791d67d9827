package truth

import (
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
)

var (
	clientAddr = netip.MustParseAddrPort("192.0.2.1:40000")
	serverAddr = netip.MustParseAddrPort("198.51.100.2:443")
	noon       = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
)

// after is a moment so many seconds after noon.
func after(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

func lifeAt(seconds float64) *Life {
	return &Life{Ends: [2]netip.AddrPort{clientAddr, serverAddr}, First: flows.TimeOf(after(seconds))}
}

func connectionAt(seconds float64) Connection {
	return Connection{Client: clientAddr, Server: serverAddr, Start: after(seconds)}
}

func TestMatch(t *testing.T) {
	const none = -1
	for _, test := range []struct {
		name        string
		connections []float64 // when they start
		lives       []float64 // when the tracer first said something of them
		want        []int     // the life of each connection
		extra       int
	}{
		{"one and one", []float64{0}, []float64{0}, []int{0}, 0},
		{"none seen", []float64{0}, nil, []int{none}, 0},
		{"none there", nil, []float64{0}, nil, 1},
		{"by their order when there are as many, whatever the times", []float64{0, 10}, []float64{0, 1}, []int{0, 1}, 0},
		{"connections out of order", []float64{10, 0}, []float64{0, 10}, []int{1, 0}, 0},
		{"the first was not seen", []float64{0, 10}, []float64{10.001}, []int{none, 0}, 0},
		{"the second was not seen", []float64{0, 10}, []float64{0.001}, []int{0, none}, 0},
		{"one too many at the end", []float64{0, 10}, []float64{0, 10, 20}, []int{0, 1}, 1},
		{"one too many in the middle", []float64{0, 10}, []float64{0, 5, 10}, []int{0, 2}, 1},
		{"a little early", []float64{0, 10, 20}, []float64{0, 9.98}, []int{0, 1, none}, 0},
		{"too early", []float64{0, 10, 20}, []float64{0, 9.9}, []int{0, none, none}, 1},
	} {
		var connections []Connection
		for _, s := range test.connections {
			connections = append(connections, connectionAt(s))
		}
		var lives []*Life
		for _, s := range test.lives {
			lives = append(lives, lifeAt(s))
		}
		found, extra := match(connections, lives)
		for i, want := range test.want {
			got := none
			for k, l := range lives {
				if l == found[i] {
					got = k
				}
			}
			if got != want {
				t.Errorf("%s: connection %d is life %d, want %d", test.name, i, got, want)
			}
		}
		if len(extra) != test.extra {
			t.Errorf("%s: %d lives are left over, want %d", test.name, len(extra), test.extra)
		}
	}
}

func TestMatchKeepsAddressesApart(t *testing.T) {
	other := connectionAt(0)
	other.Client = netip.AddrPortFrom(clientAddr.Addr(), 40001)
	l := lifeAt(0)
	found, extra := match([]Connection{other, connectionAt(0)}, []*Life{l})
	if found[0] != nil || found[1] != l || len(extra) != 0 {
		t.Errorf("got %v, %v left over", found, extra)
	}
}

// The tracer may take the server for the client; the ends are still those at
// their addresses.
func TestScoreGoesByAddress(t *testing.T) {
	c := connectionAt(0)
	c.Simultaneous = true
	c.ClientEnd = &End{States: list(t, "SYN_SENT ESTAB"), At: []float64{0, 1}}
	c.ServerEnd = &End{States: list(t, "SYN_RECV"), At: []float64{0}}
	said := [2][]Claim{{{State: flows.SynSent}, {State: flows.Established}}, {{State: flows.SynReceived}}}
	for _, test := range []struct {
		name string
		life Life
		want bool
	}{
		{"as they are", Life{Ends: [2]netip.AddrPort{clientAddr, serverAddr}, Claims: said}, true},
		{"exchanged", Life{Ends: [2]netip.AddrPort{serverAddr, clientAddr}, Claims: [2][]Claim{said[1], said[0]}}, true},
		{"wrong", Life{Ends: [2]netip.AddrPort{serverAddr, clientAddr}, Claims: said}, false},
	} {
		results, _ := Score(&Capture{Connections: []Connection{c}}, &Replay{Lives: []*Life{&test.life}})
		if len(results) != 2 || results[0].Exact != test.want || results[1].Exact != test.want {
			t.Errorf("%s: got %+v, want exact %v", test.name, results, test.want)
		}
	}
}

func TestScoreSkipsEndsWithoutKernel(t *testing.T) {
	c := connectionAt(0)
	c.ServerEnd = &End{}
	results, _ := Score(&Capture{Connections: []Connection{c}}, &Replay{})
	if len(results) != 1 || results[0].Side != flows.Server || !results[0].Exact {
		t.Errorf("got %+v, want the server, which had no socket and of which nothing was said", results)
	}
}

func TestLags(t *testing.T) {
	c := connectionAt(0)
	c.ClientEnd = &End{States: list(t, "SYN_SENT ESTAB"), At: []float64{0, 0.5}}
	said := func(seconds ...float64) *Life {
		l := lifeAt(0)
		for i, s := range seconds {
			l.Claims[0] = append(l.Claims[0], Claim{State: c.ClientEnd.States[i], Time: flows.TimeOf(after(s))})
		}
		return l
	}
	results, _ := Score(&Capture{Connections: []Connection{c}}, &Replay{Lives: []*Life{said(0.25, 0.25)}})
	if lags := results[0].Lags(); len(lags) != 2 || lags[0] != time.Second/4 || lags[1] != -time.Second/4 {
		t.Errorf("got %v, want 250 ms and -250 ms", lags)
	}
	results, _ = Score(&Capture{Connections: []Connection{c}}, &Replay{Lives: []*Life{said(0)}})
	if lags := results[0].Lags(); lags != nil {
		t.Errorf("a wrong history has lags %v", lags)
	}
}

func TestOverclaims(t *testing.T) {
	c := connectionAt(0)
	c.ClientEnd = &End{States: list(t, "SYN_SENT ESTAB FIN_WAIT1"), At: []float64{0, 1, 2}}
	for _, test := range []struct {
		name string
		got  []Claim
		want bool
	}{
		{"right", []Claim{{State: flows.SynSent}, {State: flows.Established}}, false},
		{"a state that it was in, at the wrong place", []Claim{{State: flows.FinWait1}}, false},
		{"a state that it was never in", []Claim{{State: flows.SynSent}, {State: flows.CloseWait}}, true},
		{"the same, for what it was sent", []Claim{{State: flows.SynSent}, {State: flows.CloseWait, Basis: flows.Delivered}}, false},
		{"CLOSED before the opening", []Claim{{State: flows.Closed}, {State: flows.SynSent}}, false},
	} {
		r := Result{Connection: &c, Got: test.got}
		if got := r.Overclaims(); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
