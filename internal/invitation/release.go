package invitation

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// releases begins the id of the job that lets an organization's held mails go. There is at most one.
const releases = "held-mail-of-"

// secondLook is when held mails are looked for once more: one that was held in the moment of resuming may not be seen by
// the first look.
const secondLook = time.Minute

// ReleaseJobID returns the id of the job that lets an organization's held mails go.
func ReleaseJobID(o organization.ID) string { return releases + string(o) }

// NewReleaseJob returns a queued job that lets an organization's held mails go, to be written with its resumed standing.
func NewReleaseJob(o organization.ID, at, now time.Time) *job.Job {
	j := job.New(job.EmailSending, string(o), "", "", at, now)
	j.ID = ReleaseJobID(o)
	return j
}

// release rings for each mail of an organization that was held, and looks once more a minute later. When the mail has been
// stopped again it ends.
func (s *Sender) release(ctx context.Context, o organization.ID, id string, version int, at time.Time, slice time.Duration) error {
	until := s.Now().Add(slice)
	j, err := s.Store.Job(ctx, id)
	if fault.Is(err, fault.KindNotFound) {
		return nil // done
	}
	if err != nil {
		return err
	}
	if j.State == job.Waiting && s.Now().Before(j.DueAt) || j.Claim(version, s.Now()) != nil {
		return nil // it is not time, or somebody else works on it
	}
	if err := s.Store.SaveJob(ctx, j); err != nil {
		return unlessOvertaken(err)
	}
	let := 0
	defer func() {
		if let > 0 {
			slog.InfoContext(ctx, "held mails let go", "organization", string(o), "mails", let)
		}
	}()
	for {
		h, err := s.Store.MailStatistics(ctx, o, at)
		if err != nil {
			return err
		}
		if h.Stopped() {
			return unlessOvertaken(s.Store.FinishJob(ctx, j))
		}
		held, err := s.Store.HeldMailJobs(ctx, o)
		if err != nil {
			return err
		}
		if len(held) == 0 {
			return unlessOvertaken(s.releasedAll(ctx, j))
		}
		if err := s.letGo(ctx, held); err != nil {
			return err
		}
		let += len(held)
		j.SetCheckpoint(nil, s.Now())
		if err := s.Store.SaveJob(ctx, j); err != nil {
			return unlessOvertaken(err)
		}
		if !s.Now().Before(until) {
			return s.HandOn(ctx, id, j.Version, at)
		}
	}
}

// releasedAll ends the job after the second look.
func (s *Sender) releasedAll(ctx context.Context, j *job.Job) error {
	if len(j.Checkpoint) > 0 {
		return s.Store.FinishJob(ctx, j)
	}
	j.Checkpoint = []byte("once more")
	j.State, j.DueAt = job.Waiting, s.Now().Add(secondLook)
	return s.Store.SaveJob(ctx, j)
}

// letGo rings for held mails. It returns the last failure, after it has tried them all.
func (s *Sender) letGo(ctx context.Context, held []*job.Job) error {
	var all sync.WaitGroup
	slots := make(chan struct{}, mostAtOnce)
	failures := make([]error, len(held))
	for n, j := range held {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			j.Requeue(s.Now())
			failures[n] = unlessOvertaken(s.Store.SaveJob(ctx, j))
		})
	}
	all.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// heldBack puts a job off while its organization's mail is stopped, and reports whether it is.
func (r *run) heldBack(ctx context.Context, o organization.ID, j *job.Job) (bool, error) {
	standing, err := r.standing(ctx, o)
	if err != nil || !standing.Stopped() {
		return false, err
	}
	err = r.Store.HoldJob(ctx, j, standing)
	if fault.Is(err, fault.KindConflict) {
		r.lookAgain(o) // somebody may have resumed it
	}
	return true, unlessOvertaken(err)
}
