package dynamo

import (
	"cmp"
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/user"
)

var (
	serviceTokenType  = register("service-token", (*serviceTokenItem).domain)
	tokenCampaignType = register("token-campaign", (*tokenCampaignItem).domain)
)

type serviceTokenItem struct {
	key
	header
	ID           string `dynamodbav:"ID"`
	Organization string `dynamodbav:"Org"`
	Campaign     string `dynamodbav:"Campaign"`
	Hash         string `dynamodbav:"Hash"`
	Name         string `dynamodbav:"Name"`
	By           string `dynamodbav:"By"`
	ByName       string `dynamodbav:"ByName,omitempty"`
	CreatedAt    millis `dynamodbav:"CreatedAt"`
	LastUsedAt   millis `dynamodbav:"LastUsedAt,omitempty"`
	RevokedAt    millis `dynamodbav:"RevokedAt,omitempty"`
	RevokedBy    string `dynamodbav:"RevokedBy,omitempty"`
}

func newServiceTokenItem(t *servicetoken.Token) *serviceTokenItem {
	return &serviceTokenItem{
		key: serviceTokenKey(t.Campaign, t.Hash), header: header{Type: serviceTokenType, Version: t.Version}, ID: string(t.ID),
		Organization: string(t.Organization), Campaign: string(t.Campaign), Hash: t.Hash, Name: t.Name, By: string(t.CreatedBy),
		ByName: t.CreatedByName, CreatedAt: millisOf(t.CreatedAt), LastUsedAt: millisOf(t.LastUsedAt), RevokedAt: millisOf(t.RevokedAt), RevokedBy: t.RevokedBy,
	}
}

func (i *serviceTokenItem) domain() *servicetoken.Token {
	return &servicetoken.Token{
		ID: servicetoken.ID(i.ID), Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign),
		Hash: i.Hash, Name: i.Name, CreatedBy: user.ID(i.By), CreatedByName: i.ByName, CreatedAt: i.CreatedAt.time(),
		LastUsedAt: i.LastUsedAt.time(), RevokedAt: i.RevokedAt.time(), RevokedBy: i.RevokedBy, Version: i.Version,
	}
}

// tokenCampaignItem points to the campaign of a service token.
type tokenCampaignItem struct {
	key
	header
	Hash     string `dynamodbav:"Hash"`
	Campaign string `dynamodbav:"Campaign"`
}

func newTokenCampaignItem(t *servicetoken.Token) *tokenCampaignItem {
	return &tokenCampaignItem{
		key: tokenCampaignKey(t.Hash), header: header{Type: tokenCampaignType, Version: 1}, Hash: t.Hash, Campaign: string(t.Campaign),
	}
}

func (i *tokenCampaignItem) domain() *servicetoken.Pointer {
	return &servicetoken.Pointer{Hash: i.Hash, Campaign: campaign.ID(i.Campaign)}
}

// CreateServiceToken creates a service token, and the pointer to its campaign.
func (s *Store) CreateServiceToken(t *servicetoken.Token) []Write {
	t.Version = 1
	return []Write{
		s.create("service token", newServiceTokenItem(t)), s.create("service token pointer", newTokenCampaignItem(t)),
	}
}

// UpdateServiceToken writes a changed service token over the version that was read.
func (s *Store) UpdateServiceToken(t *servicetoken.Token) []Write {
	return []Write{s.put("service token", newServiceTokenItem(t), t.Version)}
}

// DeleteServiceToken deletes a service token, at the version that was read, and the pointer to its campaign.
func (s *Store) DeleteServiceToken(t *servicetoken.Token) []Write {
	return []Write{
		s.delete("service token", serviceTokenKey(t.Campaign, t.Hash), t.Version),
		s.deleteAny("service token pointer", tokenCampaignKey(t.Hash)),
	}
}

// ServiceToken returns a campaign's service token by its secret's hash, revoked or not, or not found.
func (s *Store) ServiceToken(ctx context.Context, c campaign.ID, hash string) (*servicetoken.Token, error) {
	return record[servicetoken.Token](ctx, s, "service token", serviceTokenKey(c, hash))
}

// ServiceTokens returns a campaign's service tokens, revoked ones included, the latest first.
func (s *Store) ServiceTokens(ctx context.Context, c campaign.ID) ([]*servicetoken.Token, error) {
	tokens, err := table.QueryAll[servicetoken.Token](ctx, s.db, s.under(serviceTokenKey(c, "")))
	slices.SortFunc(tokens, func(a, b *servicetoken.Token) int { return cmp.Compare(b.ID, a.ID) })
	return tokens, err
}

// UsableServiceTokens returns the service tokens of an organization's campaigns that a user created and that are not revoked,
// the latest first, and the campaigns by their ids.
func (s *Store) UsableServiceTokens(ctx context.Context, o organization.ID, by user.ID) ([]*servicetoken.Token, map[campaign.ID]*campaign.Campaign, error) {
	campaigns, err := s.Campaigns(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	byID := make(map[campaign.ID]*campaign.Campaign, len(campaigns))
	for _, c := range campaigns {
		byID[c.ID] = c
	}
	found := make([][]*servicetoken.Token, len(campaigns))
	err = InParallel(ctx, 8, len(campaigns), func(ctx context.Context, n int) error {
		var err error
		found[n], err = s.ServiceTokens(ctx, campaigns[n].ID)
		return err
	})
	tokens := slices.DeleteFunc(slices.Concat(found...), func(t *servicetoken.Token) bool { return t.Revoked() || t.CreatedBy != by })
	slices.SortFunc(tokens, func(a, b *servicetoken.Token) int { return cmp.Compare(b.ID, a.ID) })
	return tokens, byID, err
}

// ServiceTokenCampaign returns the pointer from the hash of a service token to its campaign, or not found.
func (s *Store) ServiceTokenCampaign(ctx context.Context, hash string) (*servicetoken.Pointer, error) {
	return record[servicetoken.Pointer](ctx, s, "service token", tokenCampaignKey(hash))
}
