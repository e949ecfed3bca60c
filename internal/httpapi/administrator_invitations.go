package httpapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

func (h *invitations) registerAdministrators(api *API) {
	const all = "/v1/admin/organizations/{organization}/invitations"
	const one = all + "/{invitation}"
	register(api, operation{
		id: "invite-administrator", method: http.MethodPost, path: all, status: http.StatusCreated,
		summary: "Invite somebody to administer the organization, by e-mail",
		description: "Only owners invite owners. An address has one such invitation, as in a campaign. When the inviter can give the role no " +
			"longer, the invitation gives nothing.",
	}, adminOfOrganization, h.inviteAdministrator)
	register(api, operation{
		id: "list-administrator-invitations", method: http.MethodGet, path: all,
		summary: "List the invitations to administer the organization, the latest first",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorInvitationList) (*Body[InvitationsPage], error) {
		page, err := h.page(ctx, a, in.PageQuery, in.State, in.Search)
		return bodyOf(page), err
	})
	register(api, operation{
		id: "read-administrator-invitation", method: http.MethodGet, path: one, summary: "Read an invitation to administer",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorInvitationPath) (*Body[InvitationRecord], error) {
		return h.read(ctx, a, &InvitationPath{Invitation: in.Invitation})
	})
	register(api, operation{
		id: "resend-administrator-invitation", method: http.MethodPost, path: one + "/resend",
		summary: "Send an invitation to administer again", description: "With a new link; those before stop working.",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorInvitationPath) (*Body[InvitationRecord], error) {
		return h.sendAgain(ctx, a, in.Invitation)
	})
	register(api, operation{
		id: "revoke-administrator-invitation", method: http.MethodPost, path: one + "/revoke",
		summary: "Take an invitation to administer back",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorInvitationPath) (*Body[InvitationRecord], error) {
		return h.takeBack(ctx, a, in.Invitation)
	})
	register(api, operation{
		id: "list-administrator-asks", method: http.MethodGet, path: one + "/asks",
		summary: "List who asks to accept an invitation to administer with another address",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorInvitationPath) (*Body[List[AskRecord]], error) {
		return h.asksAbout(ctx, a, in.Invitation)
	})
	register(api, operation{
		id: "approve-administrator-ask", method: http.MethodPost, path: one + "/asks/{ask}/approve",
		summary:     "Let somebody accept an invitation to administer with another address",
		description: "As for invitations to a campaign. About an invitation to be an owner only owners decide.",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorAskPath) (*Body[AskRecord], error) {
		return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Approve)
	})
	register(api, operation{
		id: "decline-administrator-ask", method: http.MethodPost, path: one + "/asks/{ask}/decline",
		summary: "Don't let somebody accept an invitation to administer with another address",
	}, adminOfOrganization, func(ctx context.Context, a *Access, in *AdministratorAskPath) (*Body[AskRecord], error) {
		return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Decline)
	})
}

// AdministratorInvite is what inviting an administrator takes.
type AdministratorInvite struct {
	OrganizationPath
	Body struct {
		InvitationRequest
		Role string `json:"role,omitempty" enum:"owner,admin" default:"admin"`
	}
}

// AdministratorInvitationList is what listing invitations to administer takes.
type AdministratorInvitationList struct {
	OrganizationPath
	PageQuery
	State  string `query:"state" enum:"open,accepted,expired,revoked" doc:"Only these."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of the e-mail address; accents and case make no difference."`
}

// AdministratorInvitationPath is what every route of one invitation to administer takes.
type AdministratorInvitationPath struct {
	OrganizationPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

// AdministratorAskPath is what deciding about an ask takes.
type AdministratorAskPath struct {
	AdministratorInvitationPath
	Ask string `path:"ask" doc:"Id of the request."`
}

func (h *invitations) inviteAdministrator(ctx context.Context, a *Access, in *AdministratorInvite) (*Body[InvitationRecord], error) {
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
	return revise(ctx, a, http.StatusCreated, func() (InvitationRecord, []dynamo.Write, error) {
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
func (h *invitations) openRole(ctx context.Context, a *Access, g invitation.Invitee, role organization.Role) (*invitation.Invitation, []dynamo.Write, error) {
	all, err := h.store.Administrators(ctx, a.Organization)
	if err != nil {
		return nil, nil, err
	}
	for _, admin := range all {
		if admin.Email == g.Email {
			return nil, nil, fault.Conflict("already_administrator", admin.Name+" is an administrator already.")
		}
	}
	i, err := h.store.InvitationByEmail(ctx, a.target(), g.Email)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, nil, err
	}
	suppressed, err := h.store.Suppression(ctx, a.Organization, g.Email)
	if err != nil {
		return nil, nil, err
	}
	return h.opened(a, g, role, invitation.Known{Invitation: i, Suppressed: suppressed})
}

func (h *accepting) registerRoles(api *API) {
	const path = "/v1/mobilizer/invitations/accept-role"
	register(api, operation{
		id: "accept-role", method: http.MethodPost, path: path, status: http.StatusCreated,
		summary: "Become an administrator by an invitation",
		description: "Needs an ID token of the last ten minutes whose verified e-mail address is the invited one. Accepting again is " +
			"harmless: 200 with the role as it is. Each refusal has a code of its own.",
	}, signedIn, h.acceptRole)
	api.alsoOK(path, "Was an administrator already")
}

// GivenRole is the answer to accepting an invitation to administer.
type GivenRole struct {
	Status int
	Body   SessionOrganization
}

func (h *accepting) acceptRole(ctx context.Context, a *Access, in *struct{ Body AskRequest }) (*GivenRole, error) {
	email, link, err := h.comes(ctx, a, in.Body.Token, in.Body.IDToken)
	if err != nil {
		return nil, err
	}
	if link.Campaign != "" {
		return nil, invitation.UnknownLink()
	}
	o, err := h.store.Organization(ctx, link.Organization)
	if err != nil {
		return nil, err
	}
	var given *GivenRole
	err = dynamo.Retry(ctx, func() error {
		i, err := h.store.Invitation(ctx, link.Target(), link.Invitation)
		if err != nil {
			return err
		}
		admin, status, writes, err := h.give(ctx, a, i, link.Generation, email)
		if err != nil {
			return err
		}
		given = &GivenRole{status, SessionOrganization{string(o.ID), o.Name, string(admin.Role)}}
		if writes == nil {
			return nil
		}
		return a.Commit(ctx, status, given.Body, writes...)
	})
	return given, err
}

// give returns the caller with the role that an invitation is for, and the writes that give it: nil when they accepted it
// before. Who administers already keeps the role that they have.
func (h *accepting) give(ctx context.Context, a *Access, i *invitation.Invitation, generation int, email string) (*organization.Administrator, int, []dynamo.Write, error) {
	own, err := h.administrator(ctx, i.Organization, a.UserID)
	if err != nil {
		return nil, 0, nil, err
	}
	if i.AcceptedBy == a.UserID {
		if own == nil {
			return nil, 0, nil, fault.Conflict("dismissed_since", "You have accepted this invitation, and administer the organization no longer. Ask one of its owners.")
		}
		return own, http.StatusOK, nil, nil
	}
	writes, err := h.admitted(ctx, a, i, generation, email)
	if err != nil {
		return nil, 0, nil, err
	}
	if own != nil {
		i.AcceptRole(a.UserID, a.At)
		return own, http.StatusOK, append(writes, h.store.UpdateInvitation(i)...), nil
	}
	by, err := h.administrator(ctx, i.Organization, i.InvitedBy.User)
	if err != nil {
		return nil, 0, nil, err
	}
	admin, err := i.GrantRole(by, a.User, a.At)
	if err != nil {
		return nil, 0, nil, err
	}
	_, person, err := h.person(ctx, a.UserID, i.Organization, a.At)
	if err != nil {
		return nil, 0, nil, err
	}
	i.AcceptRole(a.UserID, a.At)
	writes = append(append(writes, person...), h.store.CreateAdministrator(admin)...)
	writes = append(append(writes, h.store.CheckAdministrator(by)...), h.store.CheckUser(a.User)...)
	return admin, http.StatusCreated, append(writes, h.store.UpdateInvitation(i)...), nil
}

// administrator returns a user's role in an organization; nil when they have none.
func (h *accepting) administrator(ctx context.Context, o organization.ID, u user.ID) (*organization.Administrator, error) {
	admin, err := h.store.Administrator(ctx, o, u)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return admin, err
}
