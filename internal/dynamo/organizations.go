package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// Organization returns an organization, or not found.
func (s *Store) Organization(ctx context.Context, id organization.ID) (*organization.Organization, error) {
	return record[organization.Organization](ctx, s, "organization", organizationKey(id))
}

// CreateOrganization makes an organization.
func (s *Store) CreateOrganization(o *organization.Organization) []Write {
	o.Version = 1
	return []Write{s.create("organization", newOrganizationItem(o))}
}

// UpdateOrganization writes a changed organization over the version that was read.
func (s *Store) UpdateOrganization(o *organization.Organization) []Write {
	next := *o
	next.Version++
	return []Write{s.replace("organization", newOrganizationItem(&next), o.Version)}
}

// Administrator returns a user's role in an organization, or not found.
func (s *Store) Administrator(ctx context.Context, o organization.ID, u user.ID) (*organization.Administrator, error) {
	return record[organization.Administrator](ctx, s, "administrator", administratorKey(o, u))
}

// Administrators returns an organization's administrators, in order of their users' ids.
func (s *Store) Administrators(ctx context.Context, o organization.ID) ([]*organization.Administrator, error) {
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: organizationKey(o).PK, prefix: administratorPrefix})
	if err != nil {
		return nil, err
	}
	return decodeAll[organization.Administrator](items)
}

// CreateAdministrator gives a user a role in an organization. When there is one already, Commit says that
// "administrator" changed.
func (s *Store) CreateAdministrator(a *organization.Administrator) []Write {
	a.Version = 1
	return []Write{s.create("administrator", newAdminItem(a))}
}

// UpdateAdministrator writes a changed administrator over the version that was read.
func (s *Store) UpdateAdministrator(a *organization.Administrator) []Write {
	next := *a
	next.Version++
	return []Write{s.replace("administrator", newAdminItem(&next), a.Version)}
}

// DeleteAdministrator takes a role away, at the version that was read.
func (s *Store) DeleteAdministrator(a *organization.Administrator) []Write {
	return []Write{s.delete("administrator", administratorKey(a.Organization, a.User), a.Version)}
}

// CheckAdministrator demands that an administrator is as it was read, so that the last owner can't go unnoticed.
func (s *Store) CheckAdministrator(a *organization.Administrator) []Write {
	return []Write{s.check("administrator", administratorKey(a.Organization, a.User), a.Version)}
}
