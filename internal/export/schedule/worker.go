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
	"github.com/kithhq/kith/internal/savedview"
)

// Store is the part of the database that a Worker uses.
//
// Conflict, from any of its writes: something has changed since it was read.
type Store interface {
	Job(ctx context.Context, id string) (*job.Job, error)
	Campaign(ctx context.Context, c campaign.ID) (*campaign.Campaign, error)
	Schedule(ctx context.Context, c campaign.ID, id string) (*Schedule, error)
	SavedView(ctx context.Context, c campaign.ID, id savedview.ID) (*savedview.View, error)
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

// Worker works on the jobs of schedules: it requests the exports that are due and removes the files that are no longer kept.
// Each step is idempotent and each write is conditional on the job's version or on the rows that were read.
type Worker struct {
	Store Store
	Files FileStore
}

// recheckAfter is when the files of a removed schedule are removed again: a worker that was writing one has ended by then.
const recheckAfter = 10 * time.Minute

// Handle does a job of a schedule, in one slice.
func (w *Worker) Handle(ctx context.Context, slice *job.Slice) (job.Next, error) {
	j := slice.Job
	s, err := w.Store.Schedule(ctx, campaign.ID(j.Campaign), j.Record)
	if fault.Is(err, fault.KindNotFound) {
		return job.Done(), nil
	}
	if err != nil {
		return job.Done(), err
	}
	switch {
	case j.Kind == job.ScheduleCleanup && s.State == Removing:
		return job.Done(), nil // the schedule's own job removes all files
	case j.Kind == job.ScheduleCleanup:
		return job.Done(), w.removeOldFiles(ctx, s, slice.Time())
	case s.State == Removing:
		return w.remove(ctx, s, slice)
	case s.State != Active || s.Job != j.ID:
		return job.Done(), nil
	default:
		return w.requestExport(ctx, s, slice)
	}
}

// requestExport requests the export that is due.
func (w *Worker) requestExport(ctx context.Context, s *Schedule, slice *job.Slice) (job.Next, error) {
	of, err := w.Store.Campaign(ctx, s.Campaign)
	if err != nil {
		return job.Done(), err
	}
	runs, err := w.Store.Runs(ctx, s)
	if err != nil {
		return job.Done(), err
	}
	request := s.Request
	if request.View != "" {
		view, err := w.Store.SavedView(ctx, s.Campaign, request.View)
		if fault.Is(err, fault.KindNotFound) {
			return w.stop(ctx, s, slice)
		}
		if err != nil {
			return job.Done(), err
		}
		request.Filter = view.Filter
	}
	e := s.startRun(request, runs, of.Location(), slice.Time())
	slice.Job.WaitUntil(s.NextRun)
	if e == nil {
		slog.WarnContext(ctx, "scheduled export skipped: the previous one is still under way", "schedule", s.ID)
		return job.Saved(), w.Store.StartRun(ctx, s, slice.Job, nil, nil)
	}
	exportJob := job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, e.RequestedAt, slice.MachineTime())
	e.Job = exportJob.ID
	return job.Saved(), w.Store.StartRun(ctx, s, slice.Job, e, exportJob)
}

// stop stops a schedule whose view no longer exists. It is not a failure: nobody has to act, and the schedule tells why.
func (w *Worker) stop(ctx context.Context, s *Schedule, slice *job.Slice) (job.Next, error) {
	s.Stop(ViewDeleted, slice.Time())
	slog.InfoContext(ctx, "export schedule stopped: its view was deleted", "schedule", s.ID, "view", s.Request.View)
	return job.Done(), w.Store.SaveSchedule(ctx, s, false)
}

// removeOldFiles expires the ready runs beyond the newest KeptFiles, then removes all files of expired and failed runs. It
// writes the records first, so that no list shows a link to a removed file. It finds the files by listing, which also finds
// those that crashed workers left.
func (w *Worker) removeOldFiles(ctx context.Context, s *Schedule, at time.Time) error {
	of, err := w.Store.Campaign(ctx, s.Campaign)
	if err != nil {
		return err
	}
	files, err := w.Files.List(ctx, s.prefix()) // before the runs are read, so that no newer file is touched
	if err != nil {
		return err
	}
	runs, err := w.Store.Runs(ctx, s)
	if err != nil {
		return err
	}
	if old, ended := s.endRun(runs, of, at); ended || len(old) > 0 {
		if err := w.Store.SaveSchedule(ctx, s, ended, old...); err != nil {
			return err
		}
	}
	for _, file := range files {
		if slices.ContainsFunc(runs, func(e *export.Export) bool { return e.Owns(file) }) {
			continue
		}
		if err := w.Files.Delete(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

// remove removes a schedule with its files. It runs twice: a worker that was writing a file when the schedule was removed may
// finish it in between.
func (w *Worker) remove(ctx context.Context, s *Schedule, slice *job.Slice) (job.Next, error) {
	runs, err := w.Store.Runs(ctx, s)
	if err != nil {
		return job.Done(), err
	}
	var ready []*export.Export
	for _, run := range runs {
		if run.UnderWay() {
			if err := w.cancel(ctx, run, slice); err != nil {
				return job.Done(), err
			}
		}
		if run.State == export.Ready {
			run.State = export.Expired
			ready = append(ready, run)
		}
	}
	if len(ready) > 0 {
		if err := w.Store.SaveSchedule(ctx, s, false, ready...); err != nil {
			return job.Done(), err
		}
	}
	files, err := w.Files.List(ctx, s.prefix())
	if err != nil {
		return job.Done(), err
	}
	for _, file := range files {
		if err := w.Files.Delete(ctx, file); err != nil {
			return job.Done(), err
		}
	}
	if len(slice.Job.Checkpoint) > 0 {
		return job.Saved(), w.Store.DeleteSchedule(ctx, s, slice.Job)
	}
	return job.WaitUntil(slice.Time().Add(recheckAfter)), slice.SetCheckpoint("again")
}

// cancel cancels a run and requeues its job, so that the worker that holds it stops.
func (w *Worker) cancel(ctx context.Context, e *export.Export, slice *job.Slice) error {
	if _, err := e.Cancel(slice.Time()); err != nil {
		return err
	}
	exportJob, err := w.Store.Job(ctx, e.Job)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("export_ended", "The export has already finished.")
	}
	if err != nil {
		return err
	}
	exportJob.Requeue(slice.MachineTime())
	return w.Store.CancelRun(ctx, e, exportJob)
}
