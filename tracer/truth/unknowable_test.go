package truth_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tcptrace/tracer/truth"
)

// listFile lists every end that does not come out fair, with the reason.
var listFile = filepath.Join(pairs, "unknowable.tsv")

// open is the reason of ends that the packets tell and the tracer gets wrong
// all the same: flaws, to be mended.
const open = "open"

// most is how many of all ends may be unknowable, in percent.
const most = 2

// TestTruthUnknowable: every end that is not fair is listed, and its reason
// holds. None is claimed to be in a state in which it never was, with what it
// sent for a proof: what cannot be known is claimed on a weaker basis, or not at
// all.
func TestTruthUnknowable(t *testing.T) {
	all := results(t)
	list := readList(t)
	if *update {
		list = relist(all, list)
		writeList(t, list)
	}
	count, sure := make(map[string]int), make(map[string]int)
	for i := range all {
		r := &all[i]
		key := r.Name().String()
		reason, listed := list[key]
		delete(list, key)
		if r.Fair {
			if listed {
				t.Logf("%s is right now: strike it from %s", key, listFile)
			}
			continue
		}
		count[reason]++
		if r.Overclaims() {
			sure[reason]++
		}
		if class, _ := r.Excuse(); !listed || reason != open && reason != class.Name {
			t.Errorf("%s is wrong, and listed as %q; the reason that holds is %q\n\tkernel %v\n\ttracer %v",
				key, reason, class.Name, r.Truth().States, r.States())
		}
	}
	for key := range list {
		t.Errorf("%s lists %s, which is no end", listFile, key)
	}
	sum := 0
	t.Log(" ends, of which claimed as sent, and reason")
	for _, class := range truth.Classes() {
		t.Logf("%5d %5d %s: %s", count[class.Name], sure[class.Name], class.Name, class.Why)
		sum += count[class.Name]
	}
	t.Logf("%5d %5d %s: the packets would tell", count[open], sure[open], open)
	for reason, n := range sure {
		t.Errorf("%d ends with the reason %s are claimed as sent", n, reason)
	}
	if 100*sum > most*len(all) {
		t.Errorf("%d of %d ends are listed as unknowable, more than %d %%", sum, len(all), most)
	}
}

// relist is the list for what is wrong now. An end stays open until somebody
// looked at it.
func relist(all []truth.Result, before map[string]string) map[string]string {
	list := make(map[string]string)
	for i := range all {
		if r := &all[i]; !r.Fair {
			key := r.Name().String()
			class, ok := r.Excuse()
			list[key] = class.Name
			if was := before[key]; was == open || !ok {
				list[key] = open
			}
		}
	}
	return list
}

func readList(t *testing.T) map[string]string {
	t.Helper()
	list := make(map[string]string)
	for _, line := range readRows(t, listFile) {
		reason, key, ok := strings.Cut(line, "\t")
		if _, twice := list[key]; !ok || twice {
			t.Fatalf("%s: line %q is malformed, or there twice", listFile, line)
		}
		list[key] = reason
	}
	return list
}

func writeList(t *testing.T, list map[string]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# reason\tcapture\tclient>server#life\tend; written by: go test ./tracer/truth -run Truth -update\n")
	for _, key := range slices.Sorted(maps.Keys(list)) {
		fmt.Fprintf(&b, "%s\t%s\n", list[key], key)
	}
	if err := os.WriteFile(listFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
