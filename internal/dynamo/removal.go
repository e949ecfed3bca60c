package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

// removalWidth is how many removals run at a time, removalPage how many rows are asked for at once.
const (
	removalWidth = 8
	removalPage  = 100
)

// DeleteDependents removes what hung on a removed row: a contact's notes, answers and responses, a membership's contacts
// and management notes. Rows of other kinds had nothing hanging on them. It may be repeated at any time, also after it
// failed half-way; contacts removed here bring their own removal along.
func (s *Store) DeleteDependents(ctx context.Context, row any) error {
	switch r := row.(type) {
	case *contact.Contact:
		_, err := s.removeChildren(ctx, r.Ref())
		return err
	case *mobilizer.Mobilizer:
		if err := s.removeContactsOf(ctx, r.Campaign, r.ID); err != nil {
			return err
		}
		prefix := managementNoteKey(r.Campaign, r.ID, "")
		_, err := s.removeAll(ctx, span{table: s.tables.Records, partition: prefix.PK, prefix: prefix.SK})
		return err
	}
	return nil
}

// removeChildren removes what hangs on a contact that is gone, and says how many rows.
func (s *Store) removeChildren(ctx context.Context, a contact.Ref) (int, error) {
	removed := 0
	for _, f := range []family{notes, answers, responses} {
		prefix := childKey(f, a, "")
		n, err := s.removeAll(ctx, span{table: s.tables.Records, partition: prefix.PK, prefix: prefix.SK})
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// removeAll removes every row of a span of Records, whoever else removes some of them, and says how many it found.
func (s *Store) removeAll(ctx context.Context, sp span) (int, error) {
	sp.limit = removalPage
	removed := 0
	for {
		items, next, err := s.query(ctx, sp)
		if err != nil {
			return removed, err
		}
		err = InParallel(ctx, removalWidth, len(items), func(ctx context.Context, n int) error {
			return s.removeRow(ctx, keyOf(items[n]))
		})
		if err != nil {
			return removed, err
		}
		removed += len(items)
		if next == nil {
			return removed, nil
		}
		sp.start = next
	}
}

// removeRow removes a row, or finds it gone.
func (s *Store) removeRow(ctx context.Context, k key) error {
	err := s.Commit(ctx, s.deleteAny("row", k))
	if ConditionFailed(err, "row") {
		return nil
	}
	return err
}

// removeContactsOf removes the contacts of a membership that is gone, one by one, each with its address-book entry.
func (s *Store) removeContactsOf(ctx context.Context, c campaign.ID, m mobilizer.ID) error {
	var after contact.ID
	for {
		page, next, err := s.MobilizerContacts(ctx, c, m, after, removalPage)
		if err != nil {
			return err
		}
		err = InParallel(ctx, removalWidth, len(page), func(ctx context.Context, n int) error {
			return s.removeContact(ctx, page[n].Ref())
		})
		if err != nil {
			return err
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// removeContact removes a contact and takes it out of its address-book entry, which goes with its last contact.
// A contact that is gone is no error.
func (s *Store) removeContact(ctx context.Context, a contact.Ref) error {
	return Retry(ctx, func() error {
		c, err := s.Contact(ctx, a.Campaign, a.Mobilizer, a.Contact)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		alone := s.delete("contact", contactKey(c.Campaign, c.Mobilizer, c.ID), c.Version)
		e, err := s.AddressBookEntry(ctx, c.User, c.Organization, c.Entry)
		if fault.Is(err, fault.KindNotFound) {
			return s.Commit(ctx, alone)
		}
		if err != nil {
			return err
		}
		if e.Targets[c.Campaign] != c.ID {
			return s.Commit(ctx, alone)
		}
		gone := e.RemoveFromCampaign(c.Campaign)
		return s.Commit(ctx, s.DeleteContact(c, e, gone)...)
	})
}
