package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

// run calls a function on an input and returns its result and its error message, "" if the input is valid.
func run(function func(*fault.Checker, string, string) string, input string) (string, string) {
	var check fault.Checker
	stored := function(&check, "field", input)
	err := check.Err()
	if err == nil {
		return stored, ""
	}
	return stored, err.Error()
}

func line(check *fault.Checker, field, input string) string { return Line(check, field, input, 10) }

func prose(check *fault.Checker, field, input string) string { return Prose(check, field, input, 10) }

func TestFunctions_Inputs_AcceptedOrRejected(t *testing.T) {
	for _, c := range []struct {
		name     string
		function func(*fault.Checker, string, string) string
		input    string
		want     string
		wantErr  string // part of the message
	}{
		{"name is trimmed", line, "  José\u00a0", "José", ""},
		{"blank name is unset", line, " \t\n\u200b", "", ""},
		{"name of two lines", line, "a\nb", "", "one line"},
		{"name with a tab", line, "a\tb", "", "one line"},
		{"name with NUL", line, "a\x00b", "", "NUL"},
		{"NUL alone is not blank", line, "\x00", "", "NUL"},
		{"name that is not UTF-8", line, "a\xffb", "", "Unicode"},
		{"name with an override", line, "ana\u202egro", "", "U+202E"},
		{"name with an isolate", line, "\u2067ana\u2069", "", "U+2067"},
		{"name from right to left", line, "\u200fدانا", "\u200fدانا", ""},
		{"prose with an override", prose, "a\u202eb\u202c", "a\u202eb\u202c", ""},
		{"email with an override", Email, "ana\u202e@c.org", "", "U+202E"},
		{"characters are counted, not bytes", line, "ợợợợợợợợợợ", "ợợợợợợợợợợ", ""},
		{"name too long", line, "12345678901", "", "at most 10 characters; this has 11"},
		{"prose is stored as written", prose, " a\n\tb ", " a\n\tb ", ""},
		{"blank prose is unset", prose, " \r\n ", "", ""},
		{"prose with NUL", prose, "a\x00", "", "NUL"},
		{"prose too long", prose, "12345678901", "", "at most 10"},
		{"state in lower case", State, " ma ", "MA", ""},
		{"territory", State, "PR", "PR", ""},
		{"no state", State, "ZZ", "", "two-letter"},
		{"state by name", State, " rhode  Island", "RI", ""},
		{"state with dots", State, "D.C.", "DC", ""},
		{"state of ISO 3166-2", State, "US-MA", "MA", ""},
		{"another country's state", State, "CA-ON", "", "two-letter"},
		{"state cut short", State, "Minn", "", "two-letter"},
		{"two states", State, "MA NY", "", "two-letter"},
		{"a gap between codes", State, "L ", "", "two-letter"},
		{"zip with leading zero", Zip, "02139", "02139", ""},
		{"zip of nine digits", Zip, "021391234", "02139", ""},
		{"zip+4", Zip, "02139-1234", "02139", ""},
		{"zip of twelve digits", Zip, "021391234567", "", "five-digit"},
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
		{"email", Email, " Ana.Lopez+x@Ejemplo.org ", "Ana.Lopez+x@Ejemplo.org", ""},
		{"email with an accent before the @", Email, "José@example.org", "", "before the @"},
		{"email with the Kelvin sign", Email, "\u212aate@example.org", "", "before the @"},
		{"email with a dotted capital I", Email, "\u0130da@example.org", "", "before the @"},
		{"email with an international domain", Email, "Idn@ExÁmple.org", "Idn@xn--exmple-qta.org", ""},
		{"email with a decomposed domain", Email, "idn@exa\u0301mple.org", "idn@xn--exmple-qta.org", ""},
		{"email with an ideographic full stop", Email, "a@例え\u3002jp", "a@xn--r8jz45g.jp", ""},
		{"email with a domain that is not in IDNA", Email, "a@\u2488com.org", "", "email"},
		{"email with a fraction slash in the domain", Email, "a@b\u2100.org", "", "email"},
		{"email with invisible characters", Email, "\u200ea\u200bna\u00ad@exam\u2060ple.org\ufe0f\ufeff", "ana@example.org", ""},
		{"email with isolates around it", Email, "\u2068ana@example.org\u2069", "ana@example.org", ""},
		{"email of invisible characters", Email, "\u00ad\u200e", "", ""},
		{"email without domain", Email, "ana@", "", "email"},
		{"email without dot", Email, "ana@home", "", "email"},
		{"email with two @", Email, "a@b@c.org", "", "email"},
		{"email with a space", Email, "a b@c.org", "", "email"},
		{"email that breaks a header", Email, "a@c.org\r\nBcc: x@y.org", "", "one line"},
		{"email with adjacent dots", Email, "a..b@c.org", "", "email"},
		{"email with a hyphen at the end", Email, "a@c-.org", "", "email"},
	} {
		t.Run(c.name, func(t *testing.T) {
			stored, message := run(c.function, c.input)
			if stored != c.want {
				t.Errorf("returns %q, want %q", stored, c.want)
			}
			if (c.wantErr == "") != (message == "") || !strings.Contains(message, c.wantErr) {
				t.Errorf("message %q, want %q in it", message, c.wantErr)
			}
		})
	}
}

func TestStateOfZip_Prefixes_HaveOneStateOrNone(t *testing.T) {
	for zip, want := range map[string]string{
		"02139": "MA", "05501": "MA", "04101": "ME", "55401": "MN", "99501": "AK", "10001": "NY", "00501": "NY", "20001": "DC", "96813": "HI",
		"96799": "", "09001": "", "83414": "", "00401": "", "02": "", "": "",
	} {
		if state := StateOfZip(zip); state != want {
			t.Errorf("%s is in %q, want %q", zip, state, want)
		}
	}
}

func TestFunctions_OwnOutput_Unchanged(t *testing.T) {
	functions := map[string]func(*fault.Checker, string, string) string{
		"line": line, "prose": prose, "state": State, "zip": Zip, "phone": Phone, "email": Email,
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"line", "prose", "state", "zip", "phone", "email"}).Draw(t, "function")
		input := rapid.OneOf(rapid.String(), rapid.StringMatching(`\+?[0-9() -]{5,18}`), rapid.StringMatching(`[a-z.@]{3,20}`)).Draw(t, "input")
		stored, message := run(functions[name], input)
		if message != "" {
			if stored != "" {
				t.Fatalf("%s rejected %q but returned %q", name, input, stored)
			}
			return
		}
		again, message := run(functions[name], stored)
		if again != stored || message != "" {
			t.Fatalf("%s returned %q for %q, then %q (%s)", name, stored, input, again, message)
		}
		if !utf8.ValidString(stored) || strings.ContainsRune(stored, 0) || stored != "" && Blank(stored) {
			t.Fatalf("%s returned %q", name, stored)
		}
	})
}

func TestSame_CaseFoldingAndNFKC_Compared(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"straße", "STRASSE", true},
		{"ﬁne", "FINE", true},
		{"Ｙｅｓ", "yes", true},
		{"Café", "cafe\u0301", true},
		{"ΣΊΣΥΦΟΣ", "σίσυφος", true},
		{"Will  they\u00a0vote?", "will they vote?", true},
		{"Maybe", "Maybe not", false},
		{"cafe", "café", false},
	} {
		if got := Same(c.a, c.b); got != c.same {
			t.Errorf("Same(%q, %q) is %t, want %t", c.a, c.b, got, c.same)
		}
	}
}
