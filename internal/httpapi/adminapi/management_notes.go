package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
)

// ManagementNote is an administrator's note about a mobilizer.
type ManagementNote struct {
	ID        string `json:"id"`
	Content   string `json:"content"`
	WrittenBy string `json:"written_by" doc:"Name of the author."`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func showManagementNote(n *mobilizer.ManagementNote) ManagementNote {
	return ManagementNote{string(n.ID), n.Content, n.AuthorName, httpapi.Timestamp(n.CreatedAt), httpapi.Timestamp(n.UpdatedAt)}
}

func (h *people) managementNotes(ctx context.Context, a *httpapi.Access, in *MobilizerPath) (*httpapi.Body[httpapi.List[ManagementNote]], error) {
	m, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	notes, err := h.store.ManagementNotes(ctx, a.Campaign.ID, m.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(notes, showManagementNote)), nil
}

// ManagementNoteCreate is what writing a management note takes.
type ManagementNoteCreate struct {
	MobilizerPath
	Body ManagementNoteContent
}

// ManagementNoteContent is what a management note says.
type ManagementNoteContent struct {
	Content string `json:"content" doc:"Kept exactly as written; at most 5,000 characters."`
}

func (h *people) writeManagementNote(ctx context.Context, a *httpapi.Access, in *ManagementNoteCreate) (*httpapi.Body[ManagementNote], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ManagementNote, []dynamo.Write, error) {
		m, err := h.of(ctx, a, &in.MobilizerPath)
		if err != nil {
			return ManagementNote{}, nil, err
		}
		note, err := m.CreateNote(in.Body.Content, a.User, a.At)
		if err != nil {
			return ManagementNote{}, nil, err
		}
		return showManagementNote(note), h.store.CreateManagementNote(note), nil
	})
}

// ManagementNotePath is what every route of one management note takes.
type ManagementNotePath struct {
	MobilizerPath
	Note string `path:"note" doc:"Id of the note."`
}

func (h *people) noteOf(ctx context.Context, a *httpapi.Access, in *ManagementNotePath) (*mobilizer.ManagementNote, error) {
	if !id.Valid(in.Mobilizer) {
		return nil, fault.NotFound("mobilizer")
	}
	if !id.Valid(in.Note) {
		return nil, fault.NotFound("note")
	}
	return h.store.ManagementNote(ctx, a.Campaign.ID, mobilizer.ID(in.Mobilizer), mobilizer.NoteID(in.Note))
}

// ManagementNoteUpdate is what editing a management note takes.
type ManagementNoteUpdate struct {
	ManagementNotePath
	Body ManagementNoteContent
}

func (h *people) editManagementNote(ctx context.Context, a *httpapi.Access, in *ManagementNoteUpdate) (*httpapi.Body[ManagementNote], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ManagementNote, []dynamo.Write, error) {
		note, err := h.noteOf(ctx, a, &in.ManagementNotePath)
		if err != nil {
			return ManagementNote{}, nil, err
		}
		changed, err := note.Update(in.Body.Content, a.At)
		if err != nil || !changed {
			return showManagementNote(note), nil, err
		}
		return showManagementNote(note), h.store.UpdateManagementNote(note), nil
	})
}

func (h *people) deleteManagementNote(ctx context.Context, a *httpapi.Access, in *ManagementNotePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		note, err := h.noteOf(ctx, a, in)
		if err != nil {
			return nil, err
		}
		return h.store.DeleteManagementNote(note), nil
	})
}
