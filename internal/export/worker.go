package export

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
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
	FinishJob(ctx context.Context, j *job.Job) error               // removes the job alone
}

// Bucket is where files go: in one piece, or part by part. Not found: an upload, one of its parts, or what is to be read,
// is gone.
type Bucket interface {
	Put(ctx context.Context, key string, body []byte) error
	ReadAll(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, key string) error
	CreateUpload(ctx context.Context, key string) (upload string, err error)
	UploadPart(ctx context.Context, key, upload string, number int, body []byte) (tag string, err error)
	CompleteUpload(ctx context.Context, key, upload string, tags []string) error
	AbortUpload(ctx context.Context, key, upload string) error
}

// Worker writes exports: rows as CSV into a buffer of one part, full parts to the bucket, one under way while the next
// fills. After each part, and at the end of each slice, the job keeps where to go on.
type Worker struct {
	Store  Store
	Bucket Bucket
	// HandOn asks for another call that goes on with the job at a version.
	HandOn func(ctx context.Context, job string, version int, at time.Time) error
	// Schedules does the jobs of schedules, and is told when an export of one is ready.
	Schedules *Keeper
	// PartSize is the size at which a part goes to the bucket: when zero 8 MiB, packed 5 MiB. S3 takes none under 5 MiB
	// but the last.
	PartSize int
	// Now is the machine's clock, for leases; time.Now when nil.
	Now func() time.Time
}

const (
	defaultPart   = 8 << 20
	smallestPart  = 5 << 20 // that S3 takes; packed, it holds some 100,000 rows, and every slice has to come to one
	progressEvery = 1500 * time.Millisecond
	small         = 5_000 // rows that a call of the stream's may write; more are handed on, so that no lane is held
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
	if j.Kind == job.ExportSchedule || j.Kind == job.ScheduleCleanup {
		return w.Schedules.Work(ctx, j, at)
	}
	if err := j.Claim(version, now()); err != nil {
		return nil //nolint:nilerr // somebody else works on it
	}
	if err := w.Store.SaveJob(ctx, j); err != nil {
		return unlessOvertaken(err)
	}
	run := &run{Worker: w, job: j, now: now, clock: clock, until: began.Add(slice), bell: version == 0}
	err = run.work(ctx)
	if err == nil {
		return nil
	}
	if fault.Is(err, fault.KindConflict) {
		run.abandon(ctx)
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

// checkpoint is where to go on: after the last row of the last full part, or of the tail behind it.
type checkpoint struct {
	Key    string   `json:"key"` // of the object
	Upload string   `json:"upload"`
	Tags   []string `json:"tags"`
	After  string   `json:"after"`
	Rows   int      `json:"rows"`
	Head   string   `json:"head"` // SHA-256 of the first line
	fileState
	tail
}

// run is one slice of work on one job.
type run struct {
	*Worker
	job     *job.Job
	export  *Export
	scope   *Scope
	content content
	now     func() time.Time
	clock   func() time.Time
	until   time.Time
	bell    bool
	head    string // SHA-256 of the first line
	read    int    // in this slice, rows that are left out included

	position string // of the last row that was read

	kept   checkpoint // as of the last full part, or the slice before
	stale  string     // the tail of the slice before; empty when none is left
	begun  bool       // whether the upload is known here alone: no checkpoint names it yet
	rows   int        // so far
	file   *file
	flight chan uploaded
	came   bool // whether the job's checkpoint is of this slice
	saved  time.Time
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
	if !e.WrittenBy(r.job) {
		return r.drop(ctx)
	}
	r.export = e
	r.notBefore(e.RequestedAt)
	if r.job.Exhausted() {
		return r.giveUp(ctx, "It was tried several times, and each time a service that we need failed. Please ask for a new one.")
	}
	if r.content, err = contentOf(e.Request); err != nil {
		return err
	}
	scope, err := r.Store.Scope(ctx, e.Campaign)
	if err != nil {
		return err
	}
	scope.AskedAt = e.RequestedAt
	r.scope = scope
	e.Begin(r.content.estimate(scope), r.clock())
	if err := r.start(ctx); err != nil {
		return err
	}
	scope.AsOf = e.AsOf
	r.saved = r.now()
	if r.bell && e.Expected > small {
		return r.handOn(ctx)
	}
	err = r.content.write(ctx, r)
	if errors.Is(err, errSliceOver) {
		return r.handOn(ctx)
	}
	if errors.Is(err, errMoved) {
		r.land()
		r.abort(ctx)
		return errGone
	}
	if err != nil {
		return errors.Join(err, r.settle(ctx))
	}
	return r.finish(ctx)
}

// start takes up the checkpoint, or begins the file. When the columns have changed since the checkpoint, the file begins
// anew.
func (r *run) start(ctx context.Context) error {
	file, err := newFile(r.export)
	if err != nil {
		return err
	}
	r.file = file
	r.head = fmt.Sprintf("%x", sha256.Sum256(r.content.heading(r.scope, r.export.Request)))
	if len(r.job.Checkpoint) == 0 {
		r.export.AsOf = r.clock()
		return r.content.begin(r)
	}
	if err := json.Unmarshal(r.job.Checkpoint, &r.kept); err != nil {
		return fmt.Errorf("export %s: checkpoint: %w", r.export.ID, err)
	}
	if r.kept.Head != r.head {
		r.unfinished(ctx)
		return errGone
	}
	r.rows = r.kept.Rows
	if err := r.file.resume(r.kept.fileState); err != nil {
		return err
	}
	return r.resumeTail(ctx)
}

// line adds one row. An empty line is a row that was read and is left out.
func (r *run) line(ctx context.Context, line []byte, position string) error {
	r.read++
	r.position = position
	if len(line) > 0 {
		if err := r.file.add(line); err != nil {
			return err
		}
		r.rows++
	}
	if len(r.file.part) >= r.partSize() {
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

// keep writes the checkpoint, and with it the progress.
func (r *run) keep(ctx context.Context) error {
	state, err := json.Marshal(r.kept)
	if err != nil {
		return fmt.Errorf("export: checkpoint: %w", err)
	}
	r.job.SetCheckpoint(state, r.now())
	r.came = true
	if err := r.progress(ctx); err != nil {
		return err
	}
	r.begun = false
	r.forget(ctx)
	return nil
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
	keep := r.keepTail
	if r.read == 0 { // a bell of a large export
		keep = r.progress
	}
	if err := keep(ctx); err != nil {
		return err
	}
	return r.HandOn(ctx, r.job.ID, r.job.Version, r.clock())
}

// finish completes the file, then writes its schema, then its manifest, then says so.
func (r *run) finish(ctx context.Context) error {
	if err := r.settle(ctx); err != nil {
		return err
	}
	at := r.clock()
	if err := r.content.end(r, at); err != nil {
		return err
	}
	if err := r.file.cut(); err != nil {
		return err
	}
	if err := r.deliver(ctx); err != nil {
		return err
	}
	r.export.Finish(r.kept.Key, r.rows, r.file.bytes, r.file.digest(), at)
	schema, err := r.content.schema(r.scope, r.export.Request)
	if err != nil {
		return err
	}
	if err := r.Bucket.Put(ctx, r.export.SchemaKey(), schema); err != nil {
		return err
	}
	m := r.export.manifest(r.scope, r.file)
	if err := r.content.describe(m, r); err != nil {
		return err
	}
	manifest, err := m.encode()
	if err != nil {
		return err
	}
	if err := r.Bucket.Put(ctx, r.export.ManifestKey(), manifest); err != nil {
		return err
	}
	if err := r.ready(ctx); err != nil {
		return err
	}
	r.remove(ctx, r.stale)
	return nil
}

// ready says that the file is complete.
func (r *run) ready(ctx context.Context) error {
	if r.export.Schedule != "" {
		return r.Schedules.finished(ctx, r.export, r.job)
	}
	return r.Store.FinishExport(ctx, r.export, r.job)
}

// fail keeps a failure: what may pass is tried again later, from the checkpoint or, when the upload is gone, from the
// beginning; anything else ends the export.
func (r *run) fail(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	r.land()
	gone := errors.Is(cause, errGone)
	slog.ErrorContext(ctx, "export interrupted", "export", r.job.Record, "tries", r.job.Attempts, "error", cause)
	if r.export != nil && !gone && !fault.Is(cause, fault.KindUnavailable) && !errors.Is(cause, context.Canceled) {
		return r.giveUp(ctx, "Something went wrong on our side. Please ask for a new one; if it happens again, tell us.")
	}
	if gone {
		r.job.Checkpoint = nil
	} else if r.begun && !r.came {
		r.abort(ctx) // the next try begins another one
	}
	r.job.Backoff(r.now())
	if r.export == nil {
		return r.Store.SaveJob(ctx, r.job)
	}
	return r.Store.SaveExport(ctx, r.export, r.job)
}

// abandon leaves the job to whoever has it now. An upload that no checkpoint names would be found by nobody.
func (r *run) abandon(ctx context.Context) {
	r.land()
	if r.begun {
		r.abort(ctx)
	}
}

// drop ends a job whose export was called off, or is written by another job now.
func (r *run) drop(ctx context.Context) error {
	r.unfinished(ctx)
	return r.Store.FinishJob(ctx, r.job)
}

// unfinished frees what the job's workers have come to.
func (r *run) unfinished(ctx context.Context) {
	if r.kept.Upload == "" && len(r.job.Checkpoint) > 0 {
		if err := json.Unmarshal(r.job.Checkpoint, &r.kept); err != nil {
			slog.ErrorContext(ctx, "export checkpoint unreadable", "export", r.job.Record, "error", err)
		}
	}
	r.remove(ctx, r.kept.Tail)
	r.abort(ctx)
}

func (r *run) giveUp(ctx context.Context, reason string) error {
	r.unfinished(ctx)
	r.export.Fail(reason, r.clock())
	return r.Store.FinishExport(ctx, r.export, r.job)
}
