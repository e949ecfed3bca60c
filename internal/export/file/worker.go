// Package file owns writing an export's files: reading rows in slices, encoding them as CSV, gzip or zip, uploading them
// part by part with a checkpoint behind each part, and the manifest with its verification. What can be exported belongs to
// packages export and dataset; rows come from a Store, files go to a Bucket.
package file

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// Store is the part of the database that a Worker uses.
//
// Conflict, from any of its writes: another worker has taken the job over. The caller has nothing left to do.
type Store interface {
	dataset.Source
	Job(ctx context.Context, id string) (*job.Job, error)
	Export(ctx context.Context, c campaign.ID, id string) (*export.Export, error)
	Scope(ctx context.Context, c campaign.ID) (*dataset.Scope, error)
	SaveJob(ctx context.Context, j *job.Job) error
	SaveExport(ctx context.Context, e *export.Export, j *job.Job) error
	// FinishExport writes an export that has ended, removes its job and creates the next ones.
	FinishExport(ctx context.Context, e *export.Export, j *job.Job, next ...*job.Job) error
	// FinishJob removes a job and writes no export.
	FinishJob(ctx context.Context, j *job.Job) error
}

// Bucket stores files, whole or part by part.
//
// Not found, from any method: the upload, one of its parts, or the object to read no longer exists.
type Bucket interface {
	Put(ctx context.Context, key string, body []byte) error
	ReadAll(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, key string) error
	CreateUpload(ctx context.Context, key string) (upload string, err error)
	UploadPart(ctx context.Context, key, upload string, number int, body []byte) (tag string, err error)
	CompleteUpload(ctx context.Context, key, upload string, tags []string) error
	AbortUpload(ctx context.Context, key, upload string) error
}

// Worker works on export jobs. It writes rows into a buffer of one part and uploads full parts, one in flight while the
// next fills. After each part, and at the end of each slice, it saves a checkpoint in the job.
type Worker struct {
	Store  Store
	Bucket Bucket
	// HandOn requests another call that continues the job at a version.
	HandOn func(ctx context.Context, job string, version int, at time.Time) error
	// Schedules works on the jobs of schedules.
	Schedules interface {
		Work(ctx context.Context, j *job.Job, at time.Time) error
	}
	// PartSize is the size at which a part is uploaded. Zero: 8 MiB, for compressed files 5 MiB. S3 accepts no part under
	// 5 MiB but the last.
	PartSize int
	// Now is the machine's clock, for leases. Nil: time.Now.
	Now func() time.Time
}

// streamRows is how many rows a call made by the stream may write. It hands larger exports on before their first row, so
// that they do not hold up the shard.
const streamRows = 5_000

// Work continues a job for about slice, then hands it on. The version is the one that was handed on, 0 for a call by the
// stream or the sweep; at is the time of the event that caused the call. It returns nil when there is nothing left to do
// here, and an error when not even the failure could be saved: then the lease expires and the sweep requeues the job.
func (w *Worker) Work(ctx context.Context, id string, version int, at time.Time, slice time.Duration) error {
	now := w.now()
	began := now()
	clock := func() time.Time { return at.Add(now().Sub(began)).UTC().Truncate(time.Millisecond) }
	j, err := w.Store.Job(ctx, id)
	if fault.Is(err, fault.KindNotFound) {
		return nil // finished
	}
	if err != nil {
		return err
	}
	if j.Kind == job.ExportSchedule || j.Kind == job.ScheduleCleanup {
		return w.Schedules.Work(ctx, j, at)
	}
	if err := j.Claim(version, now()); err != nil {
		return nil //nolint:nilerr // another worker has the job
	}
	if err := w.Store.SaveJob(ctx, j); err != nil {
		return unlessConflict(err)
	}
	writer := &writer{Worker: w, job: j, now: now, clock: clock, until: began.Add(slice), fromStream: version == 0}
	err = writer.work(ctx)
	if err == nil {
		return nil
	}
	if fault.Is(err, fault.KindConflict) {
		writer.abandon(ctx)
		return nil
	}
	return unlessConflict(writer.fail(ctx, err))
}

func (w *Worker) now() func() time.Time {
	if w.Now == nil {
		return time.Now
	}
	return w.Now
}

func unlessConflict(err error) error {
	if fault.Is(err, fault.KindConflict) {
		return nil
	}
	return err
}

// work writes the file from the checkpoint on, until it is complete or the slice is over.
func (w *writer) work(ctx context.Context) error {
	e, err := w.Store.Export(ctx, campaign.ID(w.job.Campaign), w.job.Record)
	if err != nil {
		return err
	}
	if !e.WrittenBy(w.job) {
		return w.drop(ctx)
	}
	w.export = e
	w.notBefore(e.RequestedAt)
	if w.job.Exhausted() {
		return w.giveUp(ctx, "A service that this export needs failed several times. Request a new export.")
	}
	if err := w.open(ctx); err != nil {
		return err
	}
	w.savedAt = w.now()
	if w.fromStream && e.ExpectedRows > streamRows {
		return w.handOn(ctx)
	}
	err = w.content.write(ctx, w)
	if errors.Is(err, errSliceOver) {
		return w.handOn(ctx)
	}
	if errors.Is(err, dataset.ErrOrderChanged) {
		w.awaitPart()
		w.abort(ctx)
		return errUploadGone
	}
	if err != nil {
		return errors.Join(err, w.settle(ctx))
	}
	return w.finish(ctx)
}

// handOn saves how far the slice has come and requests the next call.
func (w *writer) handOn(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	save := w.saveTail
	if w.read == 0 { // a call by the stream, of a large export
		save = w.saveProgress
	}
	if err := save(ctx); err != nil {
		return err
	}
	return w.HandOn(ctx, w.job.ID, w.job.Version, w.clock())
}

// fail saves a failure. A transient one is retried later: from the checkpoint or, when the upload is gone, from the
// beginning. Any other ends the export.
func (w *writer) fail(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	w.awaitPart()
	gone := errors.Is(cause, errUploadGone)
	slog.ErrorContext(ctx, "export interrupted", "export", w.job.Record, "attempts", w.job.Attempts, "error", cause)
	if w.export != nil && !gone && !fault.Is(cause, fault.KindUnavailable) && !errors.Is(cause, context.Canceled) {
		return w.giveUp(ctx, "An internal error occurred. Request a new export. If it fails again, contact support.")
	}
	if gone {
		w.job.Checkpoint = nil
	} else if w.ownedUpload && !w.advanced {
		w.abort(ctx) // the next try begins another upload
	}
	w.job.Backoff(w.now())
	if w.export == nil {
		return w.Store.SaveJob(ctx, w.job)
	}
	return w.Store.SaveExport(ctx, w.export, w.job)
}

// abandon leaves the job to the worker that has taken it over. It aborts an upload that no checkpoint names: nobody else
// knows of it.
func (w *writer) abandon(ctx context.Context) {
	w.awaitPart()
	if w.ownedUpload {
		w.abort(ctx)
	}
}

// drop ends a job whose export was cancelled, or is written by another job now.
func (w *writer) drop(ctx context.Context) error {
	w.discard(ctx)
	return w.Store.FinishJob(ctx, w.job)
}

// giveUp ends the export as failed, for a reason that is shown to people.
func (w *writer) giveUp(ctx context.Context, reason string) error {
	w.discard(ctx)
	w.export.Fail(reason, w.clock())
	return w.Store.FinishExport(ctx, w.export, w.job)
}
