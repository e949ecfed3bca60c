package dynamo_test

import (
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
)

func TestAScheduleKeepsItsNewestFiles(t *testing.T) {
	d := newDepot(t)
	var ids []string
	for n := range schedule.KeptFiles + 3 {
		d.night(true)
		d.verify(min(n+1, schedule.KeptFiles))
		ids = append(ids, d.runs()[0].ID)
	}
	first, err := d.s.Export(t.Context(), d.campaign.ID, ids[0])
	if err != nil || first.State != export.Expired {
		t.Errorf("the first: %+v, %v", first, err)
	}
	// Failures push nothing out; what they left goes with the next file that is ready.
	for range 10 {
		d.night(false)
		if e, err := d.read().Newest(d.runs()); err != nil || e.ID != ids[len(ids)-1] {
			t.Fatalf("the newest after a failure: %+v, %v", e, err)
		}
	}
	d.night(true)
	d.verify(schedule.KeptFiles)
	if len(d.read().Runs) > 2*schedule.KeptFiles+1 {
		t.Errorf("the list: %v", d.read().Runs)
	}
}

// One run stands for all that were missed, and none is begun while one is under way.
func TestAScheduleRunsOneAtATime(t *testing.T) {
	d := newDepot(t)
	d.now = d.read().NextRun.Add(5 * 24 * time.Hour)
	d.settles(true)
	if s := d.read(); len(s.Runs) != 1 || !s.NextRun.After(d.now) || s.NextRun.Sub(d.now) > 25*time.Hour {
		t.Errorf("after five missed nights: %+v", s)
	}
	d.now = d.read().NextRun
	d.sweep()
	for _, j := range d.jobs(d.now.Add(time.Hour)) { // rung, and nobody writes what it asks for
		if err := d.work(d.s, j); err != nil {
			t.Fatal(err)
		}
	}
	if runs := d.runs(); len(runs) != 2 || !runs[0].UnderWay() {
		t.Fatalf("the second run: %+v", runs)
	}
	d.now = d.read().NextRun
	d.sweep()
	for _, j := range d.jobs(d.now.Add(time.Hour)) {
		if j.Kind == job.ExportSchedule {
			if err := d.work(d.s, j); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s := d.read(); len(s.Runs) != 2 || !s.NextRun.After(d.now) {
		t.Errorf("a third run was begun while the second is under way: %+v", s)
	}
	d.settles(true)
	d.verify(2)
}

// A schedule is due by the time of the sweep's own event; the machine's clock has no say, and the event's none over leases.
func TestTheTwoClocksAreKeptApart(t *testing.T) {
	d := newDepot(t)
	due := d.read().NextRun
	leased := job.New(job.Export, "org", "camp", "e", noon, noon)
	d.commit(d.s.CreateJob(leased)...)
	state := func(id string) job.State {
		t.Helper()
		j, err := d.s.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return j.State
	}
	sweep := func(machine, event time.Time) {
		t.Helper()
		if err := (&job.Sweeper{Store: d.s, Now: func() time.Time { return machine }}).Sweep(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	sweep(due.Add(1000*time.Hour), due.Add(-time.Second))
	if got := state(d.read().Job); got != job.Waiting {
		t.Errorf("by the machine's clock it is due: %s", got)
	}
	if j, err := d.s.Job(t.Context(), leased.ID); err != nil || j.Version != 2 {
		t.Errorf("an export whose bell nobody heard: %+v, %v", j, err)
	}
	sweep(noon, due)
	if got := state(d.read().Job); got != job.Queued {
		t.Errorf("due by the event's time: %s", got)
	}
}

// Many hear the same bell, of which one asks for the export.
func TestOneOfManyWorkersAsks(t *testing.T) {
	d := newDepot(t)
	d.now = d.read().NextRun
	d.sweep()
	rung := d.jobs(d.now.Add(time.Hour))
	if len(rung) != 1 {
		t.Fatalf("rang for %v", rung)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			mine := *rung[0]
			if err := d.work(d.s, &mine); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	exports, _, err := d.s.Exports(t.Context(), d.campaign.ID, "", 10)
	if err != nil || len(exports) != 1 || exports[0].Schedule != d.schedule || exports[0].Request.Dialect != csv.Data {
		t.Errorf("asked for %v, %v", exports, err)
	}
}

// An earlier failure of the last run is followed by another night; the schedule ends with the first file that was asked for
// after the closing, and keeps its files until it is removed.
func TestAScheduleEndsWithTheCampaignsLastState(t *testing.T) {
	d := newDepot(t)
	d.night(true)
	d.close()
	d.night(false)
	if s := d.read(); s.State != schedule.Active {
		t.Fatalf("ended by a run that failed: %+v", s)
	}
	d.night(true)
	s := d.read()
	if s.State != schedule.Ended || !s.NextRun.IsZero() || s.EndedAt.IsZero() {
		t.Fatalf("after a run of the closed campaign: %+v", s)
	}
	if _, err := d.s.Job(t.Context(), s.Job); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the job of an ended schedule: %v", err)
	}
	d.now = d.now.Add(100 * 24 * time.Hour)
	d.settles(true)
	d.verify(2)
	d.takeAway()
	d.settles(true)
	d.takenAway()
}

// full gives the schedule as many ready runs as it keeps.
func (d *depot) full() {
	d.t.Helper()
	s := d.read()
	var writes []dynamo.Write
	for n := range schedule.KeptFiles {
		at := noon.Add(time.Duration(n) * time.Minute)
		e := &export.Export{
			ID: id.At(at), Organization: s.Organization, Campaign: s.Campaign, Request: s.Request, RequestedAt: at, Schedule: s.ID,
		}
		e.Finish(e.Key(&job.Job{ID: "j"}), 2, 100, "ab", at)
		d.files[e.Object], d.files[e.ManifestKey()] = true, true
		s.Runs = append([]string{e.ID}, s.Runs...)
		writes = append(writes, d.s.CreateExport(e)...)
	}
	d.commit(append(writes, d.s.UpdateSchedule(s)...)...)
}

func (d *depot) close() {
	d.t.Helper()
	if err := d.campaign.Close(d.now.Add(time.Hour)); err != nil {
		d.t.Fatal(err)
	}
	d.commit(d.s.UpdateCampaign(d.campaign)...)
}

// takeAway removes the schedule as the API does.
func (d *depot) takeAway() {
	d.t.Helper()
	s := d.read()
	j, err := d.s.Job(d.t.Context(), s.Job)
	fresh := s.Remove(d.now)
	if fault.Is(err, fault.KindNotFound) {
		d.commit(append(d.s.UpdateSchedule(s), d.s.CreateJob(fresh)...)...)
		return
	}
	if err != nil {
		d.t.Fatal(err)
	}
	j.Requeue(d.now)
	d.commit(append(d.s.UpdateSchedule(s), d.s.UpdateJob(j)...)...)
}

func (d *depot) takenAway() {
	d.t.Helper()
	if _, err := d.s.Schedule(d.t.Context(), d.campaign.ID, d.schedule); !fault.Is(err, fault.KindNotFound) {
		d.t.Fatalf("the schedule: %v", err)
	}
	if len(d.files) != 0 {
		d.t.Fatalf("files are left: %v", d.files)
	}
	if left := d.jobs(d.now.Add(1000 * time.Hour)); len(left) != 0 {
		d.t.Fatalf("a job is left: %+v", *left[0])
	}
	exports, _, err := d.s.Exports(d.t.Context(), d.campaign.ID, "", 100)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range exports {
		if e.State == export.Ready || e.UnderWay() {
			d.t.Fatalf("an export of it: %+v", e)
		}
	}
}

// A worker that learns too late that its export was called off may leave a file; it goes ten minutes later.
func TestARemovedScheduleIsLookedAtTwice(t *testing.T) {
	d := newDepot(t)
	d.night(true)
	run := d.runs()[0]
	d.takeAway()
	d.works(d.s, true)
	if len(d.files) != 0 {
		t.Errorf("files are left: %v", d.files)
	}
	d.files[run.Object] = true
	d.settles(true)
	d.takenAway()
}

// Whoever works for a schedule may die at any call to the store or to the files, before it takes effect or after: nothing
// runs twice, nothing is lost, and no file stays that nobody knows of.
func TestCrashKeepingASchedule(t *testing.T) {
	d := newDepot(t)
	for _, c := range []struct {
		name    string
		prepare func()
		want    func()
	}{
		{
			"a night", func() { d.now = d.read().NextRun }, func() {
				d.verify(1)
				if exports, _, err := d.s.Exports(t.Context(), d.campaign.ID, "", 10); err != nil || len(exports) != 1 {
					t.Fatalf("asked for %d exports, %v", len(exports), err)
				}
			},
		},
		{
			"the eighth file", func() {
				d.full()
				d.now = d.read().NextRun
			}, func() { d.verify(schedule.KeptFiles) },
		},
		{
			"the last of a closed campaign", func() {
				d.night(true)
				d.close()
				d.now = d.read().NextRun
			}, func() {
				d.verify(2)
				if s := d.read(); s.State != schedule.Ended {
					t.Fatalf("%+v", s)
				}
			},
		},
		{
			"removal with a run under way", func() {
				d.night(true)
				d.now = d.read().NextRun
				d.sweep()
				for _, j := range d.jobs(d.now.Add(time.Hour)) {
					if err := d.work(d.s, j); err != nil {
						t.Fatal(err)
					}
				}
				d.takeAway()
				for _, e := range d.runs() { // its worker has written a file, and knows nothing yet
					d.files[e.Key(&job.Job{ID: "j"})] = true
				}
			}, func() { d.takenAway() },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			deaths := 0
			for _, shelf := range []bool{false, true} {
				for at, died := 0, true; died; at++ {
					for _, after := range []bool{false, true} {
						d.restart()
						c.prepare()
						store, process := d.s, (*dynamotest.CrashingProcess)(nil)
						if shelf {
							d.left, d.after = at, after
						} else {
							var db *dynamodb.Client
							db, process = dynamotest.NewCrashingClient(d.db, at, after)
							store = dynamo.New(db, d.tables)
						}
						for range 4 { // until it has died, or has nothing to do
							d.sweep()
							d.works(store, true)
						}
						if died = process != nil && process.Crashed() || shelf && d.left == 0; died {
							deaths++
						}
						d.left = -1
						d.settles(true)
						c.want()
					}
				}
			}
			if deaths < 10 {
				t.Errorf("died at %d calls: nothing is shown", deaths)
			}
			t.Logf("died at %d calls", deaths)
		})
	}
}
