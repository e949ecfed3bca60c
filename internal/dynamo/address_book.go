package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// AddressBookEntry returns an entry of a user's address book, or not found.
func (s *Store) AddressBookEntry(ctx context.Context, u user.ID, o organization.ID, e contact.EntryID) (*contact.Entry, error) {
	return record[contact.Entry](ctx, s, "person in your address book", entryKey(u, o, e))
}

// AddressBookEntries returns the entries of a user's address book with the ids. Entries that don't exist are left out.
func (s *Store) AddressBookEntries(ctx context.Context, u user.ID, o organization.ID, ids []contact.EntryID) (map[contact.EntryID]*contact.Entry, error) {
	entries, err := records[contact.Entry](ctx, s, keysOf(ids, func(e contact.EntryID) key { return entryKey(u, o, e) }))
	if err != nil {
		return nil, err
	}
	return byID(entries, func(e *contact.Entry) contact.EntryID { return e.ID }), nil
}

// AddressBook returns a page of a user's address book for one organization, in order of creation: the entries after one
// ("" for the first page), and where the next page begins, "" after the last.
func (s *Store) AddressBook(ctx context.Context, u user.ID, o organization.ID, after contact.EntryID, limit int) ([]*contact.Entry, contact.EntryID, error) {
	span := s.under(entryKey(u, o, ""))
	span.Limit = int32(limit)
	if after != "" {
		span.Start = entryKey(u, o, after).Attributes()
	}
	entries, next, err := table.Query[contact.Entry](ctx, s.db, span)
	if err != nil || next == nil || len(entries) == 0 {
		return entries, "", err
	}
	return entries, entries[len(entries)-1].ID, nil
}

// PutAddressBookEntry writes an address-book entry: a new one when its version is 0, else over the version that was read.
func (s *Store) PutAddressBookEntry(e *contact.Entry) []Write {
	return []Write{s.put("entry", newEntryItem(e), e.Version)}
}
