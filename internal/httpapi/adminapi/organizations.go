// Package adminapi owns the routes of the dashboard: organizations, campaigns, action items, mobilizers, contacts and
// analytics. Invitations are in invitationapi, exports in exportapi, voter files in voterfileapi.
package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// organizationRoutes holds what the routes of organizations need.
type organizationRoutes struct{ store *dynamo.Store }

// RegisterOrganizations adds the routes of organizations and their administrators.
func RegisterOrganizations(api *httpapi.API) {
	r := &organizationRoutes{api.Store()}
	const all, one = "/v1/admin/organizations", "/v1/admin/organizations/{organization}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-organization", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create an organization",
		Description: "The caller becomes its first owner.",
	}, httpapi.AnyUser, r.createOrganization)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-organizations", Method: http.MethodGet, Path: all,
		Summary:     "List the caller's organizations",
		Description: "Organizations that the caller administers.",
	}, httpapi.AnyUser, r.listOrganizations)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-organization", Method: http.MethodGet, Path: one,
		Summary: "Get an organization",
	}, httpapi.OrganizationAdmin, r.getOrganization)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-organization", Method: http.MethodPatch, Path: one,
		Summary: "Update an organization",
		Description: "Fields that are left out keep their values; an empty string unsets a field. Fails with changed_meanwhile, which " +
			"contains the organization as it is now, if it was updated since you read the revision.",
	}, httpapi.OrganizationAdmin, r.updateOrganization)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrators", Method: http.MethodGet, Path: one + "/administrators",
		Summary: "List an organization's administrators",
	}, httpapi.OrganizationAdmin, r.listAdministrators)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-administrator", Method: http.MethodPost, Path: one + "/administrators", Status: http.StatusCreated,
		Summary: "Add an administrator",
		Description: "Names a person by email address; the person must have signed in before. Only owners add owners. Fails with " +
			"already_administrator if the person administers the organization.",
	}, httpapi.OrganizationAdmin, r.createAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-administrator", Method: http.MethodPatch, Path: one + "/administrators/{user}",
		Summary:     "Update an administrator's role",
		Description: "Fails with last_owner if the organization would have no owner left.",
	}, httpapi.OrganizationOwner, r.updateAdministrator)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-administrator", Method: http.MethodDelete, Path: one + "/administrators/{user}", Status: http.StatusNoContent,
		Summary:     "Remove an administrator",
		Description: "Only owners remove owners. Fails with last_owner if the organization would have no owner left.",
	}, httpapi.OrganizationAdmin, r.deleteAdministrator)
}

// Organization is an organization, with the role of the caller.
type Organization struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Website     string `json:"website,omitempty"`
	Description string `json:"description,omitempty"`
	ReplyTo     string `json:"reply_to,omitempty" doc:"Address that answers to invitations go to. Absent: to the inviter."`
	Role        string `json:"role" enum:"owner,admin" doc:"Role of the caller."`
	CreatedAt   string `json:"created_at" format:"date-time"`
	Revision    string `json:"revision" doc:"Changes with every update of the organization."`
}

func newOrganization(o *organization.Organization, role organization.Role) Organization {
	return Organization{
		ID: string(o.ID), Name: o.Name, Website: o.Website, Description: o.Description, ReplyTo: o.ReplyTo, Role: string(role),
		CreatedAt: httpapi.Timestamp(o.CreatedAt), Revision: o.Details().Revision(),
	}
}

// CreateOrganizationRequest holds the fields of a new organization.
type CreateOrganizationRequest struct {
	Name        string `json:"name" doc:"At most 200 characters."`
	Website     string `json:"website,omitempty" doc:"Begins with https:// or http://."`
	Description string `json:"description,omitempty" doc:"At most 5,000 characters."`
	ReplyTo     string `json:"reply_to,omitempty" doc:"Address that answers to invitations go to. Left out: to the inviter."`
}

func (r *organizationRoutes) createOrganization(ctx context.Context, a *httpapi.Access, in *struct {
	Body CreateOrganizationRequest
},
) (*httpapi.Body[Organization], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Organization, []dynamo.Write, error) {
		details := organization.Details{Name: in.Body.Name, Website: in.Body.Website, Description: in.Body.Description, ReplyTo: in.Body.ReplyTo}
		o, owner, err := organization.New(details, a.User, a.At)
		if err != nil {
			return Organization{}, nil, err
		}
		writes := append(r.store.CreateOrganization(o), r.store.CreateAdministrator(owner)...)
		person := &organization.Person{ID: user.PersonID(id.At(a.At)), User: a.UserID, Organization: o.ID}
		return newOrganization(o, owner.Role), append(writes, r.store.CreatePerson(person)...), nil
	})
}

func (r *organizationRoutes) listOrganizations(ctx context.Context, a *httpapi.Access, _ *struct{}) (*httpapi.Body[httpapi.List[Organization]], error) {
	affiliations, err := r.store.UserAffiliations(ctx, a.UserID)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[Organization]{Items: []Organization{}}
	for _, admin := range affiliations.Administrators {
		if o := affiliations.Organizations[admin.Organization]; o != nil {
			list.Items = append(list.Items, newOrganization(o, admin.Role))
		}
	}
	return httpapi.NewBody(list), nil
}

func (r *organizationRoutes) getOrganization(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[Organization], error) {
	o, err := r.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newOrganization(o, a.Admin.Role)), nil
}

// UpdateOrganizationRequest holds the fields of an organization to change; nil leaves a field as it is.
type UpdateOrganizationRequest struct {
	Name        *string `json:"name,omitempty"`
	Website     *string `json:"website,omitempty"`
	Description *string `json:"description,omitempty"`
	ReplyTo     *string `json:"reply_to,omitempty"`
	Revisioned
}

func (r *organizationRoutes) updateOrganization(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.OrganizationPath
	Body UpdateOrganizationRequest
},
) (*httpapi.Body[Organization], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Organization, []dynamo.Write, error) {
		o, err := r.store.Organization(ctx, a.Organization)
		if err != nil {
			return Organization{}, nil, err
		}
		before := newOrganization(o, a.Admin.Role)
		details := o.Details()
		setIfSent(&details.Name, in.Body.Name)
		setIfSent(&details.Website, in.Body.Website)
		setIfSent(&details.Description, in.Body.Description)
		setIfSent(&details.ReplyTo, in.Body.ReplyTo)
		err = o.SetDetails(details)
		after := newOrganization(o, a.Admin.Role)
		if err := in.Body.check(before.Revision, after.Revision, before, err); err != nil {
			return Organization{}, nil, err
		}
		return after, r.store.UpdateOrganization(o), nil
	})
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

// CreateAdministratorRequest names a user and the role to give.
type CreateAdministratorRequest struct {
	Email string `json:"email" doc:"Email address of a person who has signed in before."`
	Role  string `json:"role,omitempty" enum:"owner,admin" default:"admin"`
}

func (r *organizationRoutes) createAdministrator(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.OrganizationPath
	Body CreateAdministratorRequest
},
) (*httpapi.Body[Administrator], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Administrator, []dynamo.Write, error) {
		u, err := r.userByEmail(ctx, in.Body.Email)
		if err != nil {
			return Administrator{}, nil, err
		}
		admin, err := a.Admin.Appoint(u, organization.Role(in.Body.Role), a.At)
		if err != nil {
			return Administrator{}, nil, err
		}
		_, err = r.store.Administrator(ctx, a.Organization, u.ID)
		if err == nil {
			return Administrator{}, nil, fault.Conflict("already_administrator", u.Name+" is already an administrator. Change the role in the list of administrators.")
		}
		if !fault.Is(err, fault.KindNotFound) {
			return Administrator{}, nil, err
		}
		writes := append(r.store.CreateAdministrator(admin), r.store.CheckUser(u)...)
		_, err = r.store.Person(ctx, u.ID, a.Organization)
		if fault.Is(err, fault.KindNotFound) {
			person := &organization.Person{ID: user.PersonID(id.At(a.At)), User: u.ID, Organization: a.Organization}
			return newAdministrator(admin), append(writes, r.store.CreatePerson(person)...), nil
		}
		return newAdministrator(admin), writes, err
	})
}

// userByEmail returns the user who last verified an email address.
//
// Invalid: the address is not valid, or no user has verified it.
func (r *organizationRoutes) userByEmail(ctx context.Context, email string) (*user.User, error) {
	var check fault.Checker
	text.Required(&check, "email", email, "Enter an email address.")
	email = text.Email(&check, "email", email)
	if err := check.Err(); err != nil {
		return nil, err
	}
	address, err := r.store.VerifiedEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return nil, fault.Invalid("email", "Nobody has signed in with this address yet. Ask the person to sign in once, or send an invitation.")
	}
	if err != nil {
		return nil, err
	}
	return r.store.User(ctx, address.User)
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
