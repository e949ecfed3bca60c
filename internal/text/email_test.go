package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDomain_Domains_Comparable(t *testing.T) {
	for input, want := range map[string]string{
		"Example.ORG": "example.org", "EXÁMPLE.org": "xn--exmple-qta.org", "XN--EXMPLE-QTA.org": "xn--exmple-qta.org",
		"\u212aith.org": "kith.org", "ｅxample.org": "example.org", "straße.de": "xn--strae-oqa.de",
	} {
		if got, err := asciiDomain(input); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", input, got, err, want)
		}
	}
	for _, bad := range []string{"a\u2100b.org", "\u0301a.org", "a\xff.org"} {
		if got, err := asciiDomain(bad); err == nil {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
}

func TestNormalizeEmail_Addresses_FoldOnlyASCII(t *testing.T) {
	for input, want := range map[string]string{
		" Ana@Example.ORG\n":       "ana@example.org",
		"\u212aate@example.org":    "\u212aate@example.org",
		"\u0130da@example.org":     "\u0130da@example.org",
		"JOSÉ@example.org":         "josÉ@example.org",
		"a\u200bna@example.org":    "a\u200bna@example.org",
		"\u00a0ana@example.org":    "\u00a0ana@example.org",
		"Ana@ExÁmple.org":          "ana@xn--exmple-qta.org",
		"ana@XN--EXMPLE-QTA.org":   "ana@xn--exmple-qta.org",
		"A@b@Exa\u0301mple.org":    "a@b@xn--exmple-qta.org",
		"Ana@not\u2100domain.org":  "ana@not\u2100domain.org",
		"Kate":                     "kate",
		"":                         "",
		"o'Neil+Tag_1@EXAMPLE.org": "o'neil+tag_1@example.org",
	} {
		if got := NormalizeEmail(input); got != want {
			t.Errorf("%q becomes %q, want %q", input, got, want)
		}
	}
}

// The hashes of stored addresses are keys, so plain ASCII addresses must be normalized as they always were.
func TestNormalizeEmail_ASCII_LowerCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		email := rapid.StringMatching(`[!-~]{0,20}@[!-~]{0,20}`).Draw(t, "email")
		if got, want := NormalizeEmail(email), strings.ToLower(email); got != want {
			t.Fatalf("%q becomes %q, want %q", email, got, want)
		}
	})
}
