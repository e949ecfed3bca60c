package dynamo

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// mailStatusItem is whether an organization may send email (Metrics).
type mailStatusItem struct {
	key
	Version      int    `dynamodbav:"V"`
	Organization string `dynamodbav:"Org"`
	StoppedAt    millis `dynamodbav:"StoppedAt,omitempty"`
	Why          string `dynamodbav:"Why,omitempty"`
	Then         []int  `dynamodbav:"Then,omitempty"` // counts when it was stopped
	ResumedAt    millis `dynamodbav:"ResumedAt,omitempty"`
	ResumedBy    string `dynamodbav:"ResumedBy,omitempty"`
	ResumedName  string `dynamodbav:"ResumedName,omitempty"`
	Before       []int  `dynamodbav:"Before,omitempty"` // counts when it was resumed
}

func newMailStatusItem(m *email.MailStatus) *mailStatusItem {
	return &mailStatusItem{
		key: mailStatusKey(m.Organization), Version: m.Version, Organization: string(m.Organization), StoppedAt: millisOf(m.StoppedAt),
		Why: string(m.StopReason), Then: storedCounts(m.CountsAtStop), ResumedAt: millisOf(m.ResumedAt), ResumedBy: string(m.ResumedBy),
		ResumedName: m.ResumedName, Before: storedCounts(m.CountsAtResume),
	}
}

func (i *mailStatusItem) domain() *email.MailStatus {
	return &email.MailStatus{
		Organization: organization.ID(i.Organization), StoppedAt: i.StoppedAt.time(), StopReason: email.StopReason(i.Why),
		CountsAtStop: emailCounts(i.Then), ResumedAt: i.ResumedAt.time(), ResumedBy: user.ID(i.ResumedBy), ResumedName: i.ResumedName,
		CountsAtResume: emailCounts(i.Before), Version: i.Version,
	}
}

func storedCounts(n email.Counts) []int {
	if n == (email.Counts{}) {
		return nil
	}
	return []int{n.Sent, n.Bounced, n.Complained}
}

func emailCounts(stored []int) email.Counts {
	if len(stored) != 3 {
		return email.Counts{}
	}
	return email.Counts{Sent: stored[0], Bounced: stored[1], Complained: stored[2]}
}

// MailStatus returns whether an organization may send email.
func (s *Store) MailStatus(ctx context.Context, o organization.ID) (*email.MailStatus, error) {
	item, err := s.db.Get(ctx, s.tables.Metrics, mailStatusKey(o))
	if err != nil {
		return nil, err
	}
	return decodeMailStatus(o, item)
}

func decodeMailStatus(o organization.ID, item Item) (*email.MailStatus, error) {
	if item == nil {
		return &email.MailStatus{Organization: o}, nil
	}
	stored, err := table.Unmarshal[mailStatusItem](item)
	if err != nil {
		return nil, err
	}
	return stored.domain(), nil
}

// PutMailStatus writes a changed mail status over the version that was read.
func (s *Store) PutMailStatus(m *email.MailStatus) []Write {
	return []Write{table.Put(s.tables.Metrics, "mail status", newMailStatusItem(m), m.Version)}
}

// SaveMailStatus commits PutMailStatus; the status then has the written version. Conflict: it was changed since it was read.
func (s *Store) SaveMailStatus(ctx context.Context, m *email.MailStatus) error {
	err := s.commitOrConflict(ctx, s.PutMailStatus(m)...)
	if err == nil {
		m.Version++
	}
	return err
}

// emailCountItem counts an organization's emails of one day, by one of its shards (Metrics).
type emailCountItem struct {
	Sent       int `dynamodbav:"S"`
	Bounced    int `dynamodbav:"B"`
	Complained int `dynamodbav:"C"`
}

// MailStatistics returns an organization's mail status, and its email counts on the days that count at an instant: one Query
// of at most 481 small items.
func (s *Store) MailStatistics(ctx context.Context, o organization.ID, at time.Time) (*email.MailStatistics, error) {
	items, err := s.db.QueryAll(ctx, table.Span{
		Table: s.tables.Metrics, Partition: mailStatusKey(o).PK, After: string(email.FirstDay(at)),
	})
	if err != nil {
		return nil, err
	}
	m := &email.MailStatistics{MailStatus: email.MailStatus{Organization: o}, Days: map[email.Day]email.Counts{}}
	for _, item := range items {
		name := table.KeyOf(item).SK
		if name == mailStatusKey(o).SK {
			status, err := decodeMailStatus(o, item)
			if err != nil {
				return nil, err
			}
			m.MailStatus = *status
			continue
		}
		stored, err := table.Unmarshal[emailCountItem](item)
		if err != nil {
			return nil, err
		}
		day, _ := cutLast(name)
		n := m.Days[email.Day(day)]
		n.Sent += stored.Sent
		n.Bounced += stored.Bounced
		n.Complained += stored.Complained
		m.Days[email.Day(day)] = n
	}
	return m, nil
}

// HoldJob holds a job until the organization's mail is resumed, on the condition that the mail status has the version that
// was read. Conflict: the job was changed, or the mail was resumed.
func (s *Store) HoldJob(ctx context.Context, j *job.Job, m *email.MailStatus) error {
	held := *j
	held.Hold()
	return s.commitOrConflict(ctx, append(s.UpdateJob(&held),
		table.Check(s.tables.Metrics, "mail status", mailStatusKey(m.Organization), m.Version))...)
}
