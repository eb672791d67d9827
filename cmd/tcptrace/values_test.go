package main

import (
	"testing"
	"time"

	"tcptrace/flows"
)

func TestSeconds(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration // 0: refused
	}{
		{"90", 90 * time.Second}, {"1.5", 1500 * time.Millisecond}, {"90s", 90 * time.Second},
		{"5m", 5 * time.Minute}, {"1h30m", 90 * time.Minute},
		{"0", 0}, {"-5", 0}, {"-5s", 0}, {"soon", 0}, {"", 0}, {"1e300", 0}, {"NaN", 0}, {"Inf", 0},
	}
	for _, tt := range tests {
		var s seconds
		if err := s.Set(tt.text); (err == nil) != (tt.want > 0) || time.Duration(s) != tt.want {
			t.Errorf("%q: %v, error %v, want %v", tt.text, time.Duration(s), err, tt.want)
		}
	}
	for text, want := range map[string]string{"60": "1m", "90": "1m30s", "7200": "2h", "5400": "1h30m", "0.25": "250ms"} {
		var s seconds
		if err := s.Set(text); err != nil || s.String() != want {
			t.Errorf("%q is shown as %q, error %v, want %q", text, s.String(), err, want)
		}
	}
}

func TestStateList(t *testing.T) {
	var l stateList
	for _, text := range []string{"close-wait, SYN_RECV", "fin_wait1,CLOSE_WAIT"} {
		if err := l.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	want := flows.StateSet(0).With(flows.CloseWait).With(flows.SynReceived).With(flows.FinWait1)
	if l.set != want || l.String() != "CLOSE_WAIT,SYN_RECEIVED,FIN_WAIT_1" {
		t.Errorf("the list is %b, %q", l.set, l.String())
	}
	if got := l.only(); got != "with an end in CLOSE_WAIT or SYN_RECEIVED or FIN_WAIT_1" {
		t.Errorf("selected: %q", got)
	}
	if err := l.Set("established,,closed"); err == nil {
		t.Error("an empty name is a state")
	}
	if len(stateNames()) != 12 {
		t.Errorf("%d states, want 12: %v", len(stateNames()), stateNames())
	}
}
