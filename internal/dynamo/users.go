package dynamo

import (
	"context"
	"sync"

	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// UserByLogin returns the user that an identity signs in as, or not found before its first session.
func (s *Store) UserByLogin(ctx context.Context, issuer, subject string) (*user.User, error) {
	id, err := s.UserIDByLogin(ctx, issuer, subject)
	if err != nil {
		return nil, err
	}
	return s.User(ctx, id)
}

// UserIDByLogin returns the id of the user that an identity signs in as, or not found before its first session. A login
// never changes, so a process reads it once.
func (s *Store) UserIDByLogin(ctx context.Context, issuer, subject string) (user.ID, error) {
	k := loginKey(issuer, subject)
	if id, ok := s.logins.get(k); ok {
		return id, nil
	}
	login, err := record[user.Login](ctx, s, "user", k)
	if err != nil {
		return "", err
	}
	s.logins.put(k, login.User)
	return login.User, nil
}

// loginCacheLimit bounds the cache to a few megabytes.
const loginCacheLimit = 10_000

// loginCache holds the users of logins. It is emptied when it reaches its limit. The zero value is ready.
type loginCache struct {
	mu    sync.Mutex
	users map[key]user.ID
}

func (c *loginCache) get(k key) (user.ID, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.users[k]
	return id, ok
}

func (c *loginCache) put(k key, id user.ID) {
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

// CreateUser creates a user with its login. When the identity has a login already, the condition on "login" fails.
func (s *Store) CreateUser(u *user.User, login *user.Login) []Write {
	u.Version = 1
	return []Write{s.create("login", newLoginItem(login)), s.create("user", newUserItem(u))}
}

// UpdateUser writes a changed user over the version that was read.
func (s *Store) UpdateUser(u *user.User) []Write {
	return []Write{s.put("user", newUserItem(u), u.Version)}
}

// CheckUser checks that a user still has the version that was read, so that copies of its fields are not stale.
func (s *Store) CheckUser(u *user.User) []Write {
	return []Write{s.check("user", userKey(u.ID), u.Version)}
}

// VerifiedEmail returns the user who last proved that an email address is theirs, or not found.
func (s *Store) VerifiedEmail(ctx context.Context, email string) (*user.VerifiedEmail, error) {
	return record[user.VerifiedEmail](ctx, s, "address", emailKey(text.NormalizeEmail(email)))
}

// PutVerifiedEmail gives an email address to a user: a new one when its version is 0, else over the version that was read.
func (s *Store) PutVerifiedEmail(e *user.VerifiedEmail) []Write {
	return []Write{s.put("address", newEmailItem(e), e.Version)}
}

// DeleteVerifiedEmail takes an email address from its user, at the version that was read.
func (s *Store) DeleteVerifiedEmail(e *user.VerifiedEmail) []Write {
	return []Write{s.delete("address", emailKey(e.Email), e.Version)}
}

// Person returns a user's person in an organization, or not found before the user first joins or administers it.
func (s *Store) Person(ctx context.Context, u user.ID, o organization.ID) (*organization.Person, error) {
	return record[organization.Person](ctx, s, "person", userOrganizationKey(u, o))
}

// CreatePerson creates a user's person in an organization. When there is one already, the condition on "person" fails: read
// it and use that one.
func (s *Store) CreatePerson(p *organization.Person) []Write {
	return []Write{s.create("person", newPersonItem(p))}
}
