package organization

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

// Role is an administrator's role. Only owners appoint and remove owners and create service tokens.
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

func newAdministrator(o ID, u *user.User, role Role, by user.ID, at time.Time) *Administrator {
	return &Administrator{
		Organization: o, User: u.ID, Role: role, Name: u.Name, Email: u.Email,
		AddedAt: at.UTC().Truncate(time.Millisecond), AddedBy: by,
	}
}

// MakeOwner makes a an owner. They have accepted an invitation.
func (a *Administrator) MakeOwner() { a.Role = Owner }

// CanAppoint returns nil if a may give other people the role.
//
// Invalid: there is no such role. Forbidden: role is owner and a is no owner.
func (a *Administrator) CanAppoint(role Role) error {
	if err := checkRole(role); err != nil {
		return err
	}
	if role == Owner && a.Role != Owner {
		return fault.Forbidden("Only an owner can appoint another owner.")
	}
	return nil
}

// Appoint returns u as a new administrator of a's organization.
//
// Invalid, forbidden: as for CanAppoint.
func (a *Administrator) Appoint(u *user.User, role Role, at time.Time) (*Administrator, error) {
	if err := a.CanAppoint(role); err != nil {
		return nil, err
	}
	return newAdministrator(a.Organization, u, role, a.User, at), nil
}

// SetRole gives other, who may be a, a role. all are the organization's administrators. If other ceases to be an owner, it
// returns another owner: the caller must store the change on condition that this one is still an owner. Else it returns
// nil.
//
// Invalid: there is no such role. Forbidden: a is no owner. Conflict: other is the last owner, or would become an owner
// without having accepted an invitation.
func (a *Administrator) SetRole(other *Administrator, role Role, all []*Administrator) (*Administrator, error) {
	if err := checkRole(role); err != nil {
		return nil, err
	}
	if a.Role != Owner {
		return nil, fault.Forbidden("Only an owner can change roles.")
	}
	if role == Owner && other.Role != Owner {
		return nil, fault.Conflict("owner_by_invitation", "People become owners by accepting an invitation. Invite %s as an owner.", other.Name)
	}
	remaining, err := remainingOwner(other, role, all)
	if err != nil {
		return nil, err
	}
	other.Role = role
	return remaining, nil
}

// CheckRemoval checks whether a may remove other, who may be a, from the administrators. all are the organization's
// administrators. If other is an owner, it returns another owner: the caller must remove other on condition that this
// one is still an owner. Else it returns nil.
//
// Forbidden: other is an owner and a is none. Conflict: other is the last owner.
func (a *Administrator) CheckRemoval(other *Administrator, all []*Administrator) (*Administrator, error) {
	if other.Role == Owner && a.Role != Owner {
		return nil, fault.Forbidden("Only an owner can remove an owner.")
	}
	return remainingOwner(other, "", all)
}

// remainingOwner returns an owner other than changed, or nil if changed does not lose the owner role.
func remainingOwner(changed *Administrator, role Role, all []*Administrator) (*Administrator, error) {
	if changed.Role != Owner || role == Owner {
		return nil, nil
	}
	for _, other := range all {
		if other.Role == Owner && other.User != changed.User {
			return other, nil
		}
	}
	return nil, fault.Conflict("last_owner", "An organization keeps at least one owner. Invite another owner, then repeat this once they have accepted.")
}

func checkRole(role Role) error {
	if role != Owner && role != Admin {
		return fault.Invalid("role", "Choose owner or admin.")
	}
	return nil
}
