package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/servicetoken"
)

const (
	deletionLimit = 8   // deletions at a time
	deletionPage  = 100 // rows read at once
)

// DeleteDependents deletes the rows that depended on a deleted row: a contact's notes, answers and responses, a
// membership's contacts and management notes, a draft's exports, service tokens and rows of the audit. Rows of other kinds have none. It may be repeated at any time, also after it
// failed half-way. The deletion of a contact reaches the stream like any other, and so deletes the contact's own
// dependents.
func (s *Store) DeleteDependents(ctx context.Context, row any) error {
	switch deleted := row.(type) {
	case *contact.Contact:
		for _, kind := range []family{notes, answers, responses} {
			if err := s.deleteSpan(ctx, s.under(childKey(kind, deleted.Ref(), ""))); err != nil {
				return err
			}
		}
	case *mobilizer.Mobilizer:
		if err := s.deleteContacts(ctx, deleted.Campaign, deleted.ID); err != nil {
			return err
		}
		return s.deleteSpan(ctx, s.under(managementNoteKey(deleted.Campaign, deleted.ID, "")))
	case *campaign.Campaign:
		for _, partition := range []string{campaignKey(deleted.ID).PK, exportKey(deleted.ID, "").PK, latestExportKey(deleted.ID, export.Request{}).PK} {
			if err := s.deleteSpan(ctx, s.under(key{PK: partition})); err != nil {
				return err
			}
		}
	case *servicetoken.Token:
		err := s.Commit(ctx, s.deleteAny("row", tokenCampaignKey(deleted.Hash)))
		if !ConditionFailed(err, "row") {
			return err
		}
	}
	return nil
}

// deleteSpan deletes every row of a span of Records. Rows that are already deleted are no error.
func (s *Store) deleteSpan(ctx context.Context, span table.Span) error {
	span.Limit = deletionPage
	return s.db.EachPage(ctx, span, func(items []Item) error {
		return table.Parallel(ctx, deletionLimit, len(items), func(ctx context.Context, n int) error {
			err := s.Commit(ctx, s.deleteAny("row", table.KeyOf(items[n])))
			if ConditionFailed(err, "row") {
				return nil
			}
			return err
		})
	})
}

// deleteContacts deletes the contacts of a deleted membership, one by one, each with its address-book entry.
func (s *Store) deleteContacts(ctx context.Context, c campaign.ID, m mobilizer.ID) error {
	var after contact.ID
	for {
		page, next, err := s.MobilizerContacts(ctx, c, m, after, deletionPage)
		if err != nil {
			return err
		}
		err = table.Parallel(ctx, deletionLimit, len(page), func(ctx context.Context, n int) error {
			return s.deleteContact(ctx, page[n].Ref())
		})
		if err != nil || next == "" {
			return err
		}
		after = next
	}
}

// deleteContact deletes a contact and takes it out of its address-book entry, which is deleted with its last contact. A
// contact that was deleted is no error.
func (s *Store) deleteContact(ctx context.Context, ref contact.Ref) error {
	return Retry(ctx, func() error {
		c, err := s.Contact(ctx, ref.Campaign, ref.Mobilizer, ref.Contact)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		e, err := s.AddressBookEntry(ctx, c.User, c.Organization, c.Entry)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return err
		}
		if err != nil || e.Targets[c.Campaign] != c.ID { // the entry was deleted, or has another contact in the campaign
			return s.Commit(ctx, s.delete("contact", contactKey(c.Campaign, c.Mobilizer, c.ID), c.Version))
		}
		last := e.RemoveFromCampaign(c.Campaign)
		return s.Commit(ctx, s.DeleteContact(c, e, last)...)
	})
}
