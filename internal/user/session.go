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

// nameLimit is how many characters of the issuer's name for a user are kept.
const nameLimit = 200

// Claims are what the issuer vouches for at a sign-in.
type Claims struct {
	Email string // verified
	Name  string // may be blank
}

// New returns the user of a first sign-in.
//
// Invalid: the e-mail address is none.
func New(c Claims, at time.Time) (*User, error) {
	at = at.UTC().Truncate(time.Millisecond)
	u := &User{ID: ID(id.At(at)), CreatedAt: at}
	if _, err := u.UpdateFromClaims(c); err != nil {
		return nil, err
	}
	return u, nil
}

// UpdateFromClaims takes over what the issuer says now, and reports whether that is news.
//
// Invalid: the e-mail address is none.
func (u *User) UpdateFromClaims(c Claims) (bool, error) {
	var check fault.Checker
	email := NormalizeEmail(text.Email(&check, "email", c.Email))
	text.Required(&check, "email", email, "The sign-in has no usable e-mail address.")
	if err := check.Err(); err != nil {
		return false, err
	}
	name := plainName(c.Name)
	if name == "" {
		name = email
	}
	if u.Email == email && u.Name == name {
		return false, nil
	}
	u.Email, u.Name = email, name
	return true, nil
}

// plainName makes one line of a name that nobody could be asked to correct.
func plainName(name string) string {
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
