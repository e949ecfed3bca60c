package peopleapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
)

func (r *peopleRoutes) registerManagementNotes(api *httpapi.API) {
	const all, one = mobilizerPath + "/management-notes", mobilizerPath + "/management-notes/{note}"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-management-notes", Method: http.MethodGet, Path: all,
		Summary:     "List the management notes about a mobilizer",
		Description: "Oldest first.",
	}, httpapi.CampaignAdmin, r.listManagementNotes)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-management-note", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create a management note about a mobilizer",
		Description: "Mobilizers cannot read it. The content is kept exactly as sent.",
	}, httpapi.CampaignAdmin, r.createManagementNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-management-note", Method: http.MethodPatch, Path: one,
		Summary:     "Update a management note",
		Description: "Any administrator may update it. Its author does not change.",
	}, httpapi.CampaignAdmin, r.updateManagementNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-management-note", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary: "Delete a management note",
	}, httpapi.CampaignAdmin, r.deleteManagementNote)
}

// ManagementNote is an administrator's note about a mobilizer.
type ManagementNote struct {
	ID        string `json:"id"`
	Content   string `json:"content"`
	WrittenBy string `json:"written_by" doc:"Name of the author."`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func newManagementNote(n *mobilizer.ManagementNote) ManagementNote {
	return ManagementNote{string(n.ID), n.Content, n.AuthorName, httpapi.Timestamp(n.CreatedAt), httpapi.Timestamp(n.UpdatedAt)}
}

func (r *peopleRoutes) listManagementNotes(ctx context.Context, a *httpapi.Access, in *MobilizerPath) (*httpapi.Body[httpapi.List[ManagementNote]], error) {
	m, err := r.readMobilizer(ctx, a, in)
	if err != nil {
		return nil, err
	}
	notes, err := r.store.ManagementNotes(ctx, a.Campaign.ID, m.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(notes, newManagementNote)), nil
}

// ManagementNoteRequest holds the content of a management note.
type ManagementNoteRequest struct {
	Content string `json:"content" doc:"Kept exactly as sent; at most 5,000 characters."`
}

func (r *peopleRoutes) createManagementNote(ctx context.Context, a *httpapi.Access, in *struct {
	MobilizerPath
	Body ManagementNoteRequest
},
) (*httpapi.Body[ManagementNote], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ManagementNote, []dynamo.Write, error) {
		m, err := r.readMobilizer(ctx, a, &in.MobilizerPath)
		if err != nil {
			return ManagementNote{}, nil, err
		}
		note, err := m.CreateNote(in.Body.Content, a.User, a.At)
		if err != nil {
			return ManagementNote{}, nil, err
		}
		return newManagementNote(note), r.store.CreateManagementNote(note), nil
	})
}

// ManagementNotePath holds the path values of the routes of a management note.
type ManagementNotePath struct {
	MobilizerPath
	Note string `path:"note" doc:"Id of the note."`
}

// readManagementNote returns a management note about a mobilizer of the campaign.
//
// Not found: there is none.
func (r *peopleRoutes) readManagementNote(ctx context.Context, a *httpapi.Access, in *ManagementNotePath) (*mobilizer.ManagementNote, error) {
	if !id.Valid(in.Mobilizer) {
		return nil, fault.NotFound("mobilizer")
	}
	if !id.Valid(in.Note) {
		return nil, fault.NotFound("note")
	}
	return r.store.ManagementNote(ctx, a.Campaign.ID, mobilizer.ID(in.Mobilizer), mobilizer.NoteID(in.Note))
}

func (r *peopleRoutes) updateManagementNote(ctx context.Context, a *httpapi.Access, in *struct {
	ManagementNotePath
	Body ManagementNoteRequest
},
) (*httpapi.Body[ManagementNote], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ManagementNote, []dynamo.Write, error) {
		note, err := r.readManagementNote(ctx, a, &in.ManagementNotePath)
		if err != nil {
			return ManagementNote{}, nil, err
		}
		changed, err := note.Update(in.Body.Content, a.At)
		if err != nil || !changed {
			return newManagementNote(note), nil, err
		}
		return newManagementNote(note), r.store.UpdateManagementNote(note), nil
	})
}

func (r *peopleRoutes) deleteManagementNote(ctx context.Context, a *httpapi.Access, in *ManagementNotePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		note, err := r.readManagementNote(ctx, a, in)
		if err != nil {
			return nil, err
		}
		return r.store.DeleteManagementNote(note), nil
	})
}
