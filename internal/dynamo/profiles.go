package dynamo

import (
	"context"
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

// ContactByID returns a campaign's contact by its id alone, or not found. The base partition comes from the
// mobilizer, whom nobody knows yet, so all eight are asked in one BatchGetItem.
func (s *Store) ContactByID(ctx context.Context, c campaign.ID, t contact.ID) (*contact.Contact, error) {
	keys := make([]key, baseShards)
	for k := range keys {
		keys[k] = key{basePartition(c, contacts, strconv.Itoa(k)), string(t)}
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fault.NotFound("contact")
	}
	return decodeAs[contact.Contact](items[0])
}

// MobilizersByID returns memberships by their ids. Those that are gone are left out.
func (s *Store) MobilizersByID(ctx context.Context, c campaign.ID, ids []mobilizer.ID) (map[mobilizer.ID]*mobilizer.Mobilizer, error) {
	found := make(map[mobilizer.ID]*mobilizer.Mobilizer, len(ids))
	var keys []key
	for _, id := range ids {
		if _, twice := found[id]; twice {
			continue
		}
		found[id] = nil
		keys = append(keys, membershipKey(c, id))
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	clear(found)
	members, err := decodeAll[mobilizer.Mobilizer](items)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		found[m.ID] = m
	}
	return found, nil
}

// MobilizerNotes returns a page of the notes that a mobilizer wrote, the latest first, those before a note ("" for the first
// page), and where the next page begins, "" after the last.
func (s *Store) MobilizerNotes(ctx context.Context, m mobilizer.ID, before contact.NoteID, limit int) ([]*contact.Note, contact.NoteID, error) {
	return indexed[contact.Note, contact.NoteID](ctx, s, span{
		table: s.tables.Records, index: "I7", partition: memberNotesIndex(m),
		before: string(before), descending: true, limit: int32(limit),
	})
}

// indexed returns the rows of a page of an index in its order, those that are gone left out, and the sort key of the
// last entry, "" when there are no more.
func indexed[T any, K ~string](ctx context.Context, s *Store, sp span) ([]*T, K, error) {
	w := newWalk(s, []span{sp}, int(sp.limit))
	some, err := w.some(ctx, int(sp.limit))
	if err != nil {
		return nil, "", err
	}
	rows, err := rowsOf[T](ctx, w, some)
	if err != nil {
		return nil, "", err
	}
	var there []*T
	for _, row := range rows {
		if row != nil {
			there = append(there, row)
		}
	}
	if len(some) == 0 || !w.more() {
		return there, "", nil
	}
	return there, K(some[len(some)-1].sort), nil
}

// ContactsOfNotes returns the contacts that notes are about, by their ids. Those that are gone are left out.
func (s *Store) ContactsOfNotes(ctx context.Context, of []*contact.Note) (map[contact.ID]*contact.Contact, error) {
	asked := map[key]bool{}
	var keys []key
	for _, n := range of {
		k := contactKey(n.About.Campaign, n.About.Mobilizer, n.About.Contact)
		if !asked[k] {
			asked[k] = true
			keys = append(keys, k)
		}
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	rows, err := decodeAll[contact.Contact](items)
	if err != nil {
		return nil, err
	}
	found := make(map[contact.ID]*contact.Contact, len(rows))
	for _, c := range rows {
		found[c.ID] = c
	}
	return found, nil
}

// FreeTextResponses returns the texts of the free responses that contacts hold, by response.
func (s *Store) FreeTextResponses(ctx context.Context, of []*contact.Contact) (map[contact.ActionResponseID]string, error) {
	var keys []key
	for _, c := range of {
		for _, held := range c.ActionResponses {
			if held.Choice == contact.ChoiceText {
				keys = append(keys, childKey(responses, c.Ref(), string(held.ID)))
			}
		}
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	rows, err := decodeAll[contact.ActionResponse](items)
	if err != nil {
		return nil, err
	}
	texts := make(map[contact.ActionResponseID]string, len(rows))
	for _, r := range rows {
		texts[r.ID] = r.Text
	}
	return texts, nil
}

// ManagementNotes returns the management notes about a mobilizer, in order of writing. They are few.
func (s *Store) ManagementNotes(ctx context.Context, c campaign.ID, m mobilizer.ID) ([]*mobilizer.ManagementNote, error) {
	prefix := managementNoteKey(c, m, "")
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: prefix.PK, prefix: prefix.SK})
	if err != nil {
		return nil, err
	}
	return decodeAll[mobilizer.ManagementNote](items)
}

// ManagementNote returns a management note, or not found.
func (s *Store) ManagementNote(ctx context.Context, c campaign.ID, m mobilizer.ID, n mobilizer.NoteID) (*mobilizer.ManagementNote, error) {
	return record[mobilizer.ManagementNote](ctx, s, "note", managementNoteKey(c, m, n))
}

// CreateManagementNote writes a new management note. The membership must be there still: nothing may appear behind one
// that is gone. When it is not, Commit says that "membership" changed.
func (s *Store) CreateManagementNote(n *mobilizer.ManagementNote) []Write {
	n.Version = 1
	there := Write{
		what: "membership", table: s.tables.Records, key: membershipKey(n.Campaign, n.Mobilizer),
		condition: "attribute_exists(PK)",
	}
	return []Write{s.create("note", newManagementNoteItem(n)), there}
}

// UpdateManagementNote writes a changed management note over the version that was read.
func (s *Store) UpdateManagementNote(n *mobilizer.ManagementNote) []Write {
	next := *n
	next.Version++
	return []Write{s.replace("note", newManagementNoteItem(&next), n.Version)}
}

// DeleteManagementNote removes a management note, at the version that was read.
func (s *Store) DeleteManagementNote(n *mobilizer.ManagementNote) []Write {
	return []Write{s.delete("note", managementNoteKey(n.Campaign, n.Mobilizer, n.ID), n.Version)}
}
