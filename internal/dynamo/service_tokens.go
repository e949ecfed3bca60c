package dynamo

import (
	"cmp"
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/user"
)

var (
	serviceTokenType  = entity("service-token", (*serviceTokenItem).domain)
	tokenCampaignType = entity("token-campaign", (*tokenCampaignItem).domain)
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
		key: serviceTokenKey(t.Campaign, t.Hash), header: header{serviceTokenType, t.Version}, ID: string(t.ID),
		Organization: string(t.Organization), Campaign: string(t.Campaign), Hash: t.Hash, Name: t.Name, By: string(t.CreatedBy),
		ByName: t.CreatedByName, CreatedAt: ms(t.CreatedAt), LastUsedAt: ms(t.LastUsedAt), RevokedAt: ms(t.RevokedAt), RevokedBy: t.RevokedBy,
	}
}

func (i *serviceTokenItem) domain() *servicetoken.Token {
	return &servicetoken.Token{
		ID: servicetoken.ID(i.ID), Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign),
		Hash: i.Hash, Name: i.Name, CreatedBy: user.ID(i.By), CreatedByName: i.ByName, CreatedAt: i.CreatedAt.time(),
		LastUsedAt: i.LastUsedAt.time(), RevokedAt: i.RevokedAt.time(), RevokedBy: i.RevokedBy, Version: i.Version,
	}
}

// tokenCampaignItem says which campaign a service token is good for.
type tokenCampaignItem struct {
	key
	header
	Hash     string `dynamodbav:"Hash"`
	Campaign string `dynamodbav:"Campaign"`
}

func newTokenCampaignItem(t *servicetoken.Token) *tokenCampaignItem {
	return &tokenCampaignItem{
		key: tokenCampaignKey(t.Hash), header: header{tokenCampaignType, 1}, Hash: t.Hash, Campaign: string(t.Campaign),
	}
}

func (i *tokenCampaignItem) domain() *servicetoken.Pointer {
	return &servicetoken.Pointer{Hash: i.Hash, Campaign: campaign.ID(i.Campaign)}
}

// CreateServiceToken writes a new service token, and what leads to its campaign.
func (s *Store) CreateServiceToken(t *servicetoken.Token) []Write {
	t.Version = 1
	return []Write{
		s.create("service token", newServiceTokenItem(t)), s.create("token's campaign", newTokenCampaignItem(t)),
	}
}

// UpdateServiceToken writes a changed service token over the version that was read.
func (s *Store) UpdateServiceToken(t *servicetoken.Token) []Write {
	next := *t
	next.Version++
	return []Write{s.replace("service token", newServiceTokenItem(&next), t.Version)}
}

// DeleteServiceToken removes the version of a service token that was read, and what leads to its campaign.
func (s *Store) DeleteServiceToken(t *servicetoken.Token) []Write {
	return []Write{
		s.delete("service token", serviceTokenKey(t.Campaign, t.Hash), t.Version),
		s.deleteAny("token's campaign", tokenCampaignKey(t.Hash)),
	}
}

// ServiceToken returns a campaign's service token by its secret's hash, revoked or not, or not found.
func (s *Store) ServiceToken(ctx context.Context, c campaign.ID, hash string) (*servicetoken.Token, error) {
	return record[servicetoken.Token](ctx, s, "service token", serviceTokenKey(c, hash))
}

// ServiceTokens returns a campaign's service tokens, revoked ones included, the latest first.
func (s *Store) ServiceTokens(ctx context.Context, c campaign.ID) ([]*servicetoken.Token, error) {
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: campaignKey(c).PK, prefix: serviceTokenPrefix})
	if err != nil {
		return nil, err
	}
	tokens, err := decodeAll[servicetoken.Token](items)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(tokens, func(a, b *servicetoken.Token) int { return cmp.Compare(b.ID, a.ID) })
	return tokens, nil
}

// ServiceTokenCampaign returns which campaign the service token of a hash is good for, or not found.
func (s *Store) ServiceTokenCampaign(ctx context.Context, hash string) (*servicetoken.Pointer, error) {
	return record[servicetoken.Pointer](ctx, s, "service token", tokenCampaignKey(hash))
}
