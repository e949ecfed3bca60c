package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

var savedViewType = register("saved-view", (*savedViewItem).domain)

type savedViewItem struct {
	key
	header
	ID         string   `dynamodbav:"ID"`
	Campaign   string   `dynamodbav:"Campaign"`
	List       string   `dynamodbav:"List"`
	Name       string   `dynamodbav:"Name"`
	Shared     bool     `dynamodbav:"Shared,omitempty"`
	Filter     string   `dynamodbav:"Filter,omitempty"`
	Sort       string   `dynamodbav:"Sort"`
	Descending bool     `dynamodbav:"Descending,omitempty"`
	Columns    []string `dynamodbav:"Columns,omitempty"`
	Owner      string   `dynamodbav:"Owner"`
	OwnerName  string   `dynamodbav:"OwnerName,omitempty"`
	CreatedAt  millis   `dynamodbav:"CreatedAt"`
	UpdatedAt  millis   `dynamodbav:"UpdatedAt,omitempty"`
}

func newSavedViewItem(v *savedview.View) *savedViewItem {
	return &savedViewItem{
		key: savedViewKey(v.Campaign, v.ID), header: header{Type: savedViewType, Version: v.Version}, ID: string(v.ID),
		Campaign: string(v.Campaign), List: string(v.List), Name: v.Name, Shared: v.Shared, Filter: v.Filter, Sort: v.Sort,
		Descending: v.Descending, Columns: v.Columns, Owner: string(v.Owner), OwnerName: v.OwnerName,
		CreatedAt: millisOf(v.CreatedAt), UpdatedAt: millisOf(v.UpdatedAt),
	}
}

func (i *savedViewItem) domain() *savedview.View {
	return &savedview.View{
		ID: savedview.ID(i.ID), Campaign: campaign.ID(i.Campaign), List: peoplelist.List(i.List), Owner: user.ID(i.Owner), OwnerName: i.OwnerName,
		CreatedAt: i.CreatedAt.time(), UpdatedAt: i.UpdatedAt.time(), Version: i.Version,
		Settings: savedview.Settings{Name: i.Name, Shared: i.Shared, Filter: i.Filter, Sort: i.Sort, Descending: i.Descending, Columns: i.Columns},
	}
}

// SavedViews returns all saved views of a campaign, private ones included, in order of creation.
func (s *Store) SavedViews(ctx context.Context, c campaign.ID) ([]*savedview.View, error) {
	return table.QueryAll[savedview.View](ctx, s.db, s.under(savedViewKey(c, "")))
}

// SavedView returns a saved view of a campaign, or not found.
func (s *Store) SavedView(ctx context.Context, c campaign.ID, id savedview.ID) (*savedview.View, error) {
	return record[savedview.View](ctx, s, "view", savedViewKey(c, id))
}

// CreateSavedView creates a saved view.
func (s *Store) CreateSavedView(v *savedview.View) []Write {
	v.Version = 1
	return []Write{s.create("view", newSavedViewItem(v))}
}

// UpdateSavedView writes a changed saved view over the version that was read.
func (s *Store) UpdateSavedView(v *savedview.View) []Write {
	return []Write{s.put("view", newSavedViewItem(v), v.Version)}
}

// DeleteSavedView deletes a saved view, at the version that was read.
func (s *Store) DeleteSavedView(v *savedview.View) []Write {
	return []Write{s.delete("view", savedViewKey(v.Campaign, v.ID), v.Version)}
}
