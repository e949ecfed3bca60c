// Package adminapi serves the dashboard: organizations, campaigns, action items, mobilizers, contacts, analytics and voter
// files. Invitations are in invitationapi, exports in exportapi.
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

type organizations struct{ store *dynamo.Store }

// RegisterOrganizations adds organizations and their administrators.
func RegisterOrganizations(api *httpapi.API) {
	h := &organizations{api.Store()}
	const all, one = "/v1/admin/organizations", "/v1/admin/organizations/{organization}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-organization", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create an organization",
		Description: "The caller becomes its first owner.",
	}, httpapi.AnyUser, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-organizations", Method: http.MethodGet, Path: all,
		Summary:     "List the caller's organizations",
		Description: "Organizations that the caller administers.",
	}, httpapi.AnyUser, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-organization", Method: http.MethodGet, Path: one,
		Summary: "Get an organization",
	}, httpapi.OrganizationAdmin, h.read)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-organization", Method: http.MethodPatch, Path: one,
		Summary:     "Update an organization",
		Description: "Fields that are left out keep their values; an empty string unsets a field.",
	}, httpapi.OrganizationAdmin, h.edit)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-administrators", Method: http.MethodGet, Path: one + "/administrators",
		Summary: "List an organization's administrators",
	}, httpapi.OrganizationAdmin, h.administrators)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-administrator", Method: http.MethodPost, Path: one + "/administrators", Status: http.StatusCreated,
		Summary:     "Add an administrator",
		Description: "The person must have started a session before and is named by email address. Only owners add owners.",
	}, httpapi.OrganizationAdmin, h.appoint)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-administrator", Method: http.MethodPatch, Path: one + "/administrators/{user}",
		Summary:     "Update an administrator's role",
		Description: "The last owner keeps the role.",
	}, httpapi.OrganizationOwner, h.assign)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-administrator", Method: http.MethodDelete, Path: one + "/administrators/{user}", Status: http.StatusNoContent,
		Summary:     "Remove an administrator",
		Description: "Only owners remove owners. The last owner cannot be removed.",
	}, httpapi.OrganizationAdmin, h.dismiss)
}

// Organization is an organization as administrators see it.
type Organization struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Website     string `json:"website,omitempty"`
	Description string `json:"description,omitempty"`
	Role        string `json:"role" enum:"owner,admin" doc:"The caller's."`
	CreatedAt   string `json:"created_at" format:"date-time"`
}

func organizationBody(o *organization.Organization, role organization.Role) Organization {
	return Organization{
		ID: string(o.ID), Name: o.Name, Website: o.Website, Description: o.Description, Role: string(role),
		CreatedAt: httpapi.Timestamp(o.CreatedAt),
	}
}

// OrganizationCreate is what creating an organization takes.
type OrganizationCreate struct {
	Body struct {
		Name        string `json:"name" doc:"At most 200 characters."`
		Website     string `json:"website,omitempty" doc:"Begins with https:// or http://."`
		Description string `json:"description,omitempty" doc:"At most 5,000 characters."`
	}
}

func (h *organizations) create(ctx context.Context, a *httpapi.Access, in *OrganizationCreate) (*httpapi.Body[Organization], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Organization, []dynamo.Write, error) {
		details := organization.Details{Name: in.Body.Name, Website: in.Body.Website, Description: in.Body.Description}
		o, owner, err := organization.New(details, a.User, a.At)
		if err != nil {
			return Organization{}, nil, err
		}
		writes := append(h.store.CreateOrganization(o), h.store.CreateAdministrator(owner)...)
		person := &organization.Person{ID: user.PersonID(id.At(a.At)), User: a.UserID, Organization: o.ID}
		return organizationBody(o, owner.Role), append(writes, h.store.CreatePerson(person)...), nil
	})
}

func (h *organizations) list(ctx context.Context, a *httpapi.Access, _ *struct{}) (*httpapi.Body[httpapi.List[Organization]], error) {
	parts, err := h.store.UserAffiliations(ctx, a.UserID)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[Organization]{Items: []Organization{}}
	for _, admin := range parts.Administrators {
		if o := parts.Organizations[admin.Organization]; o != nil {
			list.Items = append(list.Items, organizationBody(o, admin.Role))
		}
	}
	return httpapi.NewBody(list), nil
}

func (h *organizations) read(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[Organization], error) {
	o, err := h.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(organizationBody(o, a.Admin.Role)), nil
}

// OrganizationUpdate is what editing an organization takes.
type OrganizationUpdate struct {
	httpapi.OrganizationPath
	Body struct {
		Name        *string `json:"name,omitempty"`
		Website     *string `json:"website,omitempty"`
		Description *string `json:"description,omitempty"`
	}
}

func (h *organizations) edit(ctx context.Context, a *httpapi.Access, in *OrganizationUpdate) (*httpapi.Body[Organization], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Organization, []dynamo.Write, error) {
		o, err := h.store.Organization(ctx, a.Organization)
		if err != nil {
			return Organization{}, nil, err
		}
		details := o.Details()
		set(&details.Name, in.Body.Name)
		set(&details.Website, in.Body.Website)
		set(&details.Description, in.Body.Description)
		if err := o.SetDetails(details); err != nil {
			return Organization{}, nil, err
		}
		return organizationBody(o, a.Admin.Role), h.store.UpdateOrganization(o), nil
	})
}

// Administrator is somebody who administers an organization.
type Administrator struct {
	User    string `json:"user_id" doc:"Id of the user."`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    string `json:"role" enum:"owner,admin"`
	AddedAt string `json:"added_at" format:"date-time"`
}

func administratorBody(admin *organization.Administrator) Administrator {
	return Administrator{
		User: string(admin.User), Name: admin.Name, Email: admin.Email, Role: string(admin.Role),
		AddedAt: httpapi.Timestamp(admin.AddedAt),
	}
}

func (h *organizations) administrators(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[httpapi.List[Administrator]], error) {
	all, err := h.store.Administrators(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(all, administratorBody)), nil
}

// AdministratorCreate is what adding an administrator takes.
type AdministratorCreate struct {
	httpapi.OrganizationPath
	Body struct {
		Email string `json:"email" doc:"Of somebody who has signed in before."`
		Role  string `json:"role,omitempty" enum:"owner,admin" default:"admin"`
	}
}

func (h *organizations) appoint(ctx context.Context, a *httpapi.Access, in *AdministratorCreate) (*httpapi.Body[Administrator], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Administrator, []dynamo.Write, error) {
		u, err := h.userAt(ctx, in.Body.Email)
		if err != nil {
			return Administrator{}, nil, err
		}
		admin, err := a.Admin.Appoint(u, organization.Role(in.Body.Role), a.At)
		if err != nil {
			return Administrator{}, nil, err
		}
		_, err = h.store.Administrator(ctx, a.Organization, u.ID)
		if err == nil {
			return Administrator{}, nil, fault.Conflict("already_administrator", u.Name+" is an administrator already.")
		}
		if !fault.Is(err, fault.KindNotFound) {
			return Administrator{}, nil, err
		}
		writes := append(h.store.CreateAdministrator(admin), h.store.CheckUser(u)...)
		_, err = h.store.Person(ctx, u.ID, a.Organization)
		if fault.Is(err, fault.KindNotFound) {
			person := &organization.Person{ID: user.PersonID(id.At(a.At)), User: u.ID, Organization: a.Organization}
			return administratorBody(admin), append(writes, h.store.CreatePerson(person)...), nil
		}
		return administratorBody(admin), writes, err
	})
}

// userAt returns whoever proved last that the e-mail address is theirs.
func (h *organizations) userAt(ctx context.Context, email string) (*user.User, error) {
	var check fault.Checker
	email = text.Email(&check, "email", email)
	text.Required(&check, "email", email, "Give an e-mail address.")
	if err := check.Err(); err != nil {
		return nil, err
	}
	address, err := h.store.VerifiedEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return nil, fault.Invalid("email", "Nobody has signed in with this address yet. Ask them to sign in once, then add them.")
	}
	if err != nil {
		return nil, err
	}
	return h.store.User(ctx, address.User)
}

// AdministratorPath is what every route of one administrator takes.
type AdministratorPath struct {
	httpapi.OrganizationPath
	User string `path:"user" doc:"Id of the administrator's user."`
}

// AdministratorUpdate is what changing a role takes.
type AdministratorUpdate struct {
	AdministratorPath
	Body struct {
		Role string `json:"role" enum:"owner,admin"`
	}
}

func (h *organizations) assign(ctx context.Context, a *httpapi.Access, in *AdministratorUpdate) (*httpapi.Body[Administrator], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Administrator, []dynamo.Write, error) {
		all, other, err := h.among(ctx, a, in.User)
		if err != nil {
			return Administrator{}, nil, err
		}
		stays, err := a.Admin.SetRole(other, organization.Role(in.Body.Role), all)
		if err != nil {
			return Administrator{}, nil, err
		}
		return administratorBody(other), h.outlived(h.store.UpdateAdministrator(other), stays), nil
	})
}

func (h *organizations) dismiss(ctx context.Context, a *httpapi.Access, in *AdministratorPath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		all, other, err := h.among(ctx, a, in.User)
		if err != nil {
			return nil, err
		}
		stays, err := a.Admin.CheckRemoval(other, all)
		if err != nil {
			return nil, err
		}
		return h.outlived(h.store.DeleteAdministrator(other), stays), nil
	})
}

// among reads the administrators, finds one of them, and takes the caller as they are now.
func (h *organizations) among(ctx context.Context, a *httpapi.Access, wanted string) ([]*organization.Administrator, *organization.Administrator, error) {
	all, err := h.store.Administrators(ctx, a.Organization)
	if err != nil {
		return nil, nil, err
	}
	var self, other *organization.Administrator
	for _, admin := range all {
		if admin.User == a.UserID {
			self = admin
		}
		if admin.User == user.ID(wanted) {
			other = admin
		}
	}
	if self == nil {
		return nil, nil, fault.NotFound("organization")
	}
	if other == nil {
		return nil, nil, fault.NotFound("administrator")
	}
	a.Admin = self
	return all, other, nil
}

// outlived adds that the owner who stays must still be one when the change is written.
func (h *organizations) outlived(writes []dynamo.Write, stays *organization.Administrator) []dynamo.Write {
	if stays == nil {
		return writes
	}
	return append(writes, h.store.CheckAdministrator(stays)...)
}
