// Package adminapi owns the routes of the dashboard for organizations and what a campaign consists of: administrators,
// campaigns, action items and analytics. Its people are in peopleapi, invitations in invitationapi, exports in exportapi, voter
// files in voterfileapi.
package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/administration"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/organization"
)

// organizationRoutes holds what the routes of organizations need.
type organizationRoutes struct {
	store   *dynamo.Store
	service *administration.Service
}

func newCaller(a *httpapi.Access) administration.Caller {
	return administration.Caller{User: a.User, At: a.At}
}

// RegisterOrganizations adds the routes of organizations and their administrators.
func RegisterOrganizations(api *httpapi.API) {
	r := &organizationRoutes{api.Store(), administration.NewService(api.Store())}
	const all, one = "/v1/admin/organizations", "/v1/admin/organizations/{organization}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-organization", Limit: httpapi.PerDay(20), Method: http.MethodPost, Path: all, Status: http.StatusCreated,
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
	r.registerAdministrators(api, one+"/administrators")
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
	Website     string `json:"website,omitempty" doc:"Begins with https:// or http://; without a scheme it gets https://."`
	Description string `json:"description,omitempty" doc:"At most 5,000 characters."`
	ReplyTo     string `json:"reply_to,omitempty" doc:"Address that answers to invitations go to. Left out: to the inviter."`
}

func (r *organizationRoutes) createOrganization(ctx context.Context, a *httpapi.Access, in *struct {
	Body CreateOrganizationRequest
},
) (*httpapi.Body[Organization], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Organization, []dynamo.Write, error) {
		details := organization.Details{Name: in.Body.Name, Website: in.Body.Website, Description: in.Body.Description, ReplyTo: in.Body.ReplyTo}
		o, owner, writes, err := r.service.CreateOrganization(newCaller(a), details)
		if err != nil {
			return Organization{}, nil, err
		}
		return newOrganization(o, owner.Role), writes, nil
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
	httpapi.Revisioned
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
		httpapi.SetIfSent(&details.Name, in.Body.Name)
		httpapi.SetIfSent(&details.Website, in.Body.Website)
		httpapi.SetIfSent(&details.Description, in.Body.Description)
		httpapi.SetIfSent(&details.ReplyTo, in.Body.ReplyTo)
		err = o.SetDetails(details)
		after := newOrganization(o, a.Admin.Role)
		if err := in.Body.Check(before.Revision, after.Revision, before, err); err != nil {
			return Organization{}, nil, err
		}
		return after, r.store.UpdateOrganization(o), nil
	})
}
