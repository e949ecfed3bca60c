package contact

import (
	"strings"

	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/voter"
)

// Likeness says what two people with the same name have in common, so that they are likely one person.
type Likeness string

// The likenesses.
const (
	SamePhone Likeness = "phone"
	SameEmail Likeness = "email"
	SameVoter Likeness = "voter"
)

// LikenessOf returns what two people with the same name have in common; "" if they have another name, or neither phone nor
// email in common. Case and accents of names make no difference.
func LikenessOf(a, b *Entry) Likeness {
	switch {
	case a.Details.foldedName() != b.Details.foldedName():
		return ""
	case a.Private.Phone != "" && a.Private.Phone == b.Private.Phone:
		return SamePhone
	case a.Private.Email != "" && text.NormalizeEmail(a.Private.Email) == text.NormalizeEmail(b.Private.Email):
		return SameEmail
	default:
		return ""
	}
}

// IsSameVoter reports whether two contacts are matched to the same voter.
func IsSameVoter(a, b *Contact) bool {
	return a.Match.State() == voter.Confirmed && b.Match.State() == voter.Confirmed && a.Match.Voter.CanonicalID == b.Match.Voter.CanonicalID
}

func (d Details) foldedName() string {
	return strings.Join(strings.Fields(text.FoldName(d.FirstName+" "+d.LastName)), " ")
}
