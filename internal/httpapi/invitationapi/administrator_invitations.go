package invitationapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/organization"
)

func (h *invitations) registerAdministrators(api *httpapi.API) {
	const all = "/v1/admin/organizations/{organization}/invitations"
	const one = all + "/{invitation}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-administrator-invitation", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an invitation to administer an organization",
		Description: "Sends an email. Only owners invite owners. An address has one such invitation per organization, as in a " +
			"campaign. Accepting fails if the inviter may no longer grant the role.",
	}, httpapi.OrganizationAdmin, h.inviteAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-invitations", Method: http.MethodGet, Path: all,
		Summary:     "List the invitations to administer an organization",
		Description: "Latest first.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationList) (*httpapi.Body[InvitationsPage], error) {
		page, err := h.page(ctx, a, in.PageQuery, in.State, in.Search)
		return httpapi.NewBody(page), err
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "get-administrator-invitation", Method: http.MethodGet, Path: one,
		Summary: "Get an invitation to administer an organization",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[Invitation], error) {
		return h.read(ctx, a, &InvitationPath{Invitation: in.Invitation})
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "resend-administrator-invitation", Method: http.MethodPost, Path: one + "/resend",
		Summary:     "Resend an invitation to administer an organization",
		Description: "Sends a new link and invalidates the earlier ones.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[Invitation], error) {
		return h.sendAgain(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-administrator-invitation", Method: http.MethodPost, Path: one + "/revoke",
		Summary:     "Revoke an invitation to administer an organization",
		Description: "Its links stop working.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[Invitation], error) {
		return h.takeBack(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-access-requests", Method: http.MethodGet, Path: one + "/access-requests",
		Summary: "List the access requests of an invitation to administer",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[httpapi.List[AccessRequest]], error) {
		return h.asksAbout(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-administrator-access-request", Method: http.MethodPost, Path: one + "/access-requests/{access_request}/approve",
		Summary:     "Approve an access request of an invitation to administer",
		Description: "As for invitations to a campaign. Only owners decide about invitations to be an owner.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorAccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Approve)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-administrator-access-request", Method: http.MethodPost, Path: one + "/access-requests/{access_request}/decline",
		Summary:     "Decline an access request of an invitation to administer",
		Description: "As for invitations to a campaign. Only owners decide about invitations to be an owner.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorAccessRequestPath) (*httpapi.Body[AccessRequest], error) {
		return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Decline)
	})
}

// AdministratorInvite is what inviting an administrator takes.
type AdministratorInvite struct {
	httpapi.OrganizationPath
	Body struct {
		InvitationRequest
		Role string `json:"role,omitempty" enum:"owner,admin" default:"admin"`
	}
}

// AdministratorInvitationList is what listing invitations to administer takes.
type AdministratorInvitationList struct {
	httpapi.OrganizationPath
	httpapi.PageQuery
	State  string `query:"status" enum:"open,accepted,expired,revoked" doc:"Only these."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of the e-mail address; accents and case make no difference."`
}

// AdministratorInvitationPath is what every route of one invitation to administer takes.
type AdministratorInvitationPath struct {
	httpapi.OrganizationPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

// AdministratorAccessRequestPath is what deciding about an ask takes.
type AdministratorAccessRequestPath struct {
	AdministratorInvitationPath
	Ask string `path:"access_request" doc:"Id of the request."`
}

func (h *invitations) inviteAdministrator(ctx context.Context, a *httpapi.Access, in *AdministratorInvite) (*httpapi.Body[Invitation], error) {
	guest, err := invitation.Invitee{
		Email: in.Body.Email, FirstName: in.Body.FirstName, LastName: in.Body.LastName,
		Language: invitation.Language(in.Body.Language),
	}.Normalize()
	if err != nil {
		return nil, err
	}
	role := organization.Role(in.Body.Role)
	if err := a.Admin.CanAppoint(role); err != nil {
		return nil, err
	}
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Invitation, []dynamo.Write, error) {
		i, writes, err := h.openRole(ctx, a, guest, role)
		if err != nil {
			return Invitation{}, nil, err
		}
		record, err := h.shown(ctx, i, a.At)
		return record, writes, err
	})
}

// openRole opens the invitation of an address to a role, a new one or the one it has, and returns the writes that keep it and
// ask for its mail.
//
// Conflict: the address has an open invitation, or an administrator has it.
func (h *invitations) openRole(ctx context.Context, a *httpapi.Access, g invitation.Invitee, role organization.Role) (*invitation.Invitation, []dynamo.Write, error) {
	all, err := h.store.Administrators(ctx, a.Organization)
	if err != nil {
		return nil, nil, err
	}
	for _, admin := range all {
		if admin.Email == g.Email {
			return nil, nil, fault.Conflict("already_administrator", admin.Name+" is an administrator already.")
		}
	}
	i, err := h.store.InvitationByEmail(ctx, targetOf(a), g.Email)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, nil, err
	}
	suppressed, err := h.store.Suppression(ctx, a.Organization, g.Email)
	if err != nil {
		return nil, nil, err
	}
	return h.opened(a, g, role, list.Known{Invitation: i, Suppression: suppressed})
}
