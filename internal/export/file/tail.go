package file

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

// tail is the unfinished part of a slice that ended between two parts. It is stored as an object of its own, which the
// checkpoint names: S3 accepts no part under 5 MiB, and a file of few rows in a large campaign may take many slices to fill
// one. So every slice, even one that writes little, continues after the last row that was read.
type tail struct {
	Tail     string `json:"tail,omitempty"`      // its key; empty for none
	TailText int64  `json:"tail_text,omitempty"` // bytes of text in it, when it is compressed
}

// saveTail waits for the part in flight, stores the unfinished part and saves a checkpoint after the last row that was read.
func (w *writer) saveTail(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	body, err := w.output.tail()
	if err != nil {
		return err
	}
	state, err := w.output.state()
	if err != nil {
		return err
	}
	c := &w.checkpoint
	c.After, c.Rows, c.Head, c.outputState = w.position, w.rows, w.head, state
	c.tail = tail{}
	if len(body) > 0 {
		c.tail = tail{Tail: w.export.TailKey(w.slice.Job), TailText: w.output.memberText}
		if err := w.Bucket.Put(ctx, c.Tail, body); err != nil {
			return err
		}
	}
	err = w.saveCheckpoint(ctx)
	if fault.Is(err, fault.KindConflict) {
		w.remove(ctx, c.Tail) // no checkpoint names it
	}
	return err
}

// resumeTail continues with the tail of the slice before. When the tail is missing or damaged, it discards the file and
// returns errUploadGone.
func (w *writer) resumeTail(ctx context.Context) error {
	w.staleTail = w.checkpoint.Tail
	if w.checkpoint.Tail == "" {
		return nil
	}
	body, err := w.Bucket.ReadAll(ctx, w.checkpoint.Tail)
	if err == nil && w.output.resumeTail(body, w.checkpoint.TailText) {
		return nil
	}
	if err == nil || fault.Is(err, fault.KindNotFound) {
		w.discard(ctx)
		return errUploadGone
	}
	return err
}

// removeStaleTail removes the tail that the slice began with, once no checkpoint needs it.
func (w *writer) removeStaleTail(ctx context.Context) {
	if w.staleTail != w.checkpoint.Tail {
		w.remove(ctx, w.staleTail)
		w.staleTail = ""
	}
}

// remove removes a tail. If that fails, the bucket removes it after seven days.
func (w *writer) remove(ctx context.Context, key string) {
	if key == "" {
		return
	}
	if err := w.Bucket.Delete(ctx, key); err != nil {
		slog.WarnContext(ctx, "export tail not removed", "export", w.slice.Job.Record, "error", err)
	}
}

// tail returns the content of the unfinished part, for resumeTail. Nothing may be added after it.
func (o *output) tail() ([]byte, error) {
	if o.archive != nil {
		err := o.archive.flush()
		return o.part, err
	}
	if o.memberOpen {
		if err := o.gzip.Flush(); err != nil {
			return nil, fmt.Errorf("export: gzip: %w", err)
		}
	}
	return o.part, nil
}

// resumeTail continues with a tail, and reports whether the tail is whole. A compressed one is compressed again from its
// text: the state of a compressor can't be saved, and the part must get the bytes that it would have had without a break.
// A bundle, whose bytes differ between runs anyway because it contains times, continues as after a part: its files are the
// same.
func (o *output) resumeTail(body []byte, text int64) bool {
	if o.gzip == nil {
		o.part = body
		return true
	}
	o.memberOpen, o.memberText = true, text
	unzip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return false
	}
	n, err := io.Copy(o.gzip, io.LimitReader(unzip, text+1))
	return n == text && errors.Is(err, io.ErrUnexpectedEOF) // the member has no end yet
}
