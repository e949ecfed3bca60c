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
	const all = "/v1/admin/campaigns/{campaign}/invitations/{invitation}/access-requests"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-access-requests", Method: http.MethodGet, Path: all,
		Summary:     "List the access requests of an invitation",
		Description: "An access request asks to accept the invitation with another address than the invited one.",
	}, httpapi.CampaignAdmin, h.asks)
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-access-request", Method: http.MethodPost, Path: all + "/{access_request}/approve",
		Summary: "Approve an access request",
		Description: "Lets the requesting user accept the invitation with their own address for 14 days, even if the invitation " +
			"expires before. The invited address does not change. The requester gets one email per decision. A declined " +
			"request can be approved.",
	}, httpapi.CampaignAdmin, h.approve)
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-access-request", Method: http.MethodPost, Path: all + "/{access_request}/decline",
		Summary:     "Decline an access request",
		Description: "The requester gets one email per decision. An approved request can be declined until the invitation is accepted.",
	}, httpapi.CampaignAdmin, h.decline)
}

// AccessRequest is somebody's request to accept an invitation with another address, as administrators see it.
type AccessRequest struct {
	ID        string   `json:"id"`
	Name      string   `json:"name" doc:"As their sign-in gives it."`
	Email     string   `json:"email" doc:"Verified by their sign-in; not the invited address."`
	State     string   `json:"status" enum:"pending,approved,declined,lapsed" doc:"lapsed: approved, but not used in 14 days."`
	AskedAt   string   `json:"requested_at" format:"date-time"`
	DecidedBy *Inviter `json:"decided_by,omitempty"`
	DecidedAt string   `json:"decided_at,omitempty" format:"date-time"`
	Until     string   `json:"expires_at,omitempty" format:"date-time" doc:"When an approval ends."`
}

func showAsk(i *invitation.Invitation, k *invitation.AccessRequest, at time.Time) AccessRequest {
	shown := AccessRequest{
		ID: string(k.ID), Name: k.Requester.Name, Email: k.Requester.Email, State: string(k.State(i, at)), AskedAt: httpapi.Timestamp(k.RequestedAt),
		DecidedAt: httpapi.Timestamp(k.DecidedAt), Until: httpapi.Timestamp(k.ApprovedUntil),
	}
	if !k.DecidedAt.IsZero() {
		shown.DecidedBy = &Inviter{k.DecidedBy.Name, k.DecidedBy.Email}
	}
	return shown
}

func (h *invitations) asks(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[httpapi.List[AccessRequest]], error) {
	return h.asksAbout(ctx, a, in.Invitation)
}

func (h *invitations) asksAbout(ctx context.Context, a *httpapi.Access, wanted string) (*httpapi.Body[httpapi.List[AccessRequest]], error) {
	i, err := h.of(ctx, a, wanted)
	if err != nil {
		return nil, err
	}
	all, err := h.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(all, func(k *invitation.AccessRequest) AccessRequest { return showAsk(i, k, a.At) })), nil
}

// AccessRequestPath is what deciding about an ask takes.
type AccessRequestPath struct {
	InvitationPath
	Ask string `path:"access_request" doc:"Id of the request."`
}

func (h *invitations) approve(ctx context.Context, a *httpapi.Access, in *AccessRequestPath) (*httpapi.Body[AccessRequest], error) {
	return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Approve)
}

func (h *invitations) decline(ctx context.Context, a *httpapi.Access, in *AccessRequestPath) (*httpapi.Body[AccessRequest], error) {
	return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Decline)
}

func (h *invitations) decide(
	ctx context.Context, a *httpapi.Access, about, wanted string,
	decision func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error),
) (*httpapi.Body[AccessRequest], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (AccessRequest, []dynamo.Write, error) {
		i, err := h.of(ctx, a, about)
		if err != nil {
			return AccessRequest{}, nil, err
		}
		if err := mayDecide(a, i); err != nil {
			return AccessRequest{}, nil, err
		}
		all, err := h.store.AccessRequests(ctx, i)
		if err != nil {
			return AccessRequest{}, nil, err
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
		return AccessRequest{}, nil, fault.NotFound("request")
	})
}
