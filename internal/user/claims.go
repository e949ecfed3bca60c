package user

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// nameLimit is the maximum length of a user's name, in characters. Longer names of the issuer are cut.
const nameLimit = 200

// Claims are the issuer's statements about a user at sign-in.
type Claims struct {
	Email string // verified
	Name  string // may be blank
}

// New returns a new user at their first sign-in.
//
// Invalid: the email address is not one, or is one that cannot get email.
func New(c Claims, at time.Time) (*User, error) {
	at = at.UTC().Truncate(time.Millisecond)
	u := &User{ID: ID(id.At(at)), CreatedAt: at}
	if _, err := u.UpdateFromClaims(c); err != nil {
		return nil, err
	}
	return u, nil
}

// UpdateFromClaims sets the user's email and name to those of the issuer, and reports whether one of them changed.
//
// Invalid: the email address is not one, or is one that cannot get email.
func (u *User) UpdateFromClaims(c Claims) (bool, error) {
	var check fault.Checker
	email := text.NormalizeEmail(text.ExactEmail(&check, "email", c.Email))
	text.Required(&check, "email", c.Email, "Your sign-in has no valid email address. Add one where you sign in, then sign in again.")
	if err := check.Err(); err != nil {
		return false, err
	}
	name := singleLine(c.Name)
	if name == "" || text.HasLink(name) { // the name is in the subjects of emails
		name = email
	}
	if u.Email == email && u.Name == name {
		return false, nil
	}
	u.Email, u.Name = email, name
	return true, nil
}

// singleLine makes a valid single line of a name. The name comes from the issuer, so invalid characters are dropped
// rather than reported.
func singleLine(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), text.IsBidiControl(r), r == utf8.RuneError:
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > nameLimit {
		name = strings.TrimSpace(string(runes[:nameLimit]))
	}
	if text.Blank(name) {
		return ""
	}
	return name
}
