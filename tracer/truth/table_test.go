package truth

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	whole, cut := &Capture{Name: "close/v4.s1.client"}, &Capture{Name: "late/v4.s1.client.late1", Derived: "late"}
	clean, lossy := &Connection{}, &Connection{LostAfter: "."}
	right, fair, wrong := Verdict{true, true, true}, Verdict{false, true, true}, Verdict{false, false, true}
	table := NewTable([]Result{
		{Capture: whole, Connection: clean, Verdict: right},
		{Capture: whole, Connection: clean, Verdict: fair},
		{Capture: whole, Connection: lossy, Verdict: wrong},
		{Capture: cut, Connection: clean, Verdict: Verdict{}},
	})
	var b strings.Builder
	table.Print(&b)
	const want = `scenario                     ends          exact           fair          final
close                           3      1  33.3 %      2  66.6 %      3 100.0 %
late                            1      0   0.0 %      0   0.0 %      0   0.0 %

ALL                             4      1  25.0 %      2  50.0 %      3  75.0 %
without any loss                3      1  33.3 %      2  66.6 %      2  66.6 %
and captured whole              2      1  50.0 %      2 100.0 %      2 100.0 %
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}

// A share is never rounded up: 100.0 % means all.
func TestShare(t *testing.T) {
	for _, test := range []struct {
		n, ends int
		want    string
	}{
		{9999, 10000, " 9999  99.9 %"},
		{10000, 10000, "10000 100.0 %"},
		{0, 0, "    0       -"},
	} {
		tally := Tally{Ends: test.ends}
		if got := tally.share(test.n); got != test.want {
			t.Errorf("%d of %d: got %q, want %q", test.n, test.ends, got, test.want)
		}
	}
}
