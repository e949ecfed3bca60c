package file

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schema"
	"github.com/kithhq/kith/internal/job"
)

// saveInterval is how often progress is saved between checkpoints.
const saveInterval = 1500 * time.Millisecond

// checkpoint is where to continue: after the last row of the last full part, or of the tail after it.
type checkpoint struct {
	Key    string   `json:"key"` // of the object
	Upload string   `json:"upload"`
	Tags   []string `json:"tags"`
	After  string   `json:"after"` // position of the row
	Rows   int      `json:"rows"`
	Head   string   `json:"head"` // SHA-256 of the first line
	outputState
	tail
}

// writer writes the file of one export during one slice.
type writer struct {
	*Worker
	job        *job.Job
	now        func() time.Time // the machine's clock
	clock      func() time.Time // the time of the event, advanced by the machine's clock
	until      time.Time        // end of the slice
	fromStream bool

	export  *export.Export
	scope   *dataset.Scope
	content content
	output  *output
	head    string // SHA-256 of the first line

	rows     int    // written so far, earlier slices included
	read     int    // in this slice, skipped rows included
	position string // of the last row that was read

	checkpoint  checkpoint // after the last full part, or of the slice before
	inFlight    chan uploadedPart
	savedAt     time.Time // when progress was last saved
	advanced    bool      // whether a checkpoint was saved in this slice
	staleTail   string    // the tail that the slice began with; empty once it is removed
	ownedUpload bool      // no saved checkpoint names the upload yet, so nobody else knows of it
}

var (
	errSliceOver  = errors.New("export: the slice is over")
	errUploadGone = errors.New("export: the upload is gone")
)

// notBefore sets the clock to t if it is behind. A stream record's time has whole seconds, so it may precede the request.
func (w *writer) notBefore(t time.Time) {
	behind := t.Sub(w.clock())
	if behind <= 0 {
		return
	}
	clock := w.clock
	w.clock = func() time.Time { return clock().Add(behind) }
}

// open prepares the content and resumes the file from the checkpoint, or begins it. When the columns have changed since the
// checkpoint, it discards the file and returns errUploadGone.
func (w *writer) open(ctx context.Context) error {
	e := w.export
	var err error
	if w.content, err = contentOf(e.Request); err != nil {
		return err
	}
	if w.scope, err = w.Store.Scope(ctx, e.Campaign); err != nil {
		return err
	}
	w.scope.RequestedAt = e.RequestedAt
	e.Begin(w.content.estimate(w.scope), w.clock())
	if w.output, err = newOutput(e); err != nil {
		return err
	}
	w.head = fmt.Sprintf("%x", sha256.Sum256(w.content.heading(w.scope, e.Request)))
	if len(w.job.Checkpoint) == 0 {
		e.AsOf = w.clock()
		w.scope.AsOf = e.AsOf
		return w.content.begin(w)
	}
	w.scope.AsOf = e.AsOf
	if err := json.Unmarshal(w.job.Checkpoint, &w.checkpoint); err != nil {
		return fmt.Errorf("export %s: checkpoint: %w", e.ID, err)
	}
	if w.checkpoint.Head != w.head {
		w.discard(ctx)
		return errUploadGone
	}
	w.rows = w.checkpoint.Rows
	if err := w.output.resume(w.checkpoint.outputState); err != nil {
		return err
	}
	return w.resumeTail(ctx)
}

// addLine writes one row. An empty line is a row that was read and skipped. It returns errSliceOver at the end of the slice.
func (w *writer) addLine(ctx context.Context, line []byte, position string) error {
	w.read++
	w.position = position
	if len(line) > 0 {
		if err := w.output.add(line); err != nil {
			return err
		}
		w.rows++
	}
	if len(w.output.part) >= w.partSize() {
		if err := w.ship(ctx, position); err != nil {
			return err
		}
	}
	if w.read%64 != 0 {
		return nil
	}
	now := w.now()
	if !now.Before(w.until) {
		return errSliceOver
	}
	if now.Sub(w.savedAt) >= saveInterval {
		return w.saveProgress(ctx)
	}
	return nil
}

// saveCheckpoint saves the checkpoint together with the progress.
func (w *writer) saveCheckpoint(ctx context.Context) error {
	state, err := json.Marshal(w.checkpoint)
	if err != nil {
		return fmt.Errorf("export: checkpoint: %w", err)
	}
	w.job.SetCheckpoint(state, w.now())
	w.advanced = true
	if err := w.saveProgress(ctx); err != nil {
		return err
	}
	w.ownedUpload = false
	w.removeStaleTail(ctx)
	return nil
}

// saveProgress renews the lease and saves the number of rows.
func (w *writer) saveProgress(ctx context.Context) error {
	w.job.Renew(w.now())
	w.export.Rows, w.savedAt = max(w.rows, w.export.Rows), w.now()
	return w.Store.SaveExport(ctx, w.export, w.job)
}

// finish completes the file, writes its schema, then its manifest, then marks the export ready.
func (w *writer) finish(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	at := w.clock()
	if err := w.content.end(w, at); err != nil {
		return err
	}
	if err := w.output.endPart(); err != nil {
		return err
	}
	if err := w.deliver(ctx); err != nil {
		return err
	}
	e := w.export
	e.Finish(w.checkpoint.Key, w.rows, w.output.bytes, w.output.digest(), at)
	description, err := schema.Frictionless(e.Request, w.scope)
	if err != nil {
		return err
	}
	if err := w.Bucket.Put(ctx, e.SchemaKey(), description); err != nil {
		return err
	}
	m := newManifest(e, w.scope, w.output)
	if err := w.content.describe(m, w); err != nil {
		return err
	}
	manifest, err := m.encode()
	if err != nil {
		return err
	}
	if err := w.Bucket.Put(ctx, e.ManifestKey(), manifest); err != nil {
		return err
	}
	if err := w.saveReady(ctx); err != nil {
		return err
	}
	w.remove(ctx, w.staleTail)
	return nil
}

// saveReady saves that the file is complete. A schedule's export requests the removal of older files in the same write.
func (w *writer) saveReady(ctx context.Context) error {
	e, j := w.export, w.job
	if e.Schedule == "" {
		return w.Store.FinishExport(ctx, e, j)
	}
	cleanup := job.New(job.ScheduleCleanup, j.Organization, j.Campaign, e.Schedule, e.FinishedAt, w.now())
	return w.Store.FinishExport(ctx, e, j, cleanup)
}

// discard removes the objects and the upload of this job's unfinished file.
func (w *writer) discard(ctx context.Context) {
	if w.checkpoint.Upload == "" && len(w.job.Checkpoint) > 0 {
		if err := json.Unmarshal(w.job.Checkpoint, &w.checkpoint); err != nil {
			slog.ErrorContext(ctx, "export checkpoint unreadable", "export", w.job.Record, "error", err)
		}
	}
	w.remove(ctx, w.checkpoint.Tail)
	w.abort(ctx)
}
