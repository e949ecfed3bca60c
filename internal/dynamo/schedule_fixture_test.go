package dynamo_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// scheduleFixture is a campaign with a schedule in empty tables, and a bucket in memory, of which it has the methods List and
// Delete.
type scheduleFixture struct {
	t          *testing.T
	db         *dynamodb.Client
	tables     dynamo.Tables
	store      *dynamo.Store
	campaign   *campaign.Campaign
	scheduleID string
	now        time.Time // of events and of leases

	mu        sync.Mutex
	files     map[string]bool
	callsLeft int  // calls to the bucket until one fails; below zero never
	after     bool // the failing call takes effect
}

func newScheduleFixture(t *testing.T) *scheduleFixture {
	t.Helper()
	db, names := dynamotest.New(t)
	d := &scheduleFixture{t: t, db: db, tables: dynamo.Tables(names)}
	d.store = dynamo.New(db, d.tables)
	d.restart()
	return d
}

// restart replaces the campaign by a new one with a schedule.
func (d *scheduleFixture) restart() {
	d.t.Helper()
	if d.campaign != nil { // its jobs would be dispatched too
		for _, j := range d.jobs(noon.Add(10_000 * time.Hour)) {
			d.commit(d.store.DeleteJob(j)...)
		}
	}
	d.now, d.files, d.callsLeft = noon, map[string]bool{}, -1
	c, err := campaign.New(organization.ID(id.At(noon)), campaign.Details{
		Name: "Neighbors", Slug: "neighbors-" + id.At(noon)[24:], TimeZone: "America/New_York",
	}, noon)
	if err != nil {
		d.t.Fatal(err)
	}
	c.Question.Text = "Will they vote?"
	if err := c.Publish(noon); err != nil {
		d.t.Fatal(err)
	}
	s, j, err := schedule.New(export.Request{Type: "contacts"}, 3, c, nil, &user.User{ID: "u", Name: "Olivia"}, nil, noon)
	if err != nil {
		d.t.Fatal(err)
	}
	writes := append(d.store.CreateCampaign(c), d.store.CreateSchedule(s)...)
	d.commit(append(writes, d.store.CreateJob(j)...)...)
	d.campaign, d.scheduleID = c, s.ID
}

func (d *scheduleFixture) commit(writes ...dynamo.Write) {
	d.t.Helper()
	if err := d.store.Commit(context.Background(), writes...); err != nil {
		d.t.Fatal(err)
	}
}

// call reports whether a call to the bucket takes effect, and whether it fails.
func (d *scheduleFixture) call() (bool, error) {
	if d.callsLeft == 0 {
		return d.after, fault.Unavailable(dynamotest.ErrCrashed)
	}
	d.callsLeft--
	return true, nil
}

func (d *scheduleFixture) List(_ context.Context, prefix string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.call(); err != nil {
		return nil, err
	}
	var keys []string
	for key := range d.files {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func (d *scheduleFixture) Delete(_ context.Context, key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	takesEffect, err := d.call()
	if takesEffect {
		delete(d.files, key)
	}
	return err
}

func (d *scheduleFixture) schedule() *schedule.Schedule {
	d.t.Helper()
	s, err := d.store.Schedule(d.t.Context(), d.campaign.ID, d.scheduleID)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *scheduleFixture) runs() []*export.Export {
	d.t.Helper()
	runs, err := d.store.Runs(d.t.Context(), d.schedule())
	if err != nil {
		d.t.Fatal(err)
	}
	return runs
}

// jobs returns the campaign's jobs that are due by a time, of events or of the machine's clock.
func (d *scheduleFixture) jobs(at time.Time) []*job.Job {
	d.t.Helper()
	byEventTime, err := d.store.DueByEventTime(d.t.Context(), at, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	others, err := d.store.OverdueJobs(d.t.Context(), at, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	var all []*job.Job
	for _, name := range append(byEventTime, others...) {
		j, err := d.store.Job(d.t.Context(), name)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			d.t.Fatal(err)
		}
		if j.Campaign == string(d.campaign.ID) {
			all = append(all, j)
		}
	}
	return all
}

// sweep dispatches the jobs that are due.
func (d *scheduleFixture) sweep() {
	d.t.Helper()
	sweeper := &job.Sweeper{Store: d.store, Now: func() time.Time { return d.now }}
	if err := sweeper.Sweep(d.t.Context(), d.now); err != nil {
		d.t.Fatal(err)
	}
}

// work processes a job of the schedule with a store, which may be a crashing one.
func (d *scheduleFixture) work(s *dynamo.Store, j *job.Job) error {
	worker := &schedule.Worker{Store: s, Files: d}
	runner := &job.Runner{Store: s, Handle: worker.Handle, Now: func() time.Time { return d.now }}
	return runner.Work(d.t.Context(), j.ID, 0, d.now, time.Second)
}

// writeExport does what a worker does with an export. It leaves files, also one of an earlier worker that crashed.
func (d *scheduleFixture) writeExport(j *job.Job, ready bool) {
	d.t.Helper()
	e, err := d.store.Export(d.t.Context(), d.campaign.ID, j.Record)
	if err != nil {
		d.t.Fatal(err)
	}
	if !e.WrittenBy(j) { // it was canceled
		if err := d.store.FinishJob(d.t.Context(), j); err != nil && !fault.Is(err, fault.KindConflict) {
			d.t.Fatal(err)
		}
		return
	}
	e.Begin(2, d.now)
	key := e.Key(j)
	d.files[strings.Replace(key, ".csv", "9.csv", 1)] = true
	if !ready {
		e.Fail(fault.NewMessage("no"), d.now)
		if err := d.store.FinishExport(d.t.Context(), e, j); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	d.files[key] = true
	e.Finish(key, 2, 100, "ab", d.now)
	d.files[e.ManifestKey()] = true
	cleanup := job.New(job.ScheduleCleanup, j.Organization, j.Campaign, e.Schedule, d.now, d.now)
	if err := d.store.FinishExport(d.t.Context(), e, j, cleanup); err != nil {
		d.t.Fatal(err)
	}
}

// workQueue processes each queued job once.
func (d *scheduleFixture) workQueue(store *dynamo.Store, ready bool) {
	d.t.Helper()
	for _, j := range d.jobs(d.now.Add(time.Hour)) {
		switch {
		case j.State != job.Queued:
		case j.Kind == job.Export:
			d.writeExport(j, ready)
		default:
			_ = d.work(store, j) // the sweep dispatches a failed one again
		}
	}
}

// workUntilIdle sweeps and processes jobs until none is due.
func (d *scheduleFixture) workUntilIdle(ready bool) {
	d.t.Helper()
	for range 20 {
		d.sweep()
		d.workQueue(d.store, ready)
		if len(d.jobs(d.now.Add(30*time.Minute))) == 0 {
			return
		}
		d.now = d.now.Add(time.Minute)
	}
	d.t.Fatalf("a job is due again and again: %+v", *d.jobs(d.now.Add(time.Hour))[0])
}

// runOnce processes the schedule's next run, whose export becomes ready or fails.
func (d *scheduleFixture) runOnce(ready bool) {
	d.t.Helper()
	d.now = d.schedule().NextRun
	d.workUntilIdle(ready)
}

// filesByExport returns the number of files of each export that has one.
func (d *scheduleFixture) filesByExport() map[string]int {
	found := map[string]int{}
	for key := range d.files {
		found[strings.Split(key, "/")[4]]++
	}
	return found
}

// checkFiles checks that so many runs are ready, and that they have their files and no others have any.
func (d *scheduleFixture) checkFiles(ready int) {
	d.t.Helper()
	want := map[string]int{}
	states := map[export.State]int{}
	for _, e := range d.runs() {
		states[e.State]++
		if e.State == export.Ready {
			want[e.ID] = 2
		}
	}
	if states[export.Ready] != ready {
		d.t.Fatalf("%d runs are ready, want %d: %v", states[export.Ready], ready, states)
	}
	if got := d.filesByExport(); !maps.Equal(got, want) {
		d.t.Fatalf("files of %v, want %v", got, want)
	}
}
