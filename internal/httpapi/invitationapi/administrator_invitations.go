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
		ID: "invite-administrator", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Invite somebody to administer the organization, by e-mail",
		Description: "Only owners invite owners. An address has one such invitation, as in a campaign. When the inviter can give the role no " +
			"longer, the invitation gives nothing.",
	}, httpapi.OrganizationAdmin, h.inviteAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-invitations", Method: http.MethodGet, Path: all,
		Summary: "List the invitations to administer the organization, the latest first",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationList) (*httpapi.Body[InvitationsPage], error) {
		page, err := h.page(ctx, a, in.PageQuery, in.State, in.Search)
		return httpapi.NewBody(page), err
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "read-administrator-invitation", Method: http.MethodGet, Path: one, Summary: "Read an invitation to administer",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[InvitationRecord], error) {
		return h.read(ctx, a, &InvitationPath{Invitation: in.Invitation})
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "resend-administrator-invitation", Method: http.MethodPost, Path: one + "/resend",
		Summary: "Send an invitation to administer again", Description: "With a new link; those before stop working.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[InvitationRecord], error) {
		return h.sendAgain(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-administrator-invitation", Method: http.MethodPost, Path: one + "/revoke",
		Summary: "Take an invitation to administer back",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[InvitationRecord], error) {
		return h.takeBack(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-asks", Method: http.MethodGet, Path: one + "/asks",
		Summary: "List who asks to accept an invitation to administer with another address",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorInvitationPath) (*httpapi.Body[httpapi.List[AskRecord]], error) {
		return h.asksAbout(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "approve-administrator-ask", Method: http.MethodPost, Path: one + "/asks/{ask}/approve",
		Summary:     "Let somebody accept an invitation to administer with another address",
		Description: "As for invitations to a campaign. About an invitation to be an owner only owners decide.",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorAskPath) (*httpapi.Body[AskRecord], error) {
		return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Approve)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-administrator-ask", Method: http.MethodPost, Path: one + "/asks/{ask}/decline",
		Summary: "Don't let somebody accept an invitation to administer with another address",
	}, httpapi.OrganizationAdmin, func(ctx context.Context, a *httpapi.Access, in *AdministratorAskPath) (*httpapi.Body[AskRecord], error) {
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
	State  string `query:"state" enum:"open,accepted,expired,revoked" doc:"Only these."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of the e-mail address; accents and case make no difference."`
}

// AdministratorInvitationPath is what every route of one invitation to administer takes.
type AdministratorInvitationPath struct {
	httpapi.OrganizationPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

// AdministratorAskPath is what deciding about an ask takes.
type AdministratorAskPath struct {
	AdministratorInvitationPath
	Ask string `path:"ask" doc:"Id of the request."`
}

func (h *invitations) inviteAdministrator(ctx context.Context, a *httpapi.Access, in *AdministratorInvite) (*httpapi.Body[InvitationRecord], error) {
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
	return httpapi.Write(ctx, a, http.StatusCreated, func() (InvitationRecord, []dynamo.Write, error) {
		i, writes, err := h.openRole(ctx, a, guest, role)
		if err != nil {
			return InvitationRecord{}, nil, err
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
