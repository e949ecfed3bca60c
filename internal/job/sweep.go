package job

import (
	"context"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// SweepStore is what the sweep needs of the Jobs table.
type SweepStore interface {
	// OverdueJobs returns the ids of jobs that are due by the machine's clock.
	OverdueJobs(ctx context.Context, now time.Time, limit int32) ([]string, error)
	// DueByEventTime returns the ids of due jobs of the kinds that use event time.
	DueByEventTime(ctx context.Context, at time.Time, limit int32) ([]string, error)
	Job(ctx context.Context, id string) (*Job, error)
	// SaveJob writes a changed job. Conflict: it has changed since it was read.
	SaveJob(ctx context.Context, j *Job) error
}

// Invoke invokes a function asynchronously to work on a job: to resume at a version, or, with 0, to claim it.
type Invoke = func(ctx context.Context, job string, version int, at time.Time) error

// Sweeper requeues jobs that are due: expired leases, backoffs that are over, and notifications that were lost.
type Sweeper struct {
	Store SweepStore
	// Invoke has the functions of those kinds that the Jobs stream does not dispatch.
	Invoke map[Kind]Invoke
	Now    func() time.Time // the machine's clock
}

// sweepLimit bounds the jobs that one sweep requeues, for each partition of the index. The next sweep comes a minute later.
const sweepLimit = 250

// Sweep requeues every due job, as of the event's time. It leaves alone a job that has changed since it was read, tries all
// of them, and returns the last failure.
func (s *Sweeper) Sweep(ctx context.Context, at time.Time) error {
	ids, err := s.Store.OverdueJobs(ctx, s.Now(), sweepLimit)
	if err != nil {
		return err
	}
	scheduled, err := s.Store.DueByEventTime(ctx, at, sweepLimit)
	if err != nil {
		return err
	}
	requeued := 0
	var failure error
	for _, id := range append(ids, scheduled...) {
		due, err := s.requeue(ctx, id, at)
		if err != nil {
			failure = err
		}
		if due {
			requeued++
		}
	}
	if requeued > 0 {
		slog.InfoContext(ctx, "overdue jobs requeued", "jobs", requeued)
	}
	return failure
}

func (s *Sweeper) requeue(ctx context.Context, id string, at time.Time) (bool, error) {
	j, err := s.Store.Job(ctx, id)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil // finished
	}
	if err != nil {
		return false, err
	}
	now := s.Now()
	if j.Kind.UsesEventTime() {
		now = at
	}
	if !j.RequeueIfDue(now) {
		return false, nil
	}
	err = s.Store.SaveJob(ctx, j)
	if fault.Is(err, fault.KindConflict) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	invoke := s.Invoke[j.Kind]
	if invoke == nil {
		return true, nil
	}
	return true, invoke(ctx, id, 0, at)
}
