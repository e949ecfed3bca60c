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

func (h *invitations) registerCampaignAccessRequests(api *httpapi.API) {
	const all = campaignInvitations + "/{invitation}/access-requests"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-access-requests", Method: http.MethodGet, Path: all,
		Summary:     "List the access requests of an invitation",
		Description: "An access request asks to accept the invitation with another address than the invited one.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[httpapi.List[AccessRequest]], error) {
		return h.listAccessRequests(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-access-request", Method: http.MethodPost, Path: all + "/{access_request}/approve",
		Summary: "Approve an access request",
		Description: "Lets the requesting user accept the invitation with their own address for 14 days, even if the invitation " +
			"expires before. The invited address does not change. The requester gets one email per decision. A declined " +
			"request can be approved.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *AccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.AccessRequest, (*invitation.AccessRequest).Approve)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-access-request", Method: http.MethodPost, Path: all + "/{access_request}/decline",
		Summary:     "Decline an access request",
		Description: "The requester gets one email per decision. An approved request can be declined until the invitation is accepted.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *AccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.AccessRequest, (*invitation.AccessRequest).Decline)
	})
}

// AccessRequest is a request to accept an invitation with another address, as administrators see it.
type AccessRequest struct {
	ID          string  `json:"id"`
	Name        string  `json:"name" doc:"As given by the requester's sign-in."`
	Email       string  `json:"email" doc:"Verified by the requester's sign-in. It is not the invited address."`
	Status      string  `json:"status" enum:"pending,approved,declined,lapsed" doc:"lapsed: approved, but not used in 14 days."`
	RequestedAt string  `json:"requested_at" format:"date-time"`
	DecidedBy   *Person `json:"decided_by,omitempty"`
	DecidedAt   string  `json:"decided_at,omitempty" format:"date-time"`
	ExpiresAt   string  `json:"expires_at,omitempty" format:"date-time" doc:"When an approval ends."`
}

func newAccessRequest(i *invitation.Invitation, r *invitation.AccessRequest, at time.Time) AccessRequest {
	body := AccessRequest{
		ID: string(r.ID), Name: r.Requester.Name, Email: r.Requester.Email, Status: string(r.State(i, at)), RequestedAt: httpapi.Timestamp(r.RequestedAt),
		DecidedAt: httpapi.Timestamp(r.DecidedAt), ExpiresAt: httpapi.Timestamp(r.ApprovedUntil),
	}
	if !r.DecidedAt.IsZero() {
		body.DecidedBy = &Person{r.DecidedBy.Name, r.DecidedBy.Email}
	}
	return body
}

func (h *invitations) listAccessRequests(ctx context.Context, a *httpapi.Access, invitationID string) (*httpapi.Body[httpapi.List[AccessRequest]], error) {
	i, err := h.read(ctx, a, invitationID)
	if err != nil {
		return nil, err
	}
	requests, err := h.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(requests, func(r *invitation.AccessRequest) AccessRequest { return newAccessRequest(i, r, a.At) })), nil
}

// AccessRequestPath holds the path values of the routes that decide about an access request.
type AccessRequestPath struct {
	InvitationPath
	AccessRequest string `path:"access_request" doc:"Id of the access request."`
}

// decide approves or declines an access request. A decision that stands already changes nothing.
func (h *invitations) decide(
	ctx context.Context, a *httpapi.Access, invitationID, requestID string,
	decision func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error),
) (*httpapi.Body[AccessRequest], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (AccessRequest, []dynamo.Write, error) {
		i, err := h.readEditable(ctx, a, invitationID)
		if err != nil {
			return AccessRequest{}, nil, err
		}
		requests, err := h.store.AccessRequests(ctx, i)
		if err != nil {
			return AccessRequest{}, nil, err
		}
		for _, r := range requests {
			if string(r.ID) != requestID {
				continue
			}
			changed, err := decision(r, i, inviter(a).Person(), a.At)
			if err != nil || !changed {
				return newAccessRequest(i, r, a.At), nil, err
			}
			return newAccessRequest(i, r, a.At), append(h.store.UpdateAccessRequest(r), h.store.CreateDecisionNotice(i, r, a.At, time.Now())...), nil
		}
		return AccessRequest{}, nil, fault.NotFound("access request")
	})
}
