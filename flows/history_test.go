package flows

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func historyOf(states ...State) (h history) {
	for _, s := range states {
		h = h.push(s)
	}
	return h
}

func (h history) list() []State { return h.append([]State{}) }

func TestHistoryPush(t *testing.T) {
	var h history
	if h.len() != 0 || h.last() != Unknown || h.before() != Unknown || h.cut() {
		t.Errorf("an empty history: len %d, last %v, before %v, cut %v", h.len(), h.last(), h.before(), h.cut())
	}
	h = historyOf(SynSent, Established, FinWait1)
	if diff := cmp.Diff([]State{SynSent, Established, FinWait1}, h.list()); diff != "" {
		t.Errorf("pushed states (-want +got):\n%s", diff)
	}
	if h.len() != 3 || h.last() != FinWait1 || h.before() != Established {
		t.Errorf("len %d, last %v, before %v; want 3, FIN_WAIT_1, ESTABLISHED", h.len(), h.last(), h.before())
	}
	if one := historyOf(Closed); one.last() != Closed || one.before() != Unknown {
		t.Errorf("one state: last %v, before %v; want CLOSED, UNKNOWN", one.last(), one.before())
	}
}

func TestHistoryAppendKeepsWhatIsThere(t *testing.T) {
	got := historyOf(Established).append([]State{TimeWait})
	if diff := cmp.Diff([]State{TimeWait, Established}, got); diff != "" {
		t.Errorf("appended (-want +got):\n%s", diff)
	}
}

func TestHistoryWithdraw(t *testing.T) {
	tests := []struct {
		name string
		h    history
		to   State
		want []State
	}{
		{"the newest claim", historyOf(SynReceived, Established), SynReceived, []State{SynReceived}},
		{"two claims", historyOf(Established, FinWait1, FinWait2, TimeWait), FinWait1, []State{Established, FinWait1}},
		{"back to the last visit", historyOf(SynReceived, Closed, SynReceived, Established), SynReceived,
			[]State{SynReceived, Closed, SynReceived}},
		{"to where it is", historyOf(SynSent, Established), Established, []State{SynSent, Established}},
		{"to where it never was", historyOf(SynSent, Established), Closing, []State{SynSent, Established}},
		{"of nothing", historyOf(), Closing, []State{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.h.withdraw(tt.to).list()); diff != "" {
				t.Errorf("withdraw(%v) (-want +got):\n%s", tt.to, diff)
			}
		})
	}
}

func TestHistoryPushAfterWithdraw(t *testing.T) {
	h := historyOf(Established, FinWait1, FinWait2, TimeWait).withdraw(FinWait1).push(Closing)
	if diff := cmp.Diff([]State{Established, FinWait1, Closing}, h.list()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHistoryCut fills a history: what comes after MaxHistory states is left
// out, and the list says so, even when it has room again.
func TestHistoryCut(t *testing.T) {
	var h history
	want := []State{}
	for i := range MaxHistory {
		s := State(1 + i%int(numStates-1))
		h, want = h.push(s), append(want, s)
		if h.cut() {
			t.Fatalf("cut after %d states, want room for %d", i+1, MaxHistory)
		}
	}
	h = h.push(Closing)
	if !h.cut() {
		t.Errorf("%d states are not marked as cut", MaxHistory+1)
	}
	if diff := cmp.Diff(want, h.list()); diff != "" {
		t.Errorf("the first states (-want +got):\n%s", diff)
	}
	h = h.withdraw(want[3])
	if got := h.len(); !h.cut() || got >= MaxHistory {
		t.Errorf("after withdrawing: cut %v, len %d; want it to stay cut, and shorter", h.cut(), got)
	}
}
