package dynamo

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// emailServiceItem is the state of the email service (Metrics). Its writers change different attributes.
type emailServiceItem struct {
	StoppedAt     millis   `dynamodbav:"StoppedAt,omitempty"`
	Why           string   `dynamodbav:"Why,omitempty"`
	State         string   `dynamodbav:"State,omitempty"`
	StateSince    millis   `dynamodbav:"StateSince,omitempty"`
	Organizations []string `dynamodbav:"Orgs,omitempty,stringset"`
	ReleasedAt    millis   `dynamodbav:"ReleasedAt,omitempty"`
}

// EmailService returns whether the email of all organizations is sent.
func (s *Store) EmailService(ctx context.Context) (*email.Service, error) {
	items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Metrics, Partition: emailServiceKey().PK})
	if err != nil || len(items) == 0 {
		return &email.Service{}, err
	}
	stored, err := table.Unmarshal[emailServiceItem](items[0])
	if err != nil {
		return nil, err
	}
	return &email.Service{
		StoppedAt: stored.StoppedAt.time(), StopReason: stored.Why, State: email.ServiceState(stored.State), StateSince: stored.StateSince.time(),
		Organizations: stored.Organizations, ReleasedAt: stored.ReleasedAt.time(),
	}, nil
}

func (s *Store) updateEmailService(update string, names map[string]string, values Item) Write {
	return Write{Entity: "email service", Table: s.tables.Metrics, Key: emailServiceKey(), Update: update, Names: names, Values: values}
}

// StopAllEmail stops the email of all organizations, for a reason in the operator's words.
func (s *Store) StopAllEmail(ctx context.Context, reason string, at time.Time) error {
	return s.Commit(ctx, s.updateEmailService("SET StoppedAt = :at, Why = :why", nil, Item{":at": table.Number(int(at.UnixMilli())), ":why": table.String(reason)}))
}

// StartAllEmail lets organizations send again after StopAllEmail.
func (s *Store) StartAllEmail(ctx context.Context) error {
	return s.Commit(ctx, s.updateEmailService("REMOVE StoppedAt, Why", nil, nil))
}

// SaveServiceState stores the state of the email service.
func (s *Store) SaveServiceState(ctx context.Context, state email.ServiceState, at time.Time) error {
	names := map[string]string{"#state": "State"}
	if state == "" {
		return s.Commit(ctx, s.updateEmailService("REMOVE #state, StateSince", names, nil))
	}
	return s.Commit(ctx, s.updateEmailService("SET #state = :state, StateSince = :at", names,
		Item{":state": table.String(string(state)), ":at": table.Number(int(at.UnixMilli()))}))
}

// HoldForService holds a job whose email the service does not accept in its state. Conflict: the job was changed.
func (s *Store) HoldForService(ctx context.Context, j *job.Job) error {
	held := *j
	held.Hold()
	return s.commitOrConflict(ctx, append(s.UpdateJob(&held), s.updateEmailService("ADD Orgs :o", nil, Item{":o": table.TextSet(j.Organization)}))...)
}

// ReleaseServiceJobs starts the job that releases the held email of an organization, and forgets that the state of the service holds
// some.
func (s *Store) ReleaseServiceJobs(ctx context.Context, o organization.ID, release *job.Job, at time.Time) error {
	return s.Commit(ctx, append(s.RestartJob(release), s.updateEmailService("DELETE Orgs :o SET ReleasedAt = :at", nil,
		Item{":o": table.TextSet(string(o)), ":at": table.Number(int(at.UnixMilli()))}))...)
}
