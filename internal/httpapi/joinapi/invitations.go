package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/joining"
)

// invitations serves users who hold the link of an invitation.
type invitations struct {
	joiner *joining.Joiner
	issuer *identity.Issuer
	phones PhoneCheck
}

// RegisterInvitations adds the routes that accept invitations and request access to them.
func RegisterInvitations(api *httpapi.API, issuer *identity.Issuer, phones PhoneCheck) {
	h := &invitations{joining.NewJoiner(api.Store(), nil), issuer, phones}
	const (
		accept     = "/v1/mobilizer/invitations/accept"
		acceptRole = "/v1/mobilizer/invitations/accept-role"
		requests   = "/v1/mobilizer/access-requests"
	)
	httpapi.Register(api, httpapi.Operation{
		ID: "accept-invitation", Method: http.MethodPost, Path: accept, Status: http.StatusCreated,
		Summary: "Accept an invitation to a campaign",
		Description: "Requires an ID token issued in the last ten minutes whose verified email address is the invited one, or that of " +
			"an approved access request. No passcode is required. If the caller is already a mobilizer of the campaign, " +
			"returns 200 with the membership. Each refusal has its own code. Fails with state_contradicts_zip like joining a campaign.",
	}, httpapi.AnyUser, h.accept)
	api.AlsoOK(accept, "The caller was a mobilizer already, or the membership was restored.")
	httpapi.Register(api, httpapi.Operation{
		ID: "accept-administrator-invitation", Method: http.MethodPost, Path: acceptRole, Status: http.StatusCreated,
		Summary: "Accept an invitation to administer an organization",
		Description: "Requires an ID token issued in the last ten minutes whose verified email address is the invited one, or that of " +
			"an approved access request. If the caller is already an administrator, returns 200 with the role. Each refusal " +
			"has its own code.",
	}, httpapi.AnyUser, h.acceptRole)
	api.AlsoOK(acceptRole, "The caller was an administrator already.")
	httpapi.Register(api, httpapi.Operation{
		ID: "create-access-request", Method: http.MethodPost, Path: requests, Status: http.StatusCreated,
		Summary: "Request access to an invitation with another address",
		Description: "For people who hold the link of an invitation and sign in with another address than the invited one. The " +
			"inviter, or the owners in their place, get an email and decide; the requester gets an email with the decision. " +
			"A repeated request returns 200 with its status. At most five per user and day.",
	}, httpapi.AnyUser, h.requestAccess)
	api.AlsoOK(requests, "The caller has requested access before.")
}

// InvitationLinkRequest proves that the caller holds a link, and their email address.
type InvitationLinkRequest struct {
	Token   string `json:"token" doc:"From the link in the email." maxLength:"200"`
	IDToken string `json:"id_token" doc:"Of a sign-in of the last ten minutes." maxLength:"20000"`
}

// AcceptRequest is a request to accept an invitation to a campaign. Names that are left out are those of the invitation; with
// another address than the invited one they are required.
type AcceptRequest struct {
	InvitationLinkRequest
	ProfileFields
}

// verifyInvitee returns the token of the caller's link with the email address that the ID token proves.
//
// Unauthenticated: the ID token is not valid, not the caller's, or too old.
func (h *invitations) verifyInvitee(ctx context.Context, a *httpapi.Access, in InvitationLinkRequest) (joining.Proof, error) {
	claims, err := h.issuer.VerifyFresh(ctx, in.IDToken, a.Subject, invitation.MaxProofAge)
	if err != nil {
		return joining.Proof{}, err
	}
	return joining.Proof{Token: in.Token, Email: claims.Email}, nil
}

func (h *invitations) accept(ctx context.Context, a *httpapi.Access, in *struct{ Body AcceptRequest }) (*Joined, error) {
	proof, err := h.verifyInvitee(ctx, a, in.Body.InvitationLinkRequest)
	if err != nil {
		return nil, err
	}
	details, err := in.Body.details(h.phones)
	if err != nil {
		return nil, err
	}
	m, err := h.joiner.Accept(ctx, caller(a), proof, details, commitMembership(a))
	if err != nil {
		return nil, withMembers(err)
	}
	return newJoined(m), nil
}

// AcceptedRole is the response to accepting an invitation to administer: 201 for a new administrator, 200 for an existing one.
type AcceptedRole struct {
	Status int
	Body   SessionOrganization
}

func newAcceptedRole(r joining.Role) *AcceptedRole {
	status := http.StatusOK
	if r.Created {
		status = http.StatusCreated
	}
	return &AcceptedRole{status, SessionOrganization{string(r.Organization.ID), r.Organization.Name, string(r.Role)}}
}

func (h *invitations) acceptRole(ctx context.Context, a *httpapi.Access, in *struct{ Body InvitationLinkRequest }) (*AcceptedRole, error) {
	proof, err := h.verifyInvitee(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	role, err := h.joiner.AcceptRole(ctx, caller(a), proof, func(ctx context.Context, r joining.Role, writes ...dynamo.Write) error {
		accepted := newAcceptedRole(r)
		return a.Commit(ctx, accepted.Status, accepted.Body, writes...)
	})
	if err != nil {
		return nil, err
	}
	return newAcceptedRole(role), nil
}

// MyAccessRequest is an access request as its requester sees it.
type MyAccessRequest struct {
	Status      string `json:"status" enum:"pending,approved,declined,lapsed"`
	Email       string `json:"email" doc:"The address that was proved with it."`
	RequestedAt string `json:"requested_at" format:"date-time"`
	ExpiresAt   string `json:"expires_at,omitempty" format:"date-time" doc:"When an approval ends."`
}

// RequestedAccess is the response to an access request: 201 for a new or renewed one, 200 for an existing one.
type RequestedAccess struct {
	Status int
	Body   MyAccessRequest
}

func newRequestedAccess(r joining.AccessRequest) *RequestedAccess {
	status := http.StatusOK
	if r.Created {
		status = http.StatusCreated
	}
	return &RequestedAccess{status, MyAccessRequest{
		string(r.Status), r.Requester.Email, httpapi.Timestamp(r.RequestedAt), httpapi.Timestamp(r.ApprovedUntil),
	}}
}

func (h *invitations) requestAccess(ctx context.Context, a *httpapi.Access, in *struct{ Body InvitationLinkRequest }) (*RequestedAccess, error) {
	proof, err := h.verifyInvitee(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	request, err := h.joiner.RequestAccess(ctx, caller(a), proof, func(ctx context.Context, r joining.AccessRequest, writes ...dynamo.Write) error {
		requested := newRequestedAccess(r)
		return a.Commit(ctx, requested.Status, requested.Body, writes...)
	})
	if err != nil {
		return nil, err
	}
	return newRequestedAccess(request), nil
}
