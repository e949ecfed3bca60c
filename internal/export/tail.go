package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/kithhq/kith/internal/fault"
)

// A slice that ends between two parts leaves its unfinished part, the tail, as an object of its own, and the checkpoint
// names it: S3 takes no part under 5 MiB, and a file of few rows in a large campaign may take many slices to come to one.
// However little a slice writes, the next one goes on behind the last row it read.
type tail struct {
	Tail     string `json:"tail,omitempty"`      // its key; empty when nothing is left
	TailText int64  `json:"tail_text,omitempty"` // bytes of the text in it, when it is packed
}

// tailKey is where the worker that holds a job puts its tail, as Key says.
func (r *run) tailKey() string {
	e, j := r.export, r.job
	return fmt.Sprintf("exports/%s/%s/%s/%s/%d.tail", e.Organization, e.Campaign, e.ID, j.ID, j.Version)
}

// keepTail keeps how far the slice has come, with the part that is not full.
func (r *run) keepTail(ctx context.Context) error {
	body, err := r.file.tail()
	if err != nil {
		return err
	}
	state, err := r.file.state()
	if err != nil {
		return err
	}
	r.kept.After, r.kept.Rows, r.kept.Head, r.kept.fileState = r.position, r.rows, r.head, state
	r.kept.tail = tail{}
	if len(body) > 0 {
		r.kept.tail = tail{Tail: r.tailKey(), TailText: r.file.member}
		if err := r.Bucket.Put(ctx, r.kept.Tail, body); err != nil {
			return err
		}
	}
	err = r.keep(ctx)
	if fault.Is(err, fault.KindConflict) {
		r.remove(ctx, r.kept.Tail) // nobody knows of it
	}
	return err
}

// resumeTail takes up the tail of the slice before.
func (r *run) resumeTail(ctx context.Context) error {
	r.stale = r.kept.Tail
	if r.kept.Tail == "" {
		return nil
	}
	body, err := r.Bucket.ReadAll(ctx, r.kept.Tail)
	if err == nil && r.file.resumeTail(body, r.kept.TailText) {
		return nil
	}
	if err == nil || fault.Is(err, fault.KindNotFound) {
		r.unfinished(ctx)
		return errGone
	}
	return err
}

// forget removes the tail that the slice began with, once no checkpoint needs it.
func (r *run) forget(ctx context.Context) {
	if r.stale != r.kept.Tail {
		r.remove(ctx, r.stale)
		r.stale = ""
	}
}

// remove removes a tail. What it can't remove goes with the exports of its week.
func (r *run) remove(ctx context.Context, key string) {
	if key == "" {
		return
	}
	if err := r.Bucket.Delete(ctx, key); err != nil {
		slog.WarnContext(ctx, "export tail not removed", "export", r.job.Record, "error", err)
	}
}

// tail returns what stands in the part that is not full, so that resumeTail can go on with it. Nothing may be added after.
func (f *file) tail() ([]byte, error) {
	if f.archive != nil {
		err := f.archive.cut()
		return f.part, err
	}
	if f.open {
		if err := f.zip.Flush(); err != nil {
			return nil, fmt.Errorf("export: gzip: %w", err)
		}
	}
	return f.part, nil
}

// resumeTail goes on with a tail, and reports whether it is whole. A packed one is packed again from its text: what a
// compressor knows can't be kept, and the part is to have the bytes that it would have had in one go. A bundle, which tells
// the time anyway, goes on as behind a part: the files in it are the same.
func (f *file) resumeTail(body []byte, text int64) bool {
	if f.zip == nil {
		f.part = body
		return true
	}
	f.open, f.member = true, text
	unzip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return false
	}
	n, err := io.Copy(f.zip, io.LimitReader(unzip, text+1))
	return n == text && errors.Is(err, io.ErrUnexpectedEOF) // the member has no end yet
}
