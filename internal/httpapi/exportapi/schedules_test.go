package exportapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func schedulesOf(t *testing.T) (*httpapitest.CampaignFixture, *httpapitest.Client, string) {
	t.Helper()
	s, admin, at := httpapitest.NewAdmin(t)
	return s, admin, at + "/export-schedules"
}

func TestExportSchedule_CreatedUpdatedDeleted_ChangesItsJob(t *testing.T) {
	s, admin, all := schedulesOf(t)
	const kind = "specific_action_item_responses"
	for _, c := range []struct {
		body map[string]any
		name string
	}{
		{map[string]any{"type": "rows", "hour": 3}, "type"},
		{map[string]any{"type": kind, "hour": 3}, "action_item_id"},
		{map[string]any{"type": kind, "action_item_id": "none", "hour": 3}, "action_item_id"},
		{map[string]any{"type": "contacts", "action_item_id": string(s.Task.ID), "hour": 3}, "action_item_id"},
		{map[string]any{"type": "analytics", "profile": "extended", "hour": 3}, "profile"},
		{map[string]any{"type": "contacts", "hour": 24}, "hour"},
		{map[string]any{"type": "contacts"}, "hour"},
		{map[string]any{"type": "contacts", "hour": 2.5}, "hour"},
		{map[string]any{"type": "contacts", "hour": 3, "minute": 30}, "minute"},
	} {
		admin.Post(all, c.body).ExpectProblem(http.StatusUnprocessableEntity, "invalid", c.name)
	}
	made := admin.Do(http.MethodPost, all, map[string]any{"type": "contacts", "hour": 9}, "once").ExpectStatus(http.StatusCreated)
	again := admin.Do(http.MethodPost, all, map[string]any{"type": "contacts", "hour": 9}, "once").ExpectStatus(http.StatusCreated)
	if made.Raw != again.Raw || made.Text("status") != "active" || made.Text("dialect") != "data" || made.Text("time_zone") != "America/New_York" {
		t.Errorf("made %s, then %s", made.Raw, again.Raw)
	}
	if next := made.Text("next_run_at"); next != "2026-10-24T13:00:00.000Z" { // noon in UTC is 8 o'clock there
		t.Errorf("next run at %s", next)
	}
	one := all + "/" + made.Text("id")
	admin.Get(one+"/latest").ExpectProblem(http.StatusConflict, "export_not_ready", "2026-10-24T13:00:00Z")

	first := s.FinishScheduledRun(string(s.Campaign.ID), made.Text("id"))
	latest := admin.Get(one + "/latest").ExpectStatus(http.StatusOK)
	if !strings.Contains(latest.Text("url"), "/scheduled/") || latest.Text("export", "id") != first.ID || latest.Text("file_name") == "" {
		t.Errorf("the newest file: %s", latest.Raw)
	}
	s.Advance(30 * 24 * time.Hour)
	admin.Get(one + "/latest").ExpectStatus(http.StatusOK)
	if shown := admin.Get(one).ExpectStatus(http.StatusOK).List("runs"); len(shown) != 1 || shown[0]["status"] != "ready" || shown[0]["expires_at"] != nil {
		t.Errorf("runs after a month: %v", shown)
	}

	edited := admin.Patch(one, map[string]any{"type": kind, "action_item_id": string(s.Task.ID)}).ExpectStatus(http.StatusOK)
	if edited.Text("next_run_at") != made.Text("next_run_at") || edited.Text("type") != kind {
		t.Errorf("another type: %s", edited.Raw)
	}
	admin.Get(one+"/latest").ExpectProblem(http.StatusConflict, "export_not_ready", "next run")
	admin.Patch(one, map[string]any{"type": "notes"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "action_item_id")
	edited = admin.Patch(one, map[string]any{"type": "notes", "action_item_id": "", "hour": 7}).ExpectStatus(http.StatusOK)
	sched, err := s.Store.Schedule(t.Context(), s.Campaign.ID, made.Text("id"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.Store.Job(t.Context(), sched.Job)
	if err != nil || httpapi.Timestamp(j.DueAt) != edited.Text("next_run_at") || edited.Text("next_run_at") != "2026-11-24T12:00:00.000Z" {
		t.Errorf("another hour: %s, its job %+v, %v", edited.Raw, j, err)
	}

	admin.Delete(one).ExpectStatus(http.StatusNoContent)
	admin.Get(one).ExpectStatus(http.StatusNotFound)
	admin.Get(one + "/latest").ExpectStatus(http.StatusNotFound)
	admin.Delete(one).ExpectStatus(http.StatusNotFound)
	if left := admin.Get(all).ExpectStatus(http.StatusOK).List("items"); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if j, err = s.Store.Job(t.Context(), sched.Job); err != nil || j.State != "queued" {
		t.Errorf("no job deletes its files: %+v, %v", j, err)
	}
}

func TestCreateExportSchedule_LimitOrInactiveCampaign_IsRejected(t *testing.T) {
	s, admin, all := schedulesOf(t)
	for hour := range schedule.Max {
		admin.Post(all, map[string]any{"type": "contacts", "hour": hour}).ExpectStatus(http.StatusCreated)
	}
	admin.Post(all, map[string]any{"type": "notes", "hour": 3}).ExpectProblem(http.StatusConflict, "too_many_schedules", "Delete one first")
	listed := admin.Get(all).List("items")
	admin.Delete(all + "/" + fmt.Sprint(listed[0]["id"])).ExpectStatus(http.StatusNoContent)
	admin.Post(all, map[string]any{"type": "notes", "hour": 3}).ExpectStatus(http.StatusCreated)
	admin.Get(all+"?hour=3").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "hour")

	closed := s.NewCampaign("closed", campaign.Active)
	if err := closed.Close(s.Now); err != nil {
		t.Fatal(err)
	}
	s.Commit(s.Store.UpdateCampaign(closed)...)
	draft := s.NewCampaign("draft", campaign.Draft)
	for c, code := range map[*campaign.Campaign]string{closed: "campaign_closed", draft: "campaign_draft"} {
		admin.Post("/v1/admin/campaigns/"+string(c.ID)+"/export-schedules", map[string]any{"type": "contacts", "hour": 3}).
			ExpectProblem(http.StatusConflict, code, "This campaign is")
	}
}

// A schedule with the content of an existing one is rejected with the id of that one.
func TestCreateExportSchedule_Duplicate_Conflicts(t *testing.T) {
	_, admin, all := schedulesOf(t)
	same := map[string]any{"type": "contacts", "hour": 3}
	first := admin.Post(all, same).ExpectStatus(http.StatusCreated).Text("id")
	admin.Post(all, same).ExpectProblem(http.StatusConflict, "schedule_exists", first)
	admin.Post(all, map[string]any{"type": "contacts", "hour": 3, "dialect": "data", "compression": "none"}).ExpectProblem(http.StatusConflict, "schedule_exists", first)
	other := all + "/" + admin.Post(all, map[string]any{"type": "contacts", "hour": 4}).ExpectStatus(http.StatusCreated).Text("id")
	admin.Post(all, map[string]any{"type": "contacts", "hour": 3, "profile": "extended"}).ExpectStatus(http.StatusCreated)
	admin.Patch(other, map[string]any{"hour": 3}).ExpectProblem(http.StatusConflict, "schedule_exists", first)
	admin.Patch(other, map[string]any{"hour": 4}).ExpectStatus(http.StatusOK)
	admin.Delete(all + "/" + first).ExpectStatus(http.StatusNoContent)
	admin.Patch(other, map[string]any{"hour": 3}).ExpectStatus(http.StatusOK)
}

// Concurrent requests create no more schedules than the limit, and no duplicate.
func TestCreateExportSchedule_Concurrent_KeepsLimit(t *testing.T) {
	_, admin, all := schedulesOf(t)
	for hour := range schedule.Max - 2 {
		admin.Post(all, map[string]any{"type": "contacts", "hour": hour}).ExpectStatus(http.StatusCreated)
	}
	answers := make([]*httpapitest.Reply, 6)
	var every sync.WaitGroup
	for n := range answers {
		every.Go(func() { answers[n] = admin.Post(all, map[string]any{"type": "notes", "hour": n % 3}) })
	}
	every.Wait()
	made := map[string]int{}
	for _, r := range answers {
		if r.Status != http.StatusCreated && r.Status != http.StatusConflict {
			t.Errorf("answered %d: %s", r.Status, r.Raw)
		}
	}
	listed := admin.Get(all).List("items")
	for _, s := range listed {
		made[fmt.Sprint(s["type"], s["hour"])]++
	}
	if len(listed) != schedule.Max || len(made) != len(listed) {
		t.Errorf("there are %d schedules, %d different ones: %v", len(listed), len(made), made)
	}
	// Nor do two that are changed at once become the same.
	var moved sync.WaitGroup
	for _, s := range listed[:4] {
		moved.Go(func() { admin.Patch(all+"/"+fmt.Sprint(s["id"]), map[string]any{"hour": 23}) })
	}
	moved.Wait()
	late := map[any]int{}
	for _, s := range admin.Get(all).List("items") {
		if s["hour"] == 23.0 {
			late[s["type"]]++
		}
	}
	for of, times := range late {
		if times != 1 {
			t.Errorf("%d schedules of %s at the same hour", times, of)
		}
	}
	if len(late) == 0 {
		t.Error("none was moved")
	}
}

// Concurrent updates of different fields both take effect.
func TestUpdateExportSchedule_ConcurrentFields_BothTakeEffect(t *testing.T) {
	_, admin, all := schedulesOf(t)
	one := all + "/" + admin.Post(all, map[string]any{"type": "contacts", "hour": 3}).ExpectStatus(http.StatusCreated).Text("id")
	var both sync.WaitGroup
	for _, change := range []map[string]any{{"type": "notes"}, {"hour": 5}, {"compression": "gzip"}, {"profile": "extended"}} {
		both.Go(func() { admin.Patch(one, change).ExpectStatus(http.StatusOK) })
	}
	both.Wait()
	got := admin.Get(one).ExpectStatus(http.StatusOK)
	if got.Text("type") != "notes" || got.Text("compression") != "gzip" || got.Text("profile") != "extended" || !strings.Contains(got.Raw, `"hour":5`) {
		t.Errorf("after four changes: %s", got.Raw)
	}
}

// A failed run can be retried while the schedule lists it and no later run is active.
func TestRetryExport_FailedRun_OnlyWhileScheduleListsIt(t *testing.T) {
	s, admin, all := schedulesOf(t)
	made := admin.Post(all, map[string]any{"type": "contacts", "hour": 3}).ExpectStatus(http.StatusCreated)
	fail := func() *export.Export {
		t.Helper()
		e := s.FinishScheduledRun(string(s.Campaign.ID), made.Text("id"))
		e.Fail(fault.NewMessage("no"), s.Now)
		s.Commit(s.Store.UpdateExport(e)...)
		return e
	}
	retry := func(e *export.Export) *httpapitest.Reply {
		return admin.Post("/v1/admin/campaigns/"+string(s.Campaign.ID)+"/exports/"+e.ID+"/retry", nil)
	}
	first, second := fail(), fail()
	retry(first).ExpectStatus(http.StatusOK)
	retry(second).ExpectProblem(http.StatusConflict, "export_running", "later run")
	// The campaign's own list of what was asked for last knows nothing of it.
	admin.Post("/v1/admin/campaigns/"+string(s.Campaign.ID)+"/exports", map[string]any{"type": "contacts"}).ExpectStatus(http.StatusCreated)
	admin.Delete(all + "/" + made.Text("id")).ExpectStatus(http.StatusNoContent)
	retry(second).ExpectProblem(http.StatusConflict, "schedule_moved_on", "deleted")
}

// Each store call of each request fails in turn, before and after it takes effect, and the request is repeated: the schedule exists
// once with its job, or is deleted with a job that deletes its files.
func TestExportSchedule_CrashAtEachCall_RetryCompletes(t *testing.T) {
	s, admin, all := schedulesOf(t)
	n := 0
	for _, c := range []struct {
		method string
		body   map[string]any
	}{
		{http.MethodPost, map[string]any{"type": "contacts", "hour": 3}},
		{http.MethodPatch, map[string]any{"hour": 5, "type": "notes"}},
		{http.MethodDelete, nil},
	} {
		for call := 0; ; call++ {
			died := false
			for _, late := range []bool{false, true} {
				n++
				key, path := fmt.Sprint("key-", n), all
				var made *httpapitest.Reply
				if c.method != http.MethodPost {
					made = admin.Post(all, map[string]any{"type": "contacts", "hour": 3}).ExpectStatus(http.StatusCreated)
					path = all + "/" + made.Text("id")
				}
				s.Faults.FailCall(call+1, late)
				first := admin.Do(c.method, path, c.body, key)
				s.Faults.FailCall(0, false)
				died = died || first.Status == http.StatusServiceUnavailable
				again := admin.Do(c.method, path, c.body, key)
				if again.Status >= 300 && again.Status != http.StatusNotFound {
					t.Fatalf("%s repeated after call %d (%v): %s", c.method, call, late, again.Raw)
				}
				if c.method == http.MethodPost {
					made = again
				}
				there := admin.Get(all).List("items")
				sched, err := s.Store.Schedule(t.Context(), s.Campaign.ID, made.Text("id"))
				if err != nil {
					t.Fatal(err)
				}
				j, err := s.Store.Job(t.Context(), sched.Job)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case c.method == http.MethodDelete && (len(there) != 0 || j.State != "queued"):
					t.Fatalf("removed, dead at call %d (%v): %v, %+v", call, late, there, j)
				case c.method != http.MethodDelete && (len(there) != 1 || j.State != "waiting" || !j.DueAt.Equal(sched.NextRun)):
					t.Fatalf("%s, dead at call %d (%v): %d schedules, %+v, %+v", c.method, call, late, len(there), sched, j)
				}
				for _, left := range there {
					admin.Delete(all + "/" + fmt.Sprint(left["id"])).ExpectStatus(http.StatusNoContent)
				}
			}
			if !died {
				break
			}
		}
	}
	if n < 20 {
		t.Errorf("%d crashes: the test covers nothing", n)
	}
}

func TestDownloadLatestPipelineFile_SeveralRuns_ReturnsNewest(t *testing.T) {
	d := httpapitest.New(t)
	x := d.NewTenant("vecinos")
	path := httpapitest.PipelinePath + "campaigns/" + x.IDs["campaign"] + "/export-schedules/" + x.IDs["schedule"] + "/latest"
	program := d.TokenClient(x.IDs["secret"])
	program.Get(path).ExpectProblem(http.StatusConflict, "export_not_ready", "next run")
	run := d.FinishScheduledRun(x.IDs["campaign"], x.IDs["schedule"])
	got := program.Get(path).ExpectStatus(http.StatusFound)
	if to := got.Header.Get("Location"); !strings.Contains(to, "/scheduled/") || !strings.Contains(to, "X-Amz-Signature") || got.Header.Get("Kith-Export") != run.ID {
		t.Errorf("it leads to %q", to)
	}
	program.Get(strings.Replace(path, x.IDs["campaign"], x.Other["campaign"], 1)).ExpectStatus(http.StatusNotFound)
	program.Get(strings.Replace(path, x.IDs["schedule"], x.Other["schedule"], 1)).ExpectStatus(http.StatusNotFound)
}
