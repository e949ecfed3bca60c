package dynamo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// UserByLogin returns the user that an identity signs in as; not found when it never started a session.
func (s *Store) UserByLogin(ctx context.Context, issuer, subject string) (*user.User, error) {
	id, err := s.UserIDByLogin(ctx, issuer, subject)
	if err != nil {
		return nil, err
	}
	return s.User(ctx, id)
}

// UserIDByLogin returns the id of the user that an identity signs in as; not found when it never started a session. A login
// never changes, so it is read once a process.
func (s *Store) UserIDByLogin(ctx context.Context, issuer, subject string) (user.ID, error) {
	k := loginKey(issuer, subject)
	if id, ok := s.logins.get(k); ok {
		return id, nil
	}
	login, err := record[user.Login](ctx, s, "user", k)
	if err != nil {
		return "", err
	}
	s.logins.keep(k, login.User)
	return login.User, nil
}

// loginCache holds logins. It starts anew when it holds as many as a process may see in its life.
type loginCache struct {
	mu    sync.Mutex
	users map[key]user.ID
}

// loginCacheLimit bounds the cache to a few megabytes.
const loginCacheLimit = 10_000

func (c *loginCache) get(k key) (user.ID, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.users[k]
	return id, ok
}

func (c *loginCache) keep(k key, id user.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.users == nil || len(c.users) >= loginCacheLimit {
		c.users = map[key]user.ID{}
	}
	c.users[k] = id
}

// User returns a user, or not found.
func (s *Store) User(ctx context.Context, id user.ID) (*user.User, error) {
	return record[user.User](ctx, s, "user", userKey(id))
}

// VerifiedEmail returns who proved last that an e-mail address is theirs, or not found.
func (s *Store) VerifiedEmail(ctx context.Context, email string) (*user.VerifiedEmail, error) {
	return record[user.VerifiedEmail](ctx, s, "address", emailKey(user.NormalizeEmail(email)))
}

// CreateUser makes a user with its login. When the identity has one already, Commit says that "login" changed.
func (s *Store) CreateUser(u *user.User, login *user.Login) []Write {
	u.Version = 1
	return []Write{s.create("login", newLoginItem(login)), s.create("user", newUserItem(u))}
}

// UpdateUser writes a changed user over the version that was read.
func (s *Store) UpdateUser(u *user.User) []Write {
	next := *u
	next.Version++
	return []Write{s.replace("user", newUserItem(&next), u.Version)}
}

// CheckUser demands that a user is as it was read, so that what is copied from it is not stale.
func (s *Store) CheckUser(u *user.User) []Write {
	return []Write{s.check("user", userKey(u.ID), u.Version)}
}

// PutVerifiedEmail gives an e-mail address to a user: a new one when its version is 0, else over the version that was read.
func (s *Store) PutVerifiedEmail(a *user.VerifiedEmail) []Write {
	next := *a
	next.Version++
	if a.Version == 0 {
		return []Write{s.create("address", newEmailItem(&next))}
	}
	return []Write{s.replace("address", newEmailItem(&next), a.Version)}
}

// DeleteVerifiedEmail takes an e-mail address from its user, at the version that was read.
func (s *Store) DeleteVerifiedEmail(a *user.VerifiedEmail) []Write {
	return []Write{s.delete("address", emailKey(a.Email), a.Version)}
}

// Person returns the human behind a user in an organization; not found before the user first has a part in it.
func (s *Store) Person(ctx context.Context, u user.ID, o organization.ID) (*organization.Person, error) {
	return record[organization.Person](ctx, s, "person", userOrganizationKey(u, o))
}

// CreatePerson keeps the human behind a user in an organization. When there is one already, Commit says that "person"
// changed: read it and use that one.
func (s *Store) CreatePerson(p *organization.Person) []Write {
	return []Write{s.create("person", newPersonItem(p))}
}

// MembershipByUser returns a user's membership of a campaign, left or not, or not found.
func (s *Store) MembershipByUser(ctx context.Context, c campaign.ID, u user.ID) (*mobilizer.Mobilizer, error) {
	pointer, err := record[mobilizer.UserMembership](ctx, s, "membership", userCampaignKey(u, c))
	if err != nil {
		return nil, err
	}
	return record[mobilizer.Mobilizer](ctx, s, "membership", membershipKey(c, pointer.Mobilizer))
}

// CreateMembershipPointer leads from a user to a new membership. When there is one already, Commit says that "membership_pointer"
// changed.
func (s *Store) CreateMembershipPointer(p *mobilizer.UserMembership) []Write {
	return []Write{s.create("membership_pointer", newPointerItem(p))}
}

// DeleteMembershipPointer removes what leads from a user to their membership, together with which it goes.
func (s *Store) DeleteMembershipPointer(u user.ID, c campaign.ID) []Write {
	return []Write{s.deleteAny("membership_pointer", userCampaignKey(u, c))}
}

// Parts are everything that a user has a part in: administrators' roles, and memberships of campaigns.
type Affiliations struct {
	Administrators []*organization.Administrator
	Organizations  map[organization.ID]*organization.Organization // of Administrators
	Memberships    []*mobilizer.Mobilizer
	Campaigns      map[campaign.ID]*campaign.Campaign // of Memberships
}

// UserAffiliations returns what a user has a part in, in order of joining: two Queries and a BatchGetItem.
func (s *Store) UserAffiliations(ctx context.Context, u user.ID) (*Affiliations, error) {
	partition := userKey(u).PK
	people, err := s.queryAll(ctx, span{table: s.tables.Records, partition: partition, prefix: personPrefix})
	if err != nil {
		return nil, err
	}
	pointers, err := s.queryAll(ctx, span{table: s.tables.Records, partition: partition, prefix: pointerPrefix})
	if err != nil {
		return nil, err
	}
	var keys []key
	for _, item := range people {
		person, err := decodeAs[organization.Person](item)
		if err != nil {
			return nil, fmt.Errorf("parts of %s: %w", u, err)
		}
		keys = append(keys, administratorKey(person.Organization, u), organizationKey(person.Organization))
	}
	for _, item := range pointers {
		pointer, err := decodeAs[mobilizer.UserMembership](item)
		if err != nil {
			return nil, fmt.Errorf("parts of %s: %w", u, err)
		}
		keys = append(keys, membershipKey(pointer.Campaign, pointer.Mobilizer), campaignKey(pointer.Campaign))
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	return sortParts(items)
}

func sortParts(items []Item) (*Affiliations, error) {
	parts := &Affiliations{
		Organizations: map[organization.ID]*organization.Organization{},
		Campaigns:     map[campaign.ID]*campaign.Campaign{},
	}
	for _, item := range items {
		decoded, err := Decode(item)
		if err != nil {
			return nil, err
		}
		switch part := decoded.(type) {
		case *organization.Administrator:
			parts.Administrators = append(parts.Administrators, part)
		case *organization.Organization:
			parts.Organizations[part.ID] = part
		case *mobilizer.Mobilizer:
			parts.Memberships = append(parts.Memberships, part)
		case *campaign.Campaign:
			parts.Campaigns[part.ID] = part
		default:
			return nil, fault.Internal("parts: unexpected %T", part)
		}
	}
	slices.SortFunc(parts.Administrators, func(a, b *organization.Administrator) int {
		return cmp.Or(a.AddedAt.Compare(b.AddedAt), cmp.Compare(a.Organization, b.Organization))
	})
	slices.SortFunc(parts.Memberships, func(a, b *mobilizer.Mobilizer) int { return cmp.Compare(a.ID, b.ID) })
	return parts, nil
}
