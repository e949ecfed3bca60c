package dynamo

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Content is a campaign with its action items in order, archived ones included.
type Content struct {
	Campaign *campaign.Campaign
	Items    []*action.Item
}

// Content reads a campaign with its action items in one Query. It returns not found when there is no such campaign.
func (s *Store) Content(ctx context.Context, id campaign.ID) (*Content, error) {
	asked := time.Now()
	rows, err := s.queryAll(ctx, contentSpan(s.tables.Records, id))
	if err != nil {
		return nil, err
	}
	content := &Content{}
	for _, row := range rows {
		decoded, err := Decode(row)
		if err != nil {
			return nil, err
		}
		switch part := decoded.(type) {
		case *campaign.Campaign:
			content.Campaign = part
		case *action.Item:
			content.Items = append(content.Items, part)
		}
	}
	if content.Campaign == nil {
		return nil, fault.NotFound("campaign")
	}
	action.Sort(content.Items)
	s.content.keep(content, asked)
	return content.clone(), nil
}

// CachedContent returns a campaign with its action items as they were at most five seconds ago. It may only let
// through: before refusing anything because of it, read Content.
func (s *Store) CachedContent(ctx context.Context, id campaign.ID) (*Content, error) {
	if kept := s.content.get(id); kept != nil {
		return kept.clone(), nil
	}
	return s.Content(ctx, id)
}

// clone returns a copy that its holder may change.
func (c *Content) clone() *Content {
	copied := *c.Campaign
	copied.Question.Responses = slices.Clone(copied.Question.Responses)
	items := make([]*action.Item, len(c.Items))
	for i, item := range c.Items {
		own := *item
		own.Options = slices.Clone(own.Options)
		own.Links = slices.Clone(own.Links)
		own.Target.Responses = slices.Clone(own.Target.Responses)
		items[i] = &own
	}
	return &Content{&copied, items}
}

const (
	contentAge   = 5 * time.Second
	contentLimit = 1000 // campaigns kept, so that a function's memory stays small
)

// contentCache keeps what was read last of each campaign. The zero value is ready.
type contentCache struct {
	mu   sync.Mutex
	kept map[campaign.ID]keptContent
}

type keptContent struct {
	content *Content
	until   time.Time
}

func (c *contentCache) keep(content *Content, asked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := asked.Add(contentAge); c.kept[content.Campaign.ID].until.After(until) {
		return // a later reading was faster
	}
	if c.kept == nil || len(c.kept) >= contentLimit {
		c.kept = map[campaign.ID]keptContent{}
	}
	c.kept[content.Campaign.ID] = keptContent{content, asked.Add(contentAge)}
}

func (c *contentCache) get(id campaign.ID) *Content {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.kept[id]
	if !ok || time.Now().After(kept.until) {
		return nil
	}
	return kept.content
}

// Campaign returns a campaign without its action items, or not found.
func (s *Store) Campaign(ctx context.Context, id campaign.ID) (*campaign.Campaign, error) {
	return record[campaign.Campaign](ctx, s, "campaign", campaignKey(id))
}

// CampaignBySlug returns the campaign whose landing page stands under a slug, with its action items, or not found.
func (s *Store) CampaignBySlug(ctx context.Context, slug string) (*Content, error) {
	address, err := record[campaign.SlugReservation](ctx, s, "campaign", slugKey(slug))
	if err != nil {
		return nil, err
	}
	return s.Content(ctx, address.Campaign)
}

// Campaigns returns an organization's campaigns, in order of making.
func (s *Store) Campaigns(ctx context.Context, o organization.ID) ([]*campaign.Campaign, error) {
	rows, err := s.queryAll(ctx, span{table: s.tables.Records, partition: organizationKey(o).PK, prefix: listingPrefix})
	if err != nil {
		return nil, err
	}
	listings, err := decodeAll[campaign.OrganizationCampaign](rows)
	if err != nil {
		return nil, err
	}
	keys := make([]key, len(listings))
	for i, l := range listings {
		keys[i] = campaignKey(l.Campaign)
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	campaigns, err := decodeAll[campaign.Campaign](items)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(campaigns, func(a, b *campaign.Campaign) int { return cmp.Compare(a.ID, b.ID) })
	return campaigns, nil
}

// CreateCampaign makes a campaign and takes its slug. When somebody has the slug, Commit says that "slug" changed.
func (s *Store) CreateCampaign(c *campaign.Campaign) []Write {
	c.Version = 1
	return []Write{
		s.create("slug", newSlugItem(c)), s.create("campaign", newCampaignItem(c)),
		s.create("listing", newListingItem(c)),
	}
}

// UpdateCampaign writes a changed campaign over the version that was read.
func (s *Store) UpdateCampaign(c *campaign.Campaign) []Write {
	next := *c
	next.Version++
	return []Write{s.replace("campaign", newCampaignItem(&next), c.Version)}
}

// UpdateCampaignSlug writes a changed campaign over the version that was read, gives up its slug before and takes the new
// one. When somebody has the new slug, Commit says that "slug" changed.
func (s *Store) UpdateCampaignSlug(c *campaign.Campaign, before string) []Write {
	return append([]Write{s.create("slug", newSlugItem(c)), s.deleteAny("slug before", slugKey(before))}, s.UpdateCampaign(c)...)
}

// CheckCampaign demands that a campaign is as it was read. Not for what mobilizers do: it makes writers wait.
func (s *Store) CheckCampaign(c *campaign.Campaign) []Write {
	return []Write{s.check("campaign", campaignKey(c.ID), c.Version)}
}
