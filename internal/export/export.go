// Package export owns the record of a requested export: what can be requested, its states and transitions, where its files
// are stored and how they are named. The columns belong to package dataset, writing the files to package file, recurring
// exports to package schedule.
package export

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// State is the state of an export.
type State string

// The states of an export.
const (
	Queued    State = "queued"
	Running   State = "running"
	Ready     State = "ready"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Expired   State = "expired" // the file was removed: by age, which is never stored, or because its schedule has newer ones
)

// Retention is how long a file can be downloaded, unless it belongs to a schedule.
const Retention = 7 * 24 * time.Hour

// Export is the record of a requested export.
type Export struct {
	ID              string
	Organization    organization.ID
	Campaign        campaign.ID
	Request         Request
	State           State
	RequestedBy     user.ID
	RequestedByName string
	ByServiceToken  bool // RequestedBy and RequestedByName are those of a service token
	RequestedAt     time.Time
	StartedAt       time.Time // zero while queued
	AsOf            time.Time // when reading of the file's first row began; no row is older
	FinishedAt      time.Time // zero until ready, failed or cancelled
	Rows            int       // written so far
	ExpectedRows    int       // estimate at the start
	Bytes           int64
	Object          string        // key of the file; empty until ready
	SHA256          string        // of the file, hex; empty until ready
	Error           fault.Message // why it failed
	Job             string        // id of the job that writes it, or wrote it
	Withdrawals     int           // of consent in the campaign, counted before reading began
	Schedule        string        // id of the schedule that requested it and keeps its file; empty for a person's request
	Version         int
}

// Latest names the latest export of a request, so that the same request finds it while it is under way.
type Latest struct {
	Campaign campaign.ID
	Request  Request
	Export   string
	Version  int // zero if there is none yet
}

// StateAt returns the state at a time: a ready export expires, unless it belongs to a schedule.
func (e *Export) StateAt(at time.Time) State {
	if expires := e.ExpiresAt(); !expires.IsZero() && at.After(expires) {
		return Expired
	}
	return e.State
}

// ExpiresAt returns when the file is removed by age: the zero time if it is not ready, or belongs to a schedule.
func (e *Export) ExpiresAt() time.Time {
	if e.State != Ready || e.Schedule != "" {
		return time.Time{}
	}
	return e.FinishedAt.Add(Retention)
}

// beforeStart is how long before its start a bundle's cutoff is: longer than a request takes from the time that it records to
// the commit. So every row created before the cutoff, and not removed, can be read from the start on.
const beforeStart = time.Minute

// Cutoff returns the instant of a bundle's snapshot: rows created at it or later are not in the bundle.
func (e *Export) Cutoff() time.Time { return e.StartedAt.Add(-beforeStart) }

// UnderWay reports whether the export is queued or running.
func (e *Export) UnderWay() bool { return e.State == Queued || e.State == Running }

// WrittenBy reports whether a job is to write the export. It is false once the export has ended, or is retried by another job.
func (e *Export) WrittenBy(j *job.Job) bool { return e.UnderWay() && e.Job == j.ID }

// Percent returns the share of rows that are written, 100 only if the file is ready.
func (e *Export) Percent() int {
	switch {
	case e.State == Ready:
		return 100
	case e.ExpectedRows <= 0:
		return 0
	default:
		return min(99, e.Rows*100/e.ExpectedRows)
	}
}

// Begin marks the export as running, for the first time or after a worker has crashed.
func (e *Export) Begin(expectedRows int, at time.Time) {
	e.State, e.ExpectedRows = Running, max(expectedRows, e.Rows)
	if e.StartedAt.IsZero() {
		e.StartedAt = at
	}
}

// Finish makes the export ready for download.
func (e *Export) Finish(object string, rows int, bytes int64, sha256 string, at time.Time) {
	e.State, e.Object, e.Rows, e.Bytes, e.SHA256, e.FinishedAt = Ready, object, rows, bytes, sha256, at
}

// Fail ends the export with a reason for people.
func (e *Export) Fail(reason fault.Message, at time.Time) {
	e.State, e.Error, e.FinishedAt = Failed, reason, at
}

// Cancel cancels the export. It reports whether the export has changed: false if it was cancelled before.
//
// Conflict: the export is ready, failed or expired.
func (e *Export) Cancel(at time.Time) (bool, error) {
	if e.State == Cancelled {
		return false, nil
	}
	if !e.UnderWay() {
		return false, fault.Conflict("export_ended", "The export has already finished.")
	}
	e.State, e.FinishedAt = Cancelled, at.UTC().Truncate(time.Millisecond)
	return true, nil
}

// Retry queues a failed or cancelled export again, from its first row, to be written by a job; likewise a ready one that is
// outdated by a withdrawal of consent.
//
// Conflict: the export has another state.
func (e *Export) Retry(j *job.Job, outdated bool) error {
	again := e.State == Failed || e.State == Cancelled || e.State == Ready && outdated
	if !again {
		return fault.Conflict("export_not_failed", "Only a failed or cancelled export can be retried, or one whose file somebody has withdrawn consent for. Request a new one.")
	}
	e.State, e.Job, e.Error, e.Object, e.SHA256, e.Bytes = Queued, j.ID, fault.Message{}, "", "", 0
	e.Rows, e.ExpectedRows, e.StartedAt, e.AsOf, e.FinishedAt, e.Withdrawals = 0, 0, time.Time{}, time.Time{}, time.Time{}, 0
	return nil
}

// CheckConsent returns nil if nobody whose email or phone may be in the file has withdrawn consent, given the number of
// withdrawals of consent in the campaign.
//
// Conflict: somebody has withdrawn it since reading began.
func (e *Export) CheckConsent(withdrawals int) error {
	if withdrawals == e.Withdrawals || !e.Request.SharesByConsent() {
		return nil
	}
	return fault.Conflict("consent_withdrawn", "Somebody in this file has withdrawn consent to share email and phone since it was written. Write the file again.")
}

// Downloadable returns nil if the file can be downloaded at a time.
//
// Conflict: the export is not ready, failed, was cancelled or has expired.
func (e *Export) Downloadable(at time.Time) error {
	switch e.StateAt(at) {
	case Failed:
		return fault.Conflict("export_failed", "This export failed: %s", e.Error)
	case Cancelled:
		return fault.Conflict("export_cancelled", "This export was cancelled. Retry it, or request a new one.")
	case Queued, Running:
		return fault.Conflict("export_not_ready", "This export is not ready yet. Try again later.")
	case Expired:
		if e.Schedule != "" {
			return fault.Conflict("export_expired", "The file of this export was removed, because its schedule has newer files or was deleted. Request a new export.")
		}
		return fault.Conflict("export_expired", "This export is older than seven days, and its file was removed. Request a new one.")
	default:
		return nil
	}
}
