package dynamo

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// fold returns the form in which names are sorted and found: lower case, without accents, single spaces, and without
// the separator of keys. "Nguyễn" and "nguyen" fold alike.
func fold(name string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		bare = name
	}
	bare = strings.ReplaceAll(strings.ToLower(bare), "#", " ")
	bare = strings.NewReplacer("đ", "d", "ø", "o", "ł", "l", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i").Replace(bare)
	folded := strings.Join(strings.Fields(bare), " ")
	if len(folded) > 512 { // keys end at 1,024 bytes
		folded = strings.ToValidUTF8(folded[:512], "")
	}
	return folded
}
