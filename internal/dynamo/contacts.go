package dynamo

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

// Contact returns a mobilizer's contact in a campaign, or not found. Mobilizers share partitions, so the key alone may be
// that of another mobilizer's contact.
func (s *Store) Contact(ctx context.Context, c campaign.ID, m mobilizer.ID, id contact.ID) (*contact.Contact, error) {
	found, err := record[contact.Contact](ctx, s, "contact", contactKey(c, m, id))
	if err != nil {
		return nil, err
	}
	if found.Mobilizer != m {
		return nil, fault.NotFound("contact")
	}
	return found, nil
}

// ContactByID returns a campaign's contact by its id alone, or not found. The base shard depends on the mobilizer, who is
// unknown, so one BatchGetItem reads the key in all eight.
func (s *Store) ContactByID(ctx context.Context, c campaign.ID, id contact.ID) (*contact.Contact, error) {
	var keys []key
	for _, span := range s.contactShards(c, contacts) {
		keys = append(keys, key{PK: span.Partition, SK: string(id)})
	}
	found, err := records[contact.Contact](ctx, s, keys)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.NotFound("contact")
	}
	return found[0], nil
}

// ContactWithNote returns a contact and one of its notes in one read. Not found: it names the one that doesn't exist.
func (s *Store) ContactWithNote(ctx context.Context, ref contact.Ref, n contact.NoteID) (*contact.Contact, *contact.Note, error) {
	items, err := s.db.BatchGet(ctx, s.tables.Records,
		[]key{contactKey(ref.Campaign, ref.Mobilizer, ref.Contact), childKey(notes, ref, string(n))})
	if err != nil {
		return nil, nil, err
	}
	var c *contact.Contact
	var note *contact.Note
	for _, item := range items {
		decoded, err := Decode(item)
		if err != nil {
			return nil, nil, err
		}
		switch found := decoded.(type) {
		case *contact.Contact:
			c = found
		case *contact.Note:
			note = found
		}
	}
	if c == nil || c.Mobilizer != ref.Mobilizer {
		return nil, nil, fault.NotFound("contact")
	}
	if note == nil {
		return nil, nil, fault.NotFound("note")
	}
	return c, note, nil
}

// ContactsByID returns a mobilizer's contacts with the ids, by their ids. Contacts that don't exist are left out. It costs
// one BatchGetItem for up to 100.
func (s *Store) ContactsByID(ctx context.Context, m *mobilizer.Mobilizer, ids []contact.ID) (map[contact.ID]*contact.Contact, error) {
	found, err := records[contact.Contact](ctx, s, keysOf(ids, func(id contact.ID) key { return contactKey(m.Campaign, m.ID, id) }))
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(c *contact.Contact) bool { return c.Mobilizer != m.ID })
	return byID(found, func(c *contact.Contact) contact.ID { return c.ID }), nil
}

// ContactsOfNotes returns the contacts of notes by their ids. Deleted contacts are left out.
func (s *Store) ContactsOfNotes(ctx context.Context, of []*contact.Note) (map[contact.ID]*contact.Contact, error) {
	refs := byID(of, func(n *contact.Note) contact.Ref { return n.About })
	keys := make([]key, 0, len(refs))
	for ref := range refs {
		keys = append(keys, contactKey(ref.Campaign, ref.Mobilizer, ref.Contact))
	}
	found, err := records[contact.Contact](ctx, s, keys)
	if err != nil {
		return nil, err
	}
	return byID(found, func(c *contact.Contact) contact.ID { return c.ID }), nil
}

// ContactsByRef returns the contacts that exist, of those that refs name, in no particular order.
func (s *Store) ContactsByRef(ctx context.Context, refs []contact.Ref) ([]*contact.Contact, error) {
	return records[contact.Contact](ctx, s, keysOf(refs, func(ref contact.Ref) key { return contactKey(ref.Campaign, ref.Mobilizer, ref.Contact) }))
}

// ExistingContacts returns which contacts of a mobilizer exist, of those with the ids.
func (s *Store) ExistingContacts(ctx context.Context, m *mobilizer.Mobilizer, ids []contact.ID) (map[contact.ID]bool, error) {
	keys := keysOf(ids, func(id contact.ID) key { return contactKey(m.Campaign, m.ID, id) })
	items, err := s.db.BatchGet(ctx, s.tables.Records, keys)
	existing := make(map[contact.ID]bool, len(items))
	for _, item := range items {
		existing[contact.ID(table.KeyOf(item).SK)] = true
	}
	return existing, err
}

// MobilizerContacts returns a page of a mobilizer's contacts, in order of creation: those after a contact ("" for the first
// page), and where the next page begins, "" after the last.
func (s *Store) MobilizerContacts(ctx context.Context, c campaign.ID, m mobilizer.ID, after contact.ID, limit int) ([]*contact.Contact, contact.ID, error) {
	return indexPage[contact.Contact, contact.ID](ctx, s, table.Span{
		Table: s.tables.Records, Index: memberIndex, Partition: memberContacts(m), After: string(after), Limit: int32(limit),
	})
}

// MobilizerNotes returns a page of the notes that a mobilizer wrote, the latest first: those before a note ("" for the first
// page), and where the next page begins, "" after the last.
func (s *Store) MobilizerNotes(ctx context.Context, m mobilizer.ID, before contact.NoteID, limit int) ([]*contact.Note, contact.NoteID, error) {
	return indexPage[contact.Note, contact.NoteID](ctx, s, table.Span{
		Table: s.tables.Records, Index: memberIndex, Partition: memberNotes(m),
		Before: string(before), Descending: true, Limit: int32(limit),
	})
}

// indexPage returns the rows of a page of an index in its order, deleted ones left out, and the sort key of the last one,
// "" after the last page.
func indexPage[T any, K ~string](ctx context.Context, s *Store, span table.Span) ([]*T, K, error) {
	m := table.NewMerge(s.db, []table.Span{span}, int(span.Limit))
	refs, err := m.Take(ctx, int(span.Limit))
	if err != nil {
		return nil, "", err
	}
	rows, err := table.Rows[T](ctx, m, s.tables.Records, refs)
	if err != nil {
		return nil, "", err
	}
	rows = slices.DeleteFunc(rows, func(row *T) bool { return row == nil })
	if len(refs) == 0 || !m.More() {
		return rows, "", nil
	}
	return rows, K(refs[len(refs)-1].Sort), nil
}

// Notes returns a page of the notes of a contact, the latest first: those before a note ("" for the first page), and where
// the next page begins, "" after the last.
func (s *Store) Notes(ctx context.Context, ref contact.Ref, before contact.NoteID, limit int) ([]*contact.Note, contact.NoteID, error) {
	found, more, err := children[contact.Note](ctx, s, notes, ref, string(before), limit)
	if err != nil || !more {
		return found, "", err
	}
	return found, found[len(found)-1].ID, nil
}

// Answers returns a page of a contact's Key Question answers, the latest first, as Notes does.
func (s *Store) Answers(ctx context.Context, ref contact.Ref, before contact.AnswerID, limit int) ([]*contact.Answer, contact.AnswerID, error) {
	found, more, err := children[contact.Answer](ctx, s, answers, ref, string(before), limit)
	if err != nil || !more {
		return found, "", err
	}
	return found, found[len(found)-1].ID, nil
}

// children returns a page of a contact's children of a kind, the latest first, and whether there may be more.
func children[T any](ctx context.Context, s *Store, kind family, ref contact.Ref, before string, limit int) ([]*T, bool, error) {
	span := s.under(childKey(kind, ref, ""))
	span.Descending, span.Limit = true, int32(limit)
	if before != "" {
		span.Start = childKey(kind, ref, before).Attributes()
	}
	found, next, err := table.Query[T](ctx, s.db, span)
	return found, next != nil && len(found) > 0, err
}

// ActionResponse returns a contact's response to an action item, or not found.
func (s *Store) ActionResponse(ctx context.Context, ref contact.Ref, r contact.ActionResponseID) (*contact.ActionResponse, error) {
	return record[contact.ActionResponse](ctx, s, "response", childKey(responses, ref, string(r)))
}

// ActionResponses returns a contact's current action responses, in order of creation: at most one an action item.
func (s *Store) ActionResponses(ctx context.Context, ref contact.Ref) ([]*contact.ActionResponse, error) {
	return table.QueryAll[contact.ActionResponse](ctx, s.db, s.under(childKey(responses, ref, "")))
}

// FreeTextResponses returns the texts of the current free-text responses of contacts.
func (s *Store) FreeTextResponses(ctx context.Context, of []*contact.Contact) (map[contact.ActionResponseID]string, error) {
	var keys []key
	for _, c := range of {
		for _, current := range c.ActionResponses {
			if current.Choice == contact.ChoiceText {
				keys = append(keys, childKey(responses, c.Ref(), string(current.ID)))
			}
		}
	}
	found, err := records[contact.ActionResponse](ctx, s, keys)
	if err != nil {
		return nil, err
	}
	texts := make(map[contact.ActionResponseID]string, len(found))
	for _, r := range found {
		texts[r.ID] = r.Text
	}
	return texts, nil
}
