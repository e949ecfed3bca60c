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
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/export"
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
			d.commit(d.s.RemoveJob(j)...)
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
	s, j, err := export.NewSchedule(export.Request{Type: "contacts"}, 3, c, nil, &user.User{ID: "u", Name: "Olivia"}, nil, noon)
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
		return d.after, fault.Unavailable(dynamotest.ErrDead)
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

func (d *depot) Remove(_ context.Context, key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	takes, err := d.touch()
	if takes {
		delete(d.files, key)
	}
	return err
}

func (d *depot) read() *export.Schedule {
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
	timed, err := d.s.DueByEvents(d.t.Context(), at, 100)
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

// keeper works for the schedule over a store, which may be a dying one.
func (d *depot) keeper(s *dynamo.Store) *export.Keeper {
	return &export.Keeper{Store: s, Shelf: d, Now: func() time.Time { return d.now }}
}

// writes is what a worker does to an export: it leaves files, those of one that died before it among them.
func (d *depot) writes(j *job.Job, ready bool) {
	d.t.Helper()
	e, err := d.s.Export(d.t.Context(), d.campaign.ID, j.Record)
	if err != nil {
		d.t.Fatal(err)
	}
	if !e.WrittenBy(j) { // it was called off
		if err := d.s.EndJob(d.t.Context(), j); err != nil && !fault.Is(err, fault.KindConflict) {
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
	then := job.New(job.ScheduledFiles, j.Organization, j.Campaign, e.Schedule, d.now, d.now)
	if err := d.s.FinishRun(d.t.Context(), e, j, then); err != nil {
		d.t.Fatal(err)
	}
}

// works does all jobs that were rung for, once.
func (d *depot) works(keep *export.Keeper, ready bool) {
	d.t.Helper()
	for _, j := range d.jobs(d.now.Add(time.Hour)) {
		switch {
		case j.State != job.Queued:
		case j.Kind == job.Export:
			d.writes(j, ready)
		default:
			_ = keep.Work(d.t.Context(), j, d.now) // the sweep rings again for one that failed
		}
	}
}

// settles sweeps and works until nothing more is due.
func (d *depot) settles(ready bool) {
	d.t.Helper()
	for range 20 {
		d.sweep()
		d.works(d.keeper(d.s), ready)
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

func TestAScheduleKeepsItsNewestFiles(t *testing.T) {
	d := newDepot(t)
	var ids []string
	for n := range export.KeptRuns + 3 {
		d.night(true)
		d.verify(min(n+1, export.KeptRuns))
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
	d.verify(export.KeptRuns)
	if len(d.read().Runs) > 2*export.KeptRuns+1 {
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
		if err := d.keeper(d.s).Work(t.Context(), j, d.now); err != nil {
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
			if err := d.keeper(d.s).Work(t.Context(), j, d.now); err != nil {
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
			if err := d.keeper(d.s).Work(t.Context(), &mine, d.now); err != nil {
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
	if s := d.read(); s.State != export.Active {
		t.Fatalf("ended by a run that failed: %+v", s)
	}
	d.night(true)
	s := d.read()
	if s.State != export.Ended || !s.NextRun.IsZero() || s.EndedAt.IsZero() {
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
	for n := range export.KeptRuns {
		at := noon.Add(time.Duration(n) * time.Minute)
		e := &export.Export{
			ID: id.At(at), Organization: s.Organization, Campaign: s.Campaign, Request: s.Request, RequestedAt: at, Schedule: s.ID,
		}
		e.Finish(e.Key(&job.Job{ID: "j"}), 2, 100, "ab", at)
		d.files[e.Object], d.files[e.ManifestKey()] = true, true
		s.Runs = append([]string{e.ID}, s.Runs...)
		writes = append(writes, d.s.CreateExport(e)...)
	}
	d.commit(append(writes, d.s.PutSchedule(s)...)...)
}

func (d *depot) close() {
	d.t.Helper()
	if err := d.campaign.Close(d.now.Add(time.Hour)); err != nil {
		d.t.Fatal(err)
	}
	d.commit(d.s.PutCampaign(d.campaign)...)
}

// takeAway removes the schedule as the API does.
func (d *depot) takeAway() {
	d.t.Helper()
	s := d.read()
	j, err := d.s.Job(d.t.Context(), s.Job)
	fresh := s.TakeAway(d.now)
	if fault.Is(err, fault.KindNotFound) {
		d.commit(append(d.s.PutSchedule(s), d.s.CreateJob(fresh)...)...)
		return
	}
	if err != nil {
		d.t.Fatal(err)
	}
	j.Recall(d.now)
	d.commit(append(d.s.PutSchedule(s), d.s.PutJob(j)...)...)
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
	d.works(d.keeper(d.s), true)
	if len(d.files) != 0 {
		t.Errorf("files are left: %v", d.files)
	}
	d.files[run.Object] = true
	d.settles(true)
	d.takenAway()
}

// Whoever works for a schedule may die at any call to the store or to the files, before it takes effect or after: nothing
// runs twice, nothing is lost, and no file stays that nobody knows of.
func TestADeadKeeperLeavesNothingBehind(t *testing.T) {
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
			}, func() { d.verify(export.KeptRuns) },
		},
		{
			"the last of a closed campaign", func() {
				d.night(true)
				d.close()
				d.now = d.read().NextRun
			}, func() {
				d.verify(2)
				if s := d.read(); s.State != export.Ended {
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
					if err := d.keeper(d.s).Work(t.Context(), j, d.now); err != nil {
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
			for at := 0; ; at++ {
				died := false
				for _, shelf := range []bool{false, true} {
					for _, after := range []bool{false, true} {
						d.restart()
						c.prepare()
						store, process := d.s, (*dynamotest.Process)(nil)
						if shelf {
							d.left, d.after = at, after
						} else {
							var db *dynamodb.Client
							db, process = dynamotest.Dying(d.db, at, after)
							store = dynamo.New(db, d.tables)
						}
						for range 4 { // until it has died, or has nothing to do
							d.sweep()
							d.works(d.keeper(store), true)
						}
						died = died || process != nil && process.Dead() || shelf && d.left == 0
						d.left = -1
						d.settles(true)
						c.want()
						if died {
							deaths++
						}
					}
				}
				if !died {
					break
				}
			}
			if deaths < 10 {
				t.Errorf("died at %d calls: nothing is shown", deaths)
			}
			t.Logf("died at %d calls", deaths)
		})
	}
}
