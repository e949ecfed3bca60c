package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// schedule is an export schedule in the API.
type schedule struct {
	ID      string
	Type    string
	Hour    int
	Status  string
	LastRun string `json:"last_run_at"`
	NextRun string `json:"next_run_at"`
	EndedAt string `json:"ended_at"`
	Runs    []exported
}

// latestFile is the latest file of a schedule.
type latestFile struct {
	URL      string
	FileName string `json:"file_name"`
	Export   struct {
		ID       string
		AsOf     string `json:"as_of"`
		Schedule string `json:"schedule_id"`
		Expires  string `json:"expires_at"`
	}
}

// stored returns the objects under the schedule's prefix in the local S3.
func (fx *fixture) stored(s *schedule) []string {
	fx.t.Helper()
	folder := filepath.Join("scheduled", fx.organization, fx.campaign, s.ID)
	var files []string
	fx.ok(filepath.WalkDir(stateFolder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.Contains(path, folder) {
			files = append(files, path)
		}
		return nil //nolint:nilerr // deleted while listing
	}))
	return files
}

// runSchedule sets the clock to the schedule's next time, and returns the schedule once its export is done.
func (fx *fixture) runSchedule(path string, late time.Duration) *schedule {
	fx.t.Helper()
	var s schedule
	fx.get(fx.owner, path, &s)
	due, err := time.Parse(time.RFC3339, s.NextRun)
	fx.ok(err)
	fx.ok(kith.SetClock(fx.t.Context(), due.Add(late)))
	for range 2 { // a second dispatch changes nothing
		fx.ok(kith.Fire(fx.t.Context(), "sweep-jobs"))
		awaitIdle(fx.t)
	}
	before := s.LastRun
	var after schedule
	fx.ok(Until(fx.t.Context(), time.Minute, withSweeps(func(ctx context.Context) (bool, error) {
		after = schedule{}
		err := fx.owner.Get(ctx, path, &after)
		return after.LastRun != before && len(after.Runs) > 0 && ended(after.Runs[0].Status), err
	})))
	awaitIdle(fx.t)
	fx.get(fx.owner, path, &after)
	return &after
}

// TestSchedule_EveryNight_KeepsSevenFiles also checks that missed nights result in one export, that the latest file keeps its
// address, and that the schedule ends with its campaign.
func TestSchedule_EveryNight_KeepsSevenFiles(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	defer func() { fx.ok(kith.ResetClock(context.WithoutCancel(t.Context()))) }()
	ann, _ := fx.join("Ann Ames", nil)
	all := fx.admin() + "/export-schedules"
	fx.expectRefused(fx.owner, http.MethodPost, all, body{"type": "specific_action_item_responses", "hour": 3}, 422, "needs an action item")
	fx.expectRefused(fx.owner, http.MethodPost, all, body{"type": "contacts", "hour": 24}, 422, "0 to 23")
	var s schedule
	fx.post(fx.owner, all, body{"type": "contacts", "hour": 3}, &s)
	path := all + "/" + s.ID
	fx.expectRefused(fx.owner, http.MethodGet, path+"/latest", nil, 409, "next run is at")
	zone, err := time.LoadLocation("America/New_York")
	fx.ok(err)

	var first, last string
	const nights = 9
	for n := 1; n <= nights; n++ {
		fx.add(ann, body{"first_name": fmt.Sprint("Number ", n)})
		late := time.Duration(0)
		if n == 5 {
			late = 70 * time.Hour // no run for two nights
		}
		s := fx.runSchedule(path, late)
		next, err := time.Parse(time.RFC3339, s.NextRun)
		fx.ok(err)
		ran, err := time.Parse(time.RFC3339, s.LastRun)
		fx.ok(err)
		if local := next.In(zone); local.Hour() != 3 || local.Minute() != 0 || next.Sub(ran) > 25*time.Hour || !next.After(ran) {
			t.Errorf("night %d: ran at %v, runs next at %v", n, ran, local)
		}
		if len(s.Runs) != min(n, 7) || s.Runs[0].Status != "ready" || s.Runs[0].Rows != n || s.Runs[0].ID == last {
			t.Fatalf("night %d: %+v", n, s)
		}
		last = s.Runs[0].ID
		if n == 1 {
			first = last
		}
	}
	fx.get(fx.owner, path, &s)
	for _, run := range s.Runs {
		if run.Status != "ready" {
			t.Errorf("a run that is kept, after days: %+v", run)
		}
	}
	var old exported
	fx.get(fx.owner, fx.admin()+"/exports/"+first, &old)
	if old.Status != "expired" {
		t.Errorf("the first run, %d nights ago: %+v", nights, old)
	}
	fx.expectRefused(fx.owner, http.MethodPost, fx.admin()+"/exports/"+first+"/download-link", nil, 409, "newer files")
	if files := fx.stored(&s); len(files)%7 != 0 || len(files) == 0 || strings.Contains(strings.Join(files, " "), first) {
		t.Errorf("of seven runs, there are %d files: %v", len(files), files)
	}
	if got := fx.downloadLatest(path); len(got.Rows) != nights {
		t.Errorf("the newest file has %d rows, want %d", len(got.Rows), nights)
	}
	fx.program("nightly load").downloadWithCurl(&s)
	fx.updateAndRestore(path)
	fx.checkScheduleEndsWithCampaign(path)
	fx.deleteScheduleAndFiles(path)
}

// downloadLatest downloads the latest file.
func (fx *fixture) downloadLatest(path string) *File {
	fx.t.Helper()
	var l latestFile
	fx.get(fx.owner, path+"/latest", &l)
	if l.Export.Schedule == "" || l.Export.Expires != "" || l.Export.AsOf == "" {
		fx.t.Errorf("the newest file: %+v", l)
	}
	raw, err := fetch(fx.t.Context(), http.MethodGet, l.URL, nil)
	fx.ok(err)
	file, err := ReadCSV(raw)
	fx.ok(err)
	return file
}

// downloadWithCurl downloads the latest file with curl and compares it with its manifest.
func (p *program) downloadWithCurl(s *schedule) {
	p.t.Helper()
	folder := p.t.TempDir()
	file, headers := filepath.Join(folder, "contacts.csv"), filepath.Join(folder, "headers.txt")
	address := kith.Cloud().API + "/v1/pipeline/campaigns/" + p.campaign + "/export-schedules/" + s.ID + "/latest"
	curl := exec.CommandContext(p.t.Context(), "curl", "-fsSL", "-H", "Authorization: Bearer "+p.secret, "-D", headers, "-o", file, address)
	if said, err := curl.CombinedOutput(); err != nil {
		p.t.Fatalf("curl -L: %v\n%s", err, said)
	}
	content, err := os.ReadFile(file)
	p.ok(err)
	message, err := os.ReadFile(headers)
	p.ok(err)
	run := s.Runs[0].ID
	if !strings.Contains(strings.ToLower(string(message)), "kith-export: "+run) {
		p.t.Errorf("the responses do not name the run %s:\n%s", run, message)
	}
	var manifest json.RawMessage
	p.ok(p.do(http.MethodGet, p.exports+"/"+run+"/manifest", nil, &manifest))
	if whole, message := verifyExport(p.t, content, manifest); !whole || !strings.Contains(string(manifest), s.ID) {
		p.t.Errorf("verify-export: %s of %s", message, manifest)
	}
}

// updateAndRestore changes the schedule's export and hour, and changes them back.
func (fx *fixture) updateAndRestore(path string) {
	fx.t.Helper()
	var s schedule
	fx.patch(fx.owner, path, body{"type": "mobilizers", "hour": 4}, &s)
	if s.Type != "mobilizers" || s.Hour != 4 || s.Status != "active" {
		fx.t.Errorf("changed: %+v", s)
	}
	fx.expectRefused(fx.owner, http.MethodGet, path+"/latest", nil, 409, "next run is at")
	fx.expectRefused(fx.owner, http.MethodPatch, path, body{"type": "specific_action_item_responses"}, 422, "needs an action item")
	fx.runSchedule(path, time.Minute)
	if got := fx.downloadLatest(path); len(got.Rows) != 1 {
		fx.t.Errorf("the newest file of the new type has %d rows", len(got.Rows))
	}
	fx.patch(fx.owner, path, body{"type": "contacts"}, nil)
}

func (fx *fixture) checkScheduleEndsWithCampaign(path string) {
	fx.t.Helper()
	fx.post(fx.owner, fx.admin()+"/close", nil, nil)
	fx.expectRefused(fx.owner, http.MethodPost, fx.admin()+"/export-schedules", body{"type": "contacts", "hour": 3}, 409, "closed")
	s := fx.runSchedule(path, time.Minute)
	if s.Status != "ended" || s.NextRun != "" || s.EndedAt == "" {
		fx.t.Errorf("after the campaign was closed and a run: %+v", s)
	}
	ran := s.LastRun
	at, err := time.Parse(time.RFC3339, ran)
	fx.ok(err)
	fx.ok(kith.SetClock(fx.t.Context(), at.Add(49*time.Hour)))
	fx.ok(kith.Fire(fx.t.Context(), "sweep-jobs"))
	awaitIdle(fx.t)
	fx.get(fx.owner, path, s)
	if s.LastRun != ran || len(s.Runs) != 7 {
		fx.t.Errorf("it ran again: %+v", s)
	}
	fx.downloadLatest(path)
	fx.expectRefused(fx.owner, http.MethodPatch, path, body{"hour": 5}, 409, "ended")
}

func (fx *fixture) deleteScheduleAndFiles(path string) {
	fx.t.Helper()
	var s schedule
	fx.get(fx.owner, path, &s)
	run := s.Runs[0].ID
	fx.delete(fx.owner, path)
	fx.expectNotFound(fx.owner, path)
	awaitIdle(fx.t)
	if files := fx.stored(&s); len(files) != 0 {
		fx.t.Errorf("the schedule was removed, its files are there: %v", files)
	}
	var e exported
	fx.get(fx.owner, fx.admin()+"/exports/"+run, &e)
	if e.Status != "expired" {
		fx.t.Errorf("a run of a removed schedule: %+v", e)
	}
}
