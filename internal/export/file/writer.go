package file

import (
	"context"
	"crypto/sha256"
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
	slice *job.Slice

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
	advanced    bool   // whether a checkpoint was saved in this slice
	staleTail   string // the tail that the slice began with; empty once it is removed
	ownedUpload bool   // no saved checkpoint names the upload yet, so nobody else knows of it
}

var (
	errSliceOver  = errors.New("export: the slice is over")
	errUploadGone = errors.New("export: the upload is gone")
)

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
	if err := e.SetFilter(w.scope); err != nil {
		return job.Failure("The filter of this export no longer fits the campaign. Request a new export with another filter.")
	}
	e.Begin(w.content.estimate(w.scope), w.slice.Time())
	if w.output, err = newOutput(e); err != nil {
		return err
	}
	w.head = fmt.Sprintf("%x", sha256.Sum256(w.content.heading(w.scope, e.Request)))
	if len(w.slice.Job.Checkpoint) == 0 {
		e.AsOf, e.Withdrawals = w.slice.Time(), w.scope.Withdrawals
		w.scope.AsOf = e.AsOf
		return w.content.begin(w)
	}
	w.scope.AsOf = e.AsOf
	if err := w.slice.Resume(&w.checkpoint); err != nil {
		return err
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
	if w.slice.Over() {
		return errSliceOver
	}
	return w.slice.SaveEvery(ctx, saveInterval)
}

// saveCheckpoint saves the checkpoint together with the progress.
func (w *writer) saveCheckpoint(ctx context.Context) error {
	w.advanced = true
	if err := w.slice.SaveCheckpoint(ctx, w.checkpoint); err != nil {
		return err
	}
	w.ownedUpload = false
	w.removeStaleTail(ctx)
	return nil
}

// complete completes the file, then writes its schema, then its manifest, and marks the export as ready.
func (w *writer) complete(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	at := w.slice.Time()
	if err := w.content.end(w, at); err != nil {
		return err
	}
	if err := w.output.endPart(); err != nil {
		return err
	}
	if err := w.deliver(ctx); err != nil {
		return err
	}
	ready := *w.export // the export becomes ready only with its manifest: a failure before saves it as it is
	e := &ready
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
	*w.export = ready
	return nil
}

// discard removes the objects and the upload of this job's unfinished file.
func (w *writer) discard(ctx context.Context) {
	if w.checkpoint.Upload == "" {
		if err := w.slice.Resume(&w.checkpoint); err != nil {
			slog.ErrorContext(ctx, "export checkpoint unreadable", "export", w.slice.Job.Record, "error", err)
		}
	}
	w.remove(ctx, w.checkpoint.Tail)
	w.abort(ctx)
}
