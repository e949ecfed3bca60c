// Package text owns what people type: trimming, blanks and limits of free text, and the forms of states, zip codes,
// phone numbers and e-mail addresses. Which fields are required stands with the nouns that have them.
//
// Every function takes the checker that collects what is wrong, the name of the field as the user knows it, and the
// input; it returns the form to keep. Blank input is unset: the empty string.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/fault"
)

// Line is a name, a place or a title: trimmed, on one line, at most limit characters, and not with Turning characters.
func Line(check *fault.Checker, field, input string, limit int) string {
	line := strings.TrimFunc(input, invisible)
	if !plain(check, field, line) {
		return ""
	}
	if strings.ContainsFunc(line, breaking) {
		check.Check(false, field, "Use one line, without tabs or other control characters.")
		return ""
	}
	if i := strings.IndexFunc(line, IsBidiControl); i >= 0 {
		r, _ := utf8.DecodeRuneInString(line[i:])
		check.Check(false, field, fmt.Sprintf("Remove the invisible character %U, which turns around what stands beside it: type this anew.", r))
		return ""
	}
	return within(check, field, line, limit)
}

// IsBidiControl reports whether r is an invisible character that sets the direction of what follows. A name that holds one shows
// what stands behind it in another order, in lists, mails and files alike. Languages written from right to left do without
// them, apart from prose.
func IsBidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Prose is text of any number of lines, kept exactly as written, at most limit characters.
func Prose(check *fault.Checker, field, input string, limit int) string {
	if !plain(check, field, input) || Blank(input) {
		return ""
	}
	return within(check, field, input, limit)
}

// Required records message unless there is something to be seen in the input.
func Required(check *fault.Checker, field, input, message string) {
	check.Check(!Blank(input), field, message)
}

// Blank reports whether nothing of the input can be seen.
func Blank(input string) bool { return strings.TrimFunc(input, invisible) == "" }

// invisible reports whether r takes room or none but shows nothing: white space and zero-width marks.
func invisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
		return true
	}
	return unicode.IsSpace(r)
}

func breaking(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// plain refuses what no file and no database takes: NUL, and what is not UTF-8.
func plain(check *fault.Checker, field, input string) bool {
	if !utf8.ValidString(input) {
		check.Check(false, field, "This is not valid Unicode text.")
		return false
	}
	if strings.ContainsRune(input, 0) {
		check.Check(false, field, "Remove the NUL character (\\u0000).")
		return false
	}
	return true
}

func within(check *fault.Checker, field, input string, limit int) string {
	if n := utf8.RuneCountInString(input); n > limit {
		check.Check(false, field, fmt.Sprintf("Use at most %s characters; this has %s.", thousands(limit), thousands(n)))
		return ""
	}
	return input
}

// thousands writes a number as people read it: 10,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
