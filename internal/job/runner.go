package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Store is what the runner needs of the Jobs table. Conflict, from any write: the job has changed since it was read.
type Store interface {
	Job(ctx context.Context, id string) (*Job, error)
	SaveJob(ctx context.Context, j *Job) error
	FinishJob(ctx context.Context, j *Job) error // deletes it
}

// Runner works on jobs. It owns what all of them have in common: claiming and renewing the lease, saving checkpoints, backing
// off, counting attempts without progress, handing on to the next invocation, and stopping when the lease is lost.
type Runner struct {
	Store  Store
	Handle Handler
	// HandOn invokes the function again, to resume the job at a version.
	HandOn Invoke
	// Create writes and returns a leased job when a notification finds none of that id; nil for jobs that are finished then.
	// Conflict: there is one now.
	Create func(ctx context.Context, id string, at, now time.Time) (*Job, error)
	Now    func() time.Time // the machine's clock; time.Now when nil
}

// Handler works on one slice of a claimed job, from its checkpoint on, and returns what comes next. It may be called again
// for the same checkpoint: after a crash, an error, or a conflict that did not concern the job.
//
// Its errors decide about the job. A Failure fails the record for good. A conflict that concerns the job means that the lease
// is lost: nothing more is written. Unavailable, a canceled context, and any error before SetRecord are retried after a
// backoff; any other error fails the record for good.
type Handler func(ctx context.Context, s *Slice) (Next, error)

// ByKind returns a handler that passes a job to the handler of its kind.
func ByKind(handlers map[Kind]Handler) Handler {
	return func(ctx context.Context, s *Slice) (Next, error) {
		handle, ok := handlers[s.Job.Kind]
		if !ok {
			return Done(), fault.Internal("no handler for jobs of kind %s", s.Job.Kind)
		}
		return handle(ctx, s)
	}
}

// Next is what comes after a slice.
type Next struct {
	handOn, saved bool
	due           time.Time
}

// Done says that the work is finished.
func Done() Next { return Next{} }

// HandOn says that there is more work, which the next invocation resumes. The checkpoint has been saved.
func HandOn() Next { return Next{handOn: true} }

// WaitUntil says that the next slice is due at a time.
func WaitUntil(due time.Time) Next { return Next{due: due} }

// Saved says that the handler has written or deleted the job, in a transaction of its own.
func Saved() Next { return Next{saved: true} }

// failure is an error that fails a record for good.
type failure struct{ fault.Message }

func (f failure) Error() string { return f.String() }

// Failure returns an error that fails a record for good. Its message is for the person who requested the work.
func Failure(format string, args ...any) error { return failure{fault.NewMessage(format, args...)} }

var errExhausted = errors.New("the maximum number of attempts without progress is reached")

// Reason returns why a record failed, for the person who requested the work: the message of a Failure, otherwise a general reason
// and the advice, which says how to try again.
func Reason(cause error, advice fault.Message) fault.Message {
	if f, ok := errors.AsType[failure](cause); ok {
		return f.Message
	}
	if errors.Is(cause, errExhausted) {
		return fault.NewMessage("A service was unavailable several times. %s", advice)
	}
	return fault.NewMessage("An internal error occurred. %s If it fails again, contact support.", advice)
}

// Record is what a job is for. It is written in the same transaction as the job. Conflict, from Save and Finish: either has
// changed since it was read.
type Record interface {
	// Save writes the record and the job.
	Save(ctx context.Context, j *Job) error
	// Finish writes the record and deletes the job.
	Finish(ctx context.Context, j *Job) error
	// Fail marks the record as failed, before Finish writes it.
	Fail(ctx context.Context, cause error)
}

// Slice is the work of one invocation on a job whose lease it holds.
type Slice struct {
	Job      *Job
	Resumed  bool // handed on by the slice before, not dispatched
	runner   *Runner
	record   Record
	start    time.Time // by the clock of events
	began    time.Time // by the machine's clock
	deadline time.Time
	saved    time.Time
}

// SetRecord loads the record into the slice: from now on it is written with the job, and failed with it.
//
// It fails when the maximum number of attempts without progress is reached. The handler returns that error.
func (s *Slice) SetRecord(r Record) error {
	s.record = r
	if s.Job.Exhausted() {
		return errExhausted
	}
	return nil
}

// Time returns the time by the clock of events, in UTC and whole milliseconds: never before the request, although the time of
// stream records is cut to seconds.
func (s *Slice) Time() time.Time {
	return s.start.Add(s.runner.now().Sub(s.began)).UTC().Truncate(time.Millisecond)
}

// MachineTime returns the time by the machine's clock, for leases.
func (s *Slice) MachineTime() time.Time { return s.runner.now() }

// Over reports whether the slice has used up its time.
func (s *Slice) Over() bool { return !s.runner.now().Before(s.deadline) }

// NewJob returns a queued job of another kind that continues this one's work, about a record of the same campaign.
func (s *Slice) NewJob(kind Kind, record string) *Job {
	return New(kind, s.Job.Organization, s.Job.Campaign, record, s.Time(), s.runner.now())
}

// Resume decodes the checkpoint into state, and leaves state alone when there is none.
func (s *Slice) Resume(state any) error {
	if len(s.Job.Checkpoint) == 0 {
		return nil
	}
	if err := json.Unmarshal(s.Job.Checkpoint, state); err != nil {
		return fmt.Errorf("checkpoint of job %s: %w", s.Job.ID, err)
	}
	return nil
}

// SetCheckpoint makes state the place to resume from, and counts it as progress. The next write of the job saves it.
func (s *Slice) SetCheckpoint(state any) error {
	encoded, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("checkpoint of job %s: %w", s.Job.ID, err)
	}
	s.Job.SetCheckpoint(encoded, s.now())
	return nil
}

// SaveCheckpoint saves state as the place to resume from.
func (s *Slice) SaveCheckpoint(ctx context.Context, state any) error {
	if err := s.SetCheckpoint(state); err != nil {
		return err
	}
	return s.write(ctx)
}

// SaveDue reports whether the last write of the job is an interval or more ago.
func (s *Slice) SaveDue(interval time.Duration) bool { return s.runner.now().Sub(s.saved) >= interval }

// SaveEvery renews the lease and writes the record's progress when that is due after an interval.
func (s *Slice) SaveEvery(ctx context.Context, interval time.Duration) error {
	if !s.SaveDue(interval) {
		return nil
	}
	s.Job.Renew(s.now())
	return s.write(ctx)
}

// now is the clock that DueAt is compared with.
func (s *Slice) now() time.Time {
	if s.Job.Kind.UsesEventTime() {
		return s.Time()
	}
	return s.runner.now()
}

func (s *Slice) write(ctx context.Context) error {
	s.saved = s.runner.now()
	if s.record != nil {
		return s.record.Save(ctx, s.Job)
	}
	return s.runner.Store.SaveJob(ctx, s.Job)
}

func (s *Slice) finish(ctx context.Context) error {
	if s.record != nil {
		return s.record.Finish(ctx, s.Job)
	}
	return s.runner.Store.FinishJob(ctx, s.Job)
}

// maxConflicts bounds how often a slice starts over because its record has changed.
const maxConflicts = 5

// Work works on a job for about the duration of a slice. The version is the one that was handed on, 0 for a notification; at is
// the time of the event. It returns nil when there is nothing to do, and an error only when not even the failure could be
// saved: the sweep then requeues the job after the lease.
func (r *Runner) Work(ctx context.Context, id string, version int, at time.Time, duration time.Duration) error {
	began := r.now()
	j, err := r.claim(ctx, id, version, at)
	for range maxConflicts {
		if j == nil || err != nil {
			return IgnoreConflict(err)
		}
		s := &Slice{
			Job: j, Resumed: version != 0, runner: r, start: latest(at, j.RequestedAt), began: began, saved: began,
			deadline: began.Add(duration),
		}
		err = r.workOn(ctx, s)
		if err == nil {
			return nil
		}
		if !fault.Is(err, fault.KindConflict) {
			return IgnoreConflict(r.fail(ctx, s, err))
		}
		j, err = r.stillHeld(ctx, s.Job)
	}
	return nil // the sweep requeues the job
}

// claim returns the job with its lease taken, nil when there is nothing to do.
func (r *Runner) claim(ctx context.Context, id string, version int, at time.Time) (*Job, error) {
	now := r.now()
	j, err := r.Store.Job(ctx, id)
	if fault.Is(err, fault.KindNotFound) {
		if r.Create == nil || version != 0 {
			return nil, nil // finished
		}
		return r.Create(ctx, id, at, now)
	}
	if err != nil {
		return nil, err
	}
	if j.Kind.UsesEventTime() {
		now = at
	}
	if err := j.Claim(version, now); err != nil {
		return nil, err
	}
	return j, r.Store.SaveJob(ctx, j)
}

// workOn calls the handler and does what comes next.
func (r *Runner) workOn(ctx context.Context, s *Slice) error {
	next, err := r.Handle(ctx, s)
	if err != nil {
		return err
	}
	switch {
	case next.saved:
		return nil
	case next.handOn:
		return r.HandOn(ctx, s.Job.ID, s.Job.Version, s.Time())
	case !next.due.IsZero():
		s.Job.WaitUntil(next.due)
		return s.write(ctx)
	default:
		return s.finish(ctx)
	}
}

// stillHeld returns the job as it is stored when this worker still holds its lease: then the conflict concerned the record
// alone. It returns nil when the lease is lost.
func (r *Runner) stillHeld(ctx context.Context, j *Job) (*Job, error) {
	stored, err := r.Store.Job(ctx, j.ID)
	if fault.Is(err, fault.KindNotFound) || err == nil && stored.Version != j.Version {
		return nil, nil
	}
	return stored, err
}

// fail saves a failure: the job is retried after a backoff, or its record fails for good.
func (r *Runner) fail(ctx context.Context, s *Slice, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, expected := errors.AsType[failure](cause); !expected && !errors.Is(cause, errExhausted) {
		slog.ErrorContext(ctx, "job interrupted", "kind", string(s.Job.Kind), "record", s.Job.Record, "attempts", s.Job.Attempts, "error", cause)
	}
	if s.record == nil || fault.Is(cause, fault.KindUnavailable) || errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		s.Job.Backoff(s.now())
		return s.write(ctx)
	}
	s.record.Fail(ctx, cause)
	return s.finish(ctx)
}

func (r *Runner) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// IgnoreConflict returns nil for a conflict: another worker has the job now, or has finished it.
func IgnoreConflict(err error) error {
	if fault.Is(err, fault.KindConflict) {
		return nil
	}
	return err
}
