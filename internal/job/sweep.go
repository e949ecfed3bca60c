package job

import (
	"context"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Store is what sweeping needs of the Jobs table.
type Store interface {
	// OverdueJobs returns the ids of jobs that were to be rung for by now.
	OverdueJobs(ctx context.Context, now time.Time, limit int32) ([]string, error)
	// DueByEventTime returns the ids of jobs of the kinds ByEvents that are due at a time of events.
	DueByEventTime(ctx context.Context, at time.Time, limit int32) ([]string, error)
	Job(ctx context.Context, id string) (*Job, error)
	// SaveJob writes a changed job. Conflict: it has moved on.
	SaveJob(ctx context.Context, j *Job) error
}

// Invoke asks a function to work on a job: to go on at a version, or, at 0, to see whether it may.
type Invoke = func(ctx context.Context, job string, version int, at time.Time) error

// Sweeper rings for jobs whose lease ran out and for jobs that are due.
type Sweeper struct {
	Store Store
	// Invoke rings by calling the function of a kind that hears no bell of the stream.
	Invoke map[Kind]Invoke
	Now    func() time.Time // the machine's clock
}

// sweepLimit is how many jobs of each partition of the index a sweep rings for. The next one comes in a minute.
const sweepLimit = 250

// Sweep rings for every overdue job, as of the event's time. A job that somebody took up meanwhile is left alone. It
// returns the last failure, after it has tried them all.
func (s *Sweeper) Sweep(ctx context.Context, at time.Time) error {
	ids, err := s.Store.OverdueJobs(ctx, s.Now(), sweepLimit)
	if err != nil {
		return err
	}
	timed, err := s.Store.DueByEventTime(ctx, at, sweepLimit)
	if err != nil {
		return err
	}
	ids = append(ids, timed...)
	rung := 0
	var failed error
	for _, id := range ids {
		did, err := s.ring(ctx, id, at)
		if err != nil {
			failed = err
		}
		if did {
			rung++
		}
	}
	if rung > 0 {
		slog.InfoContext(ctx, "rang for overdue jobs", "jobs", rung)
	}
	return failed
}

func (s *Sweeper) ring(ctx context.Context, id string, at time.Time) (bool, error) {
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
	call := s.Invoke[j.Kind]
	if call == nil {
		return true, nil
	}
	return true, call(ctx, id, 0, at)
}
