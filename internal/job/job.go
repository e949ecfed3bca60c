// Package job owns pieces of asynchronous work: who works on one, until when, and what happens when a worker dies.
// The job is the truth; a stream record or an asynchronous call is only a bell that says "look".
//
// Each write of a job is conditional on the version that was read, so the version is what a worker holds: whoever is
// overtaken finds at the next write that it no longer has the job.
package job

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

// Kind says which function does the work.
type Kind string

// The kinds of work.
const (
	Export          Kind = "export"        // write-export: Record is an export of Campaign
	ImportVoters    Kind = "import_voters" // import-voters: Record is a voter file of Organization
	InvitationEmail Kind = "invitation"    // send-invitation: Record is an invitation of Campaign
	EmailSending    Kind = "mail"          // send-invitation: held by the one that sends for the account, or lets an organization's mails go
	NoticeEmail     Kind = "notice"        // send-invitation: tells To what Asker asks about Record, an invitation; or, without To, Asker what was decided
	RemoveVoters    Kind = "remove_voters" // import-voters: the rows of a replaced or failed voter file

	// ExportSchedule is write-export's: Record is a schedule of Campaign, which asks for an export at DueAt.
	ExportSchedule Kind = "export_schedule"
	// ScheduleCleanup is write-export's: Record is a schedule of which a file has become ready, so that an old one may go.
	ScheduleCleanup Kind = "scheduled_files"
)

// UsesEventTime reports whether jobs of the kind are due at a time of people's, such as three in the morning: their DueAt goes
// by the time of events, as everything does that is recorded. That of all others is a lease's, by the machine's clock.
func (k Kind) UsesEventTime() bool { return k == ExportSchedule }

// State is where a job stands. A finished job is removed, in the transaction that finishes its record.
type State string

// The states of a job.
const (
	Queued  State = "queued"  // a write of this state rings for a worker
	Running State = "running" // a worker holds it until LeaseUntil
	Waiting State = "waiting" // for DueAt, after a failure that may pass
	Held    State = "held"    // until somebody lets it go: no sweep rings for it
)

// Times that bound how long a dead worker's job lies: its lease, then the sweep, which comes every minute.
const (
	Lease       = 30 * time.Second
	ringWait    = time.Minute      // after a ring that nobody heard
	backoff     = 15 * time.Second // before the first try after a failure, doubled for each further one
	MaxAttempts = 5                // times that work may fail or die without having come further
)

// Job is one piece of asynchronous work.
type Job struct {
	ID           string
	Kind         Kind
	State        State
	Organization string
	Campaign     string
	Record       string    // what the work is for
	Recipient    string    // administrator whom a notice is for; empty when it is for Asker
	Requester    string    // user whose ask it tells of; empty for none
	RequestedAt  time.Time // the instant recorded as the request's; the machine's clock is for leases alone
	DueAt        time.Time // when the sweep is to ring for it: the lease's end, while it runs
	Attempts     int       // failures and deaths since it last came further
	Checkpoint   []byte    // where to go on, as the worker left it; empty at the beginning
	Version      int
}

// New returns a queued job, to be written in one transaction with the record that asks for it.
func New(kind Kind, organization, campaign, record string, at, now time.Time) *Job {
	return &Job{
		ID: id.At(at), Kind: kind, State: Queued, Organization: organization, Campaign: campaign,
		Record: record, RequestedAt: at, DueAt: now.Add(ringWait), Version: 1,
	}
}

// Claim takes the job for a worker. A worker to whom the one before handed on names the version it was given; one that
// heard the bell names 0.
//
// Conflict: somebody else works on it, or it has moved on since. There is nothing to do then.
func (j *Job) Claim(version int, now time.Time) error {
	if version != 0 && version != j.Version {
		return fault.Conflict("job_moved_on", "The job has moved on.")
	}
	if version == 0 && j.State == Running && now.Before(j.DueAt) {
		return fault.Conflict("job_held", "Somebody works on the job.")
	}
	if version == 0 && j.State == Running {
		j.Attempts++
	}
	j.State = Running
	j.DueAt = now.Add(Lease)
	return nil
}

// SetCheckpoint keeps how far the work has come and renews the lease.
func (j *Job) SetCheckpoint(checkpoint []byte, now time.Time) {
	j.Checkpoint = checkpoint
	j.Attempts = 0
	j.DueAt = now.Add(Lease)
}

// Renew keeps the job without having come further.
func (j *Job) Renew(now time.Time) { j.DueAt = now.Add(Lease) }

// Backoff puts the job off after a failure that may pass.
func (j *Job) Backoff(now time.Time) {
	j.State = Waiting
	j.DueAt = now.Add(backoff << min(j.Attempts, 4))
	j.Attempts++
}

// WaitUntil has the job wait until a time, with nothing against it.
func (j *Job) WaitUntil(until time.Time) { j.State, j.DueAt, j.Attempts = Waiting, until, 0 }

// Requeue rings for a worker whoever holds the job: what it is for has changed, and the holder finds at its next write
// that it no longer has it.
func (j *Job) Requeue(now time.Time) {
	j.State = Queued
	j.DueAt = now.Add(ringWait)
}

// Hold puts the job off until it is let go.
func (j *Job) Hold() { j.State = Held }

// Exhausted reports whether the work has failed or died so often that trying again is pointless.
func (j *Job) Exhausted() bool { return j.Attempts >= MaxAttempts }

// RequeueIfDue queues an overdue job again and reports whether it was overdue.
func (j *Job) RequeueIfDue(now time.Time) bool {
	if now.Before(j.DueAt) {
		return false
	}
	if j.State == Running {
		j.Attempts++
	}
	j.State = Queued
	j.DueAt = now.Add(ringWait)
	return true
}
