package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
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
		note, writes, err := m.service.CreateNote(ctx, newCaller(a), in.Contact, in.Body.Content)
		if err != nil {
			return Note{}, nil, err
		}
		return newNote(note), writes, nil
	})
}

// NotePath holds the path values of the routes of a note.
type NotePath struct {
	httpapi.ContactPath
	Note string `path:"note" doc:"Id of the note."`
}

func (m *mobilizerRoutes) updateNote(ctx context.Context, a *httpapi.Access, in *struct {
	NotePath
	Body NoteRequest
},
) (*httpapi.Body[Note], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Note, []dynamo.Write, error) {
		note, writes, err := m.service.UpdateNote(ctx, newCaller(a), in.Contact, in.Note, in.Body.Content)
		if err != nil {
			return Note{}, nil, err
		}
		return newNote(note), writes, nil
	})
}

func (m *mobilizerRoutes) deleteNote(ctx context.Context, a *httpapi.Access, in *NotePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return m.service.DeleteNote(ctx, newCaller(a), in.Contact, in.Note)
	})
}
