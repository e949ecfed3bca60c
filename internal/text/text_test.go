package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

// one runs a form on an input and returns what it keeps and the message, "" when it accepts.
func one(form func(*fault.Checker, string, string) string, input string) (string, string) {
	var check fault.Checker
	kept := form(&check, "field", input)
	err := check.Err()
	if err == nil {
		return kept, ""
	}
	return kept, err.Error()
}

func line(check *fault.Checker, field, input string) string { return Line(check, field, input, 10) }

func prose(check *fault.Checker, field, input string) string { return Prose(check, field, input, 10) }

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name    string
		form    func(*fault.Checker, string, string) string
		input   string
		want    string
		refused string // part of the message
	}{
		{"name is trimmed", line, "  José\u00a0", "José", ""},
		{"blank name is unset", line, " \t\n\u200b", "", ""},
		{"name of two lines", line, "a\nb", "", "one line"},
		{"name with a tab", line, "a\tb", "", "one line"},
		{"name with NUL", line, "a\x00b", "", "NUL"},
		{"NUL alone is not blank", line, "\x00", "", "NUL"},
		{"name that is not UTF-8", line, "a\xffb", "", "Unicode"},
		{"name that turns what follows", line, "ana\u202egro", "", "U+202E"},
		{"name with an isolate", line, "\u2067ana\u2069", "", "U+2067"},
		{"name from right to left", line, "\u200fدانا", "\u200fدانا", ""},
		{"prose may turn", prose, "a\u202eb\u202c", "a\u202eb\u202c", ""},
		{"e-mail that turns", Email, "ana\u202e@c.org", "", "U+202E"},
		{"characters are counted, not bytes", line, "ợợợợợợợợợợ", "ợợợợợợợợợợ", ""},
		{"name too long", line, "12345678901", "", "at most 10 characters; this has 11"},
		{"prose is kept as written", prose, " a\n\tb ", " a\n\tb ", ""},
		{"blank prose is unset", prose, " \r\n ", "", ""},
		{"prose with NUL", prose, "a\x00", "", "NUL"},
		{"prose too long", prose, "12345678901", "", "at most 10"},
		{"state in small letters", State, " ma ", "MA", ""},
		{"territory", State, "PR", "PR", ""},
		{"no state", State, "ZZ", "", "two-letter"},
		{"state by name", State, "Ohio", "", "two-letter"},
		{"two states", State, "MA NY", "", "two-letter"},
		{"a gap between codes", State, "L ", "", "two-letter"},
		{"zip with leading zero", Zip, "02139", "02139", ""},
		{"zip of four digits", Zip, "2139", "", "five-digit"},
		{"zip with letters", Zip, "0213a", "", "five-digit"},
		{"zip in other digits", Zip, "٠٢١٣٩", "", "five-digit"},
		{"American number", Phone, "(617) 555-0123", "+16175550123", ""},
		{"American number with 1", Phone, "1-617-555-0123", "+16175550123", ""},
		{"American number in E.164", Phone, "+1 617.555.0123", "+16175550123", ""},
		{"British number", Phone, "+44 20 7946 0018", "+442079460018", ""},
		{"number too short", Phone, "555-0123", "", "phone number"},
		{"area code that can't be", Phone, "117 555 0123", "", "phone number"},
		{"international number too long", Phone, "+4412345678901234", "", "phone number"},
		{"country code 0", Phone, "+0442079460018", "", "phone number"},
		{"extension", Phone, "617 555 0123 x5", "", "phone number"},
		{"plus in the middle", Phone, "617+5550123", "", "phone number"},
		{"blank phone", Phone, " ", "", ""},
		{"e-mail", Email, " Ana.López+x@ejemplo.org ", "Ana.López+x@ejemplo.org", ""},
		{"e-mail without domain", Email, "ana@", "", "e-mail"},
		{"e-mail without dot", Email, "ana@home", "", "e-mail"},
		{"e-mail with two @", Email, "a@b@c.org", "", "e-mail"},
		{"e-mail with a space", Email, "a b@c.org", "", "e-mail"},
		{"e-mail that breaks a header", Email, "a@c.org\r\nBcc: x@y.org", "", "one line"},
		{"e-mail with dots together", Email, "a..b@c.org", "", "e-mail"},
		{"e-mail with a hyphen at the end", Email, "a@c-.org", "", "e-mail"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept, message := one(c.form, c.input)
			if kept != c.want {
				t.Errorf("keeps %q, want %q", kept, c.want)
			}
			if (c.refused == "") != (message == "") || !strings.Contains(message, c.refused) {
				t.Errorf("says %q, want %q", message, c.refused)
			}
		})
	}
}

func TestWhatIsKeptIsKeptAgain(t *testing.T) {
	forms := map[string]func(*fault.Checker, string, string) string{
		"line": line, "prose": prose, "state": State, "zip": Zip, "phone": Phone, "email": Email,
	}
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom([]string{"line", "prose", "state", "zip", "phone", "email"}).Draw(t, "form")
		input := rapid.OneOf(rapid.String(), rapid.StringMatching(`\+?[0-9() -]{5,18}`), rapid.StringMatching(`[a-z.@]{3,20}`)).Draw(t, "input")
		kept, message := one(forms[form], input)
		if message != "" {
			if kept != "" {
				t.Fatalf("%s refused %q but kept %q", form, input, kept)
			}
			return
		}
		again, message := one(forms[form], kept)
		if again != kept || message != "" {
			t.Fatalf("%s kept %q of %q, then %q (%s)", form, kept, input, again, message)
		}
		if !utf8.ValidString(kept) || strings.ContainsRune(kept, 0) || kept != "" && Blank(kept) {
			t.Fatalf("%s kept %q", form, kept)
		}
	})
}
