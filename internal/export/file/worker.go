// Package file owns writing an export's files: reading rows in slices, encoding them as CSV, gzip or zip, uploading them
// part by part with a checkpoint behind each part, and the manifest with its verification. What can be exported belongs to
// packages export and dataset; rows come from a Store, files go to a Bucket.
package file

import (
	"context"
	"errors"
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
	Export(ctx context.Context, c campaign.ID, id string) (*export.Export, error)
	Scope(ctx context.Context, c campaign.ID) (*dataset.Scope, error)
	SaveExport(ctx context.Context, e *export.Export, j *job.Job) error
	// FinishExport writes an export that has ended, removes its job and creates the next ones.
	FinishExport(ctx context.Context, e *export.Export, j *job.Job, next ...*job.Job) error
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

// Worker writes the files of exports. It writes rows into a buffer of one part and uploads full parts, one in flight while
// the next fills. After each part, and at the end of each slice, it saves a checkpoint.
type Worker struct {
	Store  Store
	Bucket Bucket
	// PartSize is the size at which a part is uploaded. Zero: 8 MiB, for compressed files 5 MiB. S3 accepts no part under
	// 5 MiB but the last.
	PartSize int
}

// streamRows is how many rows a call made by the stream may write. It hands larger exports on before their first row, so
// that they do not hold up the shard.
const streamRows = 5_000

// Handle works on one slice of an export's job.
func (w *Worker) Handle(ctx context.Context, s *job.Slice) (job.Next, error) {
	writer := &writer{Worker: w, slice: s}
	next, err := writer.work(ctx)
	if err == nil {
		return next, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return next, writer.interrupt(ctx, err)
}

// work writes the file from the checkpoint on, until it is complete or the slice is over.
func (w *writer) work(ctx context.Context) (job.Next, error) {
	e, err := w.Store.Export(ctx, campaign.ID(w.slice.Job.Campaign), w.slice.Job.Record)
	if err != nil {
		return job.Done(), err
	}
	if !e.WrittenBy(w.slice.Job) { // it was cancelled, or another job writes it now
		w.discard(ctx)
		return job.Done(), nil
	}
	w.export = e
	if err := w.slice.SetRecord(w); err != nil {
		return job.Done(), err
	}
	if err := w.open(ctx); err != nil {
		return job.Done(), err
	}
	if !w.slice.Resumed && e.ExpectedRows > streamRows {
		return job.HandOn(), w.slice.SaveEvery(ctx, 0)
	}
	err = w.content.write(ctx, w)
	if errors.Is(err, errSliceOver) {
		return job.HandOn(), w.saveTail(ctx)
	}
	if errors.Is(err, dataset.ErrOrderChanged) {
		w.awaitPart()
		w.abort(ctx)
		return job.Done(), errUploadGone
	}
	if err != nil {
		return job.Done(), errors.Join(err, w.settle(ctx))
	}
	return job.Done(), w.complete(ctx)
}

// interrupt returns the error of a slice for the runner. It aborts an upload that no checkpoint names, since nobody else knows
// of it; without the upload that the checkpoint names, the next attempt starts from the beginning.
func (w *writer) interrupt(ctx context.Context, err error) error {
	w.awaitPart()
	if errors.Is(err, errUploadGone) {
		w.slice.Job.Checkpoint = nil
		return fault.Unavailable(err)
	}
	if w.ownedUpload && (!w.advanced || fault.Is(err, fault.KindConflict)) {
		w.abort(ctx)
	}
	return err
}

// Save writes the number of rows with the job.
func (w *writer) Save(ctx context.Context, j *job.Job) error {
	w.export.Rows = max(w.rows, w.export.Rows)
	return w.Store.SaveExport(ctx, w.export, j)
}

// Finish writes an export that is ready or has failed. A schedule's export requests the removal of older files in the same
// write.
func (w *writer) Finish(ctx context.Context, j *job.Job) error {
	var next []*job.Job
	if w.export.State == export.Ready && w.export.Schedule != "" {
		next = append(next, w.slice.NewJob(job.ScheduleCleanup, w.export.Schedule))
	}
	if err := w.Store.FinishExport(ctx, w.export, j, next...); err != nil {
		return err
	}
	w.remove(ctx, w.staleTail)
	return nil
}

// Fail discards the file and marks the export as failed.
func (w *writer) Fail(ctx context.Context, cause error) {
	w.discard(ctx)
	w.staleTail = "" // removed with it
	w.export.Fail(job.Reason(cause, fault.NewMessage("Request a new export.")), w.slice.Time())
}
