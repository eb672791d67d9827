package report

import (
	"strconv"
	"strings"
)

// number writes 1234567 as 1,234,567.
func number(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// count writes a number with its noun.
func count(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// graphic is text without what a browser shows as something else than it is:
// control characters, and those that turn the direction of writing.
func graphic(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || strconv.IsGraphic(r) && !strings.ContainsRune("\u00ad\u200b\u2028\u2029\ufeff", r) {
			return r
		}
		return '\ufffd'
	}, strings.ToValidUTF8(text, "\ufffd"))
}
