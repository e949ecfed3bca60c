package text

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/kithhq/kith/internal/fault"
)

// emailLimit is the maximum length of an email address in SMTP.
const emailLimit = 254

// Email returns an email address as it was entered, trimmed, without invisible characters, and with its domain in Punycode if
// that is not ASCII. It rejects other characters before the @, since SES does not send to such addresses. It checks the format
// only, not whether the address exists.
func Email(check *fault.Checker, field, input string) string {
	if utf8.ValidString(input) {
		input = strings.TrimSpace(strings.Map(visible, input))
	}
	return ExactEmail(check, field, input)
}

// ExactEmail is like Email, but rejects invisible characters before the @: an address that somebody has proved to be theirs
// must not become another person's.
func ExactEmail(check *fault.Checker, field, input string) string {
	address := Line(check, field, input, emailLimit)
	if address == "" {
		return ""
	}
	if local, _ := cutEmail(input); !isASCII(local) {
		check.Check(false, field, "Kith can't send email to an address with accents or special letters before the @. "+
			"Use an address with only the letters a to z, digits and punctuation there.")
		return ""
	}
	if local, domain := cutEmail(address); !isASCII(domain) {
		if ascii, err := asciiDomain(domain); err == nil {
			address = local + "@" + ascii
		}
	}
	if !isEmail(address) {
		check.Check(false, field, "Use an email address such as name@example.org.")
		return ""
	}
	return address
}

// cutEmail returns the parts of an address before and after its last @.
func cutEmail(address string) (local, domain string) {
	at := strings.LastIndexByte(address, '@')
	return address[:max(at, 0)], address[at+1:]
}

// NormalizeEmail returns an email address as it is stored and compared: trimmed, with A to Z in lower case, and its domain in
// Punycode. Other characters before the @ stay, since Unicode folds the Kelvin sign (U+212A) and the dotted capital I (U+0130)
// to k and i, which makes the addresses of two people equal. A domain that has no Punycode stays.
//
// Hashes of normalized addresses are stored keys: if the result for a stored address changed, its records would no longer be
// found.
func NormalizeEmail(address string) string {
	address = lowerASCII(strings.Trim(address, " \t\r\n\v\f"))
	local, domain := cutEmail(address)
	if ascii, err := asciiDomain(domain); err == nil && local != "" {
		return local + "@" + ascii
	}
	return address
}

// asciiDomain returns a domain in Punycode, with A to Z in lower case. It fails if the domain is not ASCII and has no Punycode.
func asciiDomain(domain string) (string, error) {
	if isASCII(domain) {
		return lowerASCII(domain), nil
	}
	if !utf8.ValidString(domain) {
		return "", errors.New("the domain is not UTF-8")
	}
	return idna.Lookup.ToASCII(domain)
}

// lowerASCII returns s with A to Z in lower case. All other bytes stay.
func lowerASCII(s string) string {
	lower := []byte(s)
	for i, b := range lower {
		if b >= 'A' && b <= 'Z' {
			lower[i] = b + 'a' - 'A'
		}
	}
	return string(lower)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// visible returns -1 for an invisible character, else r. Those that reverse text or begin text from right to left stay, and Line
// rejects them: without them the address would differ from the one that was shown.
func visible(r rune) rune {
	switch {
	case r == '\u202b', r == '\u202d', r == '\u202e', r == '\u2067':
		return r
	case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
		return -1
	}
	return r
}

func isEmail(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at > 64 || len(address) > emailLimit || !isASCII(address) || strings.ContainsAny(address, " \"<>(),;:\\[]") {
		return false
	}
	local, domain := address[:at], address[at+1:]
	if strings.Contains(local, "@") || !isDotAtom(local) || !isDotAtom(domain) || !strings.Contains(domain, ".") {
		return false
	}
	for _, label := range strings.Split(domain, ".") {
		if len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.Contains(label, "_") {
			return false
		}
	}
	return true
}

// isDotAtom reports whether s has no empty part between dots.
func isDotAtom(s string) bool {
	return s != "" && !strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
}
