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
	Accepted     int    `dynamodbav:"Accepted,omitempty"`
	AllowedAt    millis `dynamodbav:"AllowedAt,omitempty"`
}

func newMailStatusItem(m *email.MailStatus) *mailStatusItem {
	return &mailStatusItem{
		key: mailStatusKey(m.Organization), Version: m.Version, Organization: string(m.Organization), StoppedAt: millisOf(m.StoppedAt),
		Why: string(m.StopReason), Then: storedCounts(m.CountsAtStop), ResumedAt: millisOf(m.ResumedAt), ResumedBy: string(m.ResumedBy),
		ResumedName: m.ResumedName, Before: storedCounts(m.CountsAtResume), Accepted: m.Accepted, AllowedAt: millisOf(m.AllowedAt),
	}
}

func (i *mailStatusItem) domain() *email.MailStatus {
	return &email.MailStatus{
		Organization: organization.ID(i.Organization), StoppedAt: i.StoppedAt.time(), StopReason: email.StopReason(i.Why),
		CountsAtStop: emailCounts(i.Then), ResumedAt: i.ResumedAt.time(), ResumedBy: user.ID(i.ResumedBy), ResumedName: i.ResumedName,
		CountsAtResume: emailCounts(i.Before), Accepted: i.Accepted, AllowedAt: i.AllowedAt.time(), Version: i.Version,
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

// firstEmailsItem has the ids of the emails that an organization sends while it is new, or that the new organizations of an
// inviter send on one day (Metrics).
type firstEmailsItem struct {
	Emails []string `dynamodbav:"Emails,stringset"`
}

// MailStatus returns whether an organization may send email: two Queries of at most two items.
func (s *Store) MailStatus(ctx context.Context, o organization.ID) (*email.MailStatus, error) {
	service, err := s.EmailService(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.OrganizationMailStatus(ctx, o)
	if err == nil {
		m.Service = service
	}
	return m, err
}

// OrganizationMailStatus is MailStatus without the state of the email service.
func (s *Store) OrganizationMailStatus(ctx context.Context, o organization.ID) (*email.MailStatus, error) {
	items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Metrics, Partition: mailStatusKey(o).PK, After: afterDays})
	if err != nil {
		return nil, err
	}
	m := &email.MailStatistics{MailStatus: email.MailStatus{Organization: o}}
	for _, item := range items {
		if _, err := addStatus(m, item); err != nil {
			return nil, err
		}
	}
	return &m.MailStatus, nil
}

// addStatus adds an item of the mail status to it, and reports whether the item is one.
func addStatus(m *email.MailStatistics, item Item) (bool, error) {
	switch table.KeyOf(item).SK {
	case mailStatusKey(m.Organization).SK:
		stored, err := table.Unmarshal[mailStatusItem](item)
		if err != nil {
			return true, err
		}
		status := stored.domain()
		status.FirstSent, status.Service = m.FirstSent, m.Service
		m.MailStatus = *status
	case firstEmailsKey(m.Organization).SK:
		first, err := table.Unmarshal[firstEmailsItem](item)
		if err != nil {
			return true, err
		}
		m.FirstSent = len(first.Emails)
	default:
		return false, nil
	}
	return true, nil
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
// of at most 482 small items, and one of the state of the email service.
func (s *Store) MailStatistics(ctx context.Context, o organization.ID, at time.Time) (*email.MailStatistics, error) {
	var items []Item
	var service *email.Service
	err := table.Parallel(ctx, 2, 2, func(ctx context.Context, n int) error {
		var err error
		if n == 0 {
			service, err = s.EmailService(ctx)
			return err
		}
		items, err = s.db.QueryAll(ctx, table.Span{
			Table: s.tables.Metrics, Partition: mailStatusKey(o).PK, After: string(email.FirstDay(at)),
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	m := &email.MailStatistics{MailStatus: email.MailStatus{Organization: o, Service: service}, Days: map[email.Day]email.Counts{}}
	for _, item := range items {
		if known, err := addStatus(m, item); err != nil || known {
			if err != nil {
				return nil, err
			}
			continue
		}
		stored, err := table.Unmarshal[emailCountItem](item)
		if err != nil {
			return nil, err
		}
		day, _ := cutLast(table.KeyOf(item).SK)
		n := m.Days[email.Day(day)]
		n.Sent += stored.Sent
		n.Bounced += stored.Bounced
		n.Complained += stored.Complained
		m.Days[email.Day(day)] = n
	}
	return m, nil
}

// HoldJob holds a job until the organization's email is released, on the condition that the mail status has the version that
// was read. Conflict: the job was changed, or the email was released.
func (s *Store) HoldJob(ctx context.Context, j *job.Job, m *email.MailStatus) error {
	held := *j
	held.Hold()
	unchanged := table.Check(s.tables.Metrics, "mail status", mailStatusKey(m.Organization), m.Version)
	if m.Version == 0 {
		unchanged = table.CheckIf(s.tables.Metrics, "mail status", mailStatusKey(m.Organization), "attribute_not_exists(PK)")
	}
	return s.commitOrConflict(ctx, append(s.UpdateJob(&held), unchanged)...)
}

// countFirstEmail counts an email of a new organization, once. It belongs in the transaction that claims its job, and fails with
// email.ErrOrganizationLimit or email.ErrInviterLimit when a limit is reached.
func (s *Store) countFirstEmail(o organization.ID, inviter user.ID, id string, at time.Time) []Write {
	count := func(failure error, k key, limit int) Write {
		return Write{
			Entity: "first emails", Failure: failure, Table: s.tables.Metrics, Key: k, Update: "ADD Emails :id",
			Condition: "attribute_not_exists(Emails) OR size(Emails) < :limit OR contains(Emails, :text)",
			Values:    Item{":id": table.TextSet(id), ":text": table.String(id), ":limit": table.Number(limit)},
		}
	}
	return []Write{
		count(email.ErrOrganizationLimit, firstEmailsKey(o), email.MaxFirstEmails),
		count(email.ErrInviterLimit, firstEmailsOfUserKey(inviter, email.DayOf(at)), email.MaxFirstEmailsPerUser),
	}
}
