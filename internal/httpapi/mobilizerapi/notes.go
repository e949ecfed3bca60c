package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
)

func (m *mobilizerRoutes) registerNotes(api *httpapi.API) {
	const all, one = contactPrefix + "/notes", contactPrefix + "/notes/{note}"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-notes", Method: http.MethodGet, Path: all,
		Summary:     "List the notes about a contact",
		Description: "Latest first.",
	}, httpapi.CampaignMobilizer, m.listNotes)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-note", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create a note about a contact",
		Description: "The content is kept exactly as sent.",
	}, httpapi.CampaignMobilizer, m.createNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-note", Method: http.MethodPatch, Path: one,
		Summary: "Update a note",
	}, httpapi.CampaignMobilizer, m.updateNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-note", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary: "Delete a note",
	}, httpapi.CampaignMobilizer, m.deleteNote)
}

// Note is a note about a contact.
type Note struct {
	ID        string `json:"id"`
	Content   string `json:"content"`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func newNote(n *contact.Note) Note {
	return Note{string(n.ID), n.Content, httpapi.Timestamp(n.CreatedAt), httpapi.Timestamp(n.UpdatedAt)}
}

func (m *mobilizerRoutes) listNotes(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[Note]], error) {
	ref, before, cursor, err := m.openHistory(ctx, a, "notes", in.Contact, in.Page)
	if err != nil {
		return nil, err
	}
	notes, next, err := m.store.Notes(ctx, ref, contact.NoteID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(notes, newNote)
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// NoteRequest holds the content of a note.
type NoteRequest struct {
	Content string `json:"content" doc:"Kept exactly as sent; at most 2,500 characters."`
}

func (m *mobilizerRoutes) createNote(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body NoteRequest
},
) (*httpapi.Body[Note], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Note, []dynamo.Write, error) {
		c, err := m.readEditableContact(ctx, a, in.Contact)
		if err != nil {
			return Note{}, nil, err
		}
		note, err := c.CreateNote(in.Body.Content, a.Moment())
		if err != nil {
			return Note{}, nil, err
		}
		return newNote(note), m.store.CreateNote(c, note), nil
	})
}

// NotePath holds the path values of the routes of a note.
type NotePath struct {
	httpapi.ContactPath
	Note string `path:"note" doc:"Id of the note."`
}

// readEditableNote returns one of the caller's contacts and one of its notes, to change them.
//
// Not found: there is none, or it is another mobilizer's. Forbidden, conflict: the mobilizer has left or the campaign is not
// active.
func (m *mobilizerRoutes) readEditableNote(ctx context.Context, a *httpapi.Access, path NotePath) (*contact.Contact, *contact.Note, error) {
	if !id.Valid(path.Contact) {
		return nil, nil, fault.NotFound("contact")
	}
	if !id.Valid(path.Note) {
		return nil, nil, fault.NotFound("note")
	}
	ref := contact.Ref{Contact: contact.ID(path.Contact), Mobilizer: a.Mobilizer.ID, Campaign: a.Campaign.ID}
	c, note, err := m.store.ContactWithNote(ctx, ref, contact.NoteID(path.Note))
	if err != nil {
		return nil, nil, err
	}
	return c, note, a.Mobilizer.CanAct(a.Campaign)
}

func (m *mobilizerRoutes) updateNote(ctx context.Context, a *httpapi.Access, in *struct {
	NotePath
	Body NoteRequest
},
) (*httpapi.Body[Note], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Note, []dynamo.Write, error) {
		c, note, err := m.readEditableNote(ctx, a, in.NotePath)
		if err != nil {
			return Note{}, nil, err
		}
		updated, err := c.UpdateNote(note, in.Body.Content, a.Moment())
		if err != nil {
			return Note{}, nil, err
		}
		if updated == nil {
			return newNote(note), m.store.UpdateContact(c), nil
		}
		return newNote(updated), m.store.UpdateNote(c, updated), nil
	})
}

func (m *mobilizerRoutes) deleteNote(ctx context.Context, a *httpapi.Access, in *NotePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		c, note, err := m.readEditableNote(ctx, a, *in)
		if err != nil {
			return nil, err
		}
		c.DeleteNote(a.Moment())
		return m.store.DeleteNote(c, note.ID), nil
	})
}
