package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
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
		admin, writes, err := r.service.SetRole(ctx, newCaller(a), a.Organization, user.ID(in.User), organization.Role(in.Body.Role), in.Body.ServiceTokens == keepTokens)
		if err != nil {
			return Administrator{}, nil, err
		}
		return newAdministrator(admin), writes, nil
	})
}

// DeleteAdministratorQuery holds the parameters of the removal of an administrator.
type DeleteAdministratorQuery struct {
	AdministratorPath
	ServiceTokens string `query:"service_tokens" enum:"revoke,keep" default:"revoke" doc:"Service tokens that the administrator created."`
}

func (r *organizationRoutes) deleteAdministrator(ctx context.Context, a *httpapi.Access, in *DeleteAdministratorQuery) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return r.service.Remove(ctx, newCaller(a), a.Organization, user.ID(in.User), in.ServiceTokens == keepTokens)
	})
}

// keepTokens is the choice to let an administrator's service tokens work on.
const keepTokens = "keep"

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
	read, err := r.service.Read(ctx, newCaller(a), a.Organization, user.ID(in.User))
	if err != nil {
		return nil, err
	}
	tokens, campaigns, err := r.store.UsableServiceTokens(ctx, a.Organization, read.Other.User)
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
