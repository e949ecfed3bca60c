package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

var removalType = register("removal", (*removalItem).domain)

// removalItem records that an administrator removed a user from a campaign.
type removalItem struct {
	key
	header
	User      string `dynamodbav:"User"`
	Campaign  string `dynamodbav:"Campaign"`
	By        string `dynamodbav:"By"`
	RemovedAt millis `dynamodbav:"RemovedAt"`
}

func newRemovalItem(r *mobilizer.Removal) *removalItem {
	return &removalItem{
		key: removalKey(r.User, r.Campaign), header: header{Type: removalType, Version: r.Version}, User: string(r.User),
		Campaign: string(r.Campaign), By: string(r.By), RemovedAt: millisOf(r.At),
	}
}

func (i *removalItem) domain() *mobilizer.Removal {
	return &mobilizer.Removal{
		User: user.ID(i.User), Campaign: campaign.ID(i.Campaign), By: user.ID(i.By), At: i.RemovedAt.time(), Version: i.Version,
	}
}

// Removal returns the record that an administrator removed a user from a campaign; nil if there is none.
func (s *Store) Removal(ctx context.Context, u user.ID, c campaign.ID) (*mobilizer.Removal, error) {
	r, err := record[mobilizer.Removal](ctx, s, "removal", removalKey(u, c))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return r, err
}

// PutRemoval records that an administrator removed a user from a campaign: a new record, or over the version that was read.
func (s *Store) PutRemoval(r *mobilizer.Removal) []Write {
	return []Write{s.put("removal", newRemovalItem(r), r.Version)}
}

// DeleteRemoval deletes the record, at the version that was read: the user may join again.
func (s *Store) DeleteRemoval(r *mobilizer.Removal) []Write {
	return []Write{s.delete("removal", removalKey(r.User, r.Campaign), r.Version)}
}
