package exportapi_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestCreateExport_Filter_IsPartOfTheRequest(t *testing.T) {
	t.Parallel()
	_, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	all := admin.Post(exports, map[string]any{"type": "contacts"}).ExpectStatus(http.StatusCreated)
	some := admin.Post(exports, map[string]any{"type": "contacts", "filter": "?has_notes=true&city=Boston"}).ExpectStatus(http.StatusCreated)
	if some.Text("filter") != "city=Boston&has_notes=true" || some.Text("id") == all.Text("id") {
		t.Errorf("with a filter %s, without %s", some.Raw, all.Raw)
	}
	again := admin.Post(exports, map[string]any{"type": "contacts", "filter": "city=Boston&has_notes=true"}).ExpectStatus(http.StatusOK)
	if again.Text("id") != some.Text("id") {
		t.Errorf("the same filter in another order: %s", again.Raw)
	}
	for field, body := range map[string]map[string]any{
		"filter":           {"type": "notes", "filter": "has_notes=true"},
		"view_id":          {"type": "contacts", "view_id": httpapitest.UnknownID},
		"filter.has_notes": {"type": "contacts", "filter": "has_notes=perhaps"},
		"filter.zip":       {"type": "mobilizers", "filter": "zip=02139"},
		"filter.order":     {"type": "mobilizers", "filter": "order=desc"},
	} {
		admin.Post(exports, body).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"`+field+`"`)
	}
	admin.Post(exports, map[string]any{"type": "bundle", "filter": "has_notes=true"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"filter"`)
}

func TestCreateExport_View_HasItsFilterAtTheRequest(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	view := admin.Post(at+"/views", map[string]any{"list": "mobilizers", "name": "Silent", "filter": "silent_days=14"}).ExpectStatus(http.StatusCreated)
	body := map[string]any{"type": "mobilizers", "view_id": view.Text("id")}
	made := admin.Post(at+"/exports", body).ExpectStatus(http.StatusCreated)
	if made.Text("filter") != "silent_days=14" || made.Text("view_id") != view.Text("id") {
		t.Errorf("an export of a view: %s", made.Raw)
	}
	admin.Patch(at+"/views/"+view.Text("id"), map[string]any{"filter": "left=true", "revision": view.Text("revision")}).ExpectStatus(http.StatusOK)
	if again := admin.Post(at+"/exports", body).ExpectStatus(http.StatusCreated); again.Text("filter") != "left=true" {
		t.Errorf("an export after the view has changed: %s", again.Raw)
	}
	admin.Post(at+"/exports", map[string]any{"type": "contacts", "view_id": view.Text("id")}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "This view is of the mobilizers")
	body["filter"] = "left=true"
	admin.Post(at+"/exports", body).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "one of them")
	other := s.NewUser("Otto") // sees no private view, and is no administrator
	other.Post(at+"/exports", map[string]any{"type": "mobilizers", "view_id": view.Text("id")}).ExpectStatus(http.StatusNotFound)
}

func TestDeleteView_WithSchedules_StopsThem(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	view := admin.Post(at+"/views", map[string]any{"list": "contacts", "name": "Open", "filter": "response_id=none"}).ExpectStatus(http.StatusCreated).Text("id")
	schedules := at + "/export-schedules"
	made := admin.Post(schedules, map[string]any{"type": "contacts", "view_id": view, "hour": 3}).ExpectStatus(http.StatusCreated)
	kept := admin.Post(schedules, map[string]any{"type": "contacts", "hour": 3}).ExpectStatus(http.StatusCreated)
	admin.Post(schedules, map[string]any{"type": "mobilizers", "view_id": view, "hour": 3}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "view_id")
	s.FinishScheduledRun(string(s.Campaign.ID), made.Text("id"))
	one := schedules + "/" + made.Text("id")
	admin.Get(one + "/latest").ExpectStatus(http.StatusOK)
	admin.Delete(at + "/views/" + view).ExpectStatus(http.StatusNoContent)
	stopped := admin.Get(one).ExpectStatus(http.StatusOK)
	if stopped.Text("status") != "stopped" || stopped.Text("stop_reason") != "view_deleted" || stopped.Text("ended_at") == "" || stopped.Value("next_run_at") != nil {
		t.Errorf("the schedule of the deleted view: %s", stopped.Raw)
	}
	admin.Get(one + "/latest").ExpectStatus(http.StatusOK)
	admin.Patch(one, map[string]any{"hour": 5}).ExpectProblem(http.StatusConflict, "schedule_stopped", "saved view was deleted")
	if got := admin.Get(schedules + "/" + kept.Text("id")).Text("status"); got != "active" {
		t.Errorf("another schedule is %s", got)
	}
	admin.Delete(one).ExpectStatus(http.StatusNoContent)
	admin.Get(one).ExpectStatus(http.StatusNotFound)
}

func TestUpdateExportSchedule_FilterAndView_ReplaceEachOther(t *testing.T) {
	t.Parallel()
	_, admin, at := httpapitest.NewAdmin(t)
	view := admin.Post(at+"/views", map[string]any{"list": "contacts", "name": "Open", "filter": "response_id=none"}).ExpectStatus(http.StatusCreated).Text("id")
	one := at + "/export-schedules/" + admin.Post(at+"/export-schedules", map[string]any{"type": "contacts", "hour": 3}).ExpectStatus(http.StatusCreated).Text("id")
	for _, c := range []struct {
		body         map[string]any
		filter, view any
	}{
		{map[string]any{"filter": "has_notes=true"}, "has_notes=true", nil},
		{map[string]any{"view_id": view}, nil, view},
		{map[string]any{"hour": 4}, nil, view},
		{map[string]any{"filter": "zip=02139"}, "zip=02139", nil},
		{map[string]any{"view_id": view}, nil, view},
		{map[string]any{"view_id": ""}, nil, nil},
		{map[string]any{"filter": "zip=02139"}, "zip=02139", nil},
		{map[string]any{"type": "mobilizers"}, nil, nil},
	} {
		got := admin.Patch(one, c.body).ExpectStatus(http.StatusOK)
		if fmt.Sprint(got.Value("filter"), got.Value("view_id")) != fmt.Sprint(c.filter, c.view) {
			t.Errorf("%v: %s", c.body, got.Raw)
		}
	}
	admin.Patch(one, map[string]any{"view_id": view}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "view_id")
}
