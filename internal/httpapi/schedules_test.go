package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/id"
)

// ranOnce gives a schedule a run whose file is ready, as its worker would, and returns the run.
func (s *stage) ranOnce(of, schedule string) *export.Export {
	s.t.Helper()
	sched, err := s.store.Schedule(s.t.Context(), campaign.ID(of), schedule)
	if err != nil {
		s.t.Fatal(err)
	}
	e := &export.Export{
		ID: id.At(s.now), Organization: sched.Organization, Campaign: sched.Campaign, Request: sched.Request,
		State: export.Ready, ByName: sched.ByName, RequestedAt: s.now, AsOf: s.now, FinishedAt: s.now, Schedule: sched.ID,
		Object: fmt.Sprintf("scheduled/%s/%s/%s/1.csv", sched.Organization, sched.Campaign, sched.ID),
	}
	sched.LastRun, sched.Runs = s.now, append([]string{e.ID}, sched.Runs...)
	s.commit(append(s.store.UpdateSchedule(sched), s.store.CreateExport(e)...)...)
	return e
}

func schedulesOf(t *testing.T) (*stage, *caller, string) {
	t.Helper()
	s, admin, at := office(t)
	RegisterSchedules(s.api, s.files, 5*time.Minute)
	return s, admin, at + "/schedules"
}

func TestAScheduleIsMadeChangedAndRemoved(t *testing.T) {
	s, admin, all := schedulesOf(t)
	const kind = "specific_action_item_responses"
	for _, c := range []struct {
		body map[string]any
		name string
	}{
		{map[string]any{"type": "rows", "hour": 3}, "type"},
		{map[string]any{"type": kind, "hour": 3}, "action_item"},
		{map[string]any{"type": kind, "action_item": "none", "hour": 3}, "action_item"},
		{map[string]any{"type": "contacts", "action_item": string(s.task.ID), "hour": 3}, "action_item"},
		{map[string]any{"type": "analytics", "profile": "extended", "hour": 3}, "profile"},
		{map[string]any{"type": "contacts", "hour": 24}, "hour"},
		{map[string]any{"type": "contacts"}, "hour"},
		{map[string]any{"type": "contacts", "hour": 2.5}, "hour"},
		{map[string]any{"type": "contacts", "hour": 3, "minute": 30}, "minute"},
	} {
		admin.post(all, c.body).refused(http.StatusUnprocessableEntity, "invalid", c.name)
	}
	made := admin.request(http.MethodPost, all, map[string]any{"type": "contacts", "hour": 9}, "once").is(http.StatusCreated)
	again := admin.request(http.MethodPost, all, map[string]any{"type": "contacts", "hour": 9}, "once").is(http.StatusCreated)
	if made.raw != again.raw || made.text("state") != "active" || made.text("dialect") != "data" || made.text("time_zone") != "America/New_York" {
		t.Errorf("made %s, then %s", made.raw, again.raw)
	}
	if next := made.text("next_run"); next != "2026-10-24T13:00:00.000Z" { // noon in UTC is 8 o'clock there
		t.Errorf("next run at %s", next)
	}
	one := all + "/" + made.text("id")
	admin.get(one+"/latest").refused(http.StatusConflict, "export_not_ready", "2026-10-24T13:00:00Z")

	first := s.ranOnce(string(s.campaign.ID), made.text("id"))
	latest := admin.get(one + "/latest").is(http.StatusOK)
	if !strings.Contains(latest.text("url"), "/scheduled/") || latest.text("export", "id") != first.ID || latest.text("file_name") == "" {
		t.Errorf("the newest file: %s", latest.raw)
	}
	s.later(30 * 24 * time.Hour)
	admin.get(one + "/latest").is(http.StatusOK)
	if shown := admin.get(one).is(http.StatusOK).list("runs"); len(shown) != 1 || shown[0]["state"] != "ready" || shown[0]["expires_at"] != nil {
		t.Errorf("runs after a month: %v", shown)
	}

	edited := admin.patch(one, map[string]any{"type": kind, "action_item": string(s.task.ID)}).is(http.StatusOK)
	if edited.text("next_run") != made.text("next_run") || edited.text("type") != kind {
		t.Errorf("another type: %s", edited.raw)
	}
	admin.get(one+"/latest").refused(http.StatusConflict, "export_not_ready", "next run")
	admin.patch(one, map[string]any{"type": "notes"}).refused(http.StatusUnprocessableEntity, "invalid", "action_item")
	edited = admin.patch(one, map[string]any{"type": "notes", "action_item": "", "hour": 7}).is(http.StatusOK)
	sched, err := s.store.Schedule(t.Context(), s.campaign.ID, made.text("id"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.store.Job(t.Context(), sched.Job)
	if err != nil || stamp(j.DueAt) != edited.text("next_run") || edited.text("next_run") != "2026-11-24T12:00:00.000Z" {
		t.Errorf("another hour: %s, its job %+v, %v", edited.raw, j, err)
	}

	admin.del(one).is(http.StatusNoContent)
	admin.get(one).is(http.StatusNotFound)
	admin.get(one + "/latest").is(http.StatusNotFound)
	admin.del(one).is(http.StatusNotFound)
	if left := admin.get(all).is(http.StatusOK).list("items"); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if j, err = s.store.Job(t.Context(), sched.Job); err != nil || j.State != "queued" {
		t.Errorf("nobody is to remove its files: %+v, %v", j, err)
	}
}

func TestACampaignHasFewSchedulesAndAnActiveOne(t *testing.T) {
	s, admin, all := schedulesOf(t)
	for hour := range export.MostSchedules {
		admin.post(all, map[string]any{"type": "contacts", "hour": hour}).is(http.StatusCreated)
	}
	admin.post(all, map[string]any{"type": "notes", "hour": 3}).refused(http.StatusConflict, "too_many_schedules", "Remove one first")
	listed := admin.get(all).list("items")
	admin.del(all + "/" + fmt.Sprint(listed[0]["id"])).is(http.StatusNoContent)
	admin.post(all, map[string]any{"type": "notes", "hour": 3}).is(http.StatusCreated)
	admin.get(all+"?hour=3").refused(http.StatusUnprocessableEntity, "invalid", "hour")

	closed := s.newCampaign("closed", campaign.Active)
	if err := closed.Close(s.now); err != nil {
		t.Fatal(err)
	}
	s.commit(s.store.UpdateCampaign(closed)...)
	draft := s.newCampaign("draft", campaign.Draft)
	for c, code := range map[*campaign.Campaign]string{closed: "campaign_closed", draft: "campaign_draft"} {
		admin.post("/v1/admin/campaigns/"+string(c.ID)+"/schedules", map[string]any{"type": "contacts", "hour": 3}).
			refused(http.StatusConflict, code, "This campaign is")
	}
}

// What a schedule writes every night already, another one need not: whoever asks is told which it is.
func TestTheSameScheduleIsRefused(t *testing.T) {
	_, admin, all := schedulesOf(t)
	same := map[string]any{"type": "contacts", "hour": 3}
	first := admin.post(all, same).is(http.StatusCreated).text("id")
	admin.post(all, same).refused(http.StatusConflict, "schedule_exists", first)
	admin.post(all, map[string]any{"type": "contacts", "hour": 3, "dialect": "data", "compression": "none"}).refused(http.StatusConflict, "schedule_exists", first)
	other := all + "/" + admin.post(all, map[string]any{"type": "contacts", "hour": 4}).is(http.StatusCreated).text("id")
	admin.post(all, map[string]any{"type": "contacts", "hour": 3, "profile": "extended"}).is(http.StatusCreated)
	admin.patch(other, map[string]any{"hour": 3}).refused(http.StatusConflict, "schedule_exists", first)
	admin.patch(other, map[string]any{"hour": 4}).is(http.StatusOK)
	admin.del(all + "/" + first).is(http.StatusNoContent)
	admin.patch(other, map[string]any{"hour": 3}).is(http.StatusOK)
}

// However many are made at once, a campaign has no more than it may have, and none twice.
func TestSchedulesMadeAtOnceDoNotPassTheLimit(t *testing.T) {
	_, admin, all := schedulesOf(t)
	for hour := range export.MostSchedules - 2 {
		admin.post(all, map[string]any{"type": "contacts", "hour": hour}).is(http.StatusCreated)
	}
	answers := make([]*reply, 6)
	var every sync.WaitGroup
	for n := range answers {
		every.Go(func() { answers[n] = admin.post(all, map[string]any{"type": "notes", "hour": n % 3}) })
	}
	every.Wait()
	made := map[string]int{}
	for _, r := range answers {
		if r.status != http.StatusCreated && r.status != http.StatusConflict {
			t.Errorf("answered %d: %s", r.status, r.raw)
		}
	}
	listed := admin.get(all).list("items")
	for _, s := range listed {
		made[fmt.Sprint(s["type"], s["hour"])]++
	}
	if len(listed) != export.MostSchedules || len(made) != len(listed) {
		t.Errorf("there are %d schedules, %d different ones: %v", len(listed), len(made), made)
	}
	// Nor do two that are changed at once become the same.
	var moved sync.WaitGroup
	for _, s := range listed[:4] {
		moved.Go(func() { admin.patch(all+"/"+fmt.Sprint(s["id"]), map[string]any{"hour": 23}) })
	}
	moved.Wait()
	late := map[any]int{}
	for _, s := range admin.get(all).list("items") {
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

// Two administrators change different things of a schedule at once, and both changes stay.
func TestTwoChangeAScheduleAtOnce(t *testing.T) {
	_, admin, all := schedulesOf(t)
	one := all + "/" + admin.post(all, map[string]any{"type": "contacts", "hour": 3}).is(http.StatusCreated).text("id")
	var both sync.WaitGroup
	for _, change := range []map[string]any{{"type": "notes"}, {"hour": 5}, {"compression": "gzip"}, {"profile": "extended"}} {
		both.Go(func() { admin.patch(one, change).is(http.StatusOK) })
	}
	both.Wait()
	got := admin.get(one).is(http.StatusOK)
	if got.text("type") != "notes" || got.text("compression") != "gzip" || got.text("profile") != "extended" || !strings.Contains(got.raw, `"hour":5`) {
		t.Errorf("after four changes: %s", got.raw)
	}
}

// A run that failed may be tried again while the schedule has it on its list and no later one is under way.
func TestARunIsTriedAgainWithItsSchedule(t *testing.T) {
	s, admin, all := schedulesOf(t)
	made := admin.post(all, map[string]any{"type": "contacts", "hour": 3}).is(http.StatusCreated)
	fail := func() *export.Export {
		t.Helper()
		e := s.ranOnce(string(s.campaign.ID), made.text("id"))
		e.Fail("no", s.now)
		s.commit(s.store.UpdateExport(e)...)
		return e
	}
	retry := func(e *export.Export) *reply {
		return admin.post("/v1/admin/campaigns/"+string(s.campaign.ID)+"/exports/"+e.ID+"/retry", nil)
	}
	first, second := fail(), fail()
	retry(first).is(http.StatusOK)
	retry(second).refused(http.StatusConflict, "export_running", "later run")
	// The campaign's own list of what was asked for last knows nothing of it.
	admin.post("/v1/admin/campaigns/"+string(s.campaign.ID)+"/exports", map[string]any{"type": "contacts"}).is(http.StatusCreated)
	admin.del(all + "/" + made.text("id")).is(http.StatusNoContent)
	retry(second).refused(http.StatusConflict, "schedule_moved_on", "removed")
}

// Each store call of each request is broken in turn, before the store has done it and after, and the request repeated: a
// schedule is there once with its job, or gone with one that removes its files.
func TestCrashChangingASchedule(t *testing.T) {
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
				var made *reply
				if c.method != http.MethodPost {
					made = admin.post(all, map[string]any{"type": "contacts", "hour": 3}).is(http.StatusCreated)
					path = all + "/" + made.text("id")
				}
				s.faults.arm(call+1, late)
				first := admin.request(c.method, path, c.body, key)
				s.faults.arm(0, false)
				died = died || first.status == http.StatusServiceUnavailable
				again := admin.request(c.method, path, c.body, key)
				if again.status >= 300 && again.status != http.StatusNotFound {
					t.Fatalf("%s repeated after call %d (%v): %s", c.method, call, late, again.raw)
				}
				if c.method == http.MethodPost {
					made = again
				}
				there := admin.get(all).list("items")
				sched, err := s.store.Schedule(t.Context(), s.campaign.ID, made.text("id"))
				if err != nil {
					t.Fatal(err)
				}
				j, err := s.store.Job(t.Context(), sched.Job)
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
					admin.del(all + "/" + fmt.Sprint(left["id"])).is(http.StatusNoContent)
				}
			}
			if !died {
				break
			}
		}
	}
	if n < 20 {
		t.Errorf("%d deaths: nothing is shown", n)
	}
}

func TestAProgramFetchesTheNewestFile(t *testing.T) {
	d := everyRoute(t)
	x := d.tenant("vecinos")
	path := pipelinePaths + "campaigns/" + x.ids["campaign"] + "/schedules/" + x.ids["schedule"] + "/latest"
	program := d.program(x.ids["secret"])
	program.get(path).refused(http.StatusConflict, "export_not_ready", "next run")
	run := d.ranOnce(x.ids["campaign"], x.ids["schedule"])
	got := program.get(path).is(http.StatusFound)
	if to := got.header.Get("Location"); !strings.Contains(to, "/scheduled/") || !strings.Contains(to, "X-Amz-Signature") || got.header.Get("Kith-Export") != run.ID {
		t.Errorf("it leads to %q", to)
	}
	program.get(strings.Replace(path, x.ids["campaign"], x.other["campaign"], 1)).is(http.StatusNotFound)
	program.get(strings.Replace(path, x.ids["schedule"], x.other["schedule"], 1)).is(http.StatusNotFound)
}
