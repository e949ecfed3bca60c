package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// runnerFixture is a store of one job and its record, which crashes its worker at a call when told to. The work is to add up
// to total, one in each step, with a checkpoint after each step.
type runnerFixture struct {
	job     *job.Job
	sum     int    // of the record
	failure string // of the record
	version int    // of the record
	now     time.Time
	calls   int
	crashAt int  // call at which the worker crashes; 0 never
	after   bool // whether that call takes effect
	crashed bool
	handed  []int // versions that were handed on
	total   int
	handle  job.Handler
}

func newRunnerFixture(total int) *runnerFixture {
	f := &runnerFixture{job: newJob(), now: start, total: total}
	f.handle = f.add
	return f
}

var errCrashed = fault.Unavailable(errors.New("the worker has crashed"))

func (f *runnerFixture) call(effect func() error) error {
	if f.crashed {
		return errCrashed
	}
	f.calls++
	f.crashed = f.calls == f.crashAt
	if f.crashed && !f.after {
		return errCrashed
	}
	if err := effect(); err != nil {
		return err
	}
	if f.crashed {
		return errCrashed
	}
	return nil
}

func (f *runnerFixture) Job(context.Context, string) (*job.Job, error) {
	var read job.Job
	err := f.call(func() error {
		if f.job == nil {
			return fault.NotFound("job")
		}
		read = *f.job
		return nil
	})
	return &read, err
}

func (f *runnerFixture) SaveJob(_ context.Context, j *job.Job) error { return f.write(j, func() {}) }

func (f *runnerFixture) FinishJob(_ context.Context, j *job.Job) error {
	return f.write(j, func() { f.job = nil })
}

func (f *runnerFixture) write(j *job.Job, effect func()) error {
	return f.call(func() error {
		if f.job == nil || f.job.Version != j.Version {
			return fault.Conflict("job_moved_on", "")
		}
		j.Version++
		written := *j
		f.job = &written
		effect()
		return nil
	})
}

// sumRecord is the record as a worker has read it.
type sumRecord struct {
	f       *runnerFixture
	sum     int
	version int
	failure string
}

func (r *sumRecord) Save(_ context.Context, j *job.Job) error {
	return r.write(j, func() {})
}

func (r *sumRecord) Finish(_ context.Context, j *job.Job) error {
	return r.write(j, func() { r.f.job = nil })
}

func (r *sumRecord) Fail(_ context.Context, cause error) {
	r.failure = job.Reason(cause, fault.NewMessage("Add again.")).String()
}

func (r *sumRecord) write(j *job.Job, effect func()) error {
	if !r.f.crashed && r.version != r.f.version {
		return fault.Conflict("record_changed", "")
	}
	return r.f.write(j, func() {
		r.version++
		r.f.version, r.f.sum, r.f.failure = r.version, r.sum, r.failure
		effect()
	})
}

// add is the handler.
func (f *runnerFixture) add(ctx context.Context, s *job.Slice) (job.Next, error) {
	r := &sumRecord{f: f, version: f.version}
	if err := s.SetRecord(r); err != nil {
		return job.Done(), err
	}
	if err := s.Resume(&r.sum); err != nil {
		return job.Done(), err
	}
	for r.sum < f.total {
		r.sum++
		f.now = f.now.Add(time.Second)
		if err := s.SaveCheckpoint(ctx, r.sum); err != nil {
			return job.Done(), err
		}
		if s.Over() {
			return job.HandOn(), nil
		}
	}
	return job.Done(), nil
}

func (f *runnerFixture) work(t interface{ Fatal(args ...any) }, version int) {
	runner := job.Runner{Store: f, Handle: f.handle, Now: func() time.Time { return f.now }, HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
		return f.call(func() error { f.handed = append(f.handed, version); return nil })
	}}
	if err := runner.Work(context.Background(), "j", version, start, 3*time.Second); err != nil && !f.crashed {
		t.Fatal(err)
	}
	f.crashed = false
}

// workUntilDone invokes what was handed on, otherwise sweeps, until the job is gone.
func (f *runnerFixture) workUntilDone(t interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
},
) {
	for range 100 {
		if f.job == nil {
			return
		}
		version := 0
		if len(f.handed) > 0 {
			version, f.handed = f.handed[0], f.handed[1:]
		} else {
			f.now = f.now.Add(time.Minute)
			if f.job.RequeueIfDue(f.now) {
				f.job.Version++
			}
		}
		f.work(t, version)
	}
	t.Fatalf("the job is still %s after 100 invocations", f.job.State)
}

func TestRunner_CrashAtAnyCall_Finishes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newRunnerFixture(rapid.IntRange(0, 20).Draw(t, "total"))
		f.crashAt, f.after = rapid.IntRange(0, 40).Draw(t, "crash at"), rapid.Bool().Draw(t, "after")
		f.work(t, 0)
		if rapid.Bool().Draw(t, "notified twice") {
			f.work(t, 0)
		}
		f.workUntilDone(t)
		if f.sum != f.total || f.failure != "" {
			t.Fatalf("the sum is %d, want %d; failure %q", f.sum, f.total, f.failure)
		}
	})
}

func TestRunner_LeaseLost_WritesNothing(t *testing.T) {
	f := newRunnerFixture(2)
	f.handle = func(ctx context.Context, s *job.Slice) (job.Next, error) {
		f.job.Requeue(f.now) // as an administrator's request does
		f.job.Version++
		return f.add(ctx, s)
	}
	f.work(t, 0)
	if f.job == nil || f.job.State != job.Queued || f.version != 0 {
		t.Errorf("the job is %+v, the record has version %d", f.job, f.version)
	}
}

func TestRunner_RecordChanged_StartsOver(t *testing.T) {
	f := newRunnerFixture(2)
	slices := 0
	f.handle = func(ctx context.Context, s *job.Slice) (job.Next, error) {
		slices++
		if slices == 1 {
			_ = s.SetRecord(&sumRecord{f: f, version: f.version})
			f.version++
			return job.Done(), nil
		}
		return f.add(ctx, s)
	}
	f.work(t, 0)
	if f.job != nil || f.sum != 2 || slices != 2 {
		t.Errorf("the job is %+v, the sum %d after %d slices", f.job, f.sum, slices)
	}
}

func TestRunner_Errors_DecideAboutTheRecord(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		failure string // "" when the job is retried
	}{
		"service unavailable": {fault.Unavailable(errors.New("no answer")), ""},
		"invocation canceled": {context.Canceled, ""},
		"failure":             {job.Failure("The list is empty. Send another one."), "The list is empty. Send another one."},
		"bug":                 {errors.New("index out of range"), "An internal error occurred. Add again. If it fails again, contact support."},
	} {
		f := newRunnerFixture(1)
		f.handle = func(_ context.Context, s *job.Slice) (job.Next, error) {
			return job.Done(), errors.Join(s.SetRecord(&sumRecord{f: f}), c.err)
		}
		f.work(t, 0)
		if f.failure != c.failure || (f.job == nil) != (c.failure != "") {
			t.Errorf("%s: the record's failure is %q, the job %+v", name, f.failure, f.job)
		}
		if f.job != nil && (f.job.State != job.Waiting || f.job.DueAt != start.Add(15*time.Second)) {
			t.Errorf("%s: the job is %s until %v", name, f.job.State, f.job.DueAt)
		}
	}
}

func TestRunner_NoProgress_FailsAfterMaxAttempts(t *testing.T) {
	f := newRunnerFixture(1)
	attempts := 0
	f.handle = func(_ context.Context, s *job.Slice) (job.Next, error) {
		if err := s.SetRecord(&sumRecord{f: f, version: f.version}); err != nil {
			return job.Done(), err
		}
		attempts++
		return job.Done(), fault.Unavailable(errors.New("no answer"))
	}
	for range 5 {
		f.now = f.now.Add(5 * time.Minute)
		f.job.RequeueIfDue(f.now)
		f.work(t, 0)
	}
	f.workUntilDone(t)
	if attempts != job.MaxAttempts || f.failure != "A service was unavailable several times. Add again." {
		t.Errorf("%d attempts; failure %q", attempts, f.failure)
	}
}

func TestRunner_WithoutRecord_RetriesForever(t *testing.T) {
	f := newRunnerFixture(1)
	f.handle = func(context.Context, *job.Slice) (job.Next, error) { return job.Done(), errors.New("bug") }
	for range 3 * job.MaxAttempts {
		f.now = f.now.Add(5 * time.Minute)
		f.job.RequeueIfDue(f.now)
		f.work(t, 0)
	}
	if f.job == nil || f.job.State != job.Waiting {
		t.Errorf("the job is %+v", f.job)
	}
}

func TestRunner_WaitUntil_IsNotDispatchedBefore(t *testing.T) {
	f := newRunnerFixture(0)
	slices := 0
	f.handle = func(context.Context, *job.Slice) (job.Next, error) {
		slices++
		return job.WaitUntil(start.Add(time.Hour)), nil
	}
	f.work(t, 0)
	f.now = start.Add(59 * time.Minute)
	f.work(t, 0)
	if slices != 1 {
		t.Errorf("%d slices before the job was due", slices)
	}
	f.now = start.Add(time.Hour)
	f.work(t, 0)
	if slices != 2 {
		t.Errorf("%d slices when the job was due", slices)
	}
}

func TestRunner_NoJob_IsCreatedOnlyForNotifications(t *testing.T) {
	f := newRunnerFixture(3)
	f.job = nil
	runner := job.Runner{
		Store: f, Handle: f.add, Now: func() time.Time { return f.now },
		Create: func(_ context.Context, _ string, at, now time.Time) (*job.Job, error) {
			j := job.New(job.EmailSending, "", "", "", at, now)
			f.job = j
			written := *j
			return &written, written.Claim(0, now)
		},
	}
	if err := runner.Work(t.Context(), "j", 7, start, time.Minute); err != nil || f.sum != 0 {
		t.Errorf("handed on after the end: %v, sum %d", err, f.sum)
	}
	if err := runner.Work(t.Context(), "j", 0, start, time.Minute); err != nil || f.sum != 3 || f.job != nil {
		t.Errorf("notified: %v, sum %d, job %+v", err, f.sum, f.job)
	}
}

func TestSliceTime_StreamTimeBeforeRequest_StartsAtRequest(t *testing.T) {
	f := newRunnerFixture(0)
	f.job.RequestedAt = start.Add(459 * time.Millisecond)
	f.handle = func(_ context.Context, s *job.Slice) (job.Next, error) {
		if got := s.Time(); got != f.job.RequestedAt {
			t.Errorf("the time is %v, want %v", got, f.job.RequestedAt)
		}
		return job.Done(), nil
	}
	f.work(t, 0)
}
