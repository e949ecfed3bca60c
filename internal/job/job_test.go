package job

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func TestOnlyOneOfTwoWorkersHoldsAJob(t *testing.T) {
	j := New(Export, "o", "c", "e", start, start)
	if err := j.Claim(0, start); err != nil {
		t.Fatalf("the first worker: %v", err)
	}
	if err := j.Claim(0, start.Add(29*time.Second)); err == nil {
		t.Error("a second worker took a job that is held")
	}
	if err := j.Claim(0, start.Add(31*time.Second)); err != nil {
		t.Errorf("a dead worker's job was not taken up: %v", err)
	}
}

func TestHandingOnNamesTheVersion(t *testing.T) {
	j := New(Export, "o", "c", "e", start, start)
	if err := j.Claim(0, start); err != nil {
		t.Fatal(err)
	}
	given := j.Version
	if err := j.Claim(given, start.Add(time.Second)); err != nil {
		t.Fatalf("the next slice: %v", err)
	}
	j.Version++ // as the store writes it
	if err := j.Claim(given, start.Add(2*time.Second)); err == nil {
		t.Error("the same slice was handed on twice")
	}
}

// Whatever happens to its workers, a job is rung for within a minute and a half of the last sign of life, or given up
// after MaxTries.
func TestAJobIsNeverForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := start
		j := New(Export, "o", "c", "e", start, now)
		for range 50 {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			sign := now
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				sign = time.Time{}
				if j.Claim(0, now) == nil {
					sign = now
				}
			case 1:
				if j.State == Running {
					j.SetCheckpoint(nil, now)
				}
			case 2:
				if j.State == Running {
					j.Backoff(now)
				}
			case 3:
				j.RequeueIfDue(now)
			}
			if !sign.IsZero() && j.State == Running && j.DueAt.Sub(now) > Lease {
				t.Fatalf("a lease of %v", j.DueAt.Sub(now))
			}
			if j.DueAt.Sub(now) > 4*time.Minute {
				t.Fatalf("a %s job waits %v", j.State, j.DueAt.Sub(now))
			}
			later := *j
			if !later.RequeueIfDue(later.DueAt) || later.State != Queued {
				t.Fatalf("nobody rings for a %s job", j.State)
			}
		}
	})
}
