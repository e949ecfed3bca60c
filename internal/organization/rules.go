package organization

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// Limits of what is said about an organization, in characters.
const (
	nameLimit        = 200
	descriptionLimit = 5000
)

// Details are what administrators say about their organization.
type Details struct {
	Name        string
	Website     string
	Description string
}

// New returns an organization, and the user who makes it as its first owner.
//
// Invalid: the details break a rule.
func New(d Details, by *user.User, at time.Time) (*Organization, *Administrator, error) {
	at = at.UTC().Truncate(time.Millisecond)
	o := &Organization{ID: ID(id.At(at)), CreatedAt: at}
	if err := o.SetDetails(d); err != nil {
		return nil, nil, err
	}
	return o, administrator(o.ID, by, Owner, by.ID, at), nil
}

// Details returns what is said about the organization now.
func (o *Organization) Details() Details {
	return Details{Name: o.Name, Website: o.Website, Description: o.Description}
}

// SetDetails replaces the details. On failure nothing changes.
//
// Invalid: a detail breaks a rule.
func (o *Organization) SetDetails(d Details) error {
	var check fault.Checker
	name := text.RequiredLine(&check, "name", d.Name, nameLimit, "Give the organization a name.")
	website := text.Link(&check, "website", d.Website)
	description := text.Prose(&check, "description", d.Description, descriptionLimit)
	if err := check.Err(); err != nil {
		return err
	}
	o.Name, o.Website, o.Description = name, website, description
	return nil
}

func administrator(o ID, u *user.User, role Role, by user.ID, at time.Time) *Administrator {
	return &Administrator{
		Organization: o, User: u.ID, Role: role, Name: u.Name, Email: u.Email,
		AddedAt: at.UTC().Truncate(time.Millisecond), AddedBy: by,
	}
}

// CanAppoint says whether a may give others a role.
//
// Invalid: there is no such role. Forbidden: only owners appoint owners.
func (a *Administrator) CanAppoint(role Role) error {
	if err := known(role); err != nil {
		return err
	}
	if role == Owner && a.Role != Owner {
		return fault.Forbidden("Only an owner can appoint another owner.")
	}
	return nil
}

// Appoint returns u as a further administrator of a's organization.
//
// Invalid: there is no such role. Forbidden: only owners appoint owners.
func (a *Administrator) Appoint(u *user.User, role Role, at time.Time) (*Administrator, error) {
	if err := a.CanAppoint(role); err != nil {
		return nil, err
	}
	return administrator(a.Organization, u, role, a.User, at), nil
}

// SetRole gives another administrator, or a themselves, a role. all are the organization's administrators. It returns
// the owner who stays one, whom the change must not outlive; nil when that does not matter.
//
// Invalid: there is no such role. Forbidden: a is no owner. Conflict: the last owner stays one.
func (a *Administrator) SetRole(other *Administrator, role Role, all []*Administrator) (*Administrator, error) {
	if err := known(role); err != nil {
		return nil, err
	}
	if a.Role != Owner {
		return nil, fault.Forbidden("Only an owner can change roles.")
	}
	stays, err := remaining(other, role, all)
	if err != nil {
		return nil, err
	}
	other.Role = role
	return stays, nil
}

// CheckRemoval says whether a may take another administrator's role away, or their own. all are the organization's
// administrators. It returns the owner who stays, whom the change must not outlive; nil when that does not matter.
//
// Forbidden: other is an owner and a is none. Conflict: the last owner stays.
func (a *Administrator) CheckRemoval(other *Administrator, all []*Administrator) (*Administrator, error) {
	if other.Role == Owner && a.Role != Owner {
		return nil, fault.Forbidden("Only an owner can remove an owner.")
	}
	return remaining(other, "", all)
}

// remaining finds an owner besides the one who stops being one.
func remaining(changed *Administrator, role Role, all []*Administrator) (*Administrator, error) {
	if changed.Role != Owner || role == Owner {
		return nil, nil
	}
	for _, other := range all {
		if other.Role == Owner && other.User != changed.User {
			return other, nil
		}
	}
	return nil, fault.Conflict("last_owner", "An organization keeps at least one owner. Make somebody else an owner first.")
}

func known(role Role) error {
	if role != Owner && role != Admin {
		return fault.Invalid("role", "Choose owner or admin.")
	}
	return nil
}
