package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// AccessRequests returns what people ask about an invitation, in order of their users' ids.
func (s *Store) AccessRequests(ctx context.Context, i *invitation.Invitation) ([]*invitation.AccessRequest, error) {
	items, err := s.queryAll(ctx, span{
		table: s.tables.Records, partition: askPartition(i.Target(), i.ID), prefix: askPrefix(i.ID),
	})
	if err != nil {
		return nil, err
	}
	return decodeAll[invitation.AccessRequest](items)
}

// AccessRequest returns what a person asks about an invitation; nil when they don't.
func (s *Store) AccessRequest(ctx context.Context, i *invitation.Invitation, by user.ID) (*invitation.AccessRequest, error) {
	k, err := record[invitation.AccessRequest](ctx, s, "request", askKey(i.Target(), i.ID, by))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return k, err
}

// CreateAccessRequest makes an ask. When the person has one about the invitation already, Commit says that "ask" changed.
func (s *Store) CreateAccessRequest(k *invitation.AccessRequest) []Write {
	k.Version = 1
	return []Write{s.create("ask", newAskItem(k))}
}

// UpdateAccessRequest writes a changed ask over the version that was read.
func (s *Store) UpdateAccessRequest(k *invitation.AccessRequest) []Write {
	next := *k
	next.Version++
	return []Write{s.replace("ask", newAskItem(&next), k.Version)}
}

// CheckAccessRequest demands that an ask is as it was read.
func (s *Store) CheckAccessRequest(k *invitation.AccessRequest) []Write {
	return []Write{s.check("ask", askKey(k.Target, k.Invitation, k.Requester.User), k.Version)}
}

// CreateNotices asks for the mails that tell administrators about an invitation, each a job of its own. asker is whose ask
// they tell of, empty when somebody asks for a new invitation.
func (s *Store) CreateNotices(i *invitation.Invitation, to []*organization.Administrator, asker user.ID, at, now time.Time) []Write {
	var writes []Write
	for _, admin := range to {
		j := job.New(job.NoticeEmail, string(i.Organization), string(i.Campaign), string(i.ID), at, now)
		j.Recipient, j.Requester = string(admin.User), string(asker)
		writes = append(writes, s.CreateJob(j)...)
	}
	return writes
}

// CreateDecisionNotice asks for the mail that tells whoever asked what was decided. It belongs into the transaction of UpdateAccessRequest,
// which writes the decision.
func (s *Store) CreateDecisionNotice(i *invitation.Invitation, k *invitation.AccessRequest, at, now time.Time) []Write {
	j := job.New(job.NoticeEmail, string(i.Organization), string(i.Campaign), string(i.ID), at, now)
	j.ID, j.Requester = k.DecisionID(k.Version+1), string(k.Requester.User)
	return s.CreateJob(j)
}

// Notice returns what the mail of a job tells, and whom. To is nil when that one administers no longer. Not found: what it
// tells about is gone, or was decided anew.
func (s *Store) Notice(ctx context.Context, j *job.Job) (*email.Notice, error) {
	i, err := s.Invitation(ctx, invitationOf(j), invitation.ID(j.Record))
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

// ClaimNotice takes a job that tells something, on the condition that the administrator whom it tells still is one, or that
// the decision and its invitation are as they were read; and that the address is not suppressed. The job's version then is
// the written one. Conflict: something is otherwise by now.
func (s *Store) ClaimNotice(ctx context.Context, n *email.Notice, j *job.Job) error {
	i, writes := n.Invitation, append(s.UpdateJob(j), s.free(n.Invitation.Organization, n.Recipient().Email))
	if n.Decision {
		writes = append(append(writes, s.CheckAccessRequest(n.AccessRequest)...), s.check("invitation", invitationKey(i.Target(), i.ID), i.Version))
	} else {
		writes = append(writes, s.CheckAdministrator(n.Administrator)...)
	}
	if err := overtaken(s.Commit(ctx, writes...)); err != nil {
		return err
	}
	j.Version++
	return nil
}

// ReassignNotice gives the notice of an inviter who administers no longer to the owners.
func (s *Store) ReassignNotice(ctx context.Context, n *email.Notice, j *job.Job, now time.Time) error {
	writes := s.DeleteJob(j)
	if user.ID(j.Recipient) == n.Invitation.InvitedBy.User {
		all, err := s.Administrators(ctx, n.Invitation.Organization)
		if err != nil {
			return err
		}
		writes = append(writes, s.CreateNotices(n.Invitation, n.Invitation.NoticeRecipients(all), user.ID(j.Requester), j.RequestedAt, now)...)
	}
	return overtaken(s.Commit(ctx, writes...))
}

// CountAccessRequest counts that a person asks about an invitation, and reports whether they may: at most most times on a UTC day.
func (s *Store) CountAccessRequest(ctx context.Context, by user.ID, most int, at time.Time) (bool, error) {
	return s.countOfDay(ctx, askCountKey("U", string(by), dayOf(at)), most, at)
}

// CountNotice counts that an organization's administrators are told something, and reports whether they may be: at most
// most times on a UTC day.
func (s *Store) CountNotice(ctx context.Context, o organization.ID, most int, at time.Time) (bool, error) {
	return s.countOfDay(ctx, askCountKey("O", string(o), dayOf(at)), most, at)
}

func dayOf(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func (s *Store) countOfDay(ctx context.Context, k key, most int, at time.Time) (bool, error) {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Requests, Key: k.attributes(),
		UpdateExpression:    aws.String("ADD Tries :one SET expires = :until"),
		ConditionExpression: aws.String("attribute_not_exists(Tries) OR Tries < :most"),
		ExpressionAttributeValues: Item{
			":one": number(1), ":most": number(most), ":until": number(int(at.Add(48 * time.Hour).Unix())),
		},
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return false, nil
	}
	return true, failure("count ask", err)
}
