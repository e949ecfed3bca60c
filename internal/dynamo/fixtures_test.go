package dynamo_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// newStore returns a store over empty tables.
func newStore(t testing.TB) *dynamo.Store {
	t.Helper()
	db, names := dynamotest.New(t)
	return dynamo.New(db, dynamo.Tables(names))
}

func commit(t *testing.T, s *dynamo.Store, writes ...[]dynamo.Write) {
	t.Helper()
	var all []dynamo.Write
	for _, w := range writes {
		all = append(all, w...)
	}
	if err := s.Commit(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
}

func createUser(t *testing.T, s *dynamo.Store, name string) *user.User {
	t.Helper()
	u, err := user.New(user.Claims{Email: name + "@example.org", Name: name}, noon)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, s.CreateUser(u, &user.Login{Issuer: "https://issuer.example", Subject: name, User: u.ID}),
		s.PutVerifiedEmail(&user.VerifiedEmail{Email: u.Email, User: u.ID}))
	return u
}

func createOrganization(t *testing.T, s *dynamo.Store, name string, owner *user.User) *organization.Organization {
	t.Helper()
	o, first, err := organization.New(organization.Details{Name: name}, owner, noon)
	if err != nil {
		t.Fatal(err)
	}
	person := &organization.Person{ID: user.PersonID(id.At(noon)), User: owner.ID, Organization: o.ID}
	commit(t, s, s.CreateOrganization(o), s.CreateAdministrator(first), s.CreatePerson(person))
	return o
}

func createCampaign(t *testing.T, s *dynamo.Store, o organization.ID, slug string) *campaign.Campaign {
	t.Helper()
	c, err := campaign.New(o, campaign.Details{Name: slug, Slug: slug}, noon)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, s.CreateCampaign(c))
	return c
}
