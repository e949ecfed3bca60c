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

// schedule is a schedule as the API shows it.
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

// latestFile is the newest file of a schedule.
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

// stored are the objects under the schedule's prefix, as the local S3 keeps them.
func (tm *team) stored(s *schedule) []string {
	tm.t.Helper()
	folder := filepath.Join("scheduled", tm.organization, tm.campaign, s.ID)
	var files []string
	tm.ok(filepath.WalkDir(stateFolder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.Contains(path, folder) {
			files = append(files, path)
		}
		return nil //nolint:nilerr // what goes while it is listed is gone
	}))
	return files
}

// night lets the schedule's next time come, and returns the schedule once what was asked for then is done.
func (tm *team) night(path string, late time.Duration) *schedule {
	tm.t.Helper()
	var s schedule
	tm.get(tm.owner, path, &s)
	due, err := time.Parse(time.RFC3339, s.NextRun)
	tm.ok(err)
	tm.ok(kith.SetClock(tm.t.Context(), due.Add(late)))
	for range 2 { // a second ring changes nothing
		tm.ok(kith.Fire(tm.t.Context(), "sweep-jobs"))
		settled(tm.t)
	}
	before := s.LastRun
	var after schedule
	tm.ok(Until(tm.t.Context(), time.Minute, sweeping(func(ctx context.Context) (bool, error) {
		after = schedule{}
		err := tm.owner.Get(ctx, path, &after)
		return after.LastRun != before && len(after.Runs) > 0 && ended(after.Runs[0].Status), err
	})))
	settled(tm.t)
	tm.get(tm.owner, path, &after)
	return &after
}

// A schedule runs once a night, whatever nights were missed, keeps seven files, has the newest at an address that stays, and
// ends with its campaign.
func TestAnExportEveryNight(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	defer func() { tm.ok(kith.ResetClock(context.WithoutCancel(t.Context()))) }()
	ann, _ := tm.join("Ann Ames", nil)
	all := tm.admin() + "/export-schedules"
	tm.refused(tm.owner, http.MethodPost, all, body{"type": "specific_action_item_responses", "hour": 3}, 422, "needs an action item")
	tm.refused(tm.owner, http.MethodPost, all, body{"type": "contacts", "hour": 24}, 422, "0 to 23")
	var s schedule
	tm.post(tm.owner, all, body{"type": "contacts", "hour": 3}, &s)
	path := all + "/" + s.ID
	tm.refused(tm.owner, http.MethodGet, path+"/latest", nil, 409, "next run is at")
	zone, err := time.LoadLocation("America/New_York")
	tm.ok(err)

	var first, last string
	const nights = 9
	for n := 1; n <= nights; n++ {
		tm.add(ann, body{"first_name": fmt.Sprint("Number ", n)})
		late := time.Duration(0)
		if n == 5 {
			late = 70 * time.Hour // the system was down for two nights and more
		}
		s := tm.night(path, late)
		next, err := time.Parse(time.RFC3339, s.NextRun)
		tm.ok(err)
		ran, err := time.Parse(time.RFC3339, s.LastRun)
		tm.ok(err)
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
	tm.get(tm.owner, path, &s)
	for _, run := range s.Runs {
		if run.Status != "ready" {
			t.Errorf("a run that is kept, after days: %+v", run)
		}
	}
	var old exported
	tm.get(tm.owner, tm.admin()+"/exports/"+first, &old)
	if old.Status != "expired" {
		t.Errorf("the first run, %d nights ago: %+v", nights, old)
	}
	tm.refused(tm.owner, http.MethodPost, tm.admin()+"/exports/"+first+"/download-link", nil, 409, "newer ones")
	if files := tm.stored(&s); len(files)%7 != 0 || len(files) == 0 || strings.Contains(strings.Join(files, " "), first) {
		t.Errorf("of seven runs, there are %d files: %v", len(files), files)
	}
	if got := tm.latest(path); len(got.Rows) != nights {
		t.Errorf("the newest file has %d rows, want %d", len(got.Rows), nights)
	}
	tm.program("nightly load").fetches(&s)
	tm.changes(path)
	tm.endsWithItsCampaign(path)
	tm.goesWithItsFiles(path)
}

// latest downloads the newest file.
func (tm *team) latest(path string) *File {
	tm.t.Helper()
	var l latestFile
	tm.get(tm.owner, path+"/latest", &l)
	if l.Export.Schedule == "" || l.Export.Expires != "" || l.Export.AsOf == "" {
		tm.t.Errorf("the newest file: %+v", l)
	}
	raw, err := fetch(tm.t.Context(), http.MethodGet, l.URL, nil)
	tm.ok(err)
	file, err := ReadCSV(raw)
	tm.ok(err)
	return file
}

// fetches downloads the newest file with a real curl, as a warehouse's job would, and compares it with its manifest.
func (p *program) fetches(s *schedule) {
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
	told, err := os.ReadFile(headers)
	p.ok(err)
	run := s.Runs[0].ID
	if !strings.Contains(strings.ToLower(string(told)), "kith-export: "+run) {
		p.t.Errorf("the answers don't name the run %s:\n%s", run, told)
	}
	var manifest json.RawMessage
	p.ok(p.do(http.MethodGet, p.exports+"/"+run+"/manifest", nil, &manifest))
	if whole, told := verifyExport(p.t, content, manifest); !whole || !strings.Contains(string(manifest), s.ID) {
		p.t.Errorf("verify-export: %s of %s", told, manifest)
	}
}

// changes has the schedule ask for something else, at another hour, and back.
func (tm *team) changes(path string) {
	tm.t.Helper()
	var s schedule
	tm.patch(tm.owner, path, body{"type": "mobilizers", "hour": 4}, &s)
	if s.Type != "mobilizers" || s.Hour != 4 || s.Status != "active" {
		tm.t.Errorf("changed: %+v", s)
	}
	tm.refused(tm.owner, http.MethodGet, path+"/latest", nil, 409, "next run is at")
	tm.refused(tm.owner, http.MethodPatch, path, body{"type": "specific_action_item_responses"}, 422, "needs an action item")
	tm.night(path, time.Minute)
	if got := tm.latest(path); len(got.Rows) != 1 {
		tm.t.Errorf("the newest file of the new type has %d rows", len(got.Rows))
	}
	tm.patch(tm.owner, path, body{"type": "contacts"}, nil)
}

func (tm *team) endsWithItsCampaign(path string) {
	tm.t.Helper()
	tm.post(tm.owner, tm.admin()+"/close", nil, nil)
	tm.refused(tm.owner, http.MethodPost, tm.admin()+"/export-schedules", body{"type": "contacts", "hour": 3}, 409, "closed")
	s := tm.night(path, time.Minute)
	if s.Status != "ended" || s.NextRun != "" || s.EndedAt == "" {
		tm.t.Errorf("after the campaign was closed and a run: %+v", s)
	}
	ran := s.LastRun
	at, err := time.Parse(time.RFC3339, ran)
	tm.ok(err)
	tm.ok(kith.SetClock(tm.t.Context(), at.Add(49*time.Hour)))
	tm.ok(kith.Fire(tm.t.Context(), "sweep-jobs"))
	settled(tm.t)
	tm.get(tm.owner, path, s)
	if s.LastRun != ran || len(s.Runs) != 7 {
		tm.t.Errorf("it ran again: %+v", s)
	}
	tm.latest(path)
	tm.refused(tm.owner, http.MethodPatch, path, body{"hour": 5}, 409, "ended")
}

func (tm *team) goesWithItsFiles(path string) {
	tm.t.Helper()
	var s schedule
	tm.get(tm.owner, path, &s)
	run := s.Runs[0].ID
	tm.delete(tm.owner, path)
	tm.gone(tm.owner, path)
	settled(tm.t)
	if files := tm.stored(&s); len(files) != 0 {
		tm.t.Errorf("the schedule was removed, its files are there: %v", files)
	}
	var e exported
	tm.get(tm.owner, tm.admin()+"/exports/"+run, &e)
	if e.Status != "expired" {
		tm.t.Errorf("a run of a removed schedule: %+v", e)
	}
}
