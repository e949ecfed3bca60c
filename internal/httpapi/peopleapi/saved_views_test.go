package peopleapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/organization"
)

// newViewsFixture returns an owner and another administrator of a published campaign, and its path.
func newViewsFixture(t *testing.T) (*httpapitest.CampaignFixture, *httpapitest.Client, *httpapitest.Client, string) {
	t.Helper()
	s, owner, at := httpapitest.NewAdmin(t)
	other := s.NewUser("Otto")
	s.Commit(s.Store.CreateAdministrator(&organization.Administrator{Organization: s.Organization.ID, User: other.User.ID, Role: organization.Admin, Name: "Otto", AddedAt: s.Now})...)
	return s, owner, other, at + "/views"
}

// viewNames returns the names of the views that a client sees, in order.
func viewNames(c *httpapitest.Client, at string) string {
	var names []string
	for _, v := range c.Get(at).ExpectStatus(http.StatusOK).List("items") {
		names = append(names, v["name"].(string))
	}
	return strings.Join(names, ", ")
}

func TestSavedViews_CreateUpdateDelete_KeepWhatWasSent(t *testing.T) {
	t.Parallel()
	s, owner, _, at := newViewsFixture(t)
	made := owner.Post(at, map[string]any{
		"list": "contacts", "name": "  Undecided in Boston ", "filter": "?match_status=CONFIRMED,PENDING&city=Boston&response_id=none",
		"sort": "touchpoints", "order": "desc", "columns": []string{"name", "city", string(s.Task.ID)}, "shared": true,
	}).ExpectStatus(http.StatusCreated)
	one := at + "/" + made.Text("id")
	if made.Text("name") != "Undecided in Boston" || made.Text("filter") != "city=Boston&match_status=CONFIRMED%2CPENDING&response_id=none" ||
		made.Text("sort") != "touchpoints" || made.Text("order") != "desc" || len(made.Body["columns"].([]any)) != 3 || made.Value("owned") != true {
		t.Errorf("created %s", made.Raw)
	}
	if got := owner.Get(one).ExpectStatus(http.StatusOK); got.Raw != made.Raw {
		t.Errorf("read %s, want %s", got.Raw, made.Raw)
	}
	changed := owner.Patch(one, map[string]any{"filter": "", "order": "asc", "revision": made.Text("revision")}).ExpectStatus(http.StatusOK)
	if changed.Value("filter") != nil || changed.Text("order") != "asc" || changed.Text("sort") != "touchpoints" || changed.Text("updated_at") == "" {
		t.Errorf("updated %s", changed.Raw)
	}
	stale := owner.Patch(one, map[string]any{"name": "Other", "revision": made.Text("revision")}).ExpectStatus(http.StatusConflict)
	if stale.Text("code") != "changed_meanwhile" || stale.Text("current", "revision") != changed.Text("revision") || stale.Text("current", "name") != "Undecided in Boston" {
		t.Errorf("an update of an earlier revision: %s", stale.Raw)
	}
	owner.Delete(one).ExpectStatus(http.StatusNoContent)
	owner.Get(one).ExpectStatus(http.StatusNotFound)
	owner.Delete(one).ExpectStatus(http.StatusNotFound)
}

func TestSavedViews_PrivateView_IsVisibleToOwnerOnly(t *testing.T) {
	t.Parallel()
	s, owner, other, at := newViewsFixture(t)
	private := owner.Post(at, map[string]any{"list": "contacts", "name": "Mine"}).ExpectStatus(http.StatusCreated)
	s.Advance(time.Second)
	shared := owner.Post(at, map[string]any{"list": "contacts", "name": "Ours", "shared": true}).ExpectStatus(http.StatusCreated)
	one, all := at+"/"+private.Text("id"), at+"/"+shared.Text("id")
	if got := viewNames(owner, at); got != "Mine, Ours" {
		t.Errorf("the owner sees %s", got)
	}
	if got := viewNames(other, at); got != "Ours" {
		t.Errorf("another administrator sees %s", got)
	}
	other.Get(one).ExpectStatus(http.StatusNotFound)
	other.Patch(one, map[string]any{"name": "Theirs", "revision": private.Text("revision")}).ExpectStatus(http.StatusNotFound)
	other.Delete(one).ExpectStatus(http.StatusNotFound)
	other.Patch(all, map[string]any{"shared": false, "revision": shared.Text("revision")}).ExpectProblem(http.StatusForbidden, "forbidden", "private")
	renamed := other.Patch(all, map[string]any{"name": "All of ours", "revision": shared.Text("revision")}).ExpectStatus(http.StatusOK)
	if renamed.Value("owned") != false || renamed.Text("owner_name") == "" {
		t.Errorf("a shared view, updated by another administrator: %s", renamed.Raw)
	}
	owner.Patch(all, map[string]any{"shared": false, "revision": renamed.Text("revision")}).ExpectStatus(http.StatusOK)
	other.Get(all).ExpectStatus(http.StatusNotFound)
}

func TestSavedViews_Names_AreUniqueInTheirScope(t *testing.T) {
	t.Parallel()
	_, owner, other, at := newViewsFixture(t)
	view := func(name, list string, shared bool) map[string]any {
		return map[string]any{"list": list, "name": name, "shared": shared}
	}
	owner.Post(at, view("Silent", "contacts", false)).ExpectStatus(http.StatusCreated)
	owner.Post(at, view("SILENT ", "contacts", false)).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "name")
	owner.Post(at, view("Silent", "mobilizers", false)).ExpectStatus(http.StatusCreated)
	other.Post(at, view("Silent", "contacts", false)).ExpectStatus(http.StatusCreated)
	shared := owner.Post(at, view("Silent", "contacts", true)).ExpectStatus(http.StatusCreated)
	other.Post(at, view("silent", "contacts", true)).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "name")
	owner.Patch(at+"/"+shared.Text("id"), map[string]any{"shared": false, "revision": shared.Text("revision")}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", "name")
}

func TestSavedViews_BadInput_IsRefusedByName(t *testing.T) {
	t.Parallel()
	_, owner, _, at := newViewsFixture(t)
	for field, body := range map[string]map[string]any{
		"name":                   {"list": "contacts", "name": " "},
		"list":                   {"list": "notes", "name": "x"},
		"sort":                   {"list": "contacts", "name": "x", "sort": "matched"},
		"filter":                 {"list": "contacts", "name": "x", "filter": "%zz"},
		"filter.zip":             {"list": "contacts", "name": "x", "filter": "zip=2139"},
		"filter.state":           {"list": "contacts", "name": "x", "filter": "state=MA"},
		"filter.sort":            {"list": "contacts", "name": "x", "filter": "sort=name"},
		"filter.has_notes":       {"list": "contacts", "name": "x", "filter": "has_notes=true&has_notes=false"},
		"filter.city":            {"list": "contacts", "name": "x", "filter": "city="},
		"columns[1]":             {"list": "contacts", "name": "x", "columns": []string{"city", "city"}},
		"columns[0]":             {"list": "contacts", "name": "x", "columns": []string{"a b"}},
		"filter.touchpoints_min": {"list": "mobilizers", "name": "x", "filter": "touchpoints_min=1"},
	} {
		owner.Post(at, body).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"`+field+`"`)
	}
	if got := viewNames(owner, at); got != "" {
		t.Errorf("refused requests created %s", got)
	}
}

func TestSavedViews_ConcurrentCreation_KeepsLimit(t *testing.T) {
	t.Parallel()
	_, owner, _, at := newViewsFixture(t)
	for n := range 98 {
		owner.Post(at, map[string]any{"list": "contacts", "name": fmt.Sprint("View ", n)}).ExpectStatus(http.StatusCreated)
	}
	httpapitest.Concurrently(6, func(n int) *httpapitest.Reply {
		return owner.Post(at, map[string]any{"list": "contacts", "name": fmt.Sprint("At once ", n)})
	})
	if got := len(owner.Get(at).List("items")); got != 100 {
		t.Errorf("%d views, want 100", got)
	}
	owner.Post(at, map[string]any{"list": "contacts", "name": "One more"}).ExpectProblem(http.StatusConflict, "too_many_views", "Delete a view")
}

// Nobody can see or delete the private views of a removed administrator, so a new view replaces the oldest that no schedule uses.
func TestSavedViews_PrivateOnesOfRemovedAdministrator_AreReplacedAtTheLimit(t *testing.T) {
	t.Parallel()
	s, owner, other, at := newViewsFixture(t)
	var first string
	for n := range 100 {
		made := other.Post(at, map[string]any{"list": "contacts", "name": fmt.Sprint("View ", n)}).ExpectStatus(http.StatusCreated)
		if n == 0 {
			first = made.Text("id")
			s.Advance(time.Millisecond) // so that it is the oldest
		}
	}
	other.Post(strings.TrimSuffix(at, "/views")+"/export-schedules", map[string]any{"type": "contacts", "view_id": first, "hour": 3}).ExpectStatus(http.StatusCreated)
	one := map[string]any{"list": "contacts", "name": "One more"}
	owner.Post(at, one).ExpectProblem(http.StatusConflict, "too_many_views", "Delete a view")
	removed, err := s.Store.Administrator(t.Context(), s.Organization.ID, other.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	s.Commit(s.Store.DeleteAdministrator(removed)...)
	owner.Post(at, one).ExpectStatus(http.StatusCreated)
	s.Commit(s.Store.CreateAdministrator(removed)...)
	views := other.Get(at).ExpectStatus(http.StatusOK).List("items")
	if len(views) != 99 || views[0]["id"] != first {
		t.Errorf("the administrator who returns sees %d views, the first is %v", len(views), views[0])
	}
	owner.Post(at, map[string]any{"list": "contacts", "name": "Another"}).ExpectProblem(http.StatusConflict, "too_many_views", "Delete a view")
	if all, err := s.Store.SavedViews(t.Context(), s.Campaign.ID); err != nil || len(all) != 100 {
		t.Errorf("%d views are stored, want 100 (%v)", len(all), err)
	}
}
