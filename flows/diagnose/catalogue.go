package diagnose

// catalogue holds the rule of every condition, by its ID. The texts of each
// family are in the file of its name.
var catalogue = join(openingRules, listenerRules, reuseRules, closingRules,
	resetRules, transferRules, captureRules, hostRules)

// entry is the rule of one condition.
type entry struct {
	id   ID
	rule Rule
}

// join puts the families into one array; a condition that none of them has
// stays empty, which the tests refuse.
func join(families ...[]entry) [numIDs]Rule {
	var all [numIDs]Rule
	for _, family := range families {
		for _, e := range family {
			all[e.id] = e.rule
		}
	}
	return all
}
