package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizing"
)

func (m *mobilizerRoutes) registerKeyQuestion(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "update-key-question-answer", Method: http.MethodPut, Path: contactPrefix + "/answer",
		Summary:     "Answer the Key Question about a contact",
		Description: "Adds an answer to the history. The same response again on the same day of the campaign adds none.",
	}, httpapi.CampaignMobilizer, m.updateAnswer)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-key-question-answer", Method: http.MethodDelete, Path: contactPrefix + "/answer",
		Summary:     "Clear the Key Question answer about a contact",
		Description: "The history keeps the earlier answers.",
	}, httpapi.CampaignMobilizer, m.deleteAnswer)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-key-question-answers", Method: http.MethodGet, Path: contactPrefix + "/answers",
		Summary:     "List the Key Question answers about a contact",
		Description: "Latest first.",
	}, httpapi.CampaignMobilizer, m.listAnswers)
}

// AnswerRequest names a response of the Key Question.
type AnswerRequest struct {
	Response string `json:"response_id" doc:"Id of the response."`
}

func (m *mobilizerRoutes) updateAnswer(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body AnswerRequest
},
) (*httpapi.Body[ContactStatus], error) {
	return writeStatus(ctx, a, func(by *mobilizing.Caller) (*contact.Contact, []dynamo.Write, error) {
		if err := a.EnsureFresh(ctx); err != nil { // the answer stores the response's text and value
			return nil, nil, err
		}
		by.Campaign, by.Items = a.Campaign, a.Items
		return m.service.AnswerKeyQuestion(ctx, by, in.Contact, in.Body.Response)
	})
}

func (m *mobilizerRoutes) deleteAnswer(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactStatus], error) {
	return writeStatus(ctx, a, func(by *mobilizing.Caller) (*contact.Contact, []dynamo.Write, error) {
		return m.service.ClearKeyQuestion(ctx, by, in.Contact)
	})
}

// KeyQuestionAnswer is one entry of a contact's history of Key Question answers.
type KeyQuestionAnswer struct {
	ID           string  `json:"id"`
	Response     *Choice `json:"response,omitempty" doc:"With its current text. Absent when the answer was cleared."`
	ResponseText string  `json:"response_text,omitempty" doc:"The response's primary text when the answer was given."`
	AnsweredAt   string  `json:"answered_at" format:"date-time"`
}

func newKeyQuestionAnswer(a *httpapi.Access, answer *contact.Answer) KeyQuestionAnswer {
	body := KeyQuestionAnswer{ID: string(answer.ID), ResponseText: answer.ResponseText, AnsweredAt: httpapi.Timestamp(answer.AnsweredAt)}
	if r, ok := a.Campaign.Question.ResponseByCode(answer.Code); ok {
		body.Response = new(newResponseChoice(a, r))
	}
	return body
}

func (m *mobilizerRoutes) listAnswers(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[KeyQuestionAnswer]], error) {
	ref, before, cursor, err := m.openHistory(ctx, a, "answers", in.Contact, in.Page)
	if err != nil {
		return nil, err
	}
	answers, next, err := m.store.Answers(ctx, ref, contact.AnswerID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(answers, func(answer *contact.Answer) KeyQuestionAnswer { return newKeyQuestionAnswer(a, answer) })
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}
