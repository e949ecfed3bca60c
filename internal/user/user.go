// Package user owns users: accounts that sign in, their logins and verified email addresses. It does not own roles
// (package organization) or memberships (package mobilizer).
package user

import "time"

// ID identifies a user: rally__user_id in exports.
type ID string

// PersonID identifies a human: the one behind a user in one organization, or behind a contact. It never changes.
type PersonID string

// User is an account that signs in. It is identified by a login (issuer and subject), never by its email address.
type User struct {
	ID        ID
	Email     string // verified by the issuer, lower case
	Name      string
	CreatedAt time.Time
	Version   int
}

// Login maps an identity at an issuer to its user. It never changes.
type Login struct {
	Issuer  string
	Subject string
	User    ID
}

// VerifiedEmail maps an email address to the user who verified it last.
type VerifiedEmail struct {
	Email   string // from text.NormalizeEmail
	User    ID
	Version int
}
