package flows_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

func TestNoteNames(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	names := flows.NoteNames()
	for i, name := range names {
		if !kebab.MatchString(name) {
			t.Errorf("note %d is called %q", i, name)
		}
		if slices.Contains(names[:i], name) {
			t.Errorf("two notes are called %q", name)
		}
	}
}

func TestNotesEach(t *testing.T) {
	var got []string
	notes := flows.SYNOnConnection | flows.Retransmission | flows.ZeroWindow
	notes.Each(func(name string) { got = append(got, name) })
	if diff := cmp.Diff([]string{"retransmission", "zero-window", "syn-on-connection"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	flows.Notes(0).Each(func(name string) { t.Errorf("no notes have the note %q", name) })
	if !notes.Has(flows.ZeroWindow|flows.Retransmission) || notes.Has(flows.ZeroWindow|flows.Gap) {
		t.Errorf("Has wants all of them")
	}
}
