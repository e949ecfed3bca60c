package administration_test

import (
	"fmt"
	"testing"

	"github.com/kithhq/kith/internal/administration"
	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/user"
)

// usableTokens returns the number of a user's service tokens that work.
func usableTokens(f *campaigntest.Fixture, creator *user.User) int {
	f.Helper()
	tokens, _, err := f.Store.UsableServiceTokens(f.Context(), f.Organization.ID, creator.ID)
	f.Must(err)
	return len(tokens)
}

func TestRemove_MoreTokensThanATransactionHolds_RevokesAllWithTheRole(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	service, by := administration.NewService(f.Store), administration.Caller{User: f.Owner, At: f.Now}
	bea := f.NewUser("Bea")
	f.Commit(f.Store.CreateAdministrator(&organization.Administrator{
		Organization: f.Organization.ID, User: bea.ID, Role: organization.Admin, Name: bea.Name, Email: bea.Email, AddedAt: f.Now,
	}))
	for n := range 51 {
		token, _, err := servicetoken.New(fmt.Sprint("program ", n), servicetoken.NewSecret(), f.Campaign, nil, bea, f.Now)
		f.Must(err)
		f.Commit(f.Store.CreateServiceToken(token))
	}
	writes, err := service.Remove(t.Context(), by, f.Organization.ID, bea.ID, false)
	f.Must(err)
	if usable := usableTokens(f, bea); usable != 1 {
		t.Errorf("before the role is taken %d tokens work, want those of the last transaction: 1", usable)
	}
	f.Commit(writes)
	if usable := usableTokens(f, bea); usable != 0 {
		t.Errorf("%d tokens of a removed administrator work", usable)
	}
	_, err = service.Read(t.Context(), by, f.Organization.ID, bea.ID)
	f.MustFail(err, fault.KindNotFound, "")
}

func TestRemove_LastOwner_IsRefused(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	_, err := administration.NewService(f.Store).Remove(t.Context(), administration.Caller{User: f.Owner, At: f.Now}, f.Organization.ID, f.Owner.ID, false)
	f.MustFail(err, fault.KindConflict, "last_owner")
}
