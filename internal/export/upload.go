package export

import (
	"context"
	"log/slog"

	"github.com/kithhq/kith/internal/fault"
)

// uploaded is what became of a part, with the checkpoint behind it.
type uploaded struct {
	tag   string
	err   error
	after checkpoint
	body  []byte
}

func (r *run) partSize() int {
	if r.PartSize != 0 {
		return r.PartSize
	}
	if r.export.Request.Compression == Gzip || r.export.Request.Type == Bundle {
		return smallestPart
	}
	return defaultPart
}

// ship sends the full part on its way, once the one before has arrived, and goes on filling the other buffer.
func (r *run) ship(ctx context.Context, after string) error {
	if err := r.settle(ctx); err != nil {
		return err
	}
	if r.kept.Upload == "" {
		r.kept.Key = r.export.Key(r.job)
		upload, err := r.Bucket.CreateUpload(ctx, r.kept.Key)
		if err != nil {
			return err
		}
		r.kept.Upload, r.begun = upload, true
	}
	next, err := r.boundary(after)
	if err != nil {
		return err
	}
	body, number := r.file.take(), len(r.kept.Tags)+1
	r.flight = make(chan uploaded, 1)
	go func(flight chan<- uploaded) {
		tag, err := r.Bucket.UploadPart(ctx, next.Key, next.Upload, number, body)
		flight <- uploaded{tag, err, next, body}
	}(r.flight)
	return nil
}

// boundary is the checkpoint behind the part that is full now.
func (r *run) boundary(after string) (checkpoint, error) {
	if err := r.file.cut(); err != nil {
		return checkpoint{}, err
	}
	state, err := r.file.state()
	if err != nil {
		return checkpoint{}, err
	}
	return checkpoint{Key: r.kept.Key, Upload: r.kept.Upload, After: after, Rows: r.rows, Head: r.head, fileState: state}, nil
}

// settle waits for the part under way and keeps the checkpoint behind it.
func (r *run) settle(ctx context.Context) error {
	if r.flight == nil {
		return nil
	}
	done := <-r.flight
	r.flight, r.file.spare = nil, done.body
	if fault.Is(done.err, fault.KindNotFound) {
		return errGone
	}
	if done.err != nil {
		return done.err
	}
	done.after.Tags = append(r.kept.Tags, done.tag)
	r.kept = done.after
	return r.keep(ctx)
}

func (r *run) deliver(ctx context.Context) error {
	if r.kept.Upload == "" {
		r.kept.Key = r.export.Key(r.job)
		return r.Bucket.Put(ctx, r.kept.Key, r.file.part)
	}
	key, tags := r.kept.Key, r.kept.Tags
	if len(r.file.part) > 0 {
		tag, err := r.Bucket.UploadPart(ctx, key, r.kept.Upload, len(tags)+1, r.file.part)
		if fault.Is(err, fault.KindNotFound) {
			return errGone
		}
		if err != nil {
			return err
		}
		tags = append(tags, tag)
	}
	err := r.Bucket.CompleteUpload(ctx, key, r.kept.Upload, tags)
	if fault.Is(err, fault.KindNotFound) {
		return errGone
	}
	return err
}

// land waits for the part under way, if there is one.
func (r *run) land() {
	if r.flight != nil {
		<-r.flight
		r.flight = nil
	}
}

// abort frees an upload's parts. What it can't free, a lifecycle rule of the bucket removes after a day.
func (r *run) abort(ctx context.Context) {
	if r.kept.Upload == "" {
		return
	}
	if err := r.Bucket.AbortUpload(ctx, r.kept.Key, r.kept.Upload); err != nil {
		slog.WarnContext(ctx, "export upload not aborted", "export", r.job.Record, "error", err)
	}
	r.kept = checkpoint{}
}
