package mobilizing

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

// CreateNote returns a new note about a contact, and the writes that store it.
//
// It fails as UpdateContact does.
func (s *Service) CreateNote(ctx context.Context, by *Caller, contactID, content string) (*contact.Note, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, err
	}
	note, err := c.CreateNote(content, by.moment())
	if err != nil {
		return nil, nil, err
	}
	return note, s.store.CreateNote(c, note), nil
}

// UpdateNote returns a note with a new content, and the writes that store it.
//
// It fails as UpdateContact does. Not found: the contact has no such note.
func (s *Service) UpdateNote(ctx context.Context, by *Caller, contactID, noteID, content string) (*contact.Note, []dynamo.Write, error) {
	c, note, err := s.editableNote(ctx, by, contactID, noteID)
	if err != nil {
		return nil, nil, err
	}
	updated, err := c.UpdateNote(note, content, by.moment())
	if err != nil {
		return nil, nil, err
	}
	if updated == nil {
		return note, s.store.UpdateContact(c), nil
	}
	return updated, s.store.UpdateNote(c, updated), nil
}

// DeleteNote returns the writes that delete a note.
//
// It fails as UpdateNote does.
func (s *Service) DeleteNote(ctx context.Context, by *Caller, contactID, noteID string) ([]dynamo.Write, error) {
	c, note, err := s.editableNote(ctx, by, contactID, noteID)
	if err != nil {
		return nil, err
	}
	c.DeleteNote(by.moment())
	return s.store.DeleteNote(c, note.ID), nil
}

// editableNote returns one of the caller's contacts and one of its notes, to change them.
func (s *Service) editableNote(ctx context.Context, by *Caller, contactID, noteID string) (*contact.Contact, *contact.Note, error) {
	if !id.Valid(contactID) {
		return nil, nil, fault.NotFound("contact")
	}
	if !id.Valid(noteID) {
		return nil, nil, fault.NotFound("note")
	}
	ref := contact.Ref{Contact: contact.ID(contactID), Mobilizer: by.Mobilizer.ID, Campaign: by.Campaign.ID}
	c, note, err := s.store.ContactWithNote(ctx, ref, contact.NoteID(noteID))
	if err != nil {
		return nil, nil, err
	}
	return c, note, by.Mobilizer.CanAct(by.Campaign)
}
