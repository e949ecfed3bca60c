package schedule

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// Store is the part of the database that a Runner uses.
//
// Conflict, from any of its writes: something has changed since it was read.
type Store interface {
	Job(ctx context.Context, id string) (*job.Job, error)
	SaveJob(ctx context.Context, j *job.Job) error
	FinishJob(ctx context.Context, j *job.Job) error
	Campaign(ctx context.Context, c campaign.ID) (*campaign.Campaign, error)
	Schedule(ctx context.Context, c campaign.ID, id string) (*Schedule, error)
	// Runs returns the exports in a schedule's list, the latest first.
	Runs(ctx context.Context, s *Schedule) ([]*export.Export, error)
	// StartRun writes a schedule that was due and its job, with the export that it requests and the export's job: nil when it
	// requests none.
	StartRun(ctx context.Context, s *Schedule, j *job.Job, e *export.Export, exportJob *job.Job) error
	// SaveSchedule writes a schedule and exports of it. If the schedule has ended, it removes the schedule's job.
	SaveSchedule(ctx context.Context, s *Schedule, ended bool, exports ...*export.Export) error
	// CancelRun writes a cancelled export and its requeued job.
	CancelRun(ctx context.Context, e *export.Export, exportJob *job.Job) error
	// DeleteSchedule removes a schedule with its job.
	DeleteSchedule(ctx context.Context, s *Schedule, j *job.Job) error
}

// FileStore holds the files of schedules.
type FileStore interface {
	// List returns all keys with a prefix. It is meant for prefixes with few keys.
	List(ctx context.Context, prefix string) ([]string, error)
	// Delete removes an object. It returns nil when the object does not exist.
	Delete(ctx context.Context, key string) error
}

// Runner works on the jobs of schedules: it requests the exports that are due and removes the files that are no longer kept.
// Each step is idempotent and each write is conditional on the job's version or on the rows that were read, so a worker that
// crashes, and two that work at once, have the effect of one.
type Runner struct {
	Store Store
	Files FileStore
	// Now is the machine's clock, for leases. Nil: time.Now.
	Now func() time.Time
}

const (
	maxConflicts = 5                // times that a job is started over because something has changed
	recheckAfter = 10 * time.Minute // after a removal; a worker that was writing a file has ended by then
)

// Work does a job of a schedule; at is the time of the event that caused the call. It returns nil when there is nothing left
// to do here, and an error when not even the failure could be saved: then the sweep requeues the job in a minute.
func (r *Runner) Work(ctx context.Context, j *job.Job, at time.Time) error {
	var err error
	for range maxConflicts {
		attempt := *j
		err = r.work(ctx, &attempt, at)
		if !fault.Is(err, fault.KindConflict) {
			break
		}
		current, readErr := r.Store.Job(ctx, j.ID)
		if fault.Is(readErr, fault.KindNotFound) || readErr == nil && current.Version != j.Version {
			return nil // another worker did it
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
		j.Backoff(r.now())
	}
	err = r.Store.SaveJob(ctx, j)
	if fault.Is(err, fault.KindConflict) {
		return nil
	}
	return err
}

func (r *Runner) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func (r *Runner) work(ctx context.Context, j *job.Job, at time.Time) error {
	s, err := r.Store.Schedule(ctx, campaign.ID(j.Campaign), j.Record)
	if fault.Is(err, fault.KindNotFound) {
		return r.Store.FinishJob(ctx, j)
	}
	if err != nil {
		return err
	}
	switch {
	case j.Kind == job.ScheduleCleanup && s.State == Removing:
		return r.Store.FinishJob(ctx, j) // the schedule's own job removes all files
	case j.Kind == job.ScheduleCleanup:
		return r.removeOldFiles(ctx, s, j, at)
	case j.State != job.Queued:
		return nil // already done: the job waits for its next run
	case s.State == Removing:
		return r.remove(ctx, s, j, at)
	case s.State == Ended || s.Job != j.ID:
		return r.Store.FinishJob(ctx, j)
	default:
		return r.requestExport(ctx, s, j, at)
	}
}

// requestExport requests the export that is due.
func (r *Runner) requestExport(ctx context.Context, s *Schedule, j *job.Job, at time.Time) error {
	of, err := r.Store.Campaign(ctx, s.Campaign)
	if err != nil {
		return err
	}
	runs, err := r.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	e := s.startRun(runs, of.Location(), at)
	j.WaitUntil(s.NextRun)
	if e == nil {
		slog.WarnContext(ctx, "scheduled export skipped: the previous one is still under way", "schedule", s.ID)
		return r.Store.StartRun(ctx, s, j, nil, nil)
	}
	exportJob := job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, e.RequestedAt, r.now())
	e.Job = exportJob.ID
	return r.Store.StartRun(ctx, s, j, e, exportJob)
}

// removeOldFiles expires the ready runs beyond the newest KeptFiles, then removes all files of expired and failed runs. It
// writes the records first, so that no list shows a link to a removed file. It finds the files by listing, which also finds
// those that crashed workers left.
func (r *Runner) removeOldFiles(ctx context.Context, s *Schedule, j *job.Job, at time.Time) error {
	of, err := r.Store.Campaign(ctx, s.Campaign)
	if err != nil {
		return err
	}
	files, err := r.Files.List(ctx, s.prefix()) // before the runs are read, so that no newer file is touched
	if err != nil {
		return err
	}
	runs, err := r.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	if old, ended := s.endRun(runs, of, at); ended || len(old) > 0 {
		if err := r.Store.SaveSchedule(ctx, s, ended, old...); err != nil {
			return err
		}
	}
	for _, file := range files {
		if slices.ContainsFunc(runs, func(e *export.Export) bool { return e.Owns(file) }) {
			continue
		}
		if err := r.Files.Delete(ctx, file); err != nil {
			return err
		}
	}
	return r.Store.FinishJob(ctx, j)
}

// remove removes a schedule with its files. It runs twice: a worker that was writing a file when the schedule was removed may
// finish it in between.
func (r *Runner) remove(ctx context.Context, s *Schedule, j *job.Job, at time.Time) error {
	runs, err := r.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	var ready []*export.Export
	for _, run := range runs {
		if run.UnderWay() {
			if err := r.cancel(ctx, run, at); err != nil {
				return err
			}
		}
		if run.State == export.Ready {
			run.State = export.Expired
			ready = append(ready, run)
		}
	}
	if len(ready) > 0 {
		if err := r.Store.SaveSchedule(ctx, s, false, ready...); err != nil {
			return err
		}
	}
	files, err := r.Files.List(ctx, s.prefix())
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := r.Files.Delete(ctx, file); err != nil {
			return err
		}
	}
	if len(j.Checkpoint) > 0 {
		return r.Store.DeleteSchedule(ctx, s, j)
	}
	j.Checkpoint = []byte("again")
	j.WaitUntil(at.Add(recheckAfter))
	return r.Store.SaveJob(ctx, j)
}

// cancel cancels a run and requeues its job, so that the worker that holds it stops.
func (r *Runner) cancel(ctx context.Context, e *export.Export, at time.Time) error {
	if _, err := e.Cancel(at); err != nil {
		return err
	}
	exportJob, err := r.Store.Job(ctx, e.Job)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("export_ended", "The export has already finished.")
	}
	if err != nil {
		return err
	}
	exportJob.Requeue(r.now())
	return r.Store.CancelRun(ctx, e, exportJob)
}
