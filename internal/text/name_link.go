package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"mvdan.cc/xurls/v2"

	"github.com/kithhq/kith/internal/fault"
)

// shortLabel is the length below which the label before a top-level domain is taken for an initial or a title, as in Mr.Green.
const shortLabel = 3

// NoLink returns a name, or records that it contains a web address and returns "". Names stand in the subject and the sender of
// emails, where email programs turn web addresses into links.
func NoLink(check *fault.Checker, field, name string) string {
	if HasLink(name) {
		check.Check(false, field, "Leave out the web address: names are part of emails, where it would become a link.")
		return ""
	}
	return name
}

// HasLink reports whether a name contains what email programs turn into a link to a web page: a scheme, a www prefix, or a domain
// below a public top-level domain. Email addresses do not count.
func HasLink(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(norm.NFKC.String(name)), "。", ".")
	if strings.Contains(name, "://") || strings.Contains(name, "www.") {
		return true
	}
	for rest := name; rest != ""; {
		start := strings.IndexFunc(rest, isDomainRune)
		if start < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:start])
		rest = rest[start:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !isDomainRune(r) })
		if end < 0 {
			end = len(rest)
		}
		if before != '@' && isWebDomain(strings.Trim(rest[:end], ".-"), strings.HasPrefix(rest[end:], "/")) {
			return true
		}
		rest = rest[end:]
	}
	return false
}

func isDomainRune(r rune) bool {
	return r == '.' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// isWebDomain reports whether a word is a domain below a public top-level domain. hasPath says that a path follows it.
func isWebDomain(word string, hasPath bool) bool {
	dot := strings.LastIndexByte(word, '.')
	if dot < 0 {
		return false
	}
	if _, public := slices.BinarySearch(xurls.TLDs, word[dot+1:]); !public {
		return false
	}
	isLong := func(label string) bool { return utf8.RuneCountInString(label) >= shortLabel || !isASCII(label) }
	return hasPath || slices.ContainsFunc(strings.Split(word[:dot], "."), isLong)
}
