package sending

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// claim claims a job whose email is to be sent now, and returns its message: nil when none is to be sent any more, or another
// worker has the job.
func (r *run) claim(ctx context.Context, j *job.Job) (*email.Message, error) {
	if j.Kind == job.NoticeEmail {
		return r.claimNotice(ctx, j)
	}
	target := invitation.Target{Organization: organization.ID(j.Organization), Campaign: campaign.ID(j.Campaign)}
	i, err := r.Store.Invitation(ctx, target, invitation.ID(j.Record))
	if fault.Is(err, fault.KindNotFound) {
		return nil, r.finish(ctx, j)
	}
	if err != nil {
		return nil, err
	}
	at := r.sentAt(j)
	if i.Delivery != invitation.Queued {
		return nil, r.finish(ctx, j)
	}
	var (
		from        *email.Origin
		suppression *invitation.Suppression
		recipient   *invitation.Recipient
		status      *email.MailStatus
	)
	err = concurrently(
		func() error {
			var err error
			from, err = r.Store.EmailOrigin(ctx, i)
			return err
		},
		func() error {
			var err error
			suppression, recipient, err = r.Store.SuppressionOfRecipient(ctx, i.Organization, i.Email)
			return err
		},
		func() error {
			var err error
			status, err = r.mailStatus(ctx, i.Organization)
			return err
		},
	)
	if err != nil {
		return nil, err
	}
	if !i.ShouldSend(from.Campaign, at) {
		return nil, job.IgnoreConflict(r.Store.FinishMail(ctx, j, func(i *invitation.Invitation) { i.RecordUnwanted(from.Campaign, at) }))
	}
	if suppression != nil {
		return nil, job.IgnoreConflict(r.Store.FinishMail(ctx, j, func(i *invitation.Invitation) { i.RecordSuppressed(suppression) }))
	}
	if !recipient.RecordSending(i.EmailID(), at) {
		return nil, job.IgnoreConflict(r.Store.FinishMail(ctx, j, (*invitation.Invitation).RecordLimited))
	}
	if held, err := r.holdIfStopped(ctx, status, j); held || err != nil {
		return nil, err
	}
	tokens, err := r.tokens(ctx, i)
	if err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	err = r.Store.ClaimMail(ctx, i, recipient, status.New(), j, at)
	switch {
	case errors.Is(err, email.ErrOrganizationLimit):
		return nil, r.hold(ctx, j, status)
	case errors.Is(err, email.ErrInviterLimit):
		j.WaitUntil(r.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1))
		return nil, job.IgnoreConflict(r.Store.SaveJob(ctx, j))
	case err != nil:
		return nil, job.IgnoreConflict(err)
	}
	return email.NewInvitation(i, from, tokens, r.Addresses, r.InvitationLifetime, at), nil
}

// claimNotice is claim for a notice.
func (r *run) claimNotice(ctx context.Context, j *job.Job) (*email.Message, error) {
	n, err := r.Store.Notice(ctx, j)
	if fault.Is(err, fault.KindNotFound) {
		return nil, r.finish(ctx, j)
	}
	if err != nil {
		return nil, err
	}
	from, err := r.Store.EmailOrigin(ctx, n.Invitation)
	if err != nil {
		return nil, err
	}
	if !n.ShouldSend(from.Campaign, r.sentAt(j)) {
		return nil, r.finish(ctx, j)
	}
	if n.Administrator == nil && !n.Decision {
		return nil, job.IgnoreConflict(r.Store.ReassignNotice(ctx, n, j, r.Now()))
	}
	suppression, err := r.Store.Suppression(ctx, n.Invitation.Organization, n.Recipient().Email)
	if err != nil {
		return nil, err
	}
	if suppression != nil {
		return nil, r.finish(ctx, j)
	}
	status, err := r.mailStatus(ctx, n.Invitation.Organization)
	if err != nil {
		return nil, err
	}
	if held, err := r.holdIfStopped(ctx, status, j); held || err != nil {
		return nil, err
	}
	tokens, err := r.tokens(ctx, n.Invitation)
	if err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	if err := r.Store.ClaimNotice(ctx, n, j); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	return n.Message(from, tokens, r.Addresses, j.ID), nil
}

// tokens returns the tokens of an invitation's latest email. It fails if the secret has no longer the version that they are
// derived from.
func (r *run) tokens(ctx context.Context, i *invitation.Invitation) (invitation.Tokens, error) {
	version, err := r.Secrets.Version(ctx, i.SecretVersion())
	return invitation.NewTokens(version), err
}

// holdIfStopped holds a job while its organization's email is stopped, and reports whether it is. If the email of all organizations
// is, it ends the run instead.
func (r *run) holdIfStopped(ctx context.Context, status *email.MailStatus, j *job.Job) (bool, error) {
	switch {
	case status.Service.Stopped():
		r.pause()
		return true, nil
	case status.Stopped():
		return true, r.hold(ctx, j, status)
	}
	return false, nil
}

// concurrently calls functions concurrently and returns their failures.
func concurrently(functions ...func() error) error {
	var all sync.WaitGroup
	failures := make([]error, len(functions))
	for n, f := range functions {
		all.Go(func() { failures[n] = f() })
	}
	all.Wait()
	return errors.Join(failures...)
}

// hold holds a job until its organization's email is released.
func (r *run) hold(ctx context.Context, j *job.Job, status *email.MailStatus) error {
	err := r.Store.HoldJob(ctx, j, status)
	if fault.Is(err, fault.KindConflict) {
		r.forgetStatus(status.Organization) // it may have been released
	}
	return job.IgnoreConflict(err)
}

// finish deletes a job that has nothing to send any more.
func (r *run) finish(ctx context.Context, j *job.Job) error {
	return job.IgnoreConflict(r.Store.FinishJob(ctx, j))
}

// sendClaimed sends a message whose job is claimed, and records the outcome. If the process crashes after the service has
// accepted the message and before that is recorded, the message is sent twice; in no other case.
func (r *run) sendClaimed(ctx context.Context, j *job.Job, m *email.Message) {
	err := r.submit(ctx, m)
	waits, isWait := errors.AsType[*WaitError](err)
	switch {
	case err == nil:
		at := r.sentAt(j)
		r.endUnverified(ctx)
		err = r.recordOutcome(ctx, j, m, func(i *invitation.Invitation) { i.RecordSent(m.Generation, r.InvitationLifetime, at) })
	case fault.Is(err, fault.KindInvalid):
		slog.WarnContext(ctx, "email rejected", "invitation", string(m.Invitation), "error", err)
		r.returnQuota()
		reason := rejectReason(err)
		err = r.recordOutcome(ctx, j, m, func(i *invitation.Invitation) { i.RecordRejected(m.Generation, reason) })
	case isWait:
		r.returnQuota()
		err = r.waitForService(ctx, j, waits)
	default:
		r.returnQuota()
		slog.WarnContext(ctx, "email delayed", "invitation", string(m.Invitation), "error", err)
		j.Backoff(r.Now())
		err = r.Store.SaveJob(ctx, j)
	}
	if err := job.IgnoreConflict(err); err != nil {
		slog.ErrorContext(ctx, "email outcome not recorded", "invitation", string(m.Invitation), "error", err)
	}
}

// rejectReason returns the reason in the error of a mailer that will never accept a message.
func rejectReason(err error) invitation.RejectReason {
	if refused, ok := errors.AsType[*fault.Error](err); ok {
		return invitation.RejectReason(refused.Code)
	}
	return ""
}

// recordOutcome finishes the job of a message, and records the outcome in the invitation if it was its own message.
func (r *run) recordOutcome(ctx context.Context, j *job.Job, m *email.Message, record func(*invitation.Invitation)) error {
	if m.Kind != email.Invitation {
		return r.Store.FinishJob(ctx, j)
	}
	return r.Store.FinishMail(ctx, j, record)
}

// submit gives a message to the service within its quota, and retries while the service throttles.
func (r *run) submit(ctx context.Context, m *email.Message) error {
	for attempt := range sendAttempts {
		place, at := r.window.reserve(r.Now())
		if err := wait(ctx, at.Sub(r.Now())); err != nil {
			return err
		}
		r.window.confirm(place, r.Now())
		err := r.Mailer.Send(ctx, m)
		if !fault.Is(err, fault.KindRateLimited) || attempt == sendAttempts-1 {
			return err
		}
		if err := wait(ctx, 100*time.Millisecond<<min(attempt, 4)); err != nil {
			return err
		}
	}
	return nil
}
