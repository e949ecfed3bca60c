package mobilizing

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// RespondToAction returns a contact's response to an action item, and the writes that store it. The first response with an
// option marks it as used.
//
// It fails as UpdateContact does. Not found: the campaign has no such item. Invalid: the response does not fit the item.
func (s *Service) RespondToAction(ctx context.Context, by *Caller, contactID, itemID string, input contact.ActionResponseInput) (*contact.ActionResponse, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, err
	}
	item, err := action.Find(by.Items, itemID)
	if err != nil {
		return nil, nil, err
	}
	current, err := s.currentResponse(ctx, c, item)
	if err != nil {
		return nil, nil, err
	}
	changed, err := c.RespondToAction(item, current, input, by.moment())
	if err != nil {
		return nil, nil, err
	}
	if changed == nil {
		return current, s.store.UpdateContact(c), nil
	}
	writes := s.store.PutActionResponse(c, changed)
	if item.MarkUsed(changed.Choice) {
		writes = append(writes, s.store.UpdateActionItem(item)...)
	}
	return changed, writes, nil
}

// currentResponse returns a contact's response to an action item; nil if it has none.
func (s *Service) currentResponse(ctx context.Context, c *contact.Contact, item *action.Item) (*contact.ActionResponse, error) {
	summary, ok := c.ActionResponses[item.Code]
	if !ok {
		return nil, nil
	}
	r, err := s.store.ActionResponse(ctx, c.Ref(), summary.ID)
	if fault.Is(err, fault.KindNotFound) {
		return nil, &dynamo.ConditionFailedError{Entity: "response"} // withdrawn since the contact was read
	}
	return r, err
}

// WithdrawResponse returns the writes that withdraw a contact's response to an action item.
//
// It fails as UpdateContact does. Not found: the campaign has no such item.
func (s *Service) WithdrawResponse(ctx context.Context, by *Caller, contactID, itemID string) ([]dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, err
	}
	item, err := action.Find(by.Items, itemID)
	if err != nil {
		return nil, err
	}
	withdrawn, ok := c.WithdrawActionResponse(item, by.moment())
	if !ok {
		return s.store.UpdateContact(c), nil
	}
	return s.store.DeleteActionResponse(c, withdrawn), nil
}
