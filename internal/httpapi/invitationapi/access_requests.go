package invitationapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/inviting"
	"github.com/kithhq/kith/internal/text"
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
		ID: "list-campaign-access-requests", Method: http.MethodGet, Path: "/v1/admin/campaigns/{campaign}/access-requests",
		Summary:     "List the access requests of a campaign",
		Description: "Of all its invitations: those that are pending first, each part latest first. With limit=1, pending is the number for a badge.",
	}, httpapi.CampaignAdmin, h.listCampaignAccessRequests)
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-access-request", Method: http.MethodPost, Path: all + "/{access_request}/approve",
		Summary: "Approve an access request",
		Description: "Lets the requesting user accept the invitation with their own address for 14 days, even if the invitation " +
			"expires before. The invited address does not change. The requester gets one email per decision. A declined " +
			"request can be approved.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *AccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.AccessRequest, in.Seen, (*invitation.AccessRequest).Approve)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-access-request", Method: http.MethodPost, Path: all + "/{access_request}/decline",
		Summary:     "Decline an access request",
		Description: "The requester gets one email per decision. An approved request can be declined until the invitation is accepted.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *AccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.AccessRequest, in.Seen, (*invitation.AccessRequest).Decline)
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

// CampaignAccessRequest is an access request with its invitation.
type CampaignAccessRequest struct {
	AccessRequest
	Invitation InvitedPerson `json:"invitation"`
}

// InvitedPerson identifies an invitation by the person whom it invites.
type InvitedPerson struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
}

// CampaignAccessRequests is a page of the access requests of a campaign.
type CampaignAccessRequests struct {
	httpapi.List[CampaignAccessRequest]
	Pending int `json:"pending" doc:"Number of pending access requests of the campaign, on all pages and with any status filter."`
}

// CampaignAccessRequestQuery holds the parameters of the list of a campaign's access requests.
type CampaignAccessRequestQuery struct {
	httpapi.CampaignPath
	httpapi.PageQuery
	Status string `query:"status" enum:"pending,approved,declined,lapsed" doc:"Only access requests with this status. Pending ones of accepted and revoked invitations, about which nothing is to be decided, count as lapsed."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of an email address, of the requester or the invited person. Accents and case make no difference."`
}

func (h *invitations) listCampaignAccessRequests(ctx context.Context, a *httpapi.Access, in *CampaignAccessRequestQuery) (*httpapi.Body[CampaignAccessRequests], error) {
	cursor := h.pages.Cursor(a, "list-campaign-access-requests", in.Status, in.Search)
	var before string
	if err := cursor.Position(in.Page, &before); err != nil {
		return nil, err
	}
	requests, invited, err := h.store.CampaignAccessRequests(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	body := CampaignAccessRequests{List: httpapi.List[CampaignAccessRequest]{Items: []CampaignAccessRequest{}}}
	state := func(r *invitation.AccessRequest) invitation.AccessRequestState {
		i := invited[r.Invitation]
		if s := r.State(i, a.At); s != invitation.Pending || r.Decidable(i, a.At) {
			return s
		}
		return invitation.Lapsed
	}
	// Positions descend: the pending requests come before the others.
	position := func(r *invitation.AccessRequest) string {
		if state(r) == invitation.Pending {
			return "1" + string(r.ID)
		}
		return "0" + string(r.ID)
	}
	slices.SortFunc(requests, func(x, y *invitation.AccessRequest) int { return strings.Compare(position(y), position(x)) })
	last, search := "", text.FoldName(strings.TrimSpace(in.Search))
	for _, r := range requests {
		i := invited[r.Invitation]
		if state(r) == invitation.Pending {
			body.Pending++
		}
		if in.Status != "" && string(state(r)) != in.Status || before != "" && position(r) >= before || !names(r, i, search) {
			continue
		}
		if len(body.Items) == in.Limit {
			body.Next, err = cursor.TokenAfter(last)
			continue
		}
		last = position(r)
		item := CampaignAccessRequest{newAccessRequest(i, r, a.At), InvitedPerson{string(i.ID), i.Email, i.FirstName, i.LastName}}
		item.Status = string(state(r))
		body.Items = append(body.Items, item)
	}
	return httpapi.NewBody(body), err
}

// names reports whether a name or email address of the requester or of the invited person contains the folded search.
func names(r *invitation.AccessRequest, i *invitation.Invitation, search string) bool {
	return slices.ContainsFunc([]string{r.Requester.Name, r.Requester.Email, i.FirstName + " " + i.LastName, i.Email}, func(s string) bool {
		return strings.Contains(text.FoldName(s), search)
	})
}

// SeenStatus holds the status of an access request that the caller has seen.
type SeenStatus struct {
	Seen string `query:"seen" enum:"pending,approved,declined,lapsed" doc:"Status on which the decision is based. If another administrator has decided otherwise since, fails with access_request_decided and changes nothing."`
}

// AccessRequestPath holds the path values of the routes that decide about an access request.
type AccessRequestPath struct {
	InvitationPath
	AccessRequest string `path:"access_request" doc:"Id of the access request."`
	SeenStatus
}

// decide approves or declines an access request. A decision that stands already changes nothing.
func (h *invitations) decide(
	ctx context.Context, a *httpapi.Access, invitationID, requestID, seen string,
	decision inviting.Decision,
) (*httpapi.Body[AccessRequest], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (AccessRequest, []dynamo.Write, error) {
		i, err := h.readEditable(ctx, a, invitationID)
		if err != nil {
			return AccessRequest{}, nil, err
		}
		r, writes, err := h.service.Decide(ctx, inviter(a), i, requestID, invitation.AccessRequestState(seen), decision)
		if err != nil {
			return AccessRequest{}, nil, err
		}
		return newAccessRequest(i, r, a.At), writes, nil
	})
}
