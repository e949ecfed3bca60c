package job_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/job"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func newJob() *job.Job { return job.New(job.Export, "o", "c", "e", start, start) }

func TestClaim_WhileLeased_Conflicts(t *testing.T) {
	j := newJob()
	if err := j.Claim(0, start); err != nil {
		t.Fatalf("the first worker: %v", err)
	}
	if err := j.Claim(0, start.Add(29*time.Second)); err == nil {
		t.Error("a second worker claimed a leased job")
	}
	if err := j.Claim(0, start.Add(31*time.Second)); err != nil {
		t.Errorf("an expired lease: %v", err)
	}
}

func TestClaim_BeforeBackoffEnds_Conflicts(t *testing.T) {
	j := newJob()
	j.Backoff(start)
	if err := j.Claim(0, start.Add(14*time.Second)); err == nil {
		t.Error("a worker claimed a job that is not due")
	}
	if err := j.Claim(0, start.Add(15*time.Second)); err != nil {
		t.Errorf("a job that is due: %v", err)
	}
}

func TestClaim_HandedOnTwice_Conflicts(t *testing.T) {
	j := newJob()
	if err := j.Claim(0, start); err != nil {
		t.Fatal(err)
	}
	given := j.Version
	if err := j.Claim(given, start.Add(time.Second)); err != nil {
		t.Fatalf("the next slice: %v", err)
	}
	j.Version++ // as the store writes it
	if err := j.Claim(given, start.Add(2*time.Second)); err == nil {
		t.Error("the same slice was claimed twice")
	}
}

// A job is requeued within four minutes of the last write, also if its workers crash.
func TestJob_AnySequence_IsRequeued(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := start
		j := newJob()
		for range 50 {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			claimed := now
			switch rapid.IntRange(0, 4).Draw(t, "action") {
			case 0:
				claimed = time.Time{}
				if j.Claim(0, now) == nil {
					claimed = now
				}
			case 1:
				if j.State == job.Running {
					j.SetCheckpoint(nil, now)
				}
			case 2:
				if j.State == job.Running {
					j.Backoff(now)
				}
			case 3:
				j.RequeueIfDue(now)
			}
			if !claimed.IsZero() && j.State == job.Running && j.DueAt.Sub(now) > job.Lease {
				t.Fatalf("a lease of %v", j.DueAt.Sub(now))
			}
			if j.DueAt.Sub(now) > 4*time.Minute {
				t.Fatalf("a %s job waits %v", j.State, j.DueAt.Sub(now))
			}
			later := *j
			if !later.RequeueIfDue(later.DueAt) || later.State != job.Queued {
				t.Fatalf("a %s job is not requeued", j.State)
			}
		}
	})
}
