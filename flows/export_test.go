package flows

// Cell is one move of the transition table, for tests outside the package.
type Cell struct {
	From, To   State // To is Unknown where the move leads back to the state before From
	Event      int
	Correction bool
}

// Cells lists the transition table.
func Cells() (list []Cell) {
	for from := range numStates {
		for e := range numEvents {
			if c := &transitions[from][e]; !c.empty() {
				list = append(list, Cell{from, c.to, int(e), c.correction})
			}
		}
	}
	return list
}

// NoteNames are the names of all notes.
func NoteNames() []string { return noteNames[:] }
