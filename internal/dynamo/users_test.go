package dynamo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

func TestUser_ByLoginAndByEmail_IsFound(t *testing.T) {
	s := newStore(t)
	ana := createUser(t, s, "ana")
	got, err := s.UserByLogin(t.Context(), "https://issuer.example", "ana")
	if err != nil || cmp.Diff(ana, got) != "" {
		t.Errorf("by login: %v %s", err, cmp.Diff(ana, got))
	}
	for _, identity := range [][2]string{{"https://issuer.example", "ben"}, {"https://issuer.examplea", "na"}} {
		if _, err := s.UserByLogin(t.Context(), identity[0], identity[1]); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%v: %v", identity, err)
		}
	}
	address, err := s.VerifiedEmail(t.Context(), " ANA@example.org")
	if err != nil || address.User != ana.ID {
		t.Errorf("by email: %v %+v", err, address)
	}
	again := s.CreateUser(&user.User{ID: "other"}, &user.Login{Issuer: "https://issuer.example", Subject: "ana", User: "other"})
	if err := s.Commit(t.Context(), again...); !dynamo.ConditionFailed(err, "login") {
		t.Errorf("a second user for a login: %v, want a failed condition on login", err)
	}
}

func TestVerifiedEmail_VerifiedByAnother_MovesToThem(t *testing.T) {
	s := newStore(t)
	ana, ben := createUser(t, s, "ana"), createUser(t, s, "ben")
	address, err := s.VerifiedEmail(t.Context(), ana.Email)
	if err != nil {
		t.Fatal(err)
	}
	stale := *address
	address.User = ben.ID
	commit(t, s, s.PutVerifiedEmail(address))
	if err := s.Commit(t.Context(), s.DeleteVerifiedEmail(&stale)...); !dynamo.ConditionFailed(err, "address") {
		t.Errorf("deleting an address that another user has: %v, want a failed condition", err)
	}
	if err := s.Commit(t.Context(), s.PutVerifiedEmail(&user.VerifiedEmail{Email: ana.Email, User: ana.ID})...); !dynamo.ConditionFailed(err, "address") {
		t.Errorf("creating an address that exists: %v, want a failed condition", err)
	}
	now, err := s.VerifiedEmail(t.Context(), ana.Email)
	if err != nil || now.User != ben.ID {
		t.Errorf("the address belongs to %+v, %v", now, err)
	}
}

func TestUserAffiliations_AdministratorAndMobilizer_ReturnsBoth(t *testing.T) {
	s := newStore(t)
	ana, ben := createUser(t, s, "ana"), createUser(t, s, "ben")
	first, second := createOrganization(t, s, "First", ana), createOrganization(t, s, "Second", ben)
	joined, left := createCampaign(t, s, second.ID, "joined"), createCampaign(t, s, second.ID, "left")
	commit(t, s, s.CreatePerson(&organization.Person{ID: "p", User: ana.ID, Organization: second.ID}))
	for i, c := range []*campaign.Campaign{joined, left} {
		m := mobilizer.Join(c, ana, "p", mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ana", LastName: "López"}}, noon.Add(time.Duration(i)*time.Second))
		commit(t, s, s.CreateMembership(m))
		if c == left {
			m.LeftAt = noon.Add(time.Hour)
			commit(t, s, s.UpdateMembership(m))
		}
	}
	affiliations, err := s.UserAffiliations(t.Context(), ana.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(affiliations.Administrators) != 1 || affiliations.Administrators[0].Organization != first.ID || affiliations.Organizations[first.ID].Name != "First" {
		t.Errorf("administrators are %+v", affiliations.Administrators)
	}
	if len(affiliations.Memberships) != 2 || affiliations.Memberships[0].Campaign != joined.ID || !affiliations.Memberships[1].HasLeft() || affiliations.Campaigns[left.ID].Slug != "left" {
		t.Errorf("memberships are %+v", affiliations.Memberships)
	}
	if none, err := s.UserAffiliations(t.Context(), "nobody"); err != nil || len(none.Memberships) != 0 {
		t.Errorf("a user without affiliations: %v %+v", err, none)
	}
}

func TestDeleteAdministrator_TwoOwnersDeleteEachOther_SecondFails(t *testing.T) {
	s := newStore(t)
	ana, ben := createUser(t, s, "ana"), createUser(t, s, "ben")
	o := createOrganization(t, s, "Owners", ana)
	second := &organization.Administrator{Organization: o.ID, User: ben.ID, Role: organization.Owner, AddedAt: noon}
	commit(t, s, s.CreateAdministrator(second))
	all, err := s.Administrators(t.Context(), o.ID)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v: %d owners", err, len(all))
	}
	// Each deletes the other at the same time, having read two owners.
	first := append(s.DeleteAdministrator(all[0]), s.CheckAdministrator(all[1])...)
	other := append(s.DeleteAdministrator(all[1]), s.CheckAdministrator(all[0])...)
	if err := s.Commit(t.Context(), first...); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), other...); !dynamo.ConditionFailed(err, "administrator") {
		t.Errorf("the last owner is deleted: %v", err)
	}
}
