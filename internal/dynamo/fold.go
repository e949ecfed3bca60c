package dynamo

import (
	"strings"

	letters "github.com/kithhq/kith/internal/text"
)

// fold returns the form in which names are sorted and found: lower case, without accents, single spaces, and without
// the separator of keys. "Nguyễn" and "nguyen" fold alike.
func fold(name string) string {
	folded := strings.Join(strings.Fields(strings.ReplaceAll(letters.FoldName(name), "#", " ")), " ")
	if len(folded) > 512 { // keys end at 1,024 bytes
		folded = strings.ToValidUTF8(folded[:512], "")
	}
	return folded
}
