package dynamo

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// The cells of a count of mails.
const (
	sentCell       = "S"
	bouncedCell    = "B"
	complainedCell = "C"
)

// countMail adds to what is counted of an organization's mail, in the transaction of what is counted.
func (s *Store) countMail(i *invitation.Invitation, added map[email.Day]email.Counts) []Write {
	var writes []Write
	for _, day := range slices.Sorted(maps.Keys(added)) {
		t := added[day]
		writes = append(writes, Write{
			what: "mail count", table: s.tables.Metrics, key: mailCountKey(i.Organization, day, i.ID),
			update: "ADD " + sentCell + " :s, " + bouncedCell + " :b, " + complainedCell + " :c",
			values: Item{":s": number(t.Sent), ":b": number(t.Bounced), ":c": number(t.Complained)},
		})
	}
	return writes
}

// RecordMailOutcome reads an invitation, lets note change it, and writes it with what is to be counted of its organization's mail,
// and with the address that note says must get no more. It writes nothing when nothing changed. It returns what note
// returns, and not found when there is no such invitation.
func (s *Store) RecordMailOutcome(
	ctx context.Context, to invitation.Target, id invitation.ID, note func(*invitation.Invitation) (*invitation.Suppression, error),
) (*invitation.Invitation, error) {
	var noted *invitation.Invitation
	err := Retry(ctx, func() error {
		i, err := s.Invitation(ctx, to, id)
		if err != nil {
			return err
		}
		before := i.Clone()
		suppressed, err := note(i)
		if err != nil {
			return err
		}
		noted = i
		var writes []Write
		if !reflect.DeepEqual(i, before) {
			writes = s.UpdateInvitation(i)
		}
		var since time.Time
		if suppressed != nil {
			more, resumed, err := s.suppressing(ctx, i, suppressed)
			if err != nil {
				return err
			}
			writes, since = append(writes, more...), resumed
		}
		writes = append(writes, s.countMail(i, email.AddedCounts(before, i, since))...)
		if len(writes) == 0 {
			return nil
		}
		return s.Commit(ctx, writes...)
	})
	return noted, err
}

// suppressing returns what keeps an organization's mail from an invited address, nothing when that is so already, and when
// counting its mail began anew.
func (s *Store) suppressing(ctx context.Context, i *invitation.Invitation, sup *invitation.Suppression) ([]Write, time.Time, error) {
	standing, err := s.MailStatus(ctx, i.Organization)
	if err != nil {
		return nil, time.Time{}, err
	}
	known, err := s.InvitationSuppression(ctx, i)
	if err != nil || known != nil {
		return nil, standing.ResumedAt, err
	}
	return s.Suppress(sup), standing.ResumedAt, nil
}

// standingItem is whether an organization's mail goes out (Metrics).
type standingItem struct {
	key
	Version      int    `dynamodbav:"V"`
	Organization string `dynamodbav:"Org"`
	StoppedAt    millis `dynamodbav:"StoppedAt,omitempty"`
	Why          string `dynamodbav:"Why,omitempty"`
	Then         []int  `dynamodbav:"Then,omitempty"`
	ResumedAt    millis `dynamodbav:"ResumedAt,omitempty"`
	ResumedBy    string `dynamodbav:"ResumedBy,omitempty"`
	ResumedName  string `dynamodbav:"ResumedName,omitempty"`
	Before       []int  `dynamodbav:"Before,omitempty"`
}

func newStandingItem(s *email.MailStatus) *standingItem {
	return &standingItem{
		key: standingKey(s.Organization), Version: s.Version, Organization: string(s.Organization), StoppedAt: ms(s.StoppedAt),
		Why: string(s.StopReason), Then: cellsOf(s.CountsAtStop), ResumedAt: ms(s.ResumedAt), ResumedBy: string(s.ResumedBy),
		ResumedName: s.ResumedName, Before: cellsOf(s.CountsAtResume),
	}
}

func (i *standingItem) domain() *email.MailStatus {
	return &email.MailStatus{
		Organization: organization.ID(i.Organization), StoppedAt: i.StoppedAt.time(), StopReason: email.StopReason(i.Why),
		CountsAtStop: tallyOf(i.Then), ResumedAt: i.ResumedAt.time(), ResumedBy: user.ID(i.ResumedBy), ResumedName: i.ResumedName,
		CountsAtResume: tallyOf(i.Before), Version: i.Version,
	}
}

func cellsOf(t email.Counts) []int {
	if t == (email.Counts{}) {
		return nil
	}
	return []int{t.Sent, t.Bounced, t.Complained}
}

func tallyOf(cells []int) email.Counts {
	if len(cells) != 3 {
		return email.Counts{}
	}
	return email.Counts{Sent: cells[0], Bounced: cells[1], Complained: cells[2]}
}

// MailStatus returns whether an organization's mail goes out.
func (s *Store) MailStatus(ctx context.Context, o organization.ID) (*email.MailStatus, error) {
	item, err := s.get(ctx, s.tables.Metrics, standingKey(o))
	if err != nil {
		return nil, err
	}
	return decodeStanding(o, item)
}

func decodeStanding(o organization.ID, item Item) (*email.MailStatus, error) {
	if item == nil {
		return &email.MailStatus{Organization: o}, nil
	}
	var stored standingItem
	if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
		return nil, fault.Internal("decode standing of %s: %w", o, err)
	}
	return stored.domain(), nil
}

// PutMailStatus writes a changed standing over the version that was read.
func (s *Store) PutMailStatus(standing *email.MailStatus) []Write {
	next := *standing
	next.Version++
	w := s.create("standing", newStandingItem(&next))
	if standing.Version > 0 {
		w = s.replace("standing", newStandingItem(&next), standing.Version)
	}
	w.table = s.tables.Metrics
	return []Write{w}
}

// SaveMailStatus writes a changed standing, whose version then is the written one. Conflict: it has changed since it was
// read.
func (s *Store) SaveMailStatus(ctx context.Context, standing *email.MailStatus) error {
	if err := overtaken(s.Commit(ctx, s.PutMailStatus(standing)...)); err != nil {
		return err
	}
	standing.Version++
	return nil
}

// MailStatistics returns whether an organization's mail goes out, and what was counted of it on the days that count at an
// instant: one Query, of at most 481 small items.
func (s *Store) MailStatistics(ctx context.Context, o organization.ID, at time.Time) (*email.MailStatistics, error) {
	items, err := s.queryAll(ctx, span{
		table: s.tables.Metrics, partition: mailHealthPartition(o), after: string(email.FirstDay(at)),
	})
	if err != nil {
		return nil, err
	}
	h := &email.MailStatistics{MailStatus: email.MailStatus{Organization: o}, Days: map[email.Day]email.Counts{}}
	for _, item := range items {
		name := nameOf(item)
		if name == standingKey(o).SK {
			standing, err := decodeStanding(o, item)
			if err != nil {
				return nil, err
			}
			h.MailStatus = *standing
			continue
		}
		day, _ := cutLast(name)
		t := h.Days[email.Day(day)]
		t.Sent += cellIn(item, sentCell)
		t.Bounced += cellIn(item, bouncedCell)
		t.Complained += cellIn(item, complainedCell)
		h.Days[email.Day(day)] = t
	}
	return h, nil
}

func cellIn(item Item, name string) int {
	value, ok := item[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(value.Value)
	if err != nil {
		return 0 // nothing of ours writes fractions
	}
	return n
}

// HoldJob puts a job off until it is let go, on the condition that the organization's mail stands as it was read.
// Conflict: the job has moved on, or the mail was resumed.
func (s *Store) HoldJob(ctx context.Context, j *job.Job, standing *email.MailStatus) error {
	held := *j
	held.Hold()
	stands := s.check("standing", standingKey(standing.Organization), standing.Version)
	stands.table = s.tables.Metrics
	return overtaken(s.Commit(ctx, append(s.UpdateJob(&held), stands)...))
}

// HeldMailJobs returns jobs that send mails of an organization and are held, those that wait longest first, none when there
// are no more. The index that is asked may be a moment old; what is returned is not.
func (s *Store) HeldMailJobs(ctx context.Context, o organization.ID) ([]*job.Job, error) {
	jobs, err := s.heldJobs(ctx, o)
	return slices.DeleteFunc(jobs, func(j *job.Job) bool { return j.State != job.Held }), err
}
