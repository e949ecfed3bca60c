package sending

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// releasePrefix begins the id of the job that releases an organization's held email. There is at most one.
const releasePrefix = "held-mail-of-"

// secondRelease is when held email is listed once more: a job that was held in the moment of resuming may be missing from the
// first list.
const secondRelease = time.Minute

// ReleaseJobID returns the id of the job that releases an organization's held email.
func ReleaseJobID(o organization.ID) string { return releasePrefix + string(o) }

// NewReleaseJob returns a queued job that releases an organization's held email, to be written in one transaction with the
// resumed mail status.
func NewReleaseJob(o organization.ID, at, now time.Time) *job.Job {
	j := job.New(job.EmailSending, string(o), "", "", at, now)
	j.ID = ReleaseJobID(o)
	return j
}

// release handles the job that releases an organization's held email: it requeues all of it, and again a minute later. It is
// done at once when the organization's email is stopped again.
func (s *Sender) release(ctx context.Context, slice *job.Slice) (job.Next, error) {
	o := organization.ID(strings.TrimPrefix(slice.Job.ID, releasePrefix))
	second := false
	if err := slice.Resume(&second); err != nil {
		return job.Done(), err
	}
	released := 0
	defer func() {
		if released > 0 {
			slog.InfoContext(ctx, "held email released", "organization", string(o), "jobs", released)
		}
	}()
	for {
		status, err := s.Store.MailStatistics(ctx, o, slice.Time())
		if err != nil || status.Stopped() {
			return job.Done(), err
		}
		held, err := s.Store.HeldMailJobs(ctx, o)
		if err != nil {
			return job.Done(), err
		}
		if len(held) == 0 {
			if second {
				return job.Done(), nil
			}
			return job.WaitUntil(s.Now().Add(secondRelease)), slice.SetCheckpoint(true)
		}
		if err := s.requeue(ctx, held); err != nil {
			return job.Done(), err
		}
		released += len(held)
		if err := slice.SaveCheckpoint(ctx, second); err != nil {
			return job.Done(), err
		}
		if slice.Over() {
			return job.HandOn(), nil
		}
	}
}

// requeue requeues held jobs. It tries all of them, and returns the first failure.
func (s *Sender) requeue(ctx context.Context, held []*job.Job) error {
	var all sync.WaitGroup
	slots := make(chan struct{}, maxInFlight)
	failures := make([]error, len(held))
	for n, j := range held {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			j.Requeue(s.Now())
			failures[n] = job.IgnoreConflict(s.Store.SaveJob(ctx, j))
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
