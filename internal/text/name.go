package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/fault"
)

// RequiredLine is like Line, but records a message if the input is blank.
func RequiredLine(check *fault.Checker, field, input string, limit int, format string, args ...any) string {
	Required(check, field, input, format, args...)
	return Line(check, field, input, limit)
}

// Same reports whether two lines look the same to a reader: it compares them by full Unicode case folding and NFKC, and
// ignores kinds of white space.
func Same(a, b string) bool { return foldCase(a) == foldCase(b) }

// foldCase returns a line in a form that is equal for all lines that look the same. Folding can compose and decompose
// letters, so the line is normalized before and after.
func foldCase(s string) string { return norm.NFKC.String(cases.Fold().String(normalizeSpace(s))) }

func normalizeSpace(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }

// baseLetters replaces letters that Unicode does not decompose into a base letter and an accent.
var baseLetters = strings.NewReplacer("đ", "d", "ø", "o", "ł", "l", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i")

// FoldName returns a name in lower case and without accents. Stored keys contain folded names: if the result for a stored
// name changed, the row would no longer be found.
func FoldName(name string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		folded = name
	}
	return baseLetters.Replace(strings.ToLower(folded))
}
