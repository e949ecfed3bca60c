package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

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

func makeUser(t *testing.T, s *dynamo.Store, name string) *user.User {
	t.Helper()
	u, err := user.New(user.Claims{Email: name + "@example.org", Name: name}, noon)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, s.CreateUser(u, &user.Login{Issuer: "https://issuer.example", Subject: name, User: u.ID}),
		s.PutVerifiedEmail(&user.VerifiedEmail{Email: u.Email, User: u.ID}))
	return u
}

func makeOrganization(t *testing.T, s *dynamo.Store, name string, owner *user.User) *organization.Organization {
	t.Helper()
	o, first, err := organization.New(organization.Details{Name: name}, owner, noon)
	if err != nil {
		t.Fatal(err)
	}
	person := &organization.Person{ID: user.PersonID(id.At(noon)), User: owner.ID, Organization: o.ID}
	commit(t, s, s.CreateOrganization(o), s.CreateAdministrator(first), s.CreatePerson(person))
	return o
}

func makeCampaign(t *testing.T, s *dynamo.Store, o organization.ID, slug string) *campaign.Campaign {
	t.Helper()
	c, err := campaign.New(o, campaign.Details{Name: slug, Slug: slug}, noon)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, s.CreateCampaign(c))
	return c
}

func TestUserIsFoundByIdentityAndByAddress(t *testing.T) {
	s := openStore(t)
	ana := makeUser(t, s, "ana")
	got, err := s.UserByLogin(t.Context(), "https://issuer.example", "ana")
	if err != nil || cmp.Diff(ana, got) != "" {
		t.Errorf("by identity: %v %s", err, cmp.Diff(ana, got))
	}
	for _, identity := range [][2]string{{"https://issuer.example", "ben"}, {"https://issuer.examplea", "na"}} {
		if _, err := s.UserByLogin(t.Context(), identity[0], identity[1]); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%v: %v", identity, err)
		}
	}
	address, err := s.VerifiedEmail(t.Context(), " ANA@example.org")
	if err != nil || address.User != ana.ID {
		t.Errorf("by address: %v %+v", err, address)
	}
	again := s.CreateUser(&user.User{ID: "other"}, &user.Login{Issuer: "https://issuer.example", Subject: "ana", User: "other"})
	if err := s.Commit(t.Context(), again...); !dynamo.ConditionFailed(err, "login") {
		t.Errorf("an identity signs in as two users: %v", err)
	}
}

func TestAddressGoesToWhoProvedItLast(t *testing.T) {
	s := openStore(t)
	ana, ben := makeUser(t, s, "ana"), makeUser(t, s, "ben")
	address, err := s.VerifiedEmail(t.Context(), ana.Email)
	if err != nil {
		t.Fatal(err)
	}
	stale := *address
	address.User = ben.ID
	commit(t, s, s.PutVerifiedEmail(address))
	if err := s.Commit(t.Context(), s.DeleteVerifiedEmail(&stale)...); !dynamo.ConditionFailed(err, "address") {
		t.Errorf("an address that went to another is removed: %v", err)
	}
	if err := s.Commit(t.Context(), s.PutVerifiedEmail(&user.VerifiedEmail{Email: ana.Email, User: ana.ID})...); !dynamo.ConditionFailed(err, "address") {
		t.Errorf("an address that is taken is made: %v", err)
	}
	now, err := s.VerifiedEmail(t.Context(), ana.Email)
	if err != nil || now.User != ben.ID {
		t.Errorf("the address is now %+v: %v", now, err)
	}
}

func TestPartsAreWhatAUserAdministersAndJoined(t *testing.T) {
	s := openStore(t)
	ana, ben := makeUser(t, s, "ana"), makeUser(t, s, "ben")
	first, second := makeOrganization(t, s, "First", ana), makeOrganization(t, s, "Second", ben)
	joined, left := makeCampaign(t, s, second.ID, "joined"), makeCampaign(t, s, second.ID, "left")
	commit(t, s, s.CreatePerson(&organization.Person{ID: "p", User: ana.ID, Organization: second.ID}))
	for i, c := range []*campaign.Campaign{joined, left} {
		m := mobilizer.Join(c, ana, "p", mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ana", LastName: "López"}}, noon.Add(time.Duration(i)*time.Second))
		commit(t, s, s.CreateMembership(m))
		if c == left {
			m.LeftAt = noon.Add(time.Hour)
			commit(t, s, s.UpdateMembership(m))
		}
	}
	parts, err := s.UserAffiliations(t.Context(), ana.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts.Administrators) != 1 || parts.Administrators[0].Organization != first.ID || parts.Organizations[first.ID].Name != "First" {
		t.Errorf("administers %+v", parts.Administrators)
	}
	if len(parts.Memberships) != 2 || parts.Memberships[0].Campaign != joined.ID || !parts.Memberships[1].HasLeft() || parts.Campaigns[left.ID].Slug != "left" {
		t.Errorf("joined %+v", parts.Memberships)
	}
	if nothing, err := s.UserAffiliations(t.Context(), "nobody"); err != nil || len(nothing.Memberships) != 0 {
		t.Errorf("somebody without parts: %v %+v", err, nothing)
	}
}

func TestCampaignsOfAnOrganization(t *testing.T) {
	s := openStore(t)
	ana := makeUser(t, s, "ana")
	o, other := makeOrganization(t, s, "First", ana), makeOrganization(t, s, "Second", ana)
	var want []campaign.ID
	for i := range 3 {
		c := makeCampaign(t, s, o.ID, fmt.Sprint("slug-", i))
		want = append(want, c.ID)
	}
	makeCampaign(t, s, other.ID, "elsewhere")
	campaigns, err := s.Campaigns(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	found := map[campaign.ID]bool{}
	for _, c := range campaigns {
		found[c.ID] = true
	}
	if len(campaigns) != len(want) || !found[want[0]] || !found[want[1]] || !found[want[2]] {
		t.Errorf("found %v, want %v", found, want)
	}
}

func TestContentIsTheCampaignWithItsItemsInOrder(t *testing.T) {
	s := openStore(t)
	c := makeCampaign(t, s, "o", "content")
	var items []*action.Item
	for n := range 12 {
		edit := action.Input{Type: action.Task, Title: fmt.Sprint("item ", n), Target: action.TargetInput{Everyone: true}}
		i, err := action.New(c, items, edit, noon)
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, s.CreateActionItem(i), s.UpdateCampaign(c))
		c.Version++
		items = append(items, i)
	}
	reversed := []action.ID{}
	for n := range items {
		reversed = append(reversed, items[len(items)-1-n].ID)
	}
	moved, err := action.Reorder(c, items, reversed)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range moved {
		commit(t, s, s.UpdateActionItem(i))
	}
	content, err := s.Content(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, content.Campaign); diff != "" {
		t.Error(diff)
	}
	for n, i := range content.Items {
		if i.ID != reversed[n] {
			t.Fatalf("place %d holds %s", n, i.Title)
		}
	}
	if _, err := s.Content(t.Context(), campaign.ID(id.At(noon))); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a campaign that isn't there: %v", err)
	}
}

func TestCacheOnlyLetsThrough(t *testing.T) {
	s := openStore(t)
	c := makeCampaign(t, s, "o", "cached")
	cached, err := s.CachedContent(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	cached.Campaign.Question.Responses[0].Text = "scribbled"
	c.Name = "Renamed"
	commit(t, s, s.UpdateCampaign(c))
	old, err := s.CachedContent(t.Context(), c.ID)
	if err != nil || old.Campaign.Name != "cached" || old.Campaign.Question.Responses[0].Text != "Definitely Not" {
		t.Errorf("from the cache: %v %+v", err, old.Campaign)
	}
	fresh, err := s.Content(t.Context(), c.ID)
	if err != nil || fresh.Campaign.Name != "Renamed" {
		t.Errorf("past the cache: %v %+v", err, fresh.Campaign)
	}
	renewed, err := s.CachedContent(t.Context(), c.ID)
	if err != nil || renewed.Campaign.Name != "Renamed" {
		t.Errorf("from the cache once it was read past it: %v %+v", err, renewed.Campaign)
	}
}

func TestSlugBelongsToOneCampaign(t *testing.T) {
	s := openStore(t)
	first := makeCampaign(t, s, "o", "neighbors")
	second, err := campaign.New("o", campaign.Details{Name: "n", Slug: "neighbors"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), s.CreateCampaign(second)...); !dynamo.ConditionFailed(err, "slug") {
		t.Fatalf("two campaigns under one slug: %v", err)
	}
	if _, err := s.Campaign(t.Context(), second.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("half a campaign was made: %v", err)
	}
	first.Slug = "streets"
	commit(t, s, s.UpdateCampaignSlug(first, "neighbors"))
	commit(t, s, s.CreateCampaign(second))
	at, err := s.CampaignBySlug(t.Context(), "streets")
	if err != nil || at.Campaign.ID != first.ID {
		t.Errorf("under the new slug: %v", err)
	}
	at, err = s.CampaignBySlug(t.Context(), "neighbors")
	if err != nil || at.Campaign.ID != second.ID {
		t.Errorf("under the slug that was given up: %v", err)
	}
}

// Sixteen writers append to the same text at once: everybody's letter is in it at the end.
func TestTwoWritersAtOnceLoseNothing(t *testing.T) {
	s := openStore(t)
	c := makeCampaign(t, s, "o", "busy")
	var all sync.WaitGroup
	failures := make(chan error, 16)
	for range 16 {
		all.Go(func() {
			err := errors.New("not tried")
			for tries := 0; err != nil && tries < 20; tries++ {
				err = dynamo.Retry(context.WithoutCancel(t.Context()), func() error {
					now, err := s.Campaign(t.Context(), c.ID)
					if err != nil {
						return err
					}
					now.Description += "x"
					return s.Commit(t.Context(), s.UpdateCampaign(now)...)
				})
			}
			if err != nil {
				failures <- err
			}
		})
	}
	all.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	now, err := s.Campaign(t.Context(), c.ID)
	if err != nil || len(now.Description) != 16 || now.Version != 17 {
		t.Errorf("%v: %d letters, version %d", err, len(now.Description), now.Version)
	}
}

func TestTheLastOwnerCannotGoUnnoticed(t *testing.T) {
	s := openStore(t)
	ana, ben := makeUser(t, s, "ana"), makeUser(t, s, "ben")
	o := makeOrganization(t, s, "Owners", ana)
	second := &organization.Administrator{Organization: o.ID, User: ben.ID, Role: organization.Owner, AddedAt: noon}
	commit(t, s, s.CreateAdministrator(second))
	all, err := s.Administrators(t.Context(), o.ID)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v: %d owners", err, len(all))
	}
	// Each removes the other at the same time, having seen two owners.
	first := append(s.DeleteAdministrator(all[0]), s.CheckAdministrator(all[1])...)
	other := append(s.DeleteAdministrator(all[1]), s.CheckAdministrator(all[0])...)
	if err := s.Commit(t.Context(), first...); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), other...); !dynamo.ConditionFailed(err, "administrator") {
		t.Errorf("the last owner is removed: %v", err)
	}
}
