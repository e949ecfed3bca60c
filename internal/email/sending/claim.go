package sending

import (
	"context"
	"errors"
	"log/slog"
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
	from, err := r.Store.EmailOrigin(ctx, i)
	if err != nil {
		return nil, err
	}
	if !i.ShouldSend(from.Campaign, at) {
		return nil, job.IgnoreConflict(r.Store.FinishMail(ctx, j, func(i *invitation.Invitation) { i.RecordUnwanted(from.Campaign, at) }))
	}
	suppression, err := r.Store.InvitationSuppression(ctx, i)
	if err != nil {
		return nil, err
	}
	if suppression != nil {
		return nil, job.IgnoreConflict(r.Store.FinishMail(ctx, j, func(i *invitation.Invitation) { i.RecordSuppressed(suppression) }))
	}
	if held, err := r.holdIfStopped(ctx, i.Organization, j); held || err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	if err := r.Store.ClaimMail(ctx, i, j); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	return email.NewInvitation(i, from, r.Tokens, r.Addresses, r.InvitationLifetime, at), nil
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
	if held, err := r.holdIfStopped(ctx, n.Invitation.Organization, j); held || err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	if err := r.Store.ClaimNotice(ctx, n, j); err != nil {
		return nil, job.IgnoreConflict(err)
	}
	return n.Message(from, r.Tokens, r.Addresses, j.ID), nil
}

// holdIfStopped holds a job while its organization's email is stopped, and reports whether it is.
func (r *run) holdIfStopped(ctx context.Context, o organization.ID, j *job.Job) (bool, error) {
	status, err := r.mailStatus(ctx, o)
	if err != nil || !status.Stopped() {
		return false, err
	}
	err = r.Store.HoldJob(ctx, j, status)
	if fault.Is(err, fault.KindConflict) {
		r.forgetStatus(o) // it may have been resumed
	}
	return true, job.IgnoreConflict(err)
}

// finish deletes a job that has nothing to send any more.
func (r *run) finish(ctx context.Context, j *job.Job) error {
	return job.IgnoreConflict(r.Store.FinishJob(ctx, j))
}

// sendClaimed sends a message whose job is claimed, and records the outcome. If the process crashes after the service has
// accepted the message and before that is recorded, the message is sent twice; in no other case.
func (r *run) sendClaimed(ctx context.Context, j *job.Job, m *email.Message) {
	err := r.submit(ctx, m)
	switch {
	case err == nil:
		at := r.sentAt(j)
		err = r.recordOutcome(ctx, j, m, func(i *invitation.Invitation) { i.RecordSent(m.Generation, r.InvitationLifetime, at) })
	case fault.Is(err, fault.KindInvalid):
		slog.WarnContext(ctx, "email rejected", "invitation", string(m.Invitation), "error", err)
		r.returnQuota()
		reason := rejectReason(err)
		err = r.recordOutcome(ctx, j, m, func(i *invitation.Invitation) { i.RecordRejected(m.Generation, reason) })
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

// submit gives a message to the service, and retries while the service throttles.
func (r *run) submit(ctx context.Context, m *email.Message) error {
	for attempt := range sendAttempts {
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
