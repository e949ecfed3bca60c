package export

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// Store is what writing an export needs of the tables. Conflict, from any of its writes: the job has moved on to
// another worker, and there is nothing left to do here.
type Store interface {
	Source
	Job(ctx context.Context, id string) (*job.Job, error)
	Export(ctx context.Context, c campaign.ID, id string) (*Export, error)
	Scope(ctx context.Context, c campaign.ID) (*Scope, error)
	SaveJob(ctx context.Context, j *job.Job) error
	SaveExport(ctx context.Context, e *Export, j *job.Job) error
	FinishExport(ctx context.Context, e *Export, j *job.Job) error // and removes the job
}

// Bucket is where files go: in one piece, or part by part. Not found: an upload, or one of its parts, is gone.
type Bucket interface {
	Put(ctx context.Context, key string, body []byte) error
	Begin(ctx context.Context, key string) (upload string, err error)
	Part(ctx context.Context, key, upload string, number int, body []byte) (tag string, err error)
	Complete(ctx context.Context, key, upload string, tags []string) error
	Abort(ctx context.Context, key, upload string) error
}

// Worker writes exports: rows as CSV into a buffer of one part, full parts to the bucket, one under way while the next
// fills. After each part the job keeps where to go on.
type Worker struct {
	Store  Store
	Bucket Bucket
	// HandOn asks for another call that goes on with the job at a version.
	HandOn func(ctx context.Context, job string, version int, at time.Time) error
	// PartSize is the size at which a part goes to the bucket: 8 MiB when zero. S3 takes none under 5 MiB but the last.
	PartSize int
	// Now is the machine's clock, for leases; time.Now when nil.
	Now func() time.Time
}

const (
	defaultPart   = 8 << 20
	progressEvery = 1500 * time.Millisecond
)

// Work goes on with a job for at most about slice, then hands on. The version is the one handed on, 0 for a bell; at is
// the time of the event that rang. It returns nil when there is nothing (more) to do here, an error when not even the
// failure could be kept: the lease then runs out and the sweep rings.
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
	if err := j.Claim(version, now()); err != nil {
		return nil //nolint:nilerr // somebody else works on it
	}
	if err := w.Store.SaveJob(ctx, j); err != nil {
		return unlessOvertaken(err)
	}
	run := &run{Worker: w, job: j, now: now, clock: clock, until: began.Add(slice), bell: version == 0}
	err = run.work(ctx)
	if err == nil || fault.Is(err, fault.KindConflict) {
		return nil
	}
	return unlessOvertaken(run.fail(ctx, err))
}

func (w *Worker) now() func() time.Time {
	if w.Now == nil {
		return time.Now
	}
	return w.Now
}

func unlessOvertaken(err error) error {
	if fault.Is(err, fault.KindConflict) {
		return nil
	}
	return err
}

// checkpoint is where to go on: after the last row of the last full part.
type checkpoint struct {
	Key    string   `json:"key"` // of the object
	Upload string   `json:"upload"`
	Tags   []string `json:"tags"`
	After  string   `json:"after"`
	Rows   int      `json:"rows"`
	Bytes  int64    `json:"bytes"`
	Hash   []byte   `json:"hash"` // state of the SHA-256
	Head   string   `json:"head"` // SHA-256 of the first line
}

// run is one slice of work on one job.
type run struct {
	*Worker
	job    *job.Job
	export *Export
	now    func() time.Time
	clock  func() time.Time
	until  time.Time
	bell   bool
	head   string // SHA-256 of the first line
	read   int    // in this slice, rows that are left out included

	kept   checkpoint // as of the last full part
	rows   int        // so far
	bytes  int64
	sum    hash.Hash
	part   []byte // filling
	spare  []byte // of the part before, to be filled next
	flight chan uploaded
	came   bool // whether a part was uploaded in this slice
	saved  time.Time
}

// uploaded is what became of a part, with the checkpoint behind it.
type uploaded struct {
	tag   string
	err   error
	after checkpoint
	body  []byte
}

var (
	errSliceOver = errors.New("export: the slice is over")
	errGone      = errors.New("export: the upload is gone")
)

// notBefore sets the clock to t when it is behind: a stream record's time is of whole seconds, so a bell may seem to have
// rung before the request that it rang for.
func (r *run) notBefore(t time.Time) {
	behind := t.Sub(r.clock())
	if behind <= 0 {
		return
	}
	clock := r.clock
	r.clock = func() time.Time { return clock().Add(behind) }
}

func (r *run) work(ctx context.Context) error {
	e, err := r.Store.Export(ctx, campaign.ID(r.job.Campaign), r.job.Record)
	if err != nil {
		return err
	}
	r.export = e
	r.notBefore(e.RequestedAt)
	if r.job.Exhausted() {
		return r.giveUp(ctx, "It was tried several times, and each time a service that we need failed. Please ask for a new one.")
	}
	table, ok := TableOf(e.Request.Type)
	if !ok {
		return fmt.Errorf("export %s: no type %q", e.ID, e.Request.Type)
	}
	scope, err := r.Store.Scope(ctx, e.Campaign)
	if err != nil {
		return err
	}
	scope.AskedAt = e.RequestedAt
	if err := r.start(ctx, heading(table.Shape(scope, e.Request.Profile), e.Request.Dialect)); err != nil {
		return err
	}
	e.Begin(table.Estimate(scope), r.clock())
	r.saved = r.now()
	err = table.Lines(ctx, r.Store, scope, e.Request, r.kept.After, func(line []byte, position string) error {
		return r.line(ctx, line, position)
	})
	if errors.Is(err, errSliceOver) {
		return r.handOn(ctx)
	}
	if err != nil {
		return errors.Join(err, r.settle(ctx))
	}
	return r.finish(ctx)
}

// start takes up the checkpoint, or begins with the heading. When the columns have changed since the checkpoint, the file
// begins anew.
func (r *run) start(ctx context.Context, heading []byte) error {
	r.sum = sha256.New()
	r.head = fmt.Sprintf("%x", sha256.Sum256(heading))
	if len(r.job.Checkpoint) == 0 {
		r.add(heading)
		return nil
	}
	if err := json.Unmarshal(r.job.Checkpoint, &r.kept); err != nil {
		return fmt.Errorf("export %s: checkpoint: %w", r.export.ID, err)
	}
	if r.kept.Head != r.head {
		r.abort(ctx)
		return errGone
	}
	state, ok := r.sum.(encoding.BinaryUnmarshaler)
	if !ok {
		return errors.New("export: SHA-256 keeps no state")
	}
	if err := state.UnmarshalBinary(r.kept.Hash); err != nil {
		return fmt.Errorf("export %s: checkpoint: %w", r.export.ID, err)
	}
	r.rows, r.bytes = r.kept.Rows, r.kept.Bytes
	return nil
}

func (r *run) add(line []byte) {
	r.part = append(r.part, line...)
	r.bytes += int64(len(line))
}

func (r *run) line(ctx context.Context, line []byte, position string) error {
	r.add(line)
	r.read++
	if len(line) > 0 {
		r.rows++
	}
	if len(r.part) >= r.partSize() {
		if err := r.ship(ctx, position); err != nil {
			return err
		}
	}
	if r.read%64 != 0 {
		return nil
	}
	now := r.now()
	if !now.Before(r.until) {
		return errSliceOver
	}
	if now.Sub(r.saved) >= progressEvery {
		return r.progress(ctx)
	}
	return nil
}

func (r *run) partSize() int {
	if r.PartSize == 0 {
		return defaultPart
	}
	return r.PartSize
}

// ship sends the full part on its way, once the one before has arrived, and goes on filling the other buffer.
func (r *run) ship(ctx context.Context, after string) error {
	if err := r.settle(ctx); err != nil {
		return err
	}
	if r.kept.Upload == "" {
		r.kept.Key = r.export.Key(r.job.Version)
		upload, err := r.Bucket.Begin(ctx, r.kept.Key)
		if err != nil {
			return err
		}
		r.kept.Upload = upload
	}
	next, err := r.boundary(after)
	if err != nil {
		return err
	}
	body, number := r.part, len(r.kept.Tags)+1
	r.part, r.spare = r.spare[:0], nil
	r.flight = make(chan uploaded, 1)
	go func(flight chan<- uploaded) {
		tag, err := r.Bucket.Part(ctx, next.Key, next.Upload, number, body)
		flight <- uploaded{tag, err, next, body}
	}(r.flight)
	return nil
}

// boundary is the checkpoint behind the part that is full now.
func (r *run) boundary(after string) (checkpoint, error) {
	r.sum.Write(r.part)
	marshaler, ok := r.sum.(encoding.BinaryMarshaler)
	if !ok {
		return checkpoint{}, errors.New("export: SHA-256 keeps no state")
	}
	state, err := marshaler.MarshalBinary()
	if err != nil {
		return checkpoint{}, fmt.Errorf("export: SHA-256: %w", err)
	}
	return checkpoint{Key: r.kept.Key, Upload: r.kept.Upload, After: after, Rows: r.rows, Bytes: r.bytes, Hash: state, Head: r.head}, nil
}

// settle waits for the part under way and keeps the checkpoint behind it.
func (r *run) settle(ctx context.Context) error {
	if r.flight == nil {
		return nil
	}
	done := <-r.flight
	r.flight, r.spare = nil, done.body
	if fault.Is(done.err, fault.KindNotFound) {
		return errGone
	}
	if done.err != nil {
		return done.err
	}
	done.after.Tags = append(r.kept.Tags, done.tag)
	r.kept, r.came = done.after, true
	return r.keep(ctx)
}

// keep writes the checkpoint, and with it the progress.
func (r *run) keep(ctx context.Context) error {
	state, err := json.Marshal(r.kept)
	if err != nil {
		return fmt.Errorf("export: checkpoint: %w", err)
	}
	r.job.Advance(state, r.now())
	return r.progress(ctx)
}

func (r *run) progress(ctx context.Context) error {
	r.job.Renew(r.now())
	r.export.Rows, r.saved = max(r.rows, r.export.Rows), r.now()
	return r.Store.SaveExport(ctx, r.export, r.job)
}

func (r *run) handOn(ctx context.Context) error {
	if err := r.settle(ctx); err != nil {
		return err
	}
	if !r.came && !r.bell {
		r.job.Tries++ // a whole slice without a part: too slow to come to an end
	}
	if err := r.progress(ctx); err != nil {
		return err
	}
	return r.HandOn(ctx, r.job.ID, r.job.Version, r.clock())
}

func (r *run) finish(ctx context.Context) error {
	if err := r.settle(ctx); err != nil {
		return err
	}
	r.sum.Write(r.part)
	if err := r.deliver(ctx); err != nil {
		return err
	}
	r.export.Finish(r.kept.Key, r.rows, r.bytes, hex.EncodeToString(r.sum.Sum(nil)), r.clock())
	return r.Store.FinishExport(ctx, r.export, r.job)
}

func (r *run) deliver(ctx context.Context) error {
	if r.kept.Upload == "" {
		r.kept.Key = r.export.Key(r.job.Version)
		return r.Bucket.Put(ctx, r.kept.Key, r.part)
	}
	key, tags := r.kept.Key, r.kept.Tags
	if len(r.part) > 0 {
		tag, err := r.Bucket.Part(ctx, key, r.kept.Upload, len(tags)+1, r.part)
		if fault.Is(err, fault.KindNotFound) {
			return errGone
		}
		if err != nil {
			return err
		}
		tags = append(tags, tag)
	}
	err := r.Bucket.Complete(ctx, key, r.kept.Upload, tags)
	if fault.Is(err, fault.KindNotFound) {
		return errGone
	}
	return err
}

// fail keeps a failure: what may pass is tried again later, from the checkpoint or, when the upload is gone, from the
// beginning; anything else ends the export.
func (r *run) fail(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if r.flight != nil {
		<-r.flight
		r.flight = nil
	}
	gone := errors.Is(cause, errGone)
	slog.ErrorContext(ctx, "export interrupted", "export", r.job.Record, "tries", r.job.Tries, "error", cause)
	if r.export != nil && !gone && !fault.Is(cause, fault.KindUnavailable) && !errors.Is(cause, context.Canceled) {
		return r.giveUp(ctx, "Something went wrong on our side. Please ask for a new one; if it happens again, tell us.")
	}
	if gone {
		r.job.Checkpoint = nil
	}
	r.job.Postpone(r.now())
	if r.export == nil {
		return r.Store.SaveJob(ctx, r.job)
	}
	return r.Store.SaveExport(ctx, r.export, r.job)
}

func (r *run) giveUp(ctx context.Context, reason string) error {
	if r.kept.Upload == "" && len(r.job.Checkpoint) > 0 {
		if err := json.Unmarshal(r.job.Checkpoint, &r.kept); err != nil {
			slog.ErrorContext(ctx, "export checkpoint unreadable", "export", r.export.ID, "error", err)
		}
	}
	r.abort(ctx)
	r.export.Fail(reason, r.clock())
	return r.Store.FinishExport(ctx, r.export, r.job)
}

// abort frees an upload's parts. What it can't free, a lifecycle rule of the bucket removes after a day.
func (r *run) abort(ctx context.Context) {
	if r.kept.Upload == "" {
		return
	}
	if err := r.Bucket.Abort(ctx, r.kept.Key, r.kept.Upload); err != nil {
		slog.WarnContext(ctx, "export upload not aborted", "export", r.export.ID, "error", err)
	}
	r.kept = checkpoint{}
}
