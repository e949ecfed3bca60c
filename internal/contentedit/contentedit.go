// Package contentedit changes what a campaign consists of: its action items and its Key Question; and deletes drafts. Writes are
// returned for the transaction of the caller. The rules are in campaign and action.
package contentedit

import (
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/servicetoken"
)

// Editor changes the content of a campaign.
type Editor struct {
	Store    *dynamo.Store
	Campaign *campaign.Campaign
	Items    []*action.Item // in order, archived ones included
	At       time.Time
}

// CreateItem returns a new action item at the end of the order, and the writes that store it.
//
// Invalid: the input. Conflict: the campaign is closed or has too many items.
func (e *Editor) CreateItem(input action.Input) (*action.Item, []dynamo.Write, error) {
	i, err := action.New(e.Campaign, e.Items, input, e.At)
	if err != nil {
		return nil, nil, err
	}
	return i, append(e.Store.CreateActionItem(i), e.Store.UpdateCampaign(e.Campaign)...), nil
}

// UpdateItem returns an action item as change leaves it, and the writes that store it, on condition that the campaign is
// unchanged: it was not closed since, and still has the responses that the item targets.
//
// Not found: there is none. Otherwise it fails as change does.
func (e *Editor) UpdateItem(itemID string, change func(*action.Item) error) (*action.Item, []dynamo.Write, error) {
	i, err := action.Find(e.Items, itemID)
	if err != nil {
		return nil, nil, err
	}
	if err := change(i); err != nil {
		return nil, nil, err
	}
	return i, append(e.Store.UpdateActionItem(i), e.Store.CheckCampaign(e.Campaign)...), nil
}

// DeleteItem returns the writes that delete an action item and move those after it. They include the campaign, unchanged, which
// conflicts with the creation of a schedule that needs the item.
//
// Not found: there is none. Conflict: it was answered, an export schedule needs it, or check fails.
func (e *Editor) DeleteItem(ctx context.Context, itemID string, check func(*action.Item) error) ([]dynamo.Write, error) {
	i, err := action.Find(e.Items, itemID)
	if err != nil {
		return nil, err
	}
	if err := check(i); err != nil {
		return nil, err
	}
	schedules, err := e.Store.Schedules(ctx, e.Campaign.ID)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(schedules, func(s *schedule.Schedule) bool { return s.Request.Item == i.ID && s.State != schedule.Removing }) {
		return nil, fault.Conflict("action_item_scheduled", "An export schedule needs this action item. Delete the schedule or change its action item first.")
	}
	moved, err := i.Delete(e.Campaign, e.Items)
	if err != nil {
		return nil, err
	}
	writes := append(e.Store.DeleteActionItem(i), e.Store.UpdateCampaign(e.Campaign)...)
	return append(writes, e.updateItems(moved)...), nil
}

// Reorder sorts the action items as the ids are, and returns the writes that store the moved ones; none if the order is the
// same.
//
// Invalid: the ids are not those of all items in use.
func (e *Editor) Reorder(ids []action.ID) ([]dynamo.Write, error) {
	moved, err := action.Reorder(e.Campaign, e.Items, ids)
	if err != nil {
		return nil, err
	}
	action.Sort(e.Items)
	if len(moved) == 0 {
		return nil, nil
	}
	return append(e.updateItems(moved), e.Store.CheckCampaign(e.Campaign)...), nil
}

func (e *Editor) updateItems(items []*action.Item) []dynamo.Write {
	var writes []dynamo.Write
	for _, i := range items {
		writes = append(writes, e.Store.UpdateActionItem(i)...)
	}
	return writes
}

// SetKeyQuestion changes the Key Question of the campaign and returns the writes that store it. Check receives the error of the
// change, and returns the error to fail with.
//
// Invalid: the input. Conflict: a response that is used or targeted would be deleted.
func (e *Editor) SetKeyQuestion(input campaign.KeyQuestionInput, check func(error) error) ([]dynamo.Write, error) {
	targets := map[campaign.Code]string{}
	for _, item := range e.Items {
		for _, code := range item.Target.Responses {
			targets[code] = item.Title
		}
	}
	deleted, err := e.Campaign.SetKeyQuestion(input, targets, e.At)
	if err := check(err); err != nil {
		return nil, err
	}
	writes := e.Store.UpdateCampaign(e.Campaign)
	if deleted { // a concurrent update must not add a deleted response to a target
		for _, item := range e.Items {
			writes = append(writes, e.Store.CheckActionItem(item)...)
		}
	}
	return writes, nil
}

// SetDetails changes the campaign's details and returns the writes that store them, and reserve its slug if it is new. Check
// receives the error of the change, and returns the error to fail with.
//
// Invalid: the details.
func (e *Editor) SetDetails(details campaign.Details, check func(error) error) ([]dynamo.Write, error) {
	original := *e.Campaign
	if err := check(e.Campaign.SetDetails(details)); err != nil {
		return nil, err
	}
	if original.HasReserved(e.Campaign.Slug) {
		return e.Store.UpdateCampaign(e.Campaign), nil
	}
	return e.Store.UpdateCampaignSlug(e.Campaign), nil
}

// DeleteCampaign returns the writes that delete a draft with its action items.
//
// Conflict: it is no draft, has a usable service token, or an export in progress; or check fails.
func (e *Editor) DeleteCampaign(ctx context.Context, check func() error) ([]dynamo.Write, error) {
	if err := e.Campaign.CheckDeletable(); err != nil {
		return nil, err
	}
	if err := check(); err != nil {
		return nil, err
	}
	tokens, err := e.Store.ServiceTokens(ctx, e.Campaign.ID)
	if err != nil {
		return nil, err
	}
	latest, _, err := e.Store.Exports(ctx, e.Campaign.ID, "", 100)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(tokens, func(t *servicetoken.Token) bool { return !t.Revoked() }) || slices.ContainsFunc(latest, (*export.Export).UnderWay) {
		return nil, fault.Conflict("campaign_in_use", "A service token or an export in progress needs this draft. Revoke the token or cancel the export first.")
	}
	return e.Store.DeleteCampaign(e.Campaign, e.Items), nil
}
