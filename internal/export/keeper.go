package export

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// ScheduleStore is what schedules need of the tables. Conflict, from any of its writes: something has changed since it was
// read.
type ScheduleStore interface {
	Job(ctx context.Context, id string) (*job.Job, error)
	SaveJob(ctx context.Context, j *job.Job) error
	FinishJob(ctx context.Context, j *job.Job) error
	Campaign(ctx context.Context, c campaign.ID) (*campaign.Campaign, error)
	Schedule(ctx context.Context, c campaign.ID, id string) (*Schedule, error)
	// Runs returns the exports that a schedule asked for, the latest first.
	Runs(ctx context.Context, s *Schedule) ([]*Export, error)
	// StartRun writes a schedule whose time has come and its job, with the export that it asks for and the job of that: nil
	// when it asks for none.
	StartRun(ctx context.Context, s *Schedule, j *job.Job, e *Export, writes *job.Job) error
	// SaveSchedule writes a schedule and exports of it. A schedule that has ended by that gives up its job.
	SaveSchedule(ctx context.Context, s *Schedule, ended bool, exports ...*Export) error
	// CancelRun writes an export that was called off, and rings for whoever writes it.
	CancelRun(ctx context.Context, e *Export, writes *job.Job) error
	// FinishRun writes an export that is ready, removes its job, and asks for what is to be done then.
	FinishRun(ctx context.Context, e *Export, j, then *job.Job) error
	// DeleteSchedule removes a schedule with its job.
	DeleteSchedule(ctx context.Context, s *Schedule, j *job.Job) error
}

// Shelf is the bucket of files as whoever keeps them sees it.
type Shelf interface {
	// List returns the keys that begin with a prefix: all of them, so only for prefixes with few.
	List(ctx context.Context, prefix string) ([]string, error)
	// Delete removes an object. One that is gone is fine.
	Delete(ctx context.Context, key string) error
}

// Keeper works for schedules: it asks for the exports that are due, and removes the files that are kept no longer. Each
// step can be repeated, and each write is conditional on the job's version or on what was read, so a worker that dies and
// two that work at once do what one does.
type Keeper struct {
	Store ScheduleStore
	Shelf Shelf
	// Now is the machine's clock, for leases; time.Now when nil.
	Now func() time.Time
}

const (
	keeperTries = 5                // times that a job is begun again because something has changed
	secondLook  = 10 * time.Minute // behind a schedule's removal: whoever was writing a file of it has ended by then
)

// Work does a job of a schedule's; at is the time of the event that rang. It returns nil when there is nothing (more) to do
// here, an error when not even the failure could be kept: the sweep rings again in a minute.
func (k *Keeper) Work(ctx context.Context, j *job.Job, at time.Time) error {
	var err error
	for range keeperTries {
		again := *j
		err = k.work(ctx, &again, at)
		if !fault.Is(err, fault.KindConflict) {
			break
		}
		now, readErr := k.Store.Job(ctx, j.ID)
		if fault.Is(readErr, fault.KindNotFound) || readErr == nil && now.Version != j.Version {
			return nil // somebody else did it
		}
		if readErr != nil {
			err = readErr
			break
		}
	}
	if err == nil {
		return nil
	}
	slog.ErrorContext(ctx, "schedule interrupted", "schedule", j.Record, "job", j.Kind, "error", err)
	if j.Kind.UsesEventTime() {
		j.Backoff(at)
	} else {
		j.Backoff(k.now())
	}
	return unlessOvertaken(k.Store.SaveJob(ctx, j))
}

func (k *Keeper) now() time.Time {
	if k.Now == nil {
		return time.Now()
	}
	return k.Now()
}

func (k *Keeper) work(ctx context.Context, j *job.Job, at time.Time) error {
	s, err := k.Store.Schedule(ctx, campaign.ID(j.Campaign), j.Record)
	if fault.Is(err, fault.KindNotFound) {
		return k.Store.FinishJob(ctx, j)
	}
	if err != nil {
		return err
	}
	switch {
	case j.Kind == job.ScheduleCleanup && s.State == TakingAway:
		return k.Store.FinishJob(ctx, j) // the schedule's own job sees to all files
	case j.Kind == job.ScheduleCleanup:
		return k.tidy(ctx, s, j, at)
	case j.State != job.Queued:
		return nil // a bell that was heard already: the job waits for its next time
	case s.State == TakingAway:
		return k.takeAway(ctx, s, j, at)
	case s.State == Ended || s.Job != j.ID:
		return k.Store.FinishJob(ctx, j)
	default:
		return k.run(ctx, s, j, at)
	}
}

// run asks for the export that is due.
func (k *Keeper) run(ctx context.Context, s *Schedule, j *job.Job, at time.Time) error {
	of, err := k.Store.Campaign(ctx, s.Campaign)
	if err != nil {
		return err
	}
	runs, err := k.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	e := s.ask(runs, of.Location(), at)
	j.WaitUntil(s.NextRun)
	if e == nil {
		slog.WarnContext(ctx, "a scheduled export is due while the one before is under way", "schedule", s.ID)
		return k.Store.StartRun(ctx, s, j, nil, nil)
	}
	writes := job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, e.RequestedAt, k.now())
	e.Job = writes.ID
	return k.Store.StartRun(ctx, s, j, e, writes)
}

// tidy keeps the newest files. Who reads the list meanwhile finds no link to a file that is gone: records first, files
// then. What is to go is found by listing, which also finds what dead workers left.
func (k *Keeper) tidy(ctx context.Context, s *Schedule, j *job.Job, at time.Time) error {
	of, err := k.Store.Campaign(ctx, s.Campaign)
	if err != nil {
		return err
	}
	files, err := k.Shelf.List(ctx, s.prefix()) // before the runs are read: what is written from now on is not touched
	if err != nil {
		return err
	}
	runs, err := k.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	if old, ends := s.settle(runs, of, at); ends || len(old) > 0 {
		if err := k.Store.SaveSchedule(ctx, s, ends, old...); err != nil {
			return err
		}
	}
	for _, file := range files {
		if slices.ContainsFunc(runs, func(e *Export) bool { return e.holds(file) }) {
			continue
		}
		if err := k.Shelf.Delete(ctx, file); err != nil {
			return err
		}
	}
	return k.Store.FinishJob(ctx, j)
}

// takeAway removes a schedule with its files. It comes twice: a worker that was writing one when the schedule was removed
// may finish it meanwhile.
func (k *Keeper) takeAway(ctx context.Context, s *Schedule, j *job.Job, at time.Time) error {
	runs, err := k.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	var ready []*Export
	for _, run := range runs {
		if run.UnderWay() {
			if err := k.callOff(ctx, run, at); err != nil {
				return err
			}
		}
		if run.State == Ready {
			run.State = Expired
			ready = append(ready, run)
		}
	}
	if len(ready) > 0 {
		if err := k.Store.SaveSchedule(ctx, s, false, ready...); err != nil {
			return err
		}
	}
	files, err := k.Shelf.List(ctx, s.prefix())
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := k.Shelf.Delete(ctx, file); err != nil {
			return err
		}
	}
	if len(j.Checkpoint) > 0 {
		return k.Store.DeleteSchedule(ctx, s, j)
	}
	j.Checkpoint = []byte("again")
	j.WaitUntil(at.Add(secondLook))
	return k.Store.SaveJob(ctx, j)
}

func (k *Keeper) callOff(ctx context.Context, e *Export, at time.Time) error {
	if _, err := e.Cancel(at); err != nil {
		return err
	}
	writes, err := k.Store.Job(ctx, e.Job)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("export_ended", "It came to its end meanwhile.")
	}
	if err != nil {
		return err
	}
	writes.Requeue(k.now())
	return k.Store.CancelRun(ctx, e, writes)
}

// finished writes an export that is ready, in one with the job that lets go of an older one.
func (k *Keeper) finished(ctx context.Context, e *Export, j *job.Job) error {
	then := job.New(job.ScheduleCleanup, j.Organization, j.Campaign, e.Schedule, e.FinishedAt, k.now())
	return k.Store.FinishRun(ctx, e, j, then)
}
