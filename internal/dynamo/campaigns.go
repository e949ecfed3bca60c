package dynamo

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Content is a campaign with its action items in order, archived ones included.
type Content struct {
	Campaign *campaign.Campaign
	Items    []*action.Item
}

// Content reads a campaign with its action items in one Query, or not found.
func (s *Store) Content(ctx context.Context, id campaign.ID) (*Content, error) {
	started := time.Now()
	items, err := s.db.QueryAll(ctx, s.contentSpan(id))
	if err != nil {
		return nil, err
	}
	content := &Content{}
	for _, item := range items {
		decoded, err := Decode(item)
		if err != nil {
			return nil, err
		}
		switch row := decoded.(type) {
		case *campaign.Campaign:
			content.Campaign = row
		case *action.Item:
			content.Items = append(content.Items, row)
		}
	}
	if content.Campaign == nil {
		return nil, fault.NotFound("campaign")
	}
	action.Sort(content.Items)
	s.content.put(content, started)
	return content.clone(), nil
}

// CachedContent returns a campaign with its action items as they were at most five seconds ago. It may only be used to
// allow: before a request is refused because of it, Content has to be read.
func (s *Store) CachedContent(ctx context.Context, id campaign.ID) (*Content, error) {
	if cached := s.content.get(id); cached != nil {
		return cached.clone(), nil
	}
	return s.Content(ctx, id)
}

// clone returns a copy that the caller may change.
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
	contentLimit = 1000 // campaigns in the cache, which bounds a function's memory
)

// contentCache holds the latest content of campaigns. The zero value is ready.
type contentCache struct {
	mu     sync.Mutex
	cached map[campaign.ID]cachedContent
}

type cachedContent struct {
	content *Content
	until   time.Time
}

// put caches the content whose reading started at an instant, unless content read later is cached already.
func (c *contentCache) put(content *Content, started time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, until := content.Campaign.ID, started.Add(contentAge)
	if c.cached[id].until.After(until) {
		return
	}
	if c.cached == nil || len(c.cached) >= contentLimit {
		c.cached = map[campaign.ID]cachedContent{}
	}
	c.cached[id] = cachedContent{content, until}
}

func (c *contentCache) get(id campaign.ID) *Content {
	c.mu.Lock()
	defer c.mu.Unlock()
	cached, ok := c.cached[id]
	if !ok || time.Now().After(cached.until) {
		return nil
	}
	return cached.content
}

// Campaign returns a campaign without its action items, or not found.
func (s *Store) Campaign(ctx context.Context, id campaign.ID) (*campaign.Campaign, error) {
	return record[campaign.Campaign](ctx, s, "campaign", campaignKey(id))
}

// CampaignBySlug returns the campaign whose landing page has a slug, or had it earlier, with its action items, or not found.
func (s *Store) CampaignBySlug(ctx context.Context, slug string) (*Content, error) {
	reservation, err := record[campaign.SlugReservation](ctx, s, "campaign", slugKey(slug))
	if err != nil {
		return nil, err
	}
	return s.Content(ctx, reservation.Campaign)
}

// Campaigns returns an organization's campaigns, in order of creation.
func (s *Store) Campaigns(ctx context.Context, o organization.ID) ([]*campaign.Campaign, error) {
	listed, err := table.QueryAll[campaign.OrganizationCampaign](ctx, s.db, s.under(organizationCampaignKey(o, "")))
	if err != nil {
		return nil, err
	}
	keys := keysOf(listed, func(l *campaign.OrganizationCampaign) key { return campaignKey(l.Campaign) })
	campaigns, err := records[campaign.Campaign](ctx, s, keys)
	slices.SortFunc(campaigns, func(a, b *campaign.Campaign) int { return cmp.Compare(a.ID, b.ID) })
	return campaigns, err
}

// CreateCampaign creates a campaign and reserves its slug. When the slug is taken, the condition on "slug" fails.
func (s *Store) CreateCampaign(c *campaign.Campaign) []Write {
	c.Version = 1
	return []Write{
		s.create("slug", newSlugItem(c)), s.create("campaign", newCampaignItem(c)),
		s.create("listing", newListingItem(c)), s.create("campaign_listing", newCampaignListingItem(c.ID)), s.putListState(c.ID, c.CreatedAt),
	}
}

// UpdateCampaign writes a changed campaign over the version that was read.
func (s *Store) UpdateCampaign(c *campaign.Campaign) []Write {
	return []Write{s.put("campaign", newCampaignItem(c), c.Version)}
}

// UpdateCampaignSlug writes a campaign with a slug that it never had over the version that was read, and reserves the slug. The
// previous ones stay reserved. When another campaign has the slug, or had it earlier, the condition on "slug" fails.
func (s *Store) UpdateCampaignSlug(c *campaign.Campaign) []Write {
	return append([]Write{s.create("slug", newSlugItem(c))}, s.UpdateCampaign(c)...)
}

// DeleteCampaign deletes a draft at the version that was read, with its action items, and releases its slugs. Its exports and revoked
// service tokens are deleted by the stream; the state of its lists and of its audit, without counts, remain.
func (s *Store) DeleteCampaign(c *campaign.Campaign, items []*action.Item) []Write {
	writes := []Write{
		s.delete("campaign", campaignKey(c.ID), c.Version), s.deleteAny("slug", slugKey(c.Slug)),
		s.deleteAny("listing", organizationCampaignKey(c.Organization, c.ID)), s.deleteAny("campaign_listing", campaignListingKey(c.ID)),
	}
	for _, slug := range c.PreviousSlugs {
		writes = append(writes, s.deleteAny("slug", slugKey(slug)))
	}
	for _, i := range items {
		writes = append(writes, s.DeleteActionItem(i)...)
	}
	return writes
}

// CheckCampaign checks that a campaign still has the version that was read. It makes concurrent writers conflict, so it is
// not for the routes of mobilizers.
func (s *Store) CheckCampaign(c *campaign.Campaign) []Write {
	return []Write{s.check("campaign", campaignKey(c.ID), c.Version)}
}
