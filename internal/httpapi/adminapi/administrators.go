package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/user"
)

// registerAdministrators adds the routes of administrators. People become administrators by invitation, see invitationapi.
func (r *organizationRoutes) registerAdministrators(api *httpapi.API, all string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrators", Method: http.MethodGet, Path: all,
		Summary: "List an organization's administrators",
	}, httpapi.OrganizationAdmin, r.listAdministrators)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-administrator", Method: http.MethodPatch, Path: all + "/{user}",
		Summary: "Update an administrator's role",
		Description: "Makes an owner an administrator, and revokes the service tokens that they created unless service_tokens is keep. " +
			"Fails with owner_by_invitation for the role owner, which a person gets by accepting an invitation, and with " +
			"last_owner if the organization would have no owner left.",
	}, httpapi.OrganizationOwner, r.updateAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-administrator", Method: http.MethodDelete, Path: all + "/{user}", Status: http.StatusNoContent,
		Summary: "Remove an administrator",
		Description: "Revokes the service tokens that they created unless service_tokens is keep. Only owners remove owners. Fails with " +
			"last_owner if the organization would have no owner left.",
	}, httpapi.OrganizationAdmin, r.deleteAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrator-service-tokens", Method: http.MethodGet, Path: all + "/{user}/service-tokens",
		Summary:     "List the service tokens that an administrator created",
		Description: "Tokens of all campaigns of the organization that are not revoked, the latest first.",
	}, httpapi.OrganizationAdmin, r.listServiceTokens)
}

// Administrator is a user who administers an organization.
type Administrator struct {
	User    string `json:"user_id" doc:"Id of the user."`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    string `json:"role" enum:"owner,admin"`
	AddedAt string `json:"added_at" format:"date-time"`
}

func newAdministrator(admin *organization.Administrator) Administrator {
	return Administrator{
		User: string(admin.User), Name: admin.Name, Email: admin.Email, Role: string(admin.Role),
		AddedAt: httpapi.Timestamp(admin.AddedAt),
	}
}

func (r *organizationRoutes) listAdministrators(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[httpapi.List[Administrator]], error) {
	administrators, err := r.store.Administrators(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(administrators, newAdministrator)), nil
}

// AdministratorPath holds the path values of the routes of an administrator.
type AdministratorPath struct {
	httpapi.OrganizationPath
	User string `path:"user" doc:"Id of the administrator's user."`
}

// UpdateAdministratorRequest holds the new role of an administrator.
type UpdateAdministratorRequest struct {
	Role          string `json:"role" enum:"owner,admin"`
	ServiceTokens string `json:"service_tokens,omitempty" enum:"revoke,keep" default:"revoke" doc:"Service tokens that an owner created and who is an owner no longer."`
}

func (r *organizationRoutes) updateAdministrator(ctx context.Context, a *httpapi.Access, in *struct {
	AdministratorPath
	Body UpdateAdministratorRequest
},
) (*httpapi.Body[Administrator], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Administrator, []dynamo.Write, error) {
		all, other, err := r.readAdministrators(ctx, a, in.User)
		if err != nil {
			return Administrator{}, nil, err
		}
		otherOwner, err := a.Admin.SetRole(other, organization.Role(in.Body.Role), all)
		if err != nil {
			return Administrator{}, nil, err
		}
		writes := append(r.store.UpdateAdministrator(other), r.checkStillOwner(otherOwner)...)
		if otherOwner == nil || in.Body.ServiceTokens == keepTokens {
			return newAdministrator(other), writes, nil
		}
		revoked, err := r.revokeServiceTokens(ctx, a, other)
		return newAdministrator(other), append(writes, revoked...), err
	})
}

// DeleteAdministratorQuery holds the parameters of the removal of an administrator.
type DeleteAdministratorQuery struct {
	AdministratorPath
	ServiceTokens string `query:"service_tokens" enum:"revoke,keep" default:"revoke" doc:"Service tokens that the administrator created."`
}

func (r *organizationRoutes) deleteAdministrator(ctx context.Context, a *httpapi.Access, in *DeleteAdministratorQuery) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		all, other, err := r.readAdministrators(ctx, a, in.User)
		if err != nil {
			return nil, err
		}
		otherOwner, err := a.Admin.CheckRemoval(other, all)
		if err != nil {
			return nil, err
		}
		writes := append(r.store.DeleteAdministrator(other), r.checkStillOwner(otherOwner)...)
		if in.ServiceTokens == keepTokens {
			return writes, nil
		}
		revoked, err := r.revokeServiceTokens(ctx, a, other)
		return append(writes, revoked...), err
	})
}

// keepTokens is the choice to let an administrator's service tokens work on.
const keepTokens = "keep"

// maxTokensPerTransaction is how many service tokens are revoked in the transaction that takes an administrator's role.
const maxTokensPerTransaction = 50

// revokeServiceTokens returns the writes that revoke the service tokens that an administrator created. It revokes the tokens
// beyond the maximum of a transaction at once: if the role is taken only later, the repetition finds the others.
func (r *organizationRoutes) revokeServiceTokens(ctx context.Context, a *httpapi.Access, of *organization.Administrator) ([]dynamo.Write, error) {
	tokens, _, err := r.store.UsableServiceTokens(ctx, a.Organization, of.User)
	if err != nil {
		return nil, err
	}
	var writes []dynamo.Write
	for _, t := range tokens {
		if len(writes) == maxTokensPerTransaction {
			if err := r.store.Commit(ctx, writes...); err != nil {
				return nil, err
			}
			writes = nil
		}
		t.Revoke(a.User, a.At)
		writes = append(writes, r.store.UpdateServiceToken(t)...)
	}
	return writes, nil
}

// AdministratorServiceToken is a service token of one of an organization's campaigns.
type AdministratorServiceToken struct {
	ID           string `json:"id"`
	Name         string `json:"name" doc:"Name of the program that uses the token."`
	Campaign     string `json:"campaign_id"`
	CampaignName string `json:"campaign_name"`
	CreatedAt    string `json:"created_at" format:"date-time"`
	LastUsedAt   string `json:"last_used_at,omitempty" format:"date-time" doc:"Precise to a minute. Absent before the first use."`
}

func (r *organizationRoutes) listServiceTokens(ctx context.Context, a *httpapi.Access, in *AdministratorPath) (*httpapi.Body[httpapi.List[AdministratorServiceToken]], error) {
	_, other, err := r.readAdministrators(ctx, a, in.User)
	if err != nil {
		return nil, err
	}
	tokens, campaigns, err := r.store.UsableServiceTokens(ctx, a.Organization, other.User)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(tokens, func(t *servicetoken.Token) AdministratorServiceToken {
		return AdministratorServiceToken{
			ID: string(t.ID), Name: t.Name, Campaign: string(t.Campaign), CampaignName: campaigns[t.Campaign].Name,
			CreatedAt: httpapi.Timestamp(t.CreatedAt), LastUsedAt: httpapi.Timestamp(t.LastUsedAt),
		}
	})), nil
}

// readAdministrators returns the organization's administrators and the one with a user id. It also updates a.Admin, the
// caller.
//
// Not found: there is none with the id, or the caller is no longer an administrator.
func (r *organizationRoutes) readAdministrators(ctx context.Context, a *httpapi.Access, id string) ([]*organization.Administrator, *organization.Administrator, error) {
	all, err := r.store.Administrators(ctx, a.Organization)
	if err != nil {
		return nil, nil, err
	}
	caller := findAdministrator(all, a.UserID)
	if caller == nil {
		return nil, nil, fault.NotFound("organization")
	}
	other := findAdministrator(all, user.ID(id))
	if other == nil {
		return nil, nil, fault.NotFound("administrator")
	}
	a.Admin = caller
	return all, other, nil
}

// findAdministrator returns the administrator with a user id; nil if there is none.
func findAdministrator(all []*organization.Administrator, id user.ID) *organization.Administrator {
	for _, admin := range all {
		if admin.User == id {
			return admin
		}
	}
	return nil
}

// checkStillOwner returns a write that fails when the owner is no longer one; none for nil.
func (r *organizationRoutes) checkStillOwner(owner *organization.Administrator) []dynamo.Write {
	if owner == nil {
		return nil
	}
	return r.store.CheckAdministrator(owner)
}
