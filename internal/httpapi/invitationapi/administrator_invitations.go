package invitationapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/inviting"
	"github.com/kithhq/kith/internal/organization"
)

func (h *invitations) registerAdministratorInvitations(api *httpapi.API) {
	const all, one = organizationInvitations, organizationInvitations + "/{invitation}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-administrator-invitation", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an invitation to administer an organization",
		Description: "Sends an email. Only owners invite owners. An address has one such invitation per organization, as in a " +
			"campaign. Accepting fails if the inviter may no longer grant the role.",
	}, httpapi.OrganizationAdmin, h.createForAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-invitations", Method: http.MethodGet, Path: all,
		Summary:     "List the invitations to administer an organization",
		Description: "Latest first.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationListQuery) (*httpapi.Body[InvitationsPage], error) {
		page, err := h.readPage(ctx, a, &in.InvitationQuery)
		return httpapi.NewBody(page), err
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "get-administrator-invitation", Method: http.MethodGet, Path: one,
		Summary: "Get an invitation to administer an organization",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[Invitation], error) {
		return h.get(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "resend-administrator-invitation", Method: http.MethodPost, Path: one + "/resend",
		Summary:     "Resend an invitation to administer an organization",
		Description: "Sends a new link and invalidates the earlier ones.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[Invitation], error) {
		return h.resend(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-administrator-invitation", Method: http.MethodPost, Path: one + "/revoke",
		Summary:     "Revoke an invitation to administer an organization",
		Description: "Its links stop working.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[Invitation], error) {
		return h.revoke(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-administrator-invitation", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary:     "Delete an invitation to administer an organization that was never accepted",
		Description: "As for invitations to a campaign. Only owners delete invitations to be an owner.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Nothing, error) {
		return h.delete(ctx, a, in.Invitation)
	})
	h.registerAdministratorAccessRequests(api, one)
}

func (h *invitations) registerAdministratorAccessRequests(api *httpapi.API, one string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-access-requests", Method: http.MethodGet, Path: one + "/access-requests",
		Summary: "List the access requests of an invitation to administer",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[httpapi.List[AccessRequest]], error) {
		return h.listAccessRequests(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-administrator-access-request", Method: http.MethodPost, Path: one + "/access-requests/{access_request}/approve",
		Summary:     "Approve an access request of an invitation to administer",
		Description: "As for invitations to a campaign. Only owners decide about invitations to be an owner.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorAccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.AccessRequest, in.Seen, (*invitation.AccessRequest).Approve)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-administrator-access-request", Method: http.MethodPost, Path: one + "/access-requests/{access_request}/decline",
		Summary:     "Decline an access request of an invitation to administer",
		Description: "As for invitations to a campaign. Only owners decide about invitations to be an owner.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorAccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.AccessRequest, in.Seen, (*invitation.AccessRequest).Decline)
	})
}

// AdministratorInvitationCreate is a request to invite a person to administer an organization.
type AdministratorInvitationCreate struct {
	httpapi.OrganizationPath
	Body struct {
		InvitationRequest
		Role string `json:"role,omitempty" enum:"owner,admin" default:"admin"`
	}
}

// AdministratorInvitationListQuery holds the parameters of the list of invitations to administer an organization.
type AdministratorInvitationListQuery struct {
	httpapi.OrganizationPath
	InvitationQuery
}

// AdministratorInvitationPath holds the path values of the routes of an invitation to administer an organization.
type AdministratorInvitationPath struct {
	httpapi.OrganizationPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

// AdministratorAccessRequestPath holds the path values of the routes that decide about an access request.
type AdministratorAccessRequestPath struct {
	AdministratorInvitationPath
	AccessRequest string `path:"access_request" doc:"Id of the access request."`
	SeenStatus
}

func (h *invitations) createForAdministrator(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationCreate) (*httpapi.Body[Invitation], error) {
	invitee, err := in.Body.normalize()
	if err != nil {
		return nil, err
	}
	role := organization.Role(in.Body.Role)
	if err := a.Admin.CanAppoint(role); err != nil {
		return nil, err
	}
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Invitation, []dynamo.Write, error) {
		if err := inviting.CountInvitations(ctx, h.store, inviter(a), 1); err != nil {
			return Invitation{}, nil, err
		}
		i, writes, err := h.service.InviteAdministrator(ctx, inviter(a), a.Organization, invitee, role)
		if err != nil {
			return Invitation{}, nil, withResendPath(err)
		}
		body, err := h.readBody(ctx, a, i)
		return body, writes, err
	})
}
