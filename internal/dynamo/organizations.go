package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// Organization returns an organization, or not found.
func (s *Store) Organization(ctx context.Context, id organization.ID) (*organization.Organization, error) {
	return record[organization.Organization](ctx, s, "organization", organizationKey(id))
}

// CreateOrganization creates an organization.
func (s *Store) CreateOrganization(o *organization.Organization) []Write {
	o.Version = 1
	return []Write{s.create("organization", newOrganizationItem(o))}
}

// UpdateOrganization writes a changed organization over the version that was read.
func (s *Store) UpdateOrganization(o *organization.Organization) []Write {
	return []Write{s.put("organization", newOrganizationItem(o), o.Version)}
}

// Administrator returns a user's role in an organization, or not found.
func (s *Store) Administrator(ctx context.Context, o organization.ID, u user.ID) (*organization.Administrator, error) {
	return record[organization.Administrator](ctx, s, "administrator", administratorKey(o, u))
}

// Administrators returns an organization's administrators, in order of their users' ids.
func (s *Store) Administrators(ctx context.Context, o organization.ID) ([]*organization.Administrator, error) {
	return table.QueryAll[organization.Administrator](ctx, s.db, s.under(administratorKey(o, "")))
}

// CreateAdministrator gives a user a role in an organization. When the user has one already, the condition on
// "administrator" fails.
func (s *Store) CreateAdministrator(a *organization.Administrator) []Write {
	a.Version = 1
	return []Write{s.create("administrator", newAdminItem(a))}
}

// UpdateAdministrator writes a changed administrator over the version that was read.
func (s *Store) UpdateAdministrator(a *organization.Administrator) []Write {
	return []Write{s.put("administrator", newAdminItem(a), a.Version)}
}

// DeleteAdministrator deletes an administrator, at the version that was read.
func (s *Store) DeleteAdministrator(a *organization.Administrator) []Write {
	return []Write{s.delete("administrator", administratorKey(a.Organization, a.User), a.Version)}
}

// CheckAdministrator checks that an administrator still has the version that was read. It keeps two owners from deleting
// each other at the same time.
func (s *Store) CheckAdministrator(a *organization.Administrator) []Write {
	return []Write{s.check("administrator", administratorKey(a.Organization, a.User), a.Version)}
}
