package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/fault"
)

// RequiredLine is a Line that must not be blank: message asks for it. A line that breaks another rule is not called blank too.
func RequiredLine(check *fault.Checker, field, input string, limit int, message string) string {
	Required(check, field, input, message)
	return Line(check, field, input, limit)
}

// Same reports whether a reader would take two lines for the same: case, kinds of space and ways of composing a letter
// make no difference.
func Same(a, b string) bool { return strings.EqualFold(plainForm(a), plainForm(b)) }

func plainForm(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }

// bareLetters are those that don't fall apart into a letter and its accent.
var bareLetters = strings.NewReplacer("đ", "d", "ø", "o", "ł", "l", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i")

// FoldName returns a name in lower case and without its accents. The keys of people are made of it: another form of a name
// that is stored would be found no more.
func FoldName(name string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		bare = name
	}
	return bareLetters.Replace(strings.ToLower(bare))
}
