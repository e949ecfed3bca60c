package dynamo

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
)

// ClaimMail writes a claimed job that sends an invitation's email, on the condition that the invitation has not changed and
// its address is not suppressed. The job's version is then the written one. Conflict: one of these conditions fails.
// The email is counted in the limits of its recipient and, if the organization is new, in those of the organization and the inviter,
// which fail with email.ErrOrganizationLimit and email.ErrInviterLimit.
func (s *Store) ClaimMail(ctx context.Context, i *invitation.Invitation, r *invitation.Recipient, isNew bool, j *job.Job, at time.Time) error {
	writes := []Write{s.checkInvitation(i), s.checkNotSuppressed(i.Organization, i.Email)}
	writes = append(writes, s.PutRecipient(r)...)
	if isNew {
		writes = append(writes, s.countFirstEmail(i.Organization, i.InvitedBy.User, i.EmailID(), at)...)
	}
	err := s.Commit(ctx, append(s.UpdateJob(j), writes...)...)
	if ConditionFailed(err, "") {
		return errJobChanged()
	}
	if err == nil {
		j.Version++
	}
	return err
}

// FinishMail records the outcome of sending in the invitation of a job, counts the email and deletes the job. It reads the
// invitation again, because people may have changed it while the email was sent. Conflict: the job was changed.
func (s *Store) FinishMail(ctx context.Context, j *job.Job, record func(*invitation.Invitation)) error {
	return Retry(ctx, func() error {
		i, err := s.SentInvitation(ctx, invitationTarget(j), invitation.ID(j.Record))
		if err != nil {
			return err
		}
		before := i.Clone()
		record(i)
		writes := append(s.UpdateInvitation(i), s.DeleteJob(j)...)
		err = s.Commit(ctx, append(writes, s.countMail(i, email.AddedCounts(before, i, time.Time{}))...)...)
		if ConditionFailed(err, "job") {
			return errJobChanged()
		}
		return err
	})
}

// RecordMailOutcome reads an invitation, calls record to change it, and writes it with the email counts that change, and
// with the suppression that record returns. It writes nothing when nothing changed. It returns the invitation, and fails
// with the error of record, or not found.
func (s *Store) RecordMailOutcome(
	ctx context.Context, t invitation.Target, id invitation.ID, record func(*invitation.Invitation) (*invitation.Suppression, error),
) (*invitation.Invitation, error) {
	var recorded *invitation.Invitation
	err := Retry(ctx, func() error {
		i, err := s.SentInvitation(ctx, t, id)
		if err != nil {
			return err
		}
		before := i.Clone()
		suppression, err := record(i)
		if err != nil {
			return err
		}
		recorded = i
		var writes []Write
		if !reflect.DeepEqual(i, before) {
			writes = s.UpdateInvitation(i)
		}
		var since time.Time
		if suppression != nil {
			suppress, resumed, err := s.suppressOnce(ctx, i, suppression)
			if err != nil {
				return err
			}
			writes, since = append(writes, suppress...), resumed
		}
		writes = append(writes, s.countMail(i, email.AddedCounts(before, i, since))...)
		if len(writes) == 0 {
			return nil
		}
		return s.Commit(ctx, writes...)
	})
	return recorded, err
}

// suppressOnce suppresses the address of an invitation, unless it is suppressed for as much, and returns since when its
// organization's email is counted.
func (s *Store) suppressOnce(ctx context.Context, i *invitation.Invitation, sup *invitation.Suppression) ([]Write, time.Time, error) {
	status, err := s.OrganizationMailStatus(ctx, i.Organization)
	if err != nil {
		return nil, time.Time{}, err
	}
	existing, err := s.SuppressionEntry(ctx, i.Organization, i.Email)
	if err != nil {
		return nil, time.Time{}, err
	}
	next := sup.Over(existing)
	if next == nil || existing != nil && !next.At.After(existing.LiftedAt) { // a report from before it was lifted says nothing new
		return nil, status.ResumedAt, nil
	}
	writes, err := s.SaveSuppression(ctx, next)
	return writes, status.ResumedAt, err
}

// countMail adds to the email counts of an invitation's organization. It belongs in the transaction of the invitation.
func (s *Store) countMail(i *invitation.Invitation, added map[email.Day]email.Counts) []Write {
	var writes []Write
	for _, day := range slices.Sorted(maps.Keys(added)) {
		n := added[day]
		writes = append(writes, Write{
			Entity: "email count", Table: s.tables.Metrics, Key: mailCountKey(i.Organization, day, i.ID),
			Update: "ADD S :s, B :b, C :c",
			Values: Item{":s": table.Number(n.Sent), ":b": table.Number(n.Bounced), ":c": table.Number(n.Complained)},
		})
	}
	return writes
}
