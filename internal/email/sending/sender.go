// Package sending sends email about invitations at the account's quota: it lists pending jobs so that organizations take turns,
// claims each message just before it is sent, records the outcome, and holds and releases the email of organizations that may
// not send. What a message says is decided in package email; the email service is behind Mailer.
package sending

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
)

// Store is what sending needs of the tables. Conflict, from any of its writes: something has changed since it was read.
type Store interface {
	email.StatusStore
	job.Store
	EnqueueJob(ctx context.Context, j *job.Job) error
	// PendingMailJobs returns jobs that send an email, some of each organization. When there are many, those of the
	// organizations after the given one come first.
	PendingMailJobs(ctx context.Context, after organization.ID) ([]*job.Job, error)
	Invitation(ctx context.Context, to invitation.Target, id invitation.ID) (*invitation.Invitation, error)
	Notice(ctx context.Context, j *job.Job) (*email.Notice, error)
	EmailOrigin(ctx context.Context, i *invitation.Invitation) (*email.Origin, error)
	// SuppressionOfRecipient returns why an organization must not send to an address, nil if it may, and what all organizations together
	// know of the address.
	SuppressionOfRecipient(ctx context.Context, o organization.ID, address string) (*invitation.Suppression, *invitation.Recipient, error)
	Suppression(ctx context.Context, o organization.ID, email string) (*invitation.Suppression, error)
	// ClaimMail fails with email.ErrOrganizationLimit or email.ErrInviterLimit if the organization is new and a limit is reached.
	ClaimMail(ctx context.Context, i *invitation.Invitation, r *invitation.Recipient, isNew bool, j *job.Job, at time.Time) error
	ClaimNotice(ctx context.Context, n *email.Notice, j *job.Job) error
	ReassignNotice(ctx context.Context, n *email.Notice, j *job.Job, now time.Time) error
	// FinishMail lets record change the invitation, and writes it with the organization's counts; it deletes the job.
	FinishMail(ctx context.Context, j *job.Job, record func(*invitation.Invitation)) error
	// HoldJob holds a job, on the condition that the organization's mail status is as it was read.
	HoldJob(ctx context.Context, j *job.Job, s *email.MailStatus) error
	// HeldMailJobs returns held jobs of an organization. The list may be a moment old.
	HeldMailJobs(ctx context.Context, o organization.ID) ([]*job.Job, error)
	EmailService(ctx context.Context) (*email.Service, error)
	SaveServiceState(ctx context.Context, state email.ServiceState, at time.Time) error
	// HoldForService holds a job whose message the service does not accept in its state.
	HoldForService(ctx context.Context, j *job.Job) error
	// ReleaseServiceJobs starts the job that releases an organization's held email.
	ReleaseServiceJobs(ctx context.Context, o organization.ID, release *job.Job, at time.Time) error
}

// Mailer is the email service.
//
// Send: rate limited when it accepts no more for now, invalid when it will never accept this message, a *WaitError when it does not
// accept it in its present state.
type Mailer interface {
	Quota(ctx context.Context) (Quota, error)
	Send(ctx context.Context, m *email.Message) error
}

// Sender sends the emails whose jobs are pending. One invocation sends for the whole account, at its quota: it holds the lease
// of one job, senderJob, that is created when there is something to send and deleted when there is not.
type Sender struct {
	Store              Store
	Mailer             Mailer
	Secrets            *secret.Reader // of the tokens in links
	Addresses          email.Addresses
	InvitationLifetime time.Duration
	// HandOn invokes the function again, to resume a job at a version.
	HandOn job.Invoke
	Now    func() time.Time // the machine's clock
}

const (
	senderJob    = "mail-of-the-account" // id of the job whose lease the sender of the account holds
	renewEvery   = 10 * time.Second
	quotaWait    = 5 * time.Second // until the next sweep may read the quota again, when the daily one is used up or it failed
	sendAttempts = 8               // at one message, while the service throttles
	statusMaxAge = 5 * time.Second // of an organization's mail status
	listEvery    = 50              // messages, after which pending jobs are listed again
	maxInFlight  = 64              // messages
	claimAhead   = 250 * time.Millisecond
)

// Work sends pending email for about the duration of a slice, then hands on. The job is any pending one, or the sender's own,
// handed on at a version; at is the time of the event. It returns nil when there is nothing to do.
func (s *Sender) Work(ctx context.Context, id string, version int, at time.Time, duration time.Duration) error {
	if strings.HasPrefix(id, releasePrefix) {
		runner := job.Runner{Store: s.Store, Handle: s.release, HandOn: s.HandOn, Now: s.Now}
		return runner.Work(ctx, id, version, at, duration)
	}
	if id != senderJob {
		version = 0
	}
	deadline := s.Now().Add(duration)
	for {
		r := &run{Sender: s, slots: make(chan struct{}, maxInFlight), statuses: map[organization.ID]cachedStatus{}, prepared: map[string]time.Time{}}
		runner := job.Runner{Store: s.Store, Handle: r.send, HandOn: s.HandOn, Create: s.createSenderJob, Now: s.Now}
		err := runner.Work(ctx, senderJob, version, at, deadline.Sub(s.Now()))
		if err != nil || !r.drained {
			return err
		}
		pending, err := r.pending(ctx) // whose notification came while this invocation still held the lease
		if err != nil || len(pending) == 0 {
			return err
		}
		version = 0
	}
}

func (s *Sender) createSenderJob(ctx context.Context, id string, at, now time.Time) (*job.Job, error) {
	j := job.New(job.EmailSending, "", "", "", at, now)
	j.ID, j.State = id, job.Running
	j.Renew(now)
	return j, s.Store.EnqueueJob(ctx, j)
}

// run is one slice of sending.
type run struct {
	*Sender
	slice   *job.Slice
	next    time.Time // when the next message may be sent
	pace    time.Duration
	window  *window
	slots   chan struct{} // one for each message in flight
	drained bool          // no job was pending at the end

	lastServed organization.ID      // whose message was begun last
	prepared   map[string]time.Time // when prepare has read what is common, by organization and campaign

	sending  sync.WaitGroup
	inFlight sync.Map // keys of jobs, see messageKey

	mu        sync.Mutex
	state     email.ServiceState
	paused    bool  // whether no further message is begun
	remaining int   // of the daily quota; negative when there is none
	failure   error // of claiming a message

	statusMu sync.Mutex
	statuses map[organization.ID]cachedStatus
}

type cachedStatus struct {
	*email.MailStatus
	readAt time.Time
}

// mailStatus returns an organization's mail status, at most statusMaxAge old.
func (r *run) mailStatus(ctx context.Context, o organization.ID) (*email.MailStatus, error) {
	now := r.Now()
	r.statusMu.Lock()
	cached, ok := r.statuses[o]
	r.statusMu.Unlock()
	if ok && now.Sub(cached.readAt) < statusMaxAge {
		return cached.MailStatus, nil
	}
	status, err := email.EnforceLimits(ctx, r.Store, o, r.slice.Time())
	if err != nil {
		return nil, err
	}
	r.statusMu.Lock()
	defer r.statusMu.Unlock()
	r.statuses[o] = cachedStatus{status, now}
	return status, nil
}

// prepare reads what the messages of an organization have in common, so that the first of an organization takes no longer than those
// of the others. It reads nothing that was read a moment ago. A failure shows when a message is claimed.
func (r *run) prepare(ctx context.Context, jobs []*job.Job) {
	known := map[string]bool{}
	var reads []func() error
	for _, j := range jobs {
		target := invitation.Invitation{Organization: organization.ID(j.Organization), Campaign: campaign.ID(j.Campaign)}
		if known[j.Organization+j.Campaign] || r.Now().Sub(r.prepared[j.Organization+j.Campaign]) < statusMaxAge {
			continue
		}
		known[j.Organization+j.Campaign] = true
		r.prepared[j.Organization+j.Campaign] = r.Now()
		reads = append(reads, func() error {
			_, err := r.mailStatus(ctx, target.Organization)
			return err
		}, func() error {
			_, err := r.Store.EmailOrigin(ctx, &target)
			return err
		})
	}
	_ = concurrently(reads...)
}

func (r *run) forgetStatus(o organization.ID) {
	r.statusMu.Lock()
	defer r.statusMu.Unlock()
	delete(r.statuses, o)
}

// sentAt returns the time of a message that is sent now: never before it was requested, although the time of stream records is
// cut to seconds.
func (r *run) sentAt(j *job.Job) time.Time {
	at := r.slice.Time()
	if at.Before(j.RequestedAt) {
		return j.RequestedAt
	}
	return at
}

// send handles the sender's job: it sends until no job is pending, the slice is over, or the daily quota is used up.
func (r *run) send(ctx context.Context, s *job.Slice) (job.Next, error) {
	r.slice = s
	service, err := r.Store.EmailService(ctx)
	if err != nil {
		return job.Done(), err
	}
	if service.Stopped() {
		return job.WaitUntil(r.Now().Add(quotaWait)), nil
	}
	quota, err := r.Mailer.Quota(ctx)
	if err != nil {
		slog.ErrorContext(ctx, "email quota not available", "error", err)
		return job.WaitUntil(r.Now().Add(quotaWait)), nil
	}
	if err := r.noteState(ctx, service, quota.State); err != nil {
		return job.Done(), err
	}
	if quota.State == email.Paused {
		return job.WaitUntil(r.Now().Add(quotaWait)), nil
	}
	// A hundredth slower than allowed: messages that are sent in time may arrive a little closer together.
	r.pace = time.Duration(1.01 * float64(time.Second) / max(quota.PerSecond, 0.01))
	r.window = newWindow(quota.PerSecond)
	r.remaining, r.next = quota.Remaining, r.Now()
	defer r.awaitInFlight()
	for {
		pending, err := r.pending(ctx)
		if err != nil {
			return job.Done(), err
		}
		if len(pending) == 0 {
			if r.awaitInFlight() {
				continue // others may have been requested since
			}
			if r.claimFailure() == nil && r.serviceState() != "" {
				return job.WaitUntil(r.Now().Add(quotaWait)), nil // to notice when the state ends
			}
			r.drained = r.claimFailure() == nil
			return job.Done(), r.claimFailure()
		}
		over, err := r.sendBatch(ctx, pending)
		if err != nil {
			return job.Done(), err
		}
		if over {
			r.awaitInFlight()
			return job.HandOn(), nil
		}
		if r.isPaused() {
			r.awaitInFlight()
			return job.WaitUntil(r.Now().Add(quotaWait)), nil
		}
		if r.quotaUsedUp() {
			slog.WarnContext(ctx, "daily email quota used up", "pending", len(pending))
			return job.WaitUntil(r.Now().Add(quotaWait)), nil
		}
	}
}

// sendBatch begins to send messages at the account's pace, several in flight at once, and reports whether the slice is over.
// Each is claimed a little before it may be sent, so that neither claiming nor listing jobs costs pace. It returns after
// listEvery messages, since others may have been requested.
func (r *run) sendBatch(ctx context.Context, pending []*job.Job) (bool, error) {
	batch := pending[:min(len(pending), listEvery)]
	r.prepare(ctx, batch)
	for _, j := range batch {
		if over, err := r.awaitTurn(ctx); over || err != nil {
			return over, err
		}
		if _, sending := r.inFlight.Load(messageKey(j)); sending {
			continue // it is listed again if it is still pending then
		}
		if r.isPaused() || !r.reserveQuota() {
			return false, nil
		}
		sendAt := r.next
		if now := r.Now(); sendAt.Before(now) {
			sendAt = now
		}
		r.next, r.lastServed = sendAt.Add(r.pace), organization.ID(j.Organization)
		r.slots <- struct{}{}
		r.inFlight.Store(messageKey(j), true)
		r.sending.Go(func() {
			defer func() { <-r.slots }()
			defer r.inFlight.Delete(messageKey(j))
			r.sendOne(ctx, j, sendAt)
		})
	}
	return false, nil
}

// awaitTurn waits until the next message may be claimed, and reports whether the slice is over.
func (r *run) awaitTurn(ctx context.Context) (bool, error) {
	for {
		if err := r.claimFailure(); err != nil {
			return false, err
		}
		if r.slice.Over() {
			return true, nil
		}
		r.slice.Job.Attempts = 0 // claiming works
		if err := r.slice.SaveEvery(ctx, renewEvery); err != nil {
			return false, err
		}
		early := r.next.Add(-claimAhead).Sub(r.Now())
		if early <= 0 {
			return false, nil
		}
		if err := wait(ctx, min(early, renewEvery)); err != nil {
			return false, err
		}
	}
}

// sendOne claims a message and sends it when its turn comes.
func (r *run) sendOne(ctx context.Context, j *job.Job, sendAt time.Time) {
	m, err := r.claim(ctx, j)
	if err == nil && m != nil {
		if err = wait(ctx, sendAt.Sub(r.Now())); err == nil {
			r.sendClaimed(ctx, j, m)
			return
		}
	}
	r.returnQuota()
	if err != nil && !fault.Is(err, fault.KindUnavailable) {
		err = r.postpone(ctx, j, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = err
	}
}

// postpone backs off from a job that cannot be claimed because of its own data, so that it does not keep other email from
// being sent. It fails with unavailable.
func (r *run) postpone(ctx context.Context, j *job.Job, cause error) error {
	slog.ErrorContext(ctx, "email not claimed", "job", j.ID, "invitation", j.Record, "error", cause)
	j.Backoff(r.Now())
	return job.IgnoreConflict(r.Store.SaveJob(ctx, j))
}

// claimFailure returns why a message could not be claimed, nil while all could.
func (r *run) claimFailure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

// awaitInFlight waits for the messages in flight, and reports whether there were any.
func (r *run) awaitInFlight() bool {
	some := false
	r.inFlight.Range(func(any, any) bool { some = true; return false })
	r.sending.Wait()
	return some
}

// wait waits, or returns unavailable when the context ends before.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fault.Unavailable(ctx.Err())
	}
}
