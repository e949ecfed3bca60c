package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
)

// KeyQuestion is the Key Question with the fields that administrators see.
type KeyQuestion struct {
	Text      string                `json:"text" doc:"Empty until it is set."`
	TextES    string                `json:"text_es,omitempty"`
	Responses []KeyQuestionResponse `json:"responses" nullable:"false" doc:"In order, including retired responses."`
	Revision  string                `json:"revision" doc:"Changes with every update of the question or a response."`
}

// KeyQuestionResponse is one response of the Key Question.
type KeyQuestionResponse struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	TextES  string `json:"text_es,omitempty"`
	Value   int    `json:"value"`
	Retired bool   `json:"retired" doc:"No longer offered. Contacts with this response keep it."`
	Used    bool   `json:"used" doc:"Whether a contact has ever had it; then it cannot be deleted."`
}

// KeyQuestionInput holds the fields of the Key Question that a request sets.
type KeyQuestionInput struct {
	Text      string                     `json:"text" doc:"At most 500 characters."`
	TextES    string                     `json:"text_es,omitempty" doc:"For readers of Spanish. At most 500 characters."`
	Responses []KeyQuestionResponseInput `json:"responses,omitempty" doc:"2 to 10 in order, including retired responses, with different texts and values. A new campaign gets five default responses when left out."`
}

// UpdateKeyQuestionRequest holds the fields of the Key Question, all of which it replaces.
type UpdateKeyQuestionRequest struct {
	KeyQuestionInput
	httpapi.Revisioned
}

// KeyQuestionResponseInput holds the fields of a response that a request sets.
type KeyQuestionResponseInput struct {
	ID      string `json:"id,omitempty" doc:"Id of an existing response. Leave it out to add one."`
	Text    string `json:"text" doc:"At most 100 characters."`
	TextES  string `json:"text_es,omitempty" doc:"For readers of Spanish. At most 100 characters."`
	Value   int    `json:"value" doc:"A whole number from -9,999 to 9,999."`
	Retired bool   `json:"retired,omitempty"`
}

func (in *KeyQuestionInput) parse() campaign.KeyQuestionInput {
	input := campaign.KeyQuestionInput{Text: in.Text, TextES: in.TextES, Responses: make([]campaign.ResponseInput, len(in.Responses))}
	for i, response := range in.Responses {
		input.Responses[i] = campaign.ResponseInput(response)
	}
	return input
}

func (r *campaignRoutes) updateKeyQuestion(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body UpdateKeyQuestionRequest
},
) (*httpapi.Body[Campaign], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Campaign, []dynamo.Write, error) {
		before := r.newCampaign(a.Campaign)
		writes, err := newEditor(r.store, a).SetKeyQuestion(in.Body.parse(), func(err error) error {
			return in.Body.Check(before.Question.Revision, r.newCampaign(a.Campaign).Question.Revision, before, err)
		})
		if err != nil {
			return Campaign{}, nil, err
		}
		return r.newCampaign(a.Campaign), writes, nil
	})
}
