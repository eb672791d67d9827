package main

import "strings"

// nearest is the one of names that word was probably meant to be, or empty:
// at most a third of its letters differ, and no other name is as near.
func nearest(word string, names []string) string {
	word = plain(word)
	best, bestDistance, tie := "", len(word)/3+1, false
	for _, name := range names {
		switch d := distance(word, plain(name)); {
		case d < bestDistance:
			best, bestDistance, tie = name, d, false
		case d == bestDistance && best != "":
			tie = true
		}
	}
	if tie {
		return ""
	}
	return best
}

// plain is a word without case and punctuation.
func plain(word string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(word))
}

// distance is how many letters have to be put in, left out or changed to make
// b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
