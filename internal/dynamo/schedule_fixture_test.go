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

// depot is a campaign with a schedule on tables of its own, and a shelf of files in memory.
type depot struct {
	t        *testing.T
	db       *dynamodb.Client
	tables   dynamo.Tables
	s        *dynamo.Store
	campaign *campaign.Campaign
	schedule string
	now      time.Time // of events; leases go by the same clock here

	mu    sync.Mutex
	files map[string]bool
	left  int  // calls to the shelf until it fails; below zero never
	after bool // the failing call takes effect
}

func newDepot(t *testing.T) *depot {
	t.Helper()
	db, names := dynamotest.New(t)
	d := &depot{t: t, db: db, tables: dynamo.Tables(names)}
	d.s = dynamo.New(db, d.tables)
	d.restart()
	return d
}

// restart makes another campaign with a schedule the depot's.
func (d *depot) restart() {
	d.t.Helper()
	if d.campaign != nil { // nobody rings for the one before any more
		for _, j := range d.jobs(noon.Add(10_000 * time.Hour)) {
			d.commit(d.s.DeleteJob(j)...)
		}
	}
	d.now, d.files, d.left = noon, map[string]bool{}, -1
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
	writes := append(d.s.CreateCampaign(c), d.s.CreateSchedule(s)...)
	d.commit(append(writes, d.s.CreateJob(j)...)...)
	d.campaign, d.schedule = c, s.ID
}

func (d *depot) commit(writes ...dynamo.Write) {
	d.t.Helper()
	if err := d.s.Commit(context.Background(), writes...); err != nil {
		d.t.Fatal(err)
	}
}

func (d *depot) touch() (bool, error) {
	if d.left == 0 {
		return d.after, fault.Unavailable(dynamotest.ErrCrashed)
	}
	d.left--
	return true, nil
}

// List and Remove are the shelf's.
func (d *depot) List(_ context.Context, prefix string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.touch(); err != nil {
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

func (d *depot) Delete(_ context.Context, key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	takes, err := d.touch()
	if takes {
		delete(d.files, key)
	}
	return err
}

func (d *depot) read() *schedule.Schedule {
	d.t.Helper()
	s, err := d.s.Schedule(d.t.Context(), d.campaign.ID, d.schedule)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *depot) runs() []*export.Export {
	d.t.Helper()
	runs, err := d.s.Runs(d.t.Context(), d.read())
	if err != nil {
		d.t.Fatal(err)
	}
	return runs
}

// jobs are those that wait in the table: rings come for them by either clock.
func (d *depot) jobs(at time.Time) []*job.Job {
	d.t.Helper()
	timed, err := d.s.DueByEventTime(d.t.Context(), at, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	others, err := d.s.OverdueJobs(d.t.Context(), at, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	var all []*job.Job
	for _, name := range append(timed, others...) {
		j, err := d.s.Job(d.t.Context(), name)
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

// sweep rings for what is due.
func (d *depot) sweep() {
	d.t.Helper()
	sweeper := &job.Sweeper{Store: d.s, Now: func() time.Time { return d.now }}
	if err := sweeper.Sweep(d.t.Context(), d.now); err != nil {
		d.t.Fatal(err)
	}
}

// work works on a job of the schedule over a store, which may be a crashing one.
func (d *depot) work(s *dynamo.Store, j *job.Job) error {
	worker := &schedule.Worker{Store: s, Files: d}
	runner := &job.Runner{Store: s, Handle: worker.Handle, Now: func() time.Time { return d.now }}
	return runner.Work(d.t.Context(), j.ID, 0, d.now, time.Second)
}

// writes is what a worker does to an export: it leaves files, those of one that died before it among them.
func (d *depot) writes(j *job.Job, ready bool) {
	d.t.Helper()
	e, err := d.s.Export(d.t.Context(), d.campaign.ID, j.Record)
	if err != nil {
		d.t.Fatal(err)
	}
	if !e.WrittenBy(j) { // it was called off
		if err := d.s.FinishJob(d.t.Context(), j); err != nil && !fault.Is(err, fault.KindConflict) {
			d.t.Fatal(err)
		}
		return
	}
	e.Begin(2, d.now)
	key := e.Key(j)
	d.files[strings.Replace(key, ".csv", "9.csv", 1)] = true
	if !ready {
		e.Fail("no", d.now)
		if err := d.s.FinishExport(d.t.Context(), e, j); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	d.files[key] = true
	e.Finish(key, 2, 100, "ab", d.now)
	d.files[e.ManifestKey()] = true
	then := job.New(job.ScheduleCleanup, j.Organization, j.Campaign, e.Schedule, d.now, d.now)
	if err := d.s.FinishExport(d.t.Context(), e, j, then); err != nil {
		d.t.Fatal(err)
	}
}

// works does all jobs that were rung for, once.
func (d *depot) works(store *dynamo.Store, ready bool) {
	d.t.Helper()
	for _, j := range d.jobs(d.now.Add(time.Hour)) {
		switch {
		case j.State != job.Queued:
		case j.Kind == job.Export:
			d.writes(j, ready)
		default:
			_ = d.work(store, j) // the sweep rings again for one that failed
		}
	}
}

// settles sweeps and works until nothing more is due.
func (d *depot) settles(ready bool) {
	d.t.Helper()
	for range 20 {
		d.sweep()
		d.works(d.s, ready)
		if len(d.jobs(d.now.Add(30*time.Minute))) == 0 {
			return
		}
		d.now = d.now.Add(time.Minute)
	}
	d.t.Fatalf("it never comes to rest: %+v", *d.jobs(d.now.Add(time.Hour))[0])
}

// night is the schedule's next time, and all that comes of it.
func (d *depot) night(ready bool) {
	d.t.Helper()
	d.now = d.read().NextRun
	d.settles(ready)
}

// shelved are the ids of exports that have a file, with what each has.
func (d *depot) shelved() map[string]int {
	found := map[string]int{}
	for key := range d.files {
		found[strings.Split(key, "/")[4]]++
	}
	return found
}

func (d *depot) verify(ready int) {
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
	if got := d.shelved(); !maps.Equal(got, want) {
		d.t.Fatalf("files of %v, want %v", got, want)
	}
}
