// Package user owns the login: who signs in, and the person behind the login in each organization.
// It does not own roles (organization) or memberships (mobilizer).
package user

import (
	"strings"
	"time"
)

// ID names a user: rally__user_id in exports.
type ID string

// PersonID names the human behind a user of an organization, or behind a contact. Given once, it never changes.
type PersonID string

// User is an account that signs in. Its identity is a login (issuer and subject), never the e-mail.
type User struct {
	ID        ID
	Email     string // verified by the issuer, lower case
	Name      string
	CreatedAt time.Time
	Version   int
}

// Login is an identity at an issuer, and the user it signs in as. It never changes.
type Login struct {
	Issuer  string
	Subject string
	User    ID
}

// VerifiedEmail is a verified e-mail address and the user who proved last that it is theirs.
type VerifiedEmail struct {
	Email   string // folded
	User    ID
	Version int
}

// NormalizeEmail returns the form in which e-mail addresses are stored and compared: trimmed, lower case.
func NormalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
