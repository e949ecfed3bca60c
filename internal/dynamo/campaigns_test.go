package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

func TestCampaigns_TwoOrganizations_ReturnsOwn(t *testing.T) {
	s := newStore(t)
	ana := createUser(t, s, "ana")
	o, other := createOrganization(t, s, "First", ana), createOrganization(t, s, "Second", ana)
	var want []campaign.ID
	for i := range 3 {
		c := createCampaign(t, s, o.ID, fmt.Sprint("slug-", i))
		want = append(want, c.ID)
	}
	createCampaign(t, s, other.ID, "elsewhere")
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

func TestContent_ReorderedItems_ReturnsCampaignAndItemsInOrder(t *testing.T) {
	s := newStore(t)
	c := createCampaign(t, s, "o", "content")
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
			t.Fatalf("item %d is %q", n, i.Title)
		}
	}
	if _, err := s.Content(t.Context(), campaign.ID(id.At(noon))); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a campaign that does not exist: %v", err)
	}
}

func TestCachedContent_AfterChange_ReturnsCachedUntilContentIsRead(t *testing.T) {
	s := newStore(t)
	c := createCampaign(t, s, "o", "cached")
	cached, err := s.CachedContent(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	cached.Campaign.Question.Responses[0].Text = "changed by the caller"
	c.Name = "Renamed"
	commit(t, s, s.UpdateCampaign(c))
	old, err := s.CachedContent(t.Context(), c.ID)
	if err != nil || old.Campaign.Name != "cached" || old.Campaign.Question.Responses[0].Text != "Definitely Not" {
		t.Errorf("from the cache: %v %+v", err, old.Campaign)
	}
	fresh, err := s.Content(t.Context(), c.ID)
	if err != nil || fresh.Campaign.Name != "Renamed" {
		t.Errorf("from the table: %v %+v", err, fresh.Campaign)
	}
	renewed, err := s.CachedContent(t.Context(), c.ID)
	if err != nil || renewed.Campaign.Name != "Renamed" {
		t.Errorf("from the cache after Content: %v %+v", err, renewed.Campaign)
	}
}

func TestCreateCampaign_SlugOfAnother_FailsAlsoAfterItChanged(t *testing.T) {
	s := newStore(t)
	first := createCampaign(t, s, "o", "neighbors")
	second, err := campaign.New("o", campaign.Details{Name: "n", Slug: "neighbors"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	expectTaken := func() {
		t.Helper()
		if err := s.Commit(t.Context(), s.CreateCampaign(second)...); !dynamo.ConditionFailed(err, "slug") {
			t.Fatalf("two campaigns with one slug: %v", err)
		}
		if _, err := s.Campaign(t.Context(), second.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a failed commit created the campaign: %v", err)
		}
	}
	expectTaken()
	details := first.Details()
	details.Slug = "streets"
	if err := first.SetDetails(details); err != nil {
		t.Fatal(err)
	}
	commit(t, s, s.UpdateCampaignSlug(first))
	expectTaken()
	for _, slug := range []string{"streets", "neighbors"} {
		at, err := s.CampaignBySlug(t.Context(), slug)
		if err != nil || at.Campaign.ID != first.ID || at.Campaign.Slug != "streets" {
			t.Errorf("by %s: %+v, %v", slug, at, err)
		}
	}
}

// Sixteen writers append a letter to the same text at the same time.
func TestRetry_ConcurrentWriters_LoseNoUpdate(t *testing.T) {
	s := newStore(t)
	c := createCampaign(t, s, "o", "busy")
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
