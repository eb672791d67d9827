package truth

import "testing"

// list reads states from one string.
func list(t *testing.T, text string) States {
	t.Helper()
	var s States
	if err := s.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestJudge(t *testing.T) {
	const (
		active  = "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2 TIME_WAIT"
		passive = "SYN_RECV ESTAB CLOSE_WAIT LAST_ACK CLOSED"
	)
	nothing := ""
	for _, test := range []struct {
		name    string
		kernel  string
		visible *string
		also    []string
		held    bool
		got     string
		want    Verdict
	}{
		{"the same", active, nil, nil, false, active, Verdict{true, true, true}},
		{"one state is missing", active, nil, nil, false, "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2", Verdict{}},
		{"one state too many", "SYN_SENT ESTAB", nil, nil, false, "SYN_SENT ESTAB CLOSED", Verdict{}},
		{"only the last is right", active, nil, nil, false, "TIME_WAIT", Verdict{false, false, true}},
		{"another order", passive, nil, nil, false, "SYN_RECV CLOSE_WAIT ESTAB LAST_ACK CLOSED", Verdict{false, false, true}},

		{"CLOSED before the opening counts for nothing", active, nil, nil, false, "CLOSED " + active, Verdict{true, true, true}},
		{"so does LISTEN", passive, nil, nil, false, "LISTEN " + passive, Verdict{true, true, true}},
		{"CLOSED in between counts", "SYN_RECV CLOSED SYN_RECV", nil, nil, false, "SYN_RECV SYN_RECV", Verdict{false, false, true}},
		{"a request that went back to LISTEN is CLOSED", "SYN_RECV CLOSED", nil, nil, false, "SYN_RECV LISTEN", Verdict{true, true, true}},
		{"the same state twice in a row is once", "SYN_RECV ESTAB", nil, nil, false, "SYN_RECV SYN_RECV ESTAB", Verdict{true, true, true}},
		{"no socket and nothing said", "", nil, nil, false, "", Verdict{true, true, true}},
		{"no socket, refused", "", nil, nil, false, "CLOSED", Verdict{true, true, true}},
		{"no socket, and something said", "", nil, nil, false, "SYN_RECV", Verdict{}},

		{"what left no trace may be left out", "SYN_SENT CLOSED", ptr("SYN_SENT"), nil, false, "SYN_SENT", Verdict{false, true, true}},
		{"and may be said", "SYN_SENT CLOSED", ptr("SYN_SENT"), nil, false, "SYN_SENT CLOSED", Verdict{true, true, true}},
		{"what left a trace may not be left out", "SYN_SENT ESTAB CLOSED", ptr("SYN_SENT ESTAB"), nil, false, "SYN_SENT", Verdict{}},
		{"nothing left a trace", "SYN_RECV CLOSED", &nothing, nil, false, "", Verdict{false, true, true}},

		{"nobody outside can tell the other list", "", nil, []string{"SYN_RECV", "SYN_RECV ESTAB"}, false, "SYN_RECV ESTAB", Verdict{false, true, true}},
		{"but a third one", "", nil, []string{"SYN_RECV", "SYN_RECV ESTAB"}, false, "SYN_RECV ESTAB CLOSED", Verdict{false, false, true}},
		{"the last state of the other list", "SYN_RECV", nil, []string{"SYN_RECV ESTAB"}, false, "ESTAB", Verdict{false, false, true}},

		{"FIN_WAIT_2 in passing may be left out", active, nil, nil, false, "SYN_SENT ESTAB FIN_WAIT1 TIME_WAIT", Verdict{false, true, true}},
		{"and may be said", "SYN_SENT ESTAB FIN_WAIT1 TIME_WAIT", nil, nil, false, active, Verdict{false, true, true}},
		{"not when it is the last", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2", nil, nil, false, "SYN_SENT ESTAB FIN_WAIT1", Verdict{}},
		{"nor when it ends in CLOSED", "SYN_SENT ESTAB FIN_WAIT1 FIN_WAIT2 CLOSED", nil, nil, false, "SYN_SENT ESTAB FIN_WAIT1 CLOSED", Verdict{false, false, true}},
		{"nor is CLOSING such", "SYN_SENT ESTAB FIN_WAIT1 CLOSING TIME_WAIT", nil, nil, false, "SYN_SENT ESTAB FIN_WAIT1 TIME_WAIT", Verdict{false, false, true}},

		{"from midway: what was held need not be said", "FIN_WAIT2 TIME_WAIT", nil, nil, true, "TIME_WAIT", Verdict{false, true, true}},
		{"not from the beginning", "FIN_WAIT2 TIME_WAIT", nil, nil, false, "TIME_WAIT", Verdict{false, false, true}},
		{"from midway: another may stand in its place", "FIN_WAIT2 TIME_WAIT", nil, nil, true, "FIN_WAIT1 TIME_WAIT", Verdict{false, true, true}},
		{"but not two", "FIN_WAIT2 TIME_WAIT", nil, nil, true, "ESTAB CLOSE_WAIT TIME_WAIT", Verdict{false, false, true}},
		{"the state before what was held may be said too", "FIN_WAIT2 TIME_WAIT", nil, nil, true, "ESTAB FIN_WAIT2 TIME_WAIT", Verdict{false, true, true}},
		{"from midway: a RST is all", "ESTAB CLOSED", nil, nil, true, "CLOSED", Verdict{false, true, true}},
		{"and must be said", "ESTAB CLOSED", nil, nil, true, "", Verdict{}},
		{"from midway: nothing happens", "ESTAB", nil, nil, true, "", Verdict{false, true, true}},
		{"from midway: nothing happens, and it is said to close", "ESTAB", nil, nil, true, "ESTAB CLOSED", Verdict{}},
	} {
		end := End{States: list(t, test.kernel), Held: test.held}
		if test.visible != nil {
			v := list(t, *test.visible)
			end.Visible = &v
		}
		for _, a := range test.also {
			end.Also = append(end.Also, list(t, a))
		}
		if got := end.Judge(list(t, test.got)); got != test.want {
			t.Errorf("%s: kernel [%s], said [%s]: got %+v, want %+v", test.name, test.kernel, test.got, got, test.want)
		}
	}
}

func ptr(s string) *string { return &s }
