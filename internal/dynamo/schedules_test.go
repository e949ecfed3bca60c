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
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

func TestSchedule_MoreRunsThanKept_KeepsNewestFiles(t *testing.T) {
	d := newScheduleFixture(t)
	var ids []string
	for n := range schedule.KeptFiles + 3 {
		d.runOnce(true)
		d.checkFiles(min(n+1, schedule.KeptFiles))
		ids = append(ids, d.runs()[0].ID)
	}
	first, err := d.store.Export(t.Context(), d.campaign.ID, ids[0])
	if err != nil || first.State != export.Expired {
		t.Errorf("the first run: %+v, %v", first, err)
	}
	// Failed runs replace no file; their files are deleted with the next run that is ready.
	for range 10 {
		d.runOnce(false)
		if e, err := d.schedule().Newest(d.runs()); err != nil || e.ID != ids[len(ids)-1] {
			t.Fatalf("the newest file after a failed run: %+v, %v", e, err)
		}
	}
	d.runOnce(true)
	d.checkFiles(schedule.KeptFiles)
	if len(d.schedule().Runs) > 2*schedule.KeptFiles+1 {
		t.Errorf("the schedule lists %v", d.schedule().Runs)
	}
}

// One run replaces all that were missed, and no run starts while one is under way.
func TestSchedule_RunsMissedOrUnderWay_RunsOneAtATime(t *testing.T) {
	d := newScheduleFixture(t)
	d.now = d.schedule().NextRun.Add(5 * 24 * time.Hour)
	d.workUntilIdle(true)
	if s := d.schedule(); len(s.Runs) != 1 || !s.NextRun.After(d.now) || s.NextRun.Sub(d.now) > 25*time.Hour {
		t.Errorf("after five missed runs: %+v", s)
	}
	d.now = d.schedule().NextRun
	d.sweep()
	for _, j := range d.jobs(d.now.Add(time.Hour)) { // nobody writes the export that it requests
		if err := d.work(d.store, j); err != nil {
			t.Fatal(err)
		}
	}
	if runs := d.runs(); len(runs) != 2 || !runs[0].UnderWay() {
		t.Fatalf("the second run: %+v", runs)
	}
	d.now = d.schedule().NextRun
	d.sweep()
	for _, j := range d.jobs(d.now.Add(time.Hour)) {
		if j.Kind == job.ExportSchedule {
			if err := d.work(d.store, j); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s := d.schedule(); len(s.Runs) != 2 || !s.NextRun.After(d.now) {
		t.Errorf("a third run started while the second is under way: %+v", s)
	}
	d.workUntilIdle(true)
	d.checkFiles(2)
}

// A schedule is due by the time of the sweep's event, a lease by the machine's clock.
func TestSweep_EventTimeAndMachineClockDiffer_UsesEachForItsJobs(t *testing.T) {
	d := newScheduleFixture(t)
	due := d.schedule().NextRun
	leased := job.New(job.Export, "org", "camp", "e", noon, noon)
	d.commit(d.store.CreateJob(leased)...)
	state := func(id string) job.State {
		t.Helper()
		j, err := d.store.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return j.State
	}
	sweep := func(machine, event time.Time) {
		t.Helper()
		if err := (&job.Sweeper{Store: d.store, Now: func() time.Time { return machine }}).Sweep(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	sweep(due.Add(1000*time.Hour), due.Add(-time.Second))
	if got := state(d.schedule().Job); got != job.Waiting {
		t.Errorf("due by the machine's clock: %s", got)
	}
	if j, err := d.store.Job(t.Context(), leased.ID); err != nil || j.Version != 2 {
		t.Errorf("the export that no worker received: %+v, %v", j, err)
	}
	sweep(noon, due)
	if got := state(d.schedule().Job); got != job.Queued {
		t.Errorf("due by the event time: %s", got)
	}
}

// Many workers receive the same job, and one requests the export.
func TestSchedule_ManyWorkers_RequestOneExport(t *testing.T) {
	d := newScheduleFixture(t)
	d.now = d.schedule().NextRun
	d.sweep()
	due := d.jobs(d.now.Add(time.Hour))
	if len(due) != 1 {
		t.Fatalf("due are %v", due)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			own := *due[0]
			if err := d.work(d.store, &own); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	exports, _, err := d.store.Exports(t.Context(), d.campaign.ID, "", 10)
	if err != nil || len(exports) != 1 || exports[0].Schedule != d.scheduleID || exports[0].Request.Dialect != csv.Data {
		t.Errorf("requested %v, %v", exports, err)
	}
}

// A failed last run is repeated the next day. The schedule ends with the first file that was requested after the campaign
// was closed, and keeps its files until it is deleted.
func TestSchedule_CampaignClosed_EndsWithFileOfFinalState(t *testing.T) {
	d := newScheduleFixture(t)
	d.runOnce(true)
	d.closeCampaign()
	d.runOnce(false)
	if s := d.schedule(); s.State != schedule.Active {
		t.Fatalf("ended by a run that failed: %+v", s)
	}
	d.runOnce(true)
	s := d.schedule()
	if s.State != schedule.Ended || !s.NextRun.IsZero() || s.EndedAt.IsZero() {
		t.Fatalf("after a run of the closed campaign: %+v", s)
	}
	if _, err := d.store.Job(t.Context(), s.Job); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the job of an ended schedule: %v", err)
	}
	d.now = d.now.Add(100 * 24 * time.Hour)
	d.workUntilIdle(true)
	d.checkFiles(2)
	d.deleteSchedule()
	d.workUntilIdle(true)
	d.checkScheduleDeleted()
}

// fill gives the schedule as many ready runs as it keeps.
func (d *scheduleFixture) fill() {
	d.t.Helper()
	s := d.schedule()
	var writes []dynamo.Write
	for n := range schedule.KeptFiles {
		at := noon.Add(time.Duration(n) * time.Minute)
		e := &export.Export{
			ID: id.At(at), Organization: s.Organization, Campaign: s.Campaign, Request: s.Request, RequestedAt: at, Schedule: s.ID,
		}
		e.Finish(e.Key(&job.Job{ID: "j"}), 2, 100, "ab", at)
		d.files[e.Object], d.files[e.ManifestKey()] = true, true
		s.Runs = append([]string{e.ID}, s.Runs...)
		writes = append(writes, d.store.CreateExport(e)...)
	}
	d.commit(append(writes, d.store.UpdateSchedule(s)...)...)
}

func (d *scheduleFixture) closeCampaign() {
	d.t.Helper()
	if err := d.campaign.Close(d.now.Add(time.Hour)); err != nil {
		d.t.Fatal(err)
	}
	d.commit(d.store.UpdateCampaign(d.campaign)...)
}

// deleteSchedule deletes the schedule as the API does.
func (d *scheduleFixture) deleteSchedule() {
	d.t.Helper()
	s := d.schedule()
	j, err := d.store.Job(d.t.Context(), s.Job)
	cleanup := s.Remove(d.now)
	if fault.Is(err, fault.KindNotFound) {
		d.commit(append(d.store.UpdateSchedule(s), d.store.CreateJob(cleanup)...)...)
		return
	}
	if err != nil {
		d.t.Fatal(err)
	}
	j.Requeue(d.now)
	d.commit(append(d.store.UpdateSchedule(s), d.store.UpdateJob(j)...)...)
}

// checkScheduleDeleted checks that nothing of the schedule is left.
func (d *scheduleFixture) checkScheduleDeleted() {
	d.t.Helper()
	if _, err := d.store.Schedule(d.t.Context(), d.campaign.ID, d.scheduleID); !fault.Is(err, fault.KindNotFound) {
		d.t.Fatalf("the schedule: %v", err)
	}
	if len(d.files) != 0 {
		d.t.Fatalf("files are left: %v", d.files)
	}
	if left := d.jobs(d.now.Add(1000 * time.Hour)); len(left) != 0 {
		d.t.Fatalf("a job is left: %+v", *left[0])
	}
	exports, _, err := d.store.Exports(d.t.Context(), d.campaign.ID, "", 100)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range exports {
		if e.State == export.Ready || e.UnderWay() {
			d.t.Fatalf("an export is ready or under way: %+v", e)
		}
	}
}

// A worker that notices the cancellation of its export too late may leave a file, which is deleted ten minutes later.
func TestDeleteSchedule_FileWrittenLate_IsDeletedLater(t *testing.T) {
	d := newScheduleFixture(t)
	d.runOnce(true)
	run := d.runs()[0]
	d.deleteSchedule()
	d.workQueue(d.store, true)
	if len(d.files) != 0 {
		t.Errorf("files are left: %v", d.files)
	}
	d.files[run.Object] = true
	d.workUntilIdle(true)
	d.checkScheduleDeleted()
}

// A schedule's worker crashes at each call to the store or to the bucket, before or after it takes effect: no run is repeated
// or lost, and no file without an export is left.
func TestSchedule_CrashAtEveryCall_RunsOnceAndLeavesNoFile(t *testing.T) {
	d := newScheduleFixture(t)
	for _, c := range []struct {
		name    string
		prepare func()
		want    func()
	}{
		{
			"a run", func() { d.now = d.schedule().NextRun }, func() {
				d.checkFiles(1)
				if exports, _, err := d.store.Exports(t.Context(), d.campaign.ID, "", 10); err != nil || len(exports) != 1 {
					t.Fatalf("requested %d exports, %v", len(exports), err)
				}
			},
		},
		{
			"one file more than kept", func() {
				d.fill()
				d.now = d.schedule().NextRun
			}, func() { d.checkFiles(schedule.KeptFiles) },
		},
		{
			"the last run of a closed campaign", func() {
				d.runOnce(true)
				d.closeCampaign()
				d.now = d.schedule().NextRun
			}, func() {
				d.checkFiles(2)
				if s := d.schedule(); s.State != schedule.Ended {
					t.Fatalf("%+v", s)
				}
			},
		},
		{
			"deletion with a run under way", func() {
				d.runOnce(true)
				d.now = d.schedule().NextRun
				d.sweep()
				for _, j := range d.jobs(d.now.Add(time.Hour)) {
					if err := d.work(d.store, j); err != nil {
						t.Fatal(err)
					}
				}
				d.deleteSchedule()
				for _, e := range d.runs() { // its worker has written a file, and has not noticed the deletion
					d.files[e.Key(&job.Job{ID: "j"})] = true
				}
			}, func() { d.checkScheduleDeleted() },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			crashes := 0
			for _, inBucket := range []bool{false, true} {
				for at, crashed := 0, true; crashed; at++ {
					read := false // the call: a crash after it is that before it
					for _, after := range []bool{false, true} {
						if after && read {
							continue
						}
						d.restart()
						c.prepare()
						store, process := d.store, (*dynamotest.CrashingProcess)(nil)
						if inBucket {
							d.callsLeft, d.after = at, after
						} else {
							var db *dynamodb.Client
							db, process = dynamotest.NewCrashingClient(d.db, at, after)
							store = dynamo.New(db, d.tables)
						}
						for range 4 { // until it has crashed, or is idle
							d.sweep()
							d.workQueue(store, true)
						}
						if crashed = process != nil && process.Crashed() || inBucket && d.callsLeft == 0; crashed {
							crashes++
							read = process != nil && process.CrashedAtRead()
						}
						d.callsLeft = -1
						d.workUntilIdle(true)
						c.want()
					}
				}
			}
			if crashes < 10 {
				t.Errorf("crashed at %d calls, want at least 10", crashes)
			}
			t.Logf("crashed at %d calls", crashes)
		})
	}
}

// A schedule of a saved view requests the rows that the view selects at each run, and stops when the view is gone.
func TestSchedule_OfSavedView_FollowsTheViewUntilItIsDeleted(t *testing.T) {
	d := newScheduleFixture(t)
	v, err := savedview.New(peoplelist.Contacts, savedview.Settings{Name: "Open", Filter: "response_id=none"}, d.campaign, nil, nil, &user.User{ID: "u"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	s := d.schedule()
	s.Request.View = v.ID
	d.commit(append(d.store.CreateSavedView(v), d.store.UpdateSchedule(s)...)...)
	d.runOnce(true)
	v.Filter = "has_notes=true"
	d.commit(d.store.UpdateSavedView(v)...)
	v.Version++
	d.runOnce(true)
	runs := d.runs()
	if len(runs) != 2 || runs[1].Request.Filter != "response_id=none" || runs[0].Request.Filter != "has_notes=true" || d.schedule().Request.Filter != "" {
		t.Fatalf("the runs are %+v", runs)
	}
	if newest, err := d.schedule().Newest(runs); err != nil || newest.ID != runs[0].ID {
		t.Errorf("the newest file is of %+v, %v", newest, err)
	}
	d.commit(d.store.DeleteSavedView(v)...)
	d.now = d.schedule().NextRun
	d.workUntilIdle(true)
	stopped := d.schedule()
	if stopped.State != schedule.Stopped || stopped.StopReason != schedule.ViewDeleted || !stopped.NextRun.IsZero() || len(stopped.Runs) != 2 {
		t.Errorf("after the view was deleted: %+v", stopped)
	}
	if jobs := d.jobs(d.now.Add(1_000 * time.Hour)); len(jobs) != 0 {
		t.Errorf("%d jobs are left", len(jobs))
	}
	d.checkFiles(2)
}
