// Package text validates and normalizes what people type: free text, states, zip codes, phone numbers, email addresses
// and web addresses. It does not know which fields are required: the packages that own the fields do.
//
// Functions that take a fault.Checker also take the name of the field and the input. They return the text to store, or
// record in the checker why the input is invalid and return "". Blank input is valid and returns "".
//
// It also owns the languages that texts come in, and the choice between them.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/fault"
)

// Line returns a single line such as a name, a place or a title: trimmed, at most limit characters. It rejects control
// characters and those for which IsBidiControl is true.
func Line(check *fault.Checker, field, input string, limit int) string {
	line := strings.TrimFunc(input, invisible)
	if !checkEncoding(check, field, line) {
		return ""
	}
	if strings.ContainsFunc(line, isControl) {
		check.Check(false, field, "Use one line, without tabs or other control characters.")
		return ""
	}
	if i := strings.IndexFunc(line, IsBidiControl); i >= 0 {
		r, _ := utf8.DecodeRuneInString(line[i:])
		check.Check(false, field, "This has the invisible character %U, which reverses the text after it. Type it again.", r)
		return ""
	}
	return checkLength(check, field, line, limit)
}

// IsBidiControl reports whether r is an invisible character that sets the direction of the following text. A name that
// contains one reorders the text after it, in lists, emails and files. Names in right-to-left languages do not need them;
// prose may.
func IsBidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Prose returns text of any number of lines exactly as it was entered, at most limit characters.
func Prose(check *fault.Checker, field, input string, limit int) string {
	if !checkEncoding(check, field, input) || Blank(input) {
		return ""
	}
	return checkLength(check, field, input, limit)
}

// Required records a message if the input is blank.
func Required(check *fault.Checker, field, input, format string, args ...any) {
	check.Check(!Blank(input), field, format, args...)
}

// Blank reports whether the input has no visible character.
func Blank(input string) bool { return strings.TrimFunc(input, invisible) == "" }

// invisible reports whether r is white space or a zero-width mark.
func invisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
		return true
	}
	return unicode.IsSpace(r)
}

func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// checkEncoding reports whether the input is UTF-8 without NUL, which files and databases reject, and records it if not.
func checkEncoding(check *fault.Checker, field, input string) bool {
	if !utf8.ValidString(input) {
		check.Check(false, field, "This is not valid Unicode text. Send it as UTF-8.")
		return false
	}
	if strings.ContainsRune(input, 0) {
		check.Check(false, field, "Remove the NUL character (\\u0000).")
		return false
	}
	return true
}

// checkLength returns the input, or records that it has more than limit characters and returns "".
func checkLength(check *fault.Checker, field, input string, limit int) string {
	if n := utf8.RuneCountInString(input); n > limit {
		check.Check(false, field, "Use at most %s characters; this has %s.", thousands(limit), thousands(n))
		return ""
	}
	return input
}

// thousands formats a number with separators, such as 10,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
