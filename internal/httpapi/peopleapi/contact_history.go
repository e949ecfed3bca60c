package peopleapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
)

func (r *peopleRoutes) registerContactHistory(api *httpapi.API) {
	const one = campaignPrefix + "/contacts/{contact}"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-contact-notes", Method: http.MethodGet, Path: one + "/notes",
		Summary:     "List the notes about a contact",
		Description: "Written by the contact's mobilizer. Latest first.",
	}, httpapi.CampaignAdmin, r.listContactNotes)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-contact-answers", Method: http.MethodGet, Path: one + "/answers",
		Summary:     "List the Key Question answers about a contact",
		Description: "Latest first. The history keeps answers that were replaced or cleared.",
	}, httpapi.CampaignAdmin, r.listContactAnswers)
}

// ContactHistoryQuery holds the parameters of the lists of a contact.
type ContactHistoryQuery struct {
	httpapi.ContactPath
	httpapi.PageQuery
}

// ContactNote is a note about a contact.
type ContactNote struct {
	ID        string `json:"id"`
	Content   string `json:"content"`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

// ContactAnswer is one entry of a contact's history of Key Question answers.
type ContactAnswer struct {
	ID           string `json:"id"`
	Response     string `json:"response_id,omitempty" doc:"Id of the Key Question response. Absent when the answer was cleared."`
	ResponseText string `json:"response_text,omitempty" doc:"The response's text when the answer was given."`
	AnsweredAt   string `json:"answered_at" format:"date-time"`
}

// openHistory returns the contact of a list and the list's cursor, and decodes the page token into position.
//
// Not found: there is no such contact. Invalid: the page token is not one of the list.
func (r *peopleRoutes) openHistory(ctx context.Context, a *httpapi.Access, list string, in *ContactHistoryQuery, position *string) (*contact.Contact, *httpapi.Cursor, error) {
	if !id.Valid(in.Contact) {
		return nil, nil, fault.NotFound("contact")
	}
	c, err := r.store.ContactByID(ctx, a.Campaign.ID, contact.ID(in.Contact))
	if err != nil {
		return nil, nil, err
	}
	cursor := r.pages.Cursor(a, list, in.Contact)
	return c, cursor, cursor.Position(in.Page, position)
}

func (r *peopleRoutes) listContactNotes(ctx context.Context, a *httpapi.Access, in *ContactHistoryQuery) (*httpapi.Body[httpapi.List[ContactNote]], error) {
	var before string
	c, cursor, err := r.openHistory(ctx, a, "list-contact-notes", in, &before)
	if err != nil {
		return nil, err
	}
	notes, next, err := r.store.Notes(ctx, c.Ref(), contact.NoteID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(notes, func(n *contact.Note) ContactNote {
		return ContactNote{string(n.ID), n.Content, httpapi.Timestamp(n.CreatedAt), httpapi.Timestamp(n.UpdatedAt)}
	})
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

func (r *peopleRoutes) listContactAnswers(ctx context.Context, a *httpapi.Access, in *ContactHistoryQuery) (*httpapi.Body[httpapi.List[ContactAnswer]], error) {
	var before string
	c, cursor, err := r.openHistory(ctx, a, "list-contact-answers", in, &before)
	if err != nil {
		return nil, err
	}
	answers, next, err := r.store.Answers(ctx, c.Ref(), contact.AnswerID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(answers, func(answer *contact.Answer) ContactAnswer {
		body := ContactAnswer{ID: string(answer.ID), ResponseText: answer.ResponseText, AnsweredAt: httpapi.Timestamp(answer.AnsweredAt)}
		if response, ok := a.Campaign.Question.ResponseByCode(answer.Code); ok {
			body.Response = response.ID
		}
		return body
	})
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}
