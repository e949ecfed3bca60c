// Package job owns asynchronous work: the job item with its state, lease, attempts and checkpoint; the runner that works on
// jobs in slices; and the sweep that requeues overdue jobs. It does not know what a job does: handlers do.
//
// The job item is authoritative. A stream record or an asynchronous invocation is only a notification that there may be
// work. Every write of a job is conditional on the version that was read, so a worker that has lost its lease finds out at
// its next write.
package job

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

// Kind is the kind of work of a job. It selects the function that does it.
type Kind string

// The kinds of jobs, each with the function that works on it and the record that it is for.
const (
	Export        Kind = "export"         // write-export; an export of Campaign
	ImportVoters  Kind = "import_voters"  // import-voters; a voter file of Organization
	RemoveVoters  Kind = "remove_voters"  // import-voters; a replaced or failed voter file, whose rows are deleted
	SuggestVoters Kind = "suggest_voters" // import-voters: searches voters for all unmatched contacts of Campaign

	// InvitationEmail sends the email of an invitation of Campaign or, without one, of Organization (send-invitation).
	InvitationEmail Kind = "invitation"
	// NoticeEmail sends an email about an invitation (send-invitation): to the administrator Recipient about a request, or,
	// without a Recipient, to Requester about the decision.
	NoticeEmail Kind = "notice"
	// EmailSending is the lease of the account's sender, or releases an organization's held email (send-invitation).
	EmailSending Kind = "mail"

	// ExportSchedule requests an export of Campaign at DueAt; its record is a schedule (write-export).
	ExportSchedule Kind = "export_schedule"
	// ScheduleCleanup deletes the expired files of a schedule after a new one is ready (write-export).
	ScheduleCleanup Kind = "scheduled_files"
)

// UsesEventTime reports whether DueAt of such jobs is compared with the time of events, because it is a local time that
// people chose, such as 3:00 AM. DueAt of all other jobs is compared with the machine's clock.
func (k Kind) UsesEventTime() bool { return k == ExportSchedule }

// State is the state of a job. A finished job is deleted in the transaction that finishes its record.
type State string

// The states of a job.
const (
	Queued  State = "queued"  // writing this state dispatches the job to a worker
	Running State = "running" // a worker holds the lease until DueAt
	Waiting State = "waiting" // not before DueAt: a backoff or a scheduled time
	Held    State = "held"    // until it is released; the sweep ignores it
)

// Lease bounds how long the job of a crashed worker rests: at most the lease and then the minute until the next sweep.
const Lease = 30 * time.Second

// MaxAttempts is the maximum number of attempts without progress: failures and expired leases since the last checkpoint.
const MaxAttempts = 5

const (
	dispatchTimeout = time.Minute      // after which a queued job is dispatched again
	firstBackoff    = 15 * time.Second // doubled with each further attempt, four times at most
)

// Job is one piece of asynchronous work.
type Job struct {
	ID           string
	Kind         Kind
	State        State
	Organization string
	Campaign     string
	Record       string    // id of the record that the job is for
	Recipient    string    // administrator that a notice is for; empty when it is for Requester
	Requester    string    // user whose access request a notice is about; empty for none
	RequestedAt  time.Time // recorded time of the request, by the clock of events
	DueAt        time.Time // when the sweep requeues the job; the end of the lease while it runs
	Attempts     int       // without progress
	Checkpoint   []byte    // where to resume, in the handler's encoding; empty at the beginning
	Version      int
}

// New returns a queued job, to be written in one transaction with the record that needs it.
func New(kind Kind, organization, campaign, record string, at, now time.Time) *Job {
	return &Job{
		ID: id.At(at), Kind: kind, State: Queued, Organization: organization, Campaign: campaign,
		Record: record, RequestedAt: at, DueAt: now.Add(dispatchTimeout), Version: 1,
	}
}

// Claim takes the lease. A worker to which the previous one handed the job on passes the version that it was given; a worker
// that was notified passes 0.
//
// Conflict: another worker holds the lease, the job is not due, or it has changed since it was handed on.
func (j *Job) Claim(version int, now time.Time) error {
	if version != 0 && version != j.Version {
		return fault.Conflict("job_moved_on", "The job has changed.")
	}
	if version == 0 && (j.State == Running || j.State == Waiting) && now.Before(j.DueAt) {
		return fault.Conflict("job_held", "The job is leased, or not due.")
	}
	if version == 0 && j.State == Running {
		j.Attempts++
	}
	j.State = Running
	j.Renew(now)
	return nil
}

// Renew extends the lease.
func (j *Job) Renew(now time.Time) { j.DueAt = now.Add(Lease) }

// SetCheckpoint records progress and extends the lease.
func (j *Job) SetCheckpoint(checkpoint []byte, now time.Time) {
	j.Checkpoint, j.Attempts = checkpoint, 0
	j.Renew(now)
}

// Backoff ends an attempt that failed for now; the next one is due after a pause that grows with the attempts.
func (j *Job) Backoff(now time.Time) {
	j.State, j.DueAt = Waiting, now.Add(firstBackoff<<min(j.Attempts, 4))
	j.Attempts++
}

// WaitUntil makes the job due at a time, with no attempts counted.
func (j *Job) WaitUntil(due time.Time) { j.State, j.DueAt, j.Attempts = Waiting, due, 0 }

// Requeue makes the job due now even if it is leased, because its record has changed. The lease holder's next write fails.
func (j *Job) Requeue(now time.Time) { j.State, j.DueAt = Queued, now.Add(dispatchTimeout) }

// RequeueIfDue requeues a job that is due, and reports whether it was. An expired lease counts as an attempt.
func (j *Job) RequeueIfDue(now time.Time) bool {
	if now.Before(j.DueAt) {
		return false
	}
	if j.State == Running {
		j.Attempts++
	}
	j.Requeue(now)
	return true
}

// Hold keeps the job from being dispatched until it is requeued.
func (j *Job) Hold() { j.State = Held }

// Exhausted reports whether the maximum number of attempts without progress is reached.
func (j *Job) Exhausted() bool { return j.Attempts >= MaxAttempts }
