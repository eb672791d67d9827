package lab

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tcptrace/tracer/truth"
)

var (
	seedFlag = flag.Uint64("seed", 1, "the seed of the scenarios")
	onlyFlag = flag.String("only", "", "play the scenarios whose name matches this expression only")
	longFlag = flag.Bool("long", false, "play those too that take long")
	keepFlag = flag.String("keep", "", "write captures and truth below this directory")
)

// attempts is how often a scenario is played when the watching failed, on a
// machine that was too busy.
const attempts = 3

// What the lab demands, of what a capture can show: everything where nothing is
// lost; nearly everything where dice draw what happens, and over rough paths; most of it in captures with holes,
// where a FIN and its ACK may both be missing.
const (
	drawnShare = 0.99
	roughShare = 0.97
	holesShare = 0.90
)

// TestLab plays the scenarios and compares what the tracer says with what the
// kernel says. Nothing else in it is a test: what it demands is in judge.
func TestLab(t *testing.T) {
	home := needKernel(t)
	only, err := regexp.Compile(*onlyFlag)
	if err != nil {
		t.Fatal(err)
	}
	s := &score{}
	t.Cleanup(func() { s.judge(t) })
	for _, sc := range all() {
		if sc.long && !*longFlag || !only.MatchString(sc.name) {
			continue
		}
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel() // as many at once as -parallel says: they wait most of the time
			s.add(t, &sc, playOne(t, &sc, home))
		})
	}
}

// needKernel skips the test where it cannot be played, with the reason. In CI,
// root has no excuse.
func needKernel(t *testing.T) (home string) {
	if testing.Short() {
		t.Skip("the lab takes minutes: not with -short")
	}
	excuse := t.Skip
	if os.Getenv("CI") == "true" && os.Geteuid() == 0 {
		excuse = t.Fatal
	}
	if os.Geteuid() != 0 {
		excuse("the lab needs root: for network namespaces, and for the kernel's own log")
	}
	home, undo, err := tracefs()
	if err != nil {
		excuse("the lab needs the tracepoint sock:inet_sock_set_state: ", err)
	}
	t.Cleanup(undo)
	s, err := newSpace()
	if err == nil {
		err = s.prepare()
		s.close()
	}
	if err != nil {
		excuse("the lab needs network namespaces and the program ip: ", err)
	}
	return home
}

// result is how one end came out.
type result struct {
	truth.Result
	scenario *scenario
	open     string // why it cannot be known
}

// playOne plays a scenario until the watching succeeds, and scores it.
func playOne(t *testing.T, s *scenario, home string) (results []result) {
	var rec *recording
	var err error
	for range attempts {
		if rec, err = record(s, *seedFlag, home); err == nil {
			break
		}
		t.Logf("not watched: %v", err)
	}
	if err != nil {
		t.Errorf("%s, seed %d: %v", s.name, *seedFlag, err)
		return nil
	}
	if *keepFlag != "" {
		if err := rec.keep(filepath.Join(*keepFlag, fmt.Sprintf("seed%d", *seedFlag))); err != nil {
			t.Error(err)
		}
	}
	for i := range rec.views {
		results = append(results, scoreView(t, s, rec, i)...)
	}
	return results
}

// scoreView scores one capture of a recording.
func scoreView(t *testing.T, s *scenario, rec *recording, i int) (results []result) {
	captured := &rec.truths[i]
	replay, err := truth.Trace(&source{frames: rec.views[i].frames})
	if err != nil {
		t.Errorf("%s, seed %d: %v", captured.Name, *seedFlag, err)
		return nil
	}
	for _, d := range replay.Disagreements() {
		t.Errorf("%s, seed %d: %s", captured.Name, *seedFlag, d)
	}
	ends, extra := truth.Score(captured, replay)
	report := t.Errorf
	if s.rough || s.holes > 0 {
		report = t.Logf // an end of it will be wrong, too
	}
	for _, l := range extra {
		report("%s, seed %d: the tracer saw a connection %v > %v that was none", captured.Name, *seedFlag, l.Ends[0], l.Ends[1])
	}
	for _, end := range ends {
		r := result{Result: end, scenario: s, open: s.open}
		for k := range captured.Connections {
			if end.Connection == &captured.Connections[k] && rec.open[i][k] != "" {
				r.open = rec.open[i][k]
			}
		}
		results = append(results, r)
	}
	return results
}

// score gathers the results of all scenarios.
type score struct {
	mu      sync.Mutex
	results []result
}

// add adds those of one scenario, and fails its test if an end is wrong that
// has no excuse.
func (s *score) add(t *testing.T, sc *scenario, results []result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results = append(s.results, results...)
	wrong := 0
	for i := range results {
		r := &results[i]
		if r.Fair {
			continue
		}
		wrong++
		report, excuse := t.Errorf, cmp.Or(r.open, sc.wrong)
		if excuse != "" || sc.rough || sc.drawn || sc.holes > 0 {
			report = t.Logf
		}
		end := r.Connection.End(r.Side)
		report("%s, seed %d, %v > %v, %v:\n\tkernel  %v\n\tvisible %v\n\ttracer  %v\n\tlost before %q, behind %q\n\t%s",
			r.Capture.Name, *seedFlag, r.Connection.Client, r.Connection.Server, r.Side,
			end.States, end.Visible, r.States(), r.Connection.LostBefore, r.Connection.LostAfter, excuse)
	}
	if sc.wrong != "" && wrong == 0 && len(results) > 0 {
		t.Errorf("%s comes out right: take the mark away that it does not (%s)", sc.name, sc.wrong)
	}
}

// judge prints the table and fails where too few ends are right. Ends that
// cannot be known are in the table, and not in the demands.
func (s *score) judge(t *testing.T) {
	slices.SortStableFunc(s.results, func(a, b result) int { return cmp.Compare(a.Capture.Name, b.Capture.Name) })
	var all []truth.Result
	var good, drawn, rough, holes truth.Tally
	places := make(map[string]*truth.Tally)
	excused := 0
	for _, r := range s.results {
		all = append(all, r.Result)
		place := filepath.Base(r.Capture.Name)
		if places[place] == nil {
			places[place] = new(truth.Tally)
		}
		places[place].Add(r.Verdict)
		switch {
		case !r.Fair && (r.open != "" || r.scenario.wrong != ""):
			excused++
		case r.scenario.holes > 0:
			holes.Add(r.Verdict)
		case r.scenario.rough:
			rough.Add(r.Verdict)
		case r.scenario.drawn:
			drawn.Add(r.Verdict)
		default:
			good.Add(r.Verdict)
		}
	}
	var table strings.Builder
	truth.NewTable(all).Print(&table)
	t.Logf("seed %d, %d ends excused, each with its reason\n%s", *seedFlag, excused, table.String())
	for _, place := range slices.Sorted(maps.Keys(places)) {
		t.Logf("captured at %s: %d of %d ends are right", place, places[place].Fair, places[place].Ends)
	}
	demand(t, "over good paths", good, 1)
	demand(t, "over good paths, drawn by dice", drawn, drawnShare)
	demand(t, "over rough paths", rough, roughShare)
	demand(t, "in captures with holes", holes, holesShare)
}

// fewEnds are too few to take a share of: when only some scenarios are played.
const fewEnds = 200

func demand(t *testing.T, what string, tally truth.Tally, share float64) {
	t.Helper()
	if tally.Ends < fewEnds && share < 1 || tally.Ends == 0 {
		return
	}
	got := float64(tally.Fair) / float64(tally.Ends)
	t.Logf("%s: %d of %d ends are right, %.1f %%", what, tally.Fair, tally.Ends, 100*got)
	if got < share {
		t.Errorf("seed %d, %s: %.1f %% of the ends are right, want %.1f %%", *seedFlag, what, 100*got, 100*share)
	}
}
