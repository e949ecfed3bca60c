package dynamo_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

func TestSaveJob_ManyWorkersClaim_OneSucceeds(t *testing.T) {
	s := newStore(t)
	j := job.New(job.Export, "org", "camp", "e", noon, noon)
	if err := s.Commit(t.Context(), s.CreateJob(j)...); err != nil {
		t.Fatal(err)
	}
	var claimed, refused int
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			mine, err := s.Job(t.Context(), j.ID)
			if err == nil {
				err = mine.Claim(0, noon)
			}
			if err == nil {
				err = s.SaveJob(t.Context(), mine)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				claimed++
			case fault.Is(err, fault.KindConflict):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if claimed != 1 || refused != 15 {
		t.Errorf("%d workers claimed the job, %d were refused", claimed, refused)
	}
}

// The sweep finds overdue jobs and no others, and dispatches each once.
func TestSweep_OverdueJobs_DispatchesEachOnce(t *testing.T) {
	s := newStore(t)
	var due, called []string
	for n := range 40 {
		j := job.New(job.Export, "org", "camp", fmt.Sprint(n), noon, noon)
		if n%2 == 0 {
			j.Kind = job.ImportVoters
		}
		if err := s.Commit(t.Context(), s.CreateJob(j)...); err != nil {
			t.Fatal(err)
		}
		if n%4 < 2 { // leased until 12:01:30
			if err := j.Claim(0, noon.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if err := s.SaveJob(t.Context(), j); err != nil {
				t.Fatal(err)
			}
			continue
		}
		due = append(due, j.ID)
	}
	now := noon.Add(time.Minute)
	sweeper := &job.Sweeper{Store: s, Now: func() time.Time { return now }, Invoke: map[job.Kind]job.Invoke{
		job.ImportVoters: func(_ context.Context, id string, version int, _ time.Time) error {
			if version != 0 {
				t.Errorf("dispatched with version %d", version)
			}
			called = append(called, id)
			return nil
		},
	}}
	found, err := s.OverdueJobs(t.Context(), now, 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	slices.Sort(due)
	if diff := cmp.Diff(due, found); diff != "" {
		t.Errorf("overdue (-want +got):\n%s", diff)
	}
	for range 2 {
		if err := sweeper.Sweep(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	if len(called) != 10 {
		t.Errorf("%d imports were dispatched, want 10", len(called))
	}
	for _, id := range due {
		if j, err := s.Job(t.Context(), id); err != nil || j.State != job.Queued || !j.DueAt.After(now) {
			t.Errorf("after the sweep: %+v, %v", j, err)
		}
	}
	now = noon.Add(91 * time.Second)
	found, err = s.OverdueJobs(t.Context(), now, 100)
	if err != nil || len(found) != 20 {
		t.Errorf("%d leases expired, want 20 (%v)", len(found), err)
	}
}
