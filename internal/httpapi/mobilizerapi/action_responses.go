package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
)

func (m *mobilizerRoutes) registerActionResponses(api *httpapi.API) {
	const one = contactPrefix + "/action-responses/{action_item}"
	httpapi.Register(api, httpapi.Operation{
		ID: "update-action-response", Method: http.MethodPut, Path: one,
		Summary: "Respond to an action item for a contact",
		Description: "Creates the response or replaces it. Send the one member that fits the item's type: completed, text or " +
			"option_id.",
	}, httpapi.CampaignMobilizer, m.updateActionResponse)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-action-response", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary:     "Withdraw the response to an action item",
		Description: "Withdrawing a missing response changes nothing.",
	}, httpapi.CampaignMobilizer, m.deleteActionResponse)
}

// ActionResponse is a contact's response to an action item.
type ActionResponse struct {
	ID         string `json:"id"`
	ActionItem string `json:"action_item_id"`
	Completed  *bool  `json:"completed,omitempty" doc:"Of a task."`
	Text       string `json:"text,omitempty" doc:"Of a free response question."`
	Option     string `json:"option_id,omitempty" doc:"Of a multiple choice question: id of the chosen option."`
	CreatedAt  string `json:"created_at" format:"date-time"`
	UpdatedAt  string `json:"updated_at,omitempty" format:"date-time"`
}

func newActionResponse(items []*action.Item, r *contact.ActionResponse) ActionResponse {
	body := ActionResponse{
		ID: string(r.ID), ActionItem: string(r.Item), Text: r.Text, CreatedAt: httpapi.Timestamp(r.CreatedAt), UpdatedAt: httpapi.Timestamp(r.UpdatedAt),
	}
	switch r.Choice {
	case contact.ChoiceCompleted, contact.ChoiceNotCompleted:
		body.Completed = new(r.Choice == contact.ChoiceCompleted)
	case contact.ChoiceText:
	default:
		for _, i := range items {
			if o, ok := i.OptionByCode(r.Choice); ok && i.ID == r.Item {
				body.Option = o.ID
			}
		}
	}
	return body
}

// ResponseRequest responds to an action item with the one member that fits the item's type.
type ResponseRequest struct {
	Completed *bool   `json:"completed,omitempty" doc:"Of a task: whether it is completed."`
	Text      *string `json:"text,omitempty" doc:"Of a free response question: the answer."`
	Option    *string `json:"option_id,omitempty" doc:"Of a multiple choice question: id of the chosen option."`
}

// ActionResponsePath holds the path values of the routes of a contact's response to an action item.
type ActionResponsePath struct {
	httpapi.ContactPath
	ActionItem string `path:"action_item" doc:"Id of the action item."`
}

func (m *mobilizerRoutes) updateActionResponse(ctx context.Context, a *httpapi.Access, in *struct {
	ActionResponsePath
	Body ResponseRequest
},
) (*httpapi.Body[ActionResponse], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ActionResponse, []dynamo.Write, error) {
		response, writes, err := m.service.RespondToAction(ctx, newCaller(a), in.Contact, in.ActionItem, contact.ActionResponseInput(in.Body))
		if err != nil {
			return ActionResponse{}, nil, err
		}
		return newActionResponse(a.Items, response), writes, nil
	})
}

func (m *mobilizerRoutes) deleteActionResponse(ctx context.Context, a *httpapi.Access, in *ActionResponsePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return m.service.WithdrawResponse(ctx, newCaller(a), in.Contact, in.ActionItem)
	})
}
