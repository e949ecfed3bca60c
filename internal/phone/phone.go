// Package phone reads phone numbers as people and their programs write them, with the metadata of libphonenumber. It costs a
// function about 2 MB and 5 ms at its start: only the routes that take phone numbers use it. The domain packages check E.164
// (text.Phone).
package phone

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"github.com/kithhq/kith/internal/fault"
)

// Check returns a phone number in E.164, such as +16175550123, "" for a blank input. It records in check that the input has no
// number that can be dialed.
func Check(check *fault.Checker, field, input string) string {
	number, ok := Parse(input)
	check.Check(ok || number == "" && clean(input) == "", field, "Use a phone number such as (617) 555-0123 or +44 20 7946 0018.")
	return number
}

// Parse returns the first number of the input that can be dialed, in E.164 and without its extension, and whether there is one.
// A number without a country code is taken as American. Invisible marks are removed.
func Parse(input string) (string, bool) {
	text := clean(input)
	for _, candidate := range append([]string{text}, strings.FieldsFunc(text, separatesNumbers)...) {
		for _, form := range forms(strings.TrimSpace(candidate)) {
			number, err := phonenumbers.Parse(form, "US")
			if err == nil && phonenumbers.IsValidNumber(number) {
				return phonenumbers.Format(number, phonenumbers.E164), true
			}
		}
	}
	return "", false
}

// forms returns the ways to read a candidate: as it is, with + for the international prefix 00, and without words after it.
func forms(candidate string) []string {
	all := []string{candidate}
	if international, found := strings.CutPrefix(candidate, "00"); found {
		all = append(all, "+"+international)
	}
	digit := strings.IndexFunc(candidate, unicode.IsDigit)
	if digit < 0 {
		return nil
	}
	if word := strings.IndexFunc(candidate[digit:], unicode.IsLetter); word > 0 {
		all = append(all, candidate[:digit+word])
	}
	return all
}

// separatesNumbers reports whether r stands between two numbers in one field.
func separatesNumbers(r rune) bool { return strings.ContainsRune(",;:/|\n", r) }

// clean removes invisible marks, and replaces every kind of space but the line break by a plain one.
func clean(input string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			return -1
		}
		return r
	}, input))
}
