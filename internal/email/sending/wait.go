package sending

import (
	"context"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// sandboxRetry is after how long held email is tried again in the sandbox: its recipients may have been verified.
const sandboxRetry = 15 * time.Minute

// WaitError reports that the email service does not accept a message in its present state, and will after it.
type WaitError struct {
	State     email.ServiceState
	Recipient bool // whether only messages to this recipient are concerned
	Cause     error
}

// Error has the state and the cause.
func (e *WaitError) Error() string {
	return "the email service is in the state " + string(e.State) + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *WaitError) Unwrap() error { return e.Cause }

// noteState stores a state of the email service that has begun or ended, and releases the email that was held for one that has ended.
// reported is the state that the service reports; it does not report that it is unverified.
func (r *run) noteState(ctx context.Context, stored *email.Service, reported email.ServiceState) error {
	if reported == "" && stored.State == email.Unverified {
		reported = email.Unverified // until it accepts a message
	}
	r.state = reported
	if reported != stored.State {
		if err := r.saveState(ctx, reported); err != nil {
			return err
		}
	}
	latest := stored.ReleasedAt
	if latest.IsZero() {
		latest = stored.StateSince
	}
	if reported == email.Sandbox && r.Now().Sub(latest) < sandboxRetry {
		return nil
	}
	for _, o := range stored.Organizations {
		release := NewReleaseJob(organization.ID(o), r.slice.Time(), r.Now())
		if err := r.Store.ReleaseServiceJobs(ctx, organization.ID(o), release, r.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) saveState(ctx context.Context, state email.ServiceState) error {
	slog.WarnContext(ctx, "email service state", "state", string(state))
	return r.Store.SaveServiceState(ctx, state, r.Now())
}

// waitForService keeps a claimed job until the email service accepts its message: it holds the job if only the recipient is
// concerned, and otherwise ends the run.
func (r *run) waitForService(ctx context.Context, j *job.Job, waits *WaitError) error {
	slog.WarnContext(ctx, "email waits for the service", "invitation", j.Record, "state", string(waits.State), "error", waits.Cause)
	if waits.Recipient {
		r.mu.Lock()
		if r.state == "" {
			r.state = email.Sandbox // for this run only: the next one reads the account again
		}
		r.mu.Unlock()
		return r.Store.HoldForService(ctx, j)
	}
	r.mu.Lock()
	known := r.state == waits.State
	r.state, r.paused = waits.State, true
	r.mu.Unlock()
	if !known {
		if err := r.saveState(ctx, waits.State); err != nil {
			return err
		}
	}
	j.WaitUntil(r.Now())
	return r.Store.SaveJob(ctx, j)
}

// endUnverified records that the service has accepted a message, so the identity that messages are sent from is verified.
func (r *run) endUnverified(ctx context.Context) {
	r.mu.Lock()
	ended := r.state == email.Unverified && !r.paused
	if ended {
		r.state = ""
	}
	r.mu.Unlock()
	if !ended {
		return
	}
	if err := r.saveState(ctx, ""); err != nil {
		slog.ErrorContext(ctx, "email service state not recorded", "error", err)
	}
}

// pause ends the run: no further message is begun.
func (r *run) pause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paused = true
}

func (r *run) isPaused() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.paused
}

func (r *run) serviceState() email.ServiceState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}
