package dynamo

import (
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
)

// MaxContactsPerTransaction is how many contacts fit into one transaction of a hundred items: two items each, the
// membership, and the record of the request.
const MaxContactsPerTransaction = 49

// ContactWithEntry is a contact to be created with its address-book entry.
type ContactWithEntry struct {
	Contact *contact.Contact
	Entry   *contact.Entry
}

// CreateContact creates a contact with its address-book entry, or writes the entry over the version that was read when it
// has one. When the mobilizer has left, the condition on "membership" fails.
func (s *Store) CreateContact(c *contact.Contact, e *contact.Entry) []Write {
	return append(s.createContact(c, e), s.checkMember(c.Campaign, c.Mobilizer))
}

// CreateContacts creates at most MaxContactsPerTransaction contacts of one mobilizer, as CreateContact does.
func (s *Store) CreateContacts(m *mobilizer.Mobilizer, batch []ContactWithEntry) []Write {
	writes := make([]Write, 0, 2*len(batch)+2)
	for _, b := range batch {
		writes = append(writes, s.createContact(b.Contact, b.Entry)...)
	}
	return append(writes, s.checkMember(m.Campaign, m.ID))
}

func (s *Store) createContact(c *contact.Contact, e *contact.Entry) []Write {
	return append(s.PutAddressBookEntry(e), s.put("contact", newContactItem(c), 0))
}

// UpdateContact writes a changed contact over the version that was read: a match, its reset, the vote plan, or activity
// alone.
func (s *Store) UpdateContact(c *contact.Contact) []Write {
	return []Write{s.put("contact", newContactItem(c), c.Version)}
}

// DeleteContact deletes a contact, at the version that was read. Its address-book entry is deleted with it when last is
// set, and otherwise written over the version that was read. The contact's dependents are deleted by the stream.
func (s *Store) DeleteContact(c *contact.Contact, e *contact.Entry, last bool) []Write {
	deletion := s.delete("contact", contactKey(c.Campaign, c.Mobilizer, c.ID), c.Version)
	if last {
		return []Write{deletion, s.delete("entry", entryKey(e.User, e.Organization, e.ID), e.Version)}
	}
	return append(s.PutAddressBookEntry(e), deletion)
}

// CreateAnswer writes a contact with a new Key Question answer.
func (s *Store) CreateAnswer(c *contact.Contact, a *contact.Answer) []Write {
	return append(s.UpdateContact(c), s.create("answer", newAnswerItem(a)))
}

// CreateNote writes a contact with a new note.
func (s *Store) CreateNote(c *contact.Contact, n *contact.Note) []Write {
	n.Version = 1
	return append(s.UpdateContact(c), s.create("note", newNoteItem(n)))
}

// UpdateNote writes a contact with a changed note, over the versions that were read.
func (s *Store) UpdateNote(c *contact.Contact, n *contact.Note) []Write {
	return append(s.UpdateContact(c), s.put("note", newNoteItem(n), n.Version))
}

// DeleteNote writes a contact and deletes one of its notes.
func (s *Store) DeleteNote(c *contact.Contact, n contact.NoteID) []Write {
	return append(s.UpdateContact(c), s.deleteAny("note", childKey(notes, c.Ref(), string(n))))
}

// PutActionResponse writes a contact with an action response: a new one when its version is 0, else over the version that
// was read.
func (s *Store) PutActionResponse(c *contact.Contact, r *contact.ActionResponse) []Write {
	return append(s.UpdateContact(c), s.put("response", newResponseItem(r), r.Version))
}

// DeleteActionResponse writes a contact and deletes one of its action responses.
func (s *Store) DeleteActionResponse(c *contact.Contact, r contact.ActionResponseID) []Write {
	return append(s.UpdateContact(c), s.deleteAny("response", childKey(responses, c.Ref(), string(r))))
}
