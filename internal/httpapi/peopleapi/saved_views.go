package peopleapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/viewedit"
)

// savedViewRoutes holds what the routes of saved views need.
type savedViewRoutes struct{ store *dynamo.Store }

func (r *savedViewRoutes) editor(a *httpapi.Access) *viewedit.Editor {
	return &viewedit.Editor{Store: r.store, Campaign: a.Campaign, Items: a.Items, User: a.User, At: a.At}
}

// RegisterSavedViews adds the routes of saved views.
func RegisterSavedViews(api *httpapi.API) {
	r := &savedViewRoutes{api.Store()}
	const all, one = campaignPrefix + "/views", campaignPrefix + "/views/{view}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-view", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create a saved view",
		Description: "Saves the filter, sort order and columns of a list under a name. A private view is visible only to its owner; a shared " +
			"view to every administrator of the campaign. A campaign has at most 100 views.",
	}, httpapi.CampaignAdmin, r.createView)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-views", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's saved views",
		Description: "The shared views and the caller's private views. Oldest first.",
	}, httpapi.CampaignAdmin, r.listViews)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-view", Method: http.MethodGet, Path: one,
		Summary: "Get a saved view",
	}, httpapi.CampaignAdmin, r.getView)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-view", Method: http.MethodPatch, Path: one,
		Summary: "Update a saved view",
		Description: "Fields that are left out keep their values. Any administrator may update a shared view; only its owner can make it " +
			"private. Fails with changed_meanwhile if the view was updated since the revision was read.",
	}, httpapi.CampaignAdmin, r.updateView)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-view", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary:     "Delete a saved view",
		Description: "Any administrator may delete a shared view. Export schedules of the view stop.",
	}, httpapi.CampaignAdmin, r.deleteView)
}

// ViewSettings holds the fields of a saved view that a request sets.
type ViewSettings struct {
	Name    string   `json:"name" doc:"At most 100 characters. Unique among the shared views of the list, or among the owner's private views of it." example:"Silent volunteers"`
	Shared  bool     `json:"shared,omitempty" doc:"Whether every administrator of the campaign sees the view."`
	Filter  string   `json:"filter,omitempty" doc:"Parameters of the list as its URL has them, without sort, order, page and limit. All people when left out." example:"match_status=CONFIRMED"`
	Sort    string   `json:"sort,omitempty" enum:"added,name,last_activity,touchpoints,total_contacts,matched,with_touchpoints,with_key_question_response" default:"added" doc:"A sort order of the list."`
	Order   string   `json:"order,omitempty" enum:"asc,desc" default:"asc"`
	Columns []string `json:"columns,omitempty" nullable:"false" maxItems:"100" doc:"Ids of the shown columns, in order; for an action item its id. The default columns when left out."`
}

// ViewRequest holds the fields of a new saved view.
type ViewRequest struct {
	List string `json:"list" enum:"contacts,mobilizers" doc:"The list. It cannot be changed."`
	ViewSettings
}

// View is a saved view.
type View struct {
	ID string `json:"id"`
	ViewRequest
	Owned     bool   `json:"owned" doc:"Whether the caller created the view."`
	OwnerName string `json:"owner_name" doc:"Name of the administrator who created the view."`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
	Revision  string `json:"revision" doc:"Changes with every update."`
}

func newView(a *httpapi.Access, v *savedview.View) View {
	return View{
		ID: string(v.ID), Owned: v.Owner == a.UserID, OwnerName: v.OwnerName, CreatedAt: httpapi.Timestamp(v.CreatedAt), UpdatedAt: httpapi.Timestamp(v.UpdatedAt),
		Revision: v.Revision(), ViewRequest: ViewRequest{string(v.List), ViewSettings{
			Name: v.Name, Shared: v.Shared, Filter: v.Filter, Sort: v.Sort, Order: map[bool]string{true: "desc", false: "asc"}[v.Descending], Columns: v.Columns,
		}},
	}
}

func (r *savedViewRoutes) createView(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ViewRequest
},
) (*httpapi.Body[View], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (View, []dynamo.Write, error) {
		s := in.Body
		v, writes, err := r.editor(a).Create(ctx, peoplelist.List(s.List), savedview.Settings{
			Name: s.Name, Shared: s.Shared, Filter: s.Filter, Sort: s.Sort, Descending: s.Order == "desc", Columns: s.Columns,
		})
		if err != nil {
			return View{}, nil, err
		}
		return newView(a, v), writes, nil
	})
}

func (r *savedViewRoutes) listViews(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[View]], error) {
	views, err := r.editor(a).List(ctx)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(views, func(v *savedview.View) View { return newView(a, v) })), nil
}

// ViewPath holds the path values of the routes of a saved view.
type ViewPath struct {
	httpapi.CampaignPath
	View string `path:"view" doc:"Id of the saved view."`
}

func (r *savedViewRoutes) getView(ctx context.Context, a *httpapi.Access, in *ViewPath) (*httpapi.Body[View], error) {
	v, err := r.editor(a).Read(ctx, in.View)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newView(a, v)), nil
}

// ViewUpdate holds the fields of a saved view to change; nil leaves a field as it is.
type ViewUpdate struct {
	Name    *string   `json:"name,omitempty"`
	Shared  *bool     `json:"shared,omitempty"`
	Filter  *string   `json:"filter,omitempty" doc:"Empty for all people."`
	Sort    *string   `json:"sort,omitempty" enum:"added,name,last_activity,touchpoints,total_contacts,matched,with_touchpoints,with_key_question_response"`
	Order   *string   `json:"order,omitempty" enum:"asc,desc"`
	Columns *[]string `json:"columns,omitempty" nullable:"false" maxItems:"100" doc:"Empty for the default columns."`
	httpapi.Revisioned
}

func (r *savedViewRoutes) updateView(ctx context.Context, a *httpapi.Access, in *struct {
	ViewPath
	Body ViewUpdate
},
) (*httpapi.Body[View], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (View, []dynamo.Write, error) {
		v, writes, err := r.editor(a).Update(ctx, in.View, func(v *savedview.View, update func(savedview.Settings) error) error {
			before := newView(a, v)
			err := update(in.Body.apply(v.Settings))
			return in.Body.Check(before.Revision, v.Revision(), before, err)
		})
		if err != nil {
			return View{}, nil, err
		}
		return newView(a, v), writes, nil
	})
}

// apply returns settings with the changed fields.
func (u *ViewUpdate) apply(settings savedview.Settings) savedview.Settings {
	httpapi.SetIfSent(&settings.Name, u.Name)
	httpapi.SetIfSent(&settings.Shared, u.Shared)
	httpapi.SetIfSent(&settings.Filter, u.Filter)
	httpapi.SetIfSent(&settings.Sort, u.Sort)
	httpapi.SetIfSent(&settings.Columns, u.Columns)
	if u.Order != nil {
		settings.Descending = *u.Order == "desc"
	}
	return settings
}

func (r *savedViewRoutes) deleteView(ctx context.Context, a *httpapi.Access, in *ViewPath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) { return r.editor(a).Delete(ctx, in.View) })
}
