package dynamo

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// CreateNotices enqueues the emails that tell administrators about an invitation, one job each. requester is the user whose
// access request they are about, "" when somebody asked for a new invitation.
func (s *Store) CreateNotices(i *invitation.Invitation, to []*organization.Administrator, requester user.ID, at, now time.Time) []Write {
	var writes []Write
	for _, admin := range to {
		j := job.New(job.NoticeEmail, string(i.Organization), string(i.Campaign), string(i.ID), at, now)
		j.Recipient, j.Requester = string(admin.User), string(requester)
		writes = append(writes, s.CreateJob(j)...)
	}
	return writes
}

// CreateDecisionNotice enqueues the email that tells the requester about the decision. It belongs in the transaction of
// UpdateAccessRequest, which writes the decision.
func (s *Store) CreateDecisionNotice(i *invitation.Invitation, r *invitation.AccessRequest, at, now time.Time) []Write {
	j := job.New(job.NoticeEmail, string(i.Organization), string(i.Campaign), string(i.ID), at, now)
	j.ID, j.Requester = r.DecisionID(r.Version+1), string(r.Requester.User)
	return s.CreateJob(j)
}

// Notice returns the content and the recipient of a job's notice. Its Administrator is nil when that user is no longer an
// administrator. Not found: the invitation or the access request was deleted, or the access request was decided again.
func (s *Store) Notice(ctx context.Context, j *job.Job) (*email.Notice, error) {
	i, err := s.Invitation(ctx, invitationTarget(j), invitation.ID(j.Record))
	if err != nil {
		return nil, err
	}
	n := &email.Notice{Invitation: i}
	if j.Requester != "" {
		n.AccessRequest, err = s.AccessRequest(ctx, i, user.ID(j.Requester))
		if err == nil && n.AccessRequest == nil {
			err = fault.NotFound("request")
		}
		if err != nil {
			return nil, err
		}
	}
	if j.Recipient == "" {
		if n.Decision = true; j.ID != n.AccessRequest.DecisionID(n.AccessRequest.Version) {
			return nil, fault.NotFound("decision")
		}
		return n, nil
	}
	n.Administrator, err = s.Administrator(ctx, i.Organization, user.ID(j.Recipient))
	if fault.Is(err, fault.KindNotFound) {
		n.Administrator, err = nil, nil
	}
	return n, err
}

// ClaimNotice writes a claimed job that sends a notice, on the condition that the administrator it is for still is one or,
// for a decision, that the access request and its invitation have not changed; and that the address is not suppressed. The
// job's version is then the written one. Conflict: one of these conditions fails.
func (s *Store) ClaimNotice(ctx context.Context, n *email.Notice, j *job.Job) error {
	i := n.Invitation
	writes := []Write{s.checkNotSuppressed(i.Organization, n.Recipient().Email)}
	if n.Decision {
		writes = append(append(writes, s.CheckAccessRequest(n.AccessRequest)...), s.checkInvitation(i))
	} else {
		writes = append(writes, s.CheckAdministrator(n.Administrator)...)
	}
	return s.saveJob(ctx, j, writes...)
}

// ReassignNotice deletes the job of a notice whose recipient is no longer an administrator. When that was the inviter, the
// owners get notices instead. Conflict: the job was changed.
func (s *Store) ReassignNotice(ctx context.Context, n *email.Notice, j *job.Job, now time.Time) error {
	writes := s.DeleteJob(j)
	if user.ID(j.Recipient) == n.Invitation.InvitedBy.User {
		all, err := s.Administrators(ctx, n.Invitation.Organization)
		if err != nil {
			return err
		}
		writes = append(writes, s.CreateNotices(n.Invitation, n.Invitation.NoticeRecipients(all), user.ID(j.Requester), j.RequestedAt, now)...)
	}
	return s.commitOrConflict(ctx, writes...)
}
