// Package administration creates organizations, changes and takes the roles of administrators, and creates and revokes service
// tokens. Writes are returned for the transaction of the caller. The rules are in organization and servicetoken; people become
// administrators in joining.
package administration

import (
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/user"
)

// Service changes organizations and their administrators.
type Service struct{ store *dynamo.Store }

// NewService returns a service.
func NewService(store *dynamo.Store) *Service { return &Service{store} }

// Caller is the user who makes a request, and its time.
type Caller struct {
	User *user.User
	At   time.Time
}

// CreateOrganization returns a new organization with its owner, the caller, and the writes that store both.
//
// Invalid: the details break their formats or limits.
func (s *Service) CreateOrganization(by Caller, details organization.Details) (*organization.Organization, *organization.Administrator, []dynamo.Write, error) {
	o, owner, err := organization.New(details, by.User, by.At)
	if err != nil {
		return nil, nil, nil, err
	}
	person := &organization.Person{ID: user.PersonID(id.At(by.At)), User: by.User.ID, Organization: o.ID}
	return o, owner, slices.Concat(s.store.CreateOrganization(o), s.store.CreateAdministrator(owner), s.store.CreatePerson(person)), nil
}

// Administrators are the administrators of an organization, as a change of one of them reads them.
type Administrators struct {
	All    []*organization.Administrator
	Caller *organization.Administrator
	Other  *organization.Administrator // the one to change
}

// Read returns the administrators of an organization.
//
// Not found: the user is no administrator, or the caller no longer.
func (s *Service) Read(ctx context.Context, by Caller, o organization.ID, other user.ID) (*Administrators, error) {
	all, err := s.store.Administrators(ctx, o)
	if err != nil {
		return nil, err
	}
	read := &Administrators{All: all, Caller: find(all, by.User.ID), Other: find(all, other)}
	if read.Caller == nil {
		return nil, fault.NotFound("organization")
	}
	if read.Other == nil {
		return nil, fault.NotFound("administrator")
	}
	return read, nil
}

// find returns the administrator with a user id; nil if there is none.
func find(all []*organization.Administrator, id user.ID) *organization.Administrator {
	for _, admin := range all {
		if admin.User == id {
			return admin
		}
	}
	return nil
}

// SetRole returns an administrator with a role, and the writes that store it. Those of an owner who becomes an administrator
// revoke their service tokens, unless these are kept.
//
// Not found: as for Read. Forbidden, conflict: the caller may not give the role, or no owner would be left.
func (s *Service) SetRole(ctx context.Context, by Caller, o organization.ID, other user.ID, role organization.Role, keepTokens bool) (*organization.Administrator, []dynamo.Write, error) {
	read, err := s.Read(ctx, by, o, other)
	if err != nil {
		return nil, nil, err
	}
	otherOwner, err := read.Caller.SetRole(read.Other, role, read.All)
	if err != nil {
		return nil, nil, err
	}
	writes := append(s.store.UpdateAdministrator(read.Other), s.checkStillOwner(otherOwner)...)
	if otherOwner == nil || keepTokens {
		return read.Other, writes, nil
	}
	revoked, err := s.revokeServiceTokens(ctx, by, read.Other)
	return read.Other, append(writes, revoked...), err
}

// Remove returns the writes that take an administrator's role and revoke their service tokens, unless these are kept.
//
// Not found: as for Read. Forbidden, conflict: the caller may not remove them, or no owner would be left.
func (s *Service) Remove(ctx context.Context, by Caller, o organization.ID, other user.ID, keepTokens bool) ([]dynamo.Write, error) {
	read, err := s.Read(ctx, by, o, other)
	if err != nil {
		return nil, err
	}
	otherOwner, err := read.Caller.CheckRemoval(read.Other, read.All)
	if err != nil {
		return nil, err
	}
	writes := append(s.store.DeleteAdministrator(read.Other), s.checkStillOwner(otherOwner)...)
	if keepTokens {
		return writes, nil
	}
	revoked, err := s.revokeServiceTokens(ctx, by, read.Other)
	return append(writes, revoked...), err
}

// checkStillOwner returns a write that fails when the owner is no longer one; none for nil.
func (s *Service) checkStillOwner(owner *organization.Administrator) []dynamo.Write {
	if owner == nil {
		return nil
	}
	return s.store.CheckAdministrator(owner)
}

// maxTokensPerTransaction is how many service tokens are revoked in the transaction that takes an administrator's role.
const maxTokensPerTransaction = 50

// revokeServiceTokens returns the writes that revoke the service tokens that an administrator created. It revokes the tokens
// beyond the maximum of a transaction at once: if the role is taken only later, the repetition finds the others.
func (s *Service) revokeServiceTokens(ctx context.Context, by Caller, of *organization.Administrator) ([]dynamo.Write, error) {
	tokens, _, err := s.store.UsableServiceTokens(ctx, of.Organization, of.User)
	if err != nil {
		return nil, err
	}
	var writes []dynamo.Write
	for _, t := range tokens {
		if len(writes) == maxTokensPerTransaction {
			if err := s.store.Commit(ctx, writes...); err != nil {
				return nil, err
			}
			writes = nil
		}
		t.Revoke(by.User, by.At)
		writes = append(writes, s.store.UpdateServiceToken(t)...)
	}
	return writes, nil
}

// CreateServiceToken returns a new service token of a campaign and its secret, and the writes that store it. The creator is the
// caller's administrator.
//
// Invalid: the name. Conflict: the campaign has too many tokens, or one with the name.
func (s *Service) CreateServiceToken(ctx context.Context, by Caller, c *campaign.Campaign, creator *organization.Administrator, name string) (*servicetoken.Token, servicetoken.Secret, []dynamo.Write, error) {
	existing, err := s.store.ServiceTokens(ctx, c.ID)
	if err != nil {
		return nil, "", nil, err
	}
	secret := servicetoken.NewSecret()
	t, outdated, err := servicetoken.New(name, secret, c, existing, by.User, by.At)
	if err != nil {
		return nil, "", nil, err
	}
	// Writing the campaign, unchanged, makes concurrent creations conflict. Otherwise two of them could exceed the limit or
	// take the same name. Writing the administrator makes the removal of the role conflict, which revokes their tokens.
	writes := slices.Concat(s.store.CreateServiceToken(t), s.store.UpdateCampaign(c), s.store.UpdateAdministrator(creator))
	for _, old := range outdated {
		writes = append(writes, s.store.DeleteServiceToken(old)...)
	}
	return t, secret, writes, nil
}

// RevokeServiceToken returns a revoked service token, and the writes that store it; none if it was revoked before.
//
// Not found: the campaign has no such token.
func (s *Service) RevokeServiceToken(ctx context.Context, by Caller, c *campaign.Campaign, tokenID string) (*servicetoken.Token, []dynamo.Write, error) {
	tokens, err := s.store.ServiceTokens(ctx, c.ID)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(tokens, func(t *servicetoken.Token) bool { return string(t.ID) == tokenID })
	if i < 0 {
		return nil, nil, fault.NotFound("service token")
	}
	t := tokens[i]
	if !t.Revoke(by.User, by.At) {
		return t, nil, nil
	}
	return t, s.store.UpdateServiceToken(t), nil
}
