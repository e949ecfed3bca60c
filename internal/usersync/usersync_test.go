package usersync_test

import (
	"testing"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/usersync"
)

// login is the login of a user of the fixture.
func login(name string) usersync.Login {
	return usersync.Login{Issuer: "https://issuer.test", Subject: name}
}

func owner(f *campaigntest.Fixture, email string) user.ID {
	f.Helper()
	address, err := f.Store.VerifiedEmail(f.Context(), email)
	if fault.Is(err, fault.KindNotFound) {
		return ""
	}
	f.Must(err)
	return address.User
}

func TestSync_FirstSignIn_CreatesUserWhoOwnsAddress(t *testing.T) {
	f := campaigntest.New(t)
	claims := user.Claims{Email: "Ana@example.org", Name: "Ana"}
	created, affiliations, err := usersync.Sync(t.Context(), f.Store, login("ana"), claims, f.Now)
	f.Must(err)
	if len(affiliations.Memberships)+len(affiliations.Administrators) > 0 {
		t.Errorf("a new user has affiliations: %+v", affiliations)
	}
	again, _, err := usersync.Sync(t.Context(), f.Store, login("ana"), claims, f.Now)
	f.Must(err)
	if again.ID != created.ID || owner(f, "ana@example.org") != created.ID {
		t.Errorf("the second sign-in is of %s, the address of %q, want %s", again.ID, owner(f, "ana@example.org"), created.ID)
	}
}

func TestSync_AddressChanged_UpdatesCopiesAndReleasesEarlierAddress(t *testing.T) {
	f := campaigntest.New(t)
	member := f.NewMobilizer("Ana", true)
	_, _, err := usersync.Sync(t.Context(), f.Store, login("Ana"), user.Claims{Email: "new@example.org", Name: "Ana"}, f.Now)
	f.Must(err)
	_, _, err = usersync.Sync(t.Context(), f.Store, login("Olivia"), user.Claims{Email: "olivia@example.net", Name: "Olivia Ortiz"}, f.Now)
	f.Must(err)
	member, err = f.Store.Membership(t.Context(), f.Campaign.ID, member.ID)
	f.Must(err)
	admin, err := f.Store.Administrator(t.Context(), f.Organization.ID, f.Owner.ID)
	f.Must(err)
	if member.Email != "new@example.org" || admin.Email != "olivia@example.net" || admin.Name != "Olivia Ortiz" {
		t.Errorf("the membership has %s, the administrator %s and %s", member.Email, admin.Email, admin.Name)
	}
	if owner(f, "new@example.org") != member.User || owner(f, "ana@example.org") != "" {
		t.Errorf("owners are %q and %q", owner(f, "new@example.org"), owner(f, "ana@example.org"))
	}
}

func TestSync_AddressOfAnotherUser_BelongsToLastVerifier(t *testing.T) {
	f := campaigntest.New(t)
	f.NewUser("Ana")
	ben := f.NewUser("Ben")
	ana := user.Claims{Email: "ana@example.org", Name: "Ana"}
	_, _, err := usersync.Sync(t.Context(), f.Store, login("Ben"), user.Claims{Email: "ana@example.org", Name: "Ben"}, f.Now)
	f.Must(err)
	if owner(f, "ana@example.org") != ben.ID {
		t.Fatalf("the address belongs to %q, want Ben", owner(f, "ana@example.org"))
	}
	ana.Email = "ana@example.net"
	_, _, err = usersync.Sync(t.Context(), f.Store, login("Ana"), ana, f.Now)
	f.Must(err)
	if owner(f, "ana@example.org") != ben.ID {
		t.Errorf("Ana's change released the address of Ben: it belongs to %q", owner(f, "ana@example.org"))
	}
}

func TestSync_InvalidAddress_CreatesNoUser(t *testing.T) {
	f := campaigntest.New(t)
	_, _, err := usersync.Sync(t.Context(), f.Store, login("ana"), user.Claims{Email: "ana", Name: "Ana"}, f.Now)
	if !fault.Is(err, fault.KindInvalid) {
		t.Errorf("the error is %v", err)
	}
	if _, err := f.Store.UserByLogin(t.Context(), "https://issuer.test", "ana"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the user exists: %v", err)
	}
}
