package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// AddressBookEntry returns an entry of a user's address book, or not found.
func (s *Store) AddressBookEntry(ctx context.Context, u user.ID, o organization.ID, e contact.EntryID) (*contact.Entry, error) {
	return record[contact.Entry](ctx, s, "person in your address book", entryKey(u, o, e))
}

// AddressBookEntries returns those entries of a user's address book that are there, by their ids.
func (s *Store) AddressBookEntries(ctx context.Context, u user.ID, o organization.ID, ids []contact.EntryID) (map[contact.EntryID]*contact.Entry, error) {
	keys := make([]key, len(ids))
	for i, e := range ids {
		keys[i] = entryKey(u, o, e)
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	entries, err := decodeAll[contact.Entry](items)
	if err != nil {
		return nil, err
	}
	found := make(map[contact.EntryID]*contact.Entry, len(entries))
	for _, e := range entries {
		found[e.ID] = e
	}
	return found, nil
}

// AddressBook returns a page of the people a user knows, as far as one organization is concerned, in order of writing
// them down, those after an entry ("" for the first page), and where the next page begins, "" after the last.
func (s *Store) AddressBook(ctx context.Context, u user.ID, o organization.ID, after contact.EntryID, limit int) ([]*contact.Entry, contact.EntryID, error) {
	sp := span{table: s.tables.Records, partition: userKey(u).PK, prefix: entryPrefix(o), limit: int32(limit)}
	if after != "" {
		sp.start = entryKey(u, o, after).attributes()
	}
	items, next, err := s.query(ctx, sp)
	if err != nil {
		return nil, "", err
	}
	entries, err := decodeAll[contact.Entry](items)
	if err != nil || next == nil || len(entries) == 0 {
		return entries, "", err
	}
	return entries, entries[len(entries)-1].ID, nil
}

// PutAddressBookEntry writes an address-book entry: a new one when its version is 0, else over the version that was read.
func (s *Store) PutAddressBookEntry(e *contact.Entry) []Write {
	next := *e
	next.Version++
	if e.Version == 0 {
		return []Write{s.create("entry", newEntryItem(&next))}
	}
	return []Write{s.replace("entry", newEntryItem(&next), e.Version)}
}
