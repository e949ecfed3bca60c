// Package organization owns organizations and who administers them.
package organization

import (
	"time"

	"github.com/kithhq/kith/internal/user"
)

// ID names an organization: rally__organization_id in exports.
type ID string

// Organization runs campaigns.
type Organization struct {
	ID          ID
	Name        string
	Website     string
	Description string
	CreatedAt   time.Time
	Version     int
}

// Role is what an administrator may do. Owners also appoint and remove owners and make service tokens.
type Role string

// The roles of an administrator.
const (
	Owner Role = "owner"
	Admin Role = "admin"
)

// Administrator is a user with a role in one organization.
type Administrator struct {
	Organization ID
	User         user.ID
	Role         Role
	Name         string
	Email        string
	AddedAt      time.Time
	AddedBy      user.ID
	Version      int
}

// Person is the human behind a user in one organization. Given once, it never changes, whatever roles come and go.
type Person struct {
	ID           user.PersonID
	User         user.ID
	Organization ID
}
