package dynamo

import (
	"cmp"
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

// Contact returns a mobilizer's contact in a campaign, or not found. Mobilizers share partitions, so that the key alone
// may lead to somebody else's contact.
func (s *Store) Contact(ctx context.Context, c campaign.ID, m mobilizer.ID, t contact.ID) (*contact.Contact, error) {
	found, err := record[contact.Contact](ctx, s, "contact", contactKey(c, m, t))
	if err != nil {
		return nil, err
	}
	if found.Mobilizer != m {
		return nil, fault.NotFound("contact")
	}
	return found, nil
}

// ContactWithNote returns a contact and a note about it in one read. It returns not found, naming the one that is
// missing.
func (s *Store) ContactWithNote(ctx context.Context, a contact.Ref, n contact.NoteID) (*contact.Contact, *contact.Note, error) {
	items, err := s.batchGet(ctx, s.tables.Records,
		[]key{contactKey(a.Campaign, a.Mobilizer, a.Contact), childKey(notes, a, string(n))})
	if err != nil {
		return nil, nil, err
	}
	var about *contact.Contact
	var note *contact.Note
	for _, item := range items {
		decoded, err := Decode(item)
		if err != nil {
			return nil, nil, err
		}
		switch found := decoded.(type) {
		case *contact.Contact:
			about = found
		case *contact.Note:
			note = found
		}
	}
	if about == nil || about.Mobilizer != a.Mobilizer {
		return nil, nil, fault.NotFound("contact")
	}
	if note == nil {
		return nil, nil, fault.NotFound("note")
	}
	return about, note, nil
}

// ActionResponse returns a contact's response to an action item, or not found.
func (s *Store) ActionResponse(ctx context.Context, a contact.Ref, r contact.ActionResponseID) (*contact.ActionResponse, error) {
	return record[contact.ActionResponse](ctx, s, "response", childKey(responses, a, string(r)))
}

// MobilizerContacts returns a page of a mobilizer's contacts, in order of adding, those after a contact ("" for the first
// page), and whether there may be more.
func (s *Store) MobilizerContacts(ctx context.Context, c campaign.ID, m mobilizer.ID, after contact.ID, limit int) ([]*contact.Contact, contact.ID, error) {
	rows, next, err := s.query(ctx, span{
		table: s.tables.Records, index: "I7", partition: memberIndex(m), after: string(after), limit: int32(limit),
	})
	if err != nil {
		return nil, "", err
	}
	keys := make([]key, 0, len(rows))
	for _, row := range rows {
		keys = append(keys, keyOf(row))
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, "", err
	}
	found, err := decodeAll[contact.Contact](items)
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(found, func(a, b *contact.Contact) int { return cmp.Compare(a.ID, b.ID) })
	if next == nil {
		return found, "", nil
	}
	return found, contact.ID(keys[len(keys)-1].SK), nil
}

// Notes returns a page of the notes about a contact, the latest first, those before a note ("" for the first page), and
// where the next page begins, "" after the last.
func (s *Store) Notes(ctx context.Context, a contact.Ref, before contact.NoteID, limit int) ([]*contact.Note, contact.NoteID, error) {
	found, more, err := children[contact.Note](ctx, s, notes, a, string(before), limit)
	if err != nil || !more {
		return found, "", err
	}
	return found, found[len(found)-1].ID, nil
}

// Answers returns a page of a contact's Key Question history, the latest first, as Notes does.
func (s *Store) Answers(ctx context.Context, a contact.Ref, before contact.AnswerID, limit int) ([]*contact.Answer, contact.AnswerID, error) {
	found, more, err := children[contact.Answer](ctx, s, answers, a, string(before), limit)
	if err != nil || !more {
		return found, "", err
	}
	return found, found[len(found)-1].ID, nil
}

// ActionResponses returns a contact's current action item responses, in order of first response: at most one an item.
func (s *Store) ActionResponses(ctx context.Context, a contact.Ref) ([]*contact.ActionResponse, error) {
	prefix := childKey(responses, a, "")
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: prefix.PK, prefix: prefix.SK})
	if err != nil {
		return nil, err
	}
	return decodeAll[contact.ActionResponse](items)
}

// children returns a page of what hangs on a contact, the latest first, and whether there may be more.
func children[T any](ctx context.Context, s *Store, f family, a contact.Ref, before string, limit int) ([]*T, bool, error) {
	prefix := childKey(f, a, "")
	sp := span{
		table: s.tables.Records, partition: prefix.PK, prefix: prefix.SK, descending: true, limit: int32(limit),
	}
	if before != "" {
		sp.start = childKey(f, a, before).attributes()
	}
	items, next, err := s.query(ctx, sp)
	if err != nil {
		return nil, false, err
	}
	found, err := decodeAll[T](items)
	return found, next != nil && len(found) > 0, err
}

// CreateContact makes a contact and its address-book entry, or writes the entry over the version that was read when it has
// one. When the mobilizer has left meanwhile, Commit says that "membership" changed.
func (s *Store) CreateContact(c *contact.Contact, e *contact.Entry) []Write {
	return append(s.addContact(c, e), s.stays(c.Campaign, c.Mobilizer))
}

func (s *Store) addContact(c *contact.Contact, e *contact.Entry) []Write {
	return append(s.PutAddressBookEntry(e), s.create("contact", newContactItem(versioned(c, 1))))
}

// versioned returns a copy of the contact with the version.
func versioned(c *contact.Contact, version int) *contact.Contact {
	next := *c
	next.Version = version
	return &next
}

// UpdateContact writes a changed contact over the version that was read: match, reset, vote plan, or mere activity.
func (s *Store) UpdateContact(c *contact.Contact) []Write {
	return []Write{s.replace("contact", newContactItem(versioned(c, c.Version+1)), c.Version)}
}

// DeleteContact removes a contact, at the version that was read. Its entry goes when gone says so, else it is written
// over the version that was read. What hangs on the contact goes in the background.
func (s *Store) DeleteContact(c *contact.Contact, e *contact.Entry, gone bool) []Write {
	removal := s.delete("contact", contactKey(c.Campaign, c.Mobilizer, c.ID), c.Version)
	if gone {
		return []Write{removal, s.delete("entry", entryKey(e.User, e.Organization, e.ID), e.Version)}
	}
	return append(s.PutAddressBookEntry(e), removal)
}

// CreateAnswer writes a contact with the next entry of its history.
func (s *Store) CreateAnswer(c *contact.Contact, a *contact.Answer) []Write {
	return append(s.UpdateContact(c), s.create("answer", newAnswerItem(a)))
}

// CreateNote writes a contact with a new note.
func (s *Store) CreateNote(c *contact.Contact, n *contact.Note) []Write {
	n.Version = 1
	return append(s.UpdateContact(c), s.create("note", newNoteItem(n)))
}

// UpdateNote writes a contact with an edited note, over the versions that were read.
func (s *Store) UpdateNote(c *contact.Contact, n *contact.Note) []Write {
	next := *n
	next.Version++
	return append(s.UpdateContact(c), s.replace("note", newNoteItem(&next), n.Version))
}

// DeleteNote writes a contact and removes one of its notes.
func (s *Store) DeleteNote(c *contact.Contact, n contact.NoteID) []Write {
	return append(s.UpdateContact(c), s.deleteAny("note", childKey(notes, c.Ref(), string(n))))
}

// PutActionResponse writes a contact with a response: a new one when its version is 0, else over the version that was
// read.
func (s *Store) PutActionResponse(c *contact.Contact, r *contact.ActionResponse) []Write {
	next := *r
	next.Version++
	if r.Version == 0 {
		return append(s.UpdateContact(c), s.create("response", newResponseItem(&next)))
	}
	return append(s.UpdateContact(c), s.replace("response", newResponseItem(&next), r.Version))
}

// DeleteActionResponse writes a contact and removes one of its responses.
func (s *Store) DeleteActionResponse(c *contact.Contact, r contact.ActionResponseID) []Write {
	return append(s.UpdateContact(c), s.deleteAny("response", childKey(responses, c.Ref(), string(r))))
}

// ContactsByID returns those of a mobilizer's contacts with the ids that exist, by their ids. It costs one batch read for
// up to 100.
func (s *Store) ContactsByID(ctx context.Context, m *mobilizer.Mobilizer, ids []contact.ID) (map[contact.ID]*contact.Contact, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = contactKey(m.Campaign, m.ID, id)
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	contacts, err := decodeAll[contact.Contact](items)
	if err != nil {
		return nil, err
	}
	found := make(map[contact.ID]*contact.Contact, len(contacts))
	for _, c := range contacts {
		if c.Mobilizer == m.ID {
			found[c.ID] = c
		}
	}
	return found, nil
}
