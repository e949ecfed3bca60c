package peoplelist

import (
	"strings"
	"unicode"

	"github.com/kithhq/kith/internal/text"
)

// Fold returns the form in which names and cities are sorted, filtered and found: lower case, without accents and
// apostrophes, other punctuation as single spaces. "O’Brien" and "obrien" fold alike, and so do "Smith-Jones" and "smith
// jones".
func Fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range text.FoldName(s) {
		switch {
		case isApostrophe(r):
		case unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsControl(r):
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isApostrophe reports whether a character is typed or printed for an apostrophe in names.
func isApostrophe(r rune) bool { return strings.ContainsRune("'’‘‛`´ʼʻʹ′", r) }

// foldedName returns the parts of a name, folded, with single spaces in between.
func foldedName(parts ...string) string {
	folded := make([]string, 0, len(parts))
	for _, part := range parts {
		if f := Fold(part); f != "" {
			folded = append(folded, f)
		}
	}
	return strings.Join(folded, " ")
}

// SearchWords returns the folded words of a search. It returns none if the text has no letter or digit.
func SearchWords(search string) []string { return strings.Fields(Fold(search)) }
