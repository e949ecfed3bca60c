package invitationapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
)

func (h *invitations) registerAsks(api *httpapi.API) {
	const all = "/v1/admin/campaigns/{campaign}/invitations/{invitation}/asks"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-asks", Method: http.MethodGet, Path: all,
		Summary:     "List who asks to accept an invitation with another address",
		Description: "The link in the mail about it leads to a page that shows this; neither decides anything.",
	}, httpapi.CampaignAdmin, h.asks)
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-ask", Method: http.MethodPost, Path: all + "/{ask}/approve",
		Summary: "Let somebody accept an invitation with another address",
		Description: "Exactly the login that asked, for 14 days, also when the invitation expires meanwhile. The invited address stays " +
			"what it is. Whoever asked hears of it by mail, once a decision. Approving after declining is possible.",
	}, httpapi.CampaignAdmin, h.approve)
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-ask", Method: http.MethodPost, Path: all + "/{ask}/decline",
		Summary:     "Don't let somebody accept an invitation with another address",
		Description: "Whoever asked hears of it by mail, once a decision. Declining after approving is possible until they have accepted.",
	}, httpapi.CampaignAdmin, h.decline)
}

// AskRecord is somebody's request to accept an invitation with another address, as administrators see it.
type AskRecord struct {
	ID        string        `json:"id"`
	Name      string        `json:"name" doc:"As their sign-in gives it."`
	Email     string        `json:"email" doc:"Verified by their sign-in; not the invited address."`
	State     string        `json:"state" enum:"pending,approved,declined,lapsed" doc:"lapsed: approved, but not used in 14 days."`
	AskedAt   string        `json:"asked_at" format:"date-time"`
	DecidedBy *InvitationBy `json:"decided_by,omitempty"`
	DecidedAt string        `json:"decided_at,omitempty" format:"date-time"`
	Until     string        `json:"until,omitempty" format:"date-time" doc:"When an approval ends."`
}

func showAsk(i *invitation.Invitation, k *invitation.AccessRequest, at time.Time) AskRecord {
	shown := AskRecord{
		ID: string(k.ID), Name: k.Requester.Name, Email: k.Requester.Email, State: string(k.State(i, at)), AskedAt: httpapi.Timestamp(k.RequestedAt),
		DecidedAt: httpapi.Timestamp(k.DecidedAt), Until: httpapi.Timestamp(k.ApprovedUntil),
	}
	if !k.DecidedAt.IsZero() {
		shown.DecidedBy = &InvitationBy{k.DecidedBy.Name, k.DecidedBy.Email}
	}
	return shown
}

func (h *invitations) asks(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[httpapi.List[AskRecord]], error) {
	return h.asksAbout(ctx, a, in.Invitation)
}

func (h *invitations) asksAbout(ctx context.Context, a *httpapi.Access, wanted string) (*httpapi.Body[httpapi.List[AskRecord]], error) {
	i, err := h.of(ctx, a, wanted)
	if err != nil {
		return nil, err
	}
	all, err := h.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(all, func(k *invitation.AccessRequest) AskRecord { return showAsk(i, k, a.At) })), nil
}

// AskPath is what deciding about an ask takes.
type AskPath struct {
	InvitationPath
	Ask string `path:"ask" doc:"Id of the request."`
}

func (h *invitations) approve(ctx context.Context, a *httpapi.Access, in *AskPath) (*httpapi.Body[AskRecord], error) {
	return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Approve)
}

func (h *invitations) decline(ctx context.Context, a *httpapi.Access, in *AskPath) (*httpapi.Body[AskRecord], error) {
	return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Decline)
}

func (h *invitations) decide(
	ctx context.Context, a *httpapi.Access, about, wanted string,
	decision func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error),
) (*httpapi.Body[AskRecord], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (AskRecord, []dynamo.Write, error) {
		i, err := h.of(ctx, a, about)
		if err != nil {
			return AskRecord{}, nil, err
		}
		if err := mayDecide(a, i); err != nil {
			return AskRecord{}, nil, err
		}
		all, err := h.store.AccessRequests(ctx, i)
		if err != nil {
			return AskRecord{}, nil, err
		}
		for _, k := range all {
			if string(k.ID) != wanted {
				continue
			}
			news, err := decision(k, i, inviter(a.User), a.At)
			if err != nil || !news {
				return showAsk(i, k, a.At), nil, err
			}
			return showAsk(i, k, a.At), append(h.store.UpdateAccessRequest(k), h.store.CreateDecisionNotice(i, k, a.At, time.Now())...), nil
		}
		return AskRecord{}, nil, fault.NotFound("request")
	})
}
