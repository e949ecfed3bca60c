package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

func (h *accepting) registerRoles(api *httpapi.API) {
	const path = "/v1/mobilizer/invitations/accept-role"
	httpapi.Register(api, httpapi.Operation{
		ID: "accept-administrator-invitation", Method: http.MethodPost, Path: path, Status: http.StatusCreated,
		Summary: "Accept an invitation to administer an organization",
		Description: "Requires an ID token issued in the last ten minutes whose verified email address is the invited one, or that of " +
			"an approved access request. If the caller is already an administrator, returns 200 with the role. Each refusal " +
			"has its own code.",
	}, httpapi.AnyUser, h.acceptRole)
	api.AlsoOK(path, "Was an administrator already")
}

// GivenRole is the answer to accepting an invitation to administer.
type GivenRole struct {
	Status int
	Body   SessionOrganization
}

func (h *accepting) acceptRole(ctx context.Context, a *httpapi.Access, in *struct{ Body InvitationLinkRequest }) (*GivenRole, error) {
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
func (h *accepting) give(ctx context.Context, a *httpapi.Access, i *invitation.Invitation, generation int, email string) (*organization.Administrator, int, []dynamo.Write, error) {
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
