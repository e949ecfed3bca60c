package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/organization"
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
		Description: "Makes an owner an administrator. Fails with owner_by_invitation for the role owner, which a person gets by accepting an " +
			"invitation, and with last_owner if the organization would have no owner left.",
	}, httpapi.OrganizationOwner, r.updateAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-administrator", Method: http.MethodDelete, Path: all + "/{user}", Status: http.StatusNoContent,
		Summary:     "Remove an administrator",
		Description: "Only owners remove owners. Fails with last_owner if the organization would have no owner left.",
	}, httpapi.OrganizationAdmin, r.deleteAdministrator)
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
	Role string `json:"role" enum:"owner,admin"`
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
		return newAdministrator(other), append(r.store.UpdateAdministrator(other), r.checkStillOwner(otherOwner)...), nil
	})
}

func (r *organizationRoutes) deleteAdministrator(ctx context.Context, a *httpapi.Access, in *AdministratorPath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		all, other, err := r.readAdministrators(ctx, a, in.User)
		if err != nil {
			return nil, err
		}
		otherOwner, err := a.Admin.CheckRemoval(other, all)
		if err != nil {
			return nil, err
		}
		return append(r.store.DeleteAdministrator(other), r.checkStillOwner(otherOwner)...), nil
	})
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
