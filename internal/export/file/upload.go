package file

import (
	"context"
	"log/slog"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
)

const (
	defaultPart  = 8 << 20
	smallestPart = 5 << 20 // that S3 accepts; compressed, it holds about 100,000 rows
)

// uploadedPart is the outcome of uploading a part, with the checkpoint after it.
type uploadedPart struct {
	tag   string
	err   error
	after checkpoint
	body  []byte
}

// partSize returns the size at which a part is uploaded.
func (w *writer) partSize() int {
	if w.PartSize != 0 {
		return w.PartSize
	}
	if w.export.Request.Compression == export.Gzip || w.export.Request.Type == export.Bundle {
		return smallestPart
	}
	return defaultPart
}

// ship starts uploading the full part, once the part before has arrived, and continues with the other buffer.
func (w *writer) ship(ctx context.Context, after string) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	if w.checkpoint.Upload == "" {
		w.checkpoint.Key = w.export.Key(w.slice.Job)
		upload, err := w.Bucket.CreateUpload(ctx, w.checkpoint.Key)
		if err != nil {
			return err
		}
		w.checkpoint.Upload, w.ownedUpload = upload, true
	}
	next, err := w.checkpointAfter(after)
	if err != nil {
		return err
	}
	body, number := w.output.takePart(), len(w.checkpoint.Tags)+1
	w.inFlight = make(chan uploadedPart, 1)
	go func(inFlight chan<- uploadedPart) {
		tag, err := w.Bucket.UploadPart(ctx, next.Key, next.Upload, number, body)
		inFlight <- uploadedPart{tag, err, next, body}
	}(w.inFlight)
	return nil
}

// checkpointAfter ends the part and returns the checkpoint after it.
func (w *writer) checkpointAfter(position string) (checkpoint, error) {
	if err := w.output.endPart(); err != nil {
		return checkpoint{}, err
	}
	state, err := w.output.state()
	if err != nil {
		return checkpoint{}, err
	}
	return checkpoint{
		Key: w.checkpoint.Key, Upload: w.checkpoint.Upload, After: position, Rows: w.rows, Head: w.head, outputState: state,
	}, nil
}

// settle waits for the part in flight and saves the checkpoint after it.
func (w *writer) settle(ctx context.Context) error {
	if w.inFlight == nil {
		return nil
	}
	done := <-w.inFlight
	w.inFlight, w.output.spare = nil, done.body
	if fault.Is(done.err, fault.KindNotFound) {
		return errUploadGone
	}
	if done.err != nil {
		return done.err
	}
	done.after.Tags = append(w.checkpoint.Tags, done.tag)
	w.checkpoint = done.after
	return w.saveCheckpoint(ctx)
}

// deliver uploads the last part and completes the file. A file of one part is stored whole.
func (w *writer) deliver(ctx context.Context) error {
	if w.checkpoint.Upload == "" {
		w.checkpoint.Key = w.export.Key(w.slice.Job)
		return w.Bucket.Put(ctx, w.checkpoint.Key, w.output.part)
	}
	key, tags := w.checkpoint.Key, w.checkpoint.Tags
	if len(w.output.part) > 0 {
		tag, err := w.Bucket.UploadPart(ctx, key, w.checkpoint.Upload, len(tags)+1, w.output.part)
		if fault.Is(err, fault.KindNotFound) {
			return errUploadGone
		}
		if err != nil {
			return err
		}
		tags = append(tags, tag)
	}
	err := w.Bucket.CompleteUpload(ctx, key, w.checkpoint.Upload, tags)
	if fault.Is(err, fault.KindNotFound) {
		return errUploadGone
	}
	return err
}

// awaitPart waits until no part is in flight, and ignores the outcome.
func (w *writer) awaitPart() {
	if w.inFlight != nil {
		<-w.inFlight
		w.inFlight = nil
	}
}

// abort removes the parts of the upload. If that fails, a lifecycle rule of the bucket removes them after a day.
func (w *writer) abort(ctx context.Context) {
	if w.checkpoint.Upload == "" {
		return
	}
	if err := w.Bucket.AbortUpload(ctx, w.checkpoint.Key, w.checkpoint.Upload); err != nil {
		slog.WarnContext(ctx, "export upload not aborted", "export", w.slice.Job.Record, "error", err)
	}
	w.checkpoint = checkpoint{}
}
