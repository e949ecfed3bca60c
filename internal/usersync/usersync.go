// Package usersync creates a user at the first sign-in and copies later changes of email address and name from the issuer:
// to the user, to the owner of the address, and to every administrator and membership of the user.
package usersync

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

// Login identifies an account at the issuer.
type Login struct{ Issuer, Subject string }

// maxCopiesPerTransaction leaves room for the other writes of a transaction, which holds 100.
const maxCopiesPerTransaction = 80

// Sync returns the user of a login as the claims describe it, with its affiliations. It creates the user if there is none.
//
// Invalid: the claims have no verified email address.
func Sync(ctx context.Context, store *dynamo.Store, login Login, claims user.Claims, at time.Time) (*user.User, *dynamo.Affiliations, error) {
	var u *user.User
	var affiliations *dynamo.Affiliations
	err := dynamo.Retry(ctx, func() error {
		var err error
		u, err = store.UserByLogin(ctx, login.Issuer, login.Subject)
		if fault.Is(err, fault.KindNotFound) {
			affiliations = &dynamo.Affiliations{}
			u, err = createUser(ctx, store, login, claims, at)
			return err
		}
		if err != nil {
			return err
		}
		affiliations, err = updateUser(ctx, store, u, claims)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return u, affiliations, nil
}

func createUser(ctx context.Context, store *dynamo.Store, login Login, claims user.Claims, at time.Time) (*user.User, error) {
	u, err := user.New(claims, at)
	if err != nil {
		return nil, err
	}
	writes := store.CreateUser(u, &user.Login{Issuer: login.Issuer, Subject: login.Subject, User: u.ID})
	owned, err := ownAddress(ctx, store, u, u.Email)
	if err != nil {
		return nil, err
	}
	return u, store.Commit(ctx, append(writes, owned...)...)
}

// updateUser writes what the claims changed. The user is written last: copies that a crash left outdated differ from it, and
// the next sign-in updates them.
func updateUser(ctx context.Context, store *dynamo.Store, u *user.User, claims user.Claims) (*dynamo.Affiliations, error) {
	before := u.Email
	changed, err := u.UpdateFromClaims(claims)
	if err != nil {
		return nil, err
	}
	affiliations, err := store.UserAffiliations(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	writes := updateCopies(store, u, affiliations)
	for len(writes) > maxCopiesPerTransaction {
		if err := store.Commit(ctx, writes[:maxCopiesPerTransaction]...); err != nil {
			return nil, err
		}
		writes = writes[maxCopiesPerTransaction:]
	}
	owned, err := ownAddress(ctx, store, u, before)
	if err != nil {
		return nil, err
	}
	writes = append(writes, owned...)
	if changed {
		writes = append(writes, store.UpdateUser(u)...)
	}
	if len(writes) == 0 {
		return affiliations, nil
	}
	return affiliations, store.Commit(ctx, writes...)
}

// updateCopies returns the writes that update the user's email address and name in administrators and memberships.
func updateCopies(store *dynamo.Store, u *user.User, affiliations *dynamo.Affiliations) []dynamo.Write {
	var writes []dynamo.Write
	for _, admin := range affiliations.Administrators {
		if admin.Email != u.Email || admin.Name != u.Name {
			admin.Email, admin.Name = u.Email, u.Name
			writes = append(writes, store.UpdateAdministrator(admin)...)
		}
	}
	for _, member := range affiliations.Memberships {
		if member.Email != u.Email {
			member.Email = u.Email
			writes = append(writes, store.UpdateMembership(member)...)
		}
	}
	return writes
}

// ownAddress returns the writes that make the user the owner of their address and release the earlier one, unless another
// user has proved that since.
func ownAddress(ctx context.Context, store *dynamo.Store, u *user.User, earlier string) ([]dynamo.Write, error) {
	var writes []dynamo.Write
	address, err := readAddress(ctx, store, u.Email)
	if err != nil {
		return nil, err
	}
	if address.User != u.ID {
		address.User = u.ID
		writes = store.PutVerifiedEmail(address)
	}
	if earlier == u.Email {
		return writes, nil
	}
	released, err := readAddress(ctx, store, earlier)
	if err != nil {
		return nil, err
	}
	if released.User == u.ID {
		writes = append(writes, store.DeleteVerifiedEmail(released)...)
	}
	return writes, nil
}

// readAddress returns an address with its owner, who is empty if nobody has proved it.
func readAddress(ctx context.Context, store *dynamo.Store, email string) (*user.VerifiedEmail, error) {
	address, err := store.VerifiedEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return &user.VerifiedEmail{Email: email}, nil
	}
	return address, err
}
