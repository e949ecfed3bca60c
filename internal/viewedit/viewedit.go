// Package viewedit creates, updates and deletes saved views. Writes are returned for the transaction of the caller. The rules
// are in savedview.
package viewedit

import (
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

// Editor changes the saved views of a campaign that an administrator sees.
type Editor struct {
	Store    *dynamo.Store
	Campaign *campaign.Campaign
	Items    []*action.Item
	User     *user.User
	At       time.Time
}

// List returns the shared views of the campaign and the administrator's private ones, the oldest first.
func (e *Editor) List(ctx context.Context) ([]*savedview.View, error) {
	views, err := e.Store.SavedViews(ctx, e.Campaign.ID)
	return slices.DeleteFunc(views, func(v *savedview.View) bool { return !v.VisibleTo(e.User.ID) }), err
}

// Read returns a view that the administrator sees.
//
// Not found: there is none.
func (e *Editor) Read(ctx context.Context, viewID string) (*savedview.View, error) {
	if !id.Valid(viewID) {
		return nil, fault.NotFound("view")
	}
	v, err := e.Store.SavedView(ctx, e.Campaign.ID, savedview.ID(viewID))
	if err == nil && !v.VisibleTo(e.User.ID) {
		return nil, fault.NotFound("view")
	}
	return v, err
}

// Create returns a new view, and the writes that store it. In a campaign with the maximum of views it replaces a private view of
// a removed administrator, if there is one that no export schedule uses.
//
// Invalid: the settings, or another view has the name. Conflict: the campaign has too many views.
func (e *Editor) Create(ctx context.Context, l peoplelist.List, settings savedview.Settings) (*savedview.View, []dynamo.Write, error) {
	existing, err := e.Store.SavedViews(ctx, e.Campaign.ID)
	if err != nil {
		return nil, nil, err
	}
	replaced, err := e.replaceable(ctx, existing)
	if err != nil {
		return nil, nil, err
	}
	writes := e.guardViews()
	if replaced != nil {
		existing = slices.DeleteFunc(existing, func(v *savedview.View) bool { return v.ID == replaced.ID })
		writes = append(writes, e.Store.DeleteSavedView(replaced)...)
	}
	v, err := savedview.New(l, settings, e.Campaign, e.Items, existing, e.User, e.At)
	if err != nil {
		return nil, nil, err
	}
	return v, append(e.Store.CreateSavedView(v), writes...), nil
}

// guardViews returns a write of the campaign, unchanged. It makes concurrent writes of the campaign's views and export
// schedules conflict: otherwise two views could exceed the limit or have the same name, and a schedule could use a view that
// is being deleted.
func (e *Editor) guardViews() []dynamo.Write { return e.Store.UpdateCampaign(e.Campaign) }

// replaceable returns the oldest private view of a removed administrator, which nobody can see or delete, if the maximum of views
// is reached; nil if there is none or an active export schedule uses each.
func (e *Editor) replaceable(ctx context.Context, views []*savedview.View) (*savedview.View, error) {
	if len(views) < savedview.Max {
		return nil, nil //nolint:nilnil // documented
	}
	administrators, err := e.Store.Administrators(ctx, e.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	schedules, err := e.Store.Schedules(ctx, e.Campaign.ID)
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		owned := slices.ContainsFunc(administrators, func(admin *organization.Administrator) bool { return admin.User == v.Owner })
		if !v.Shared && !owned && !slices.ContainsFunc(schedules, func(s *schedule.Schedule) bool { return uses(s, v) }) {
			return v, nil
		}
	}
	return nil, nil //nolint:nilnil // documented
}

// uses reports whether a schedule exports the rows of a view.
func uses(s *schedule.Schedule, v *savedview.View) bool {
	return s.State == schedule.Active && s.Request.View == v.ID
}

// Update returns a view as change leaves it, and the writes that store it; none if its revision stays the same. Change receives
// the function that updates the view.
//
// Not found: there is none. Otherwise it fails as change does.
func (e *Editor) Update(ctx context.Context, viewID string, change func(v *savedview.View, update func(savedview.Settings) error) error) (*savedview.View, []dynamo.Write, error) {
	existing, err := e.Store.SavedViews(ctx, e.Campaign.ID)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(existing, func(v *savedview.View) bool { return string(v.ID) == viewID && v.VisibleTo(e.User.ID) })
	if i < 0 {
		return nil, nil, fault.NotFound("view")
	}
	v := existing[i]
	before := *v
	err = change(v, func(settings savedview.Settings) error {
		return v.Update(settings, e.Campaign, e.Items, existing, e.User, e.At)
	})
	if err != nil {
		return nil, nil, err
	}
	if v.Revision() == before.Revision() {
		return &before, nil, nil
	}
	return v, append(e.Store.UpdateSavedView(v), e.guardViews()...), nil
}

// Delete returns the writes that delete a view and stop the export schedules of it.
//
// Not found: there is none.
func (e *Editor) Delete(ctx context.Context, viewID string) ([]dynamo.Write, error) {
	v, err := e.Read(ctx, viewID)
	if err != nil {
		return nil, err
	}
	schedules, err := e.Store.Schedules(ctx, e.Campaign.ID)
	if err != nil {
		return nil, err
	}
	var writes []dynamo.Write
	for _, s := range schedules {
		if uses(s, v) {
			s.Stop(schedule.ViewDeleted, e.At)
			writes = append(writes, e.Store.UpdateSchedule(s)...)
		}
	}
	return slices.Concat(writes, e.Store.DeleteSavedView(v), e.guardViews()), nil
}
