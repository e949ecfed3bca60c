package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
)

const (
	mailGuests = 10_000
	mailQuota  = 100 // a second
)

// invitations measures the sending rate at a quota, the effect of faults of the email service, and the length of the window in
// which a crash would send an email twice.
func invitations(t *testing.T) []line {
	t.Helper()
	steady := drainMail(t, 0)
	faulty := drainMail(t, 8)
	off := steady.perSecond()/mailQuota - 1
	slices.Sort(steady.windows)
	median, worst := steady.windows[len(steady.windows)/2], steady.windows[len(steady.windows)*99/100]
	return []line{
		{
			fmt.Sprintf("%d invitations at a quota of %d/s, mails per second", mailGuests, mailQuota),
			fmt.Sprintf("%.1f (%+.1f %%)", steady.perSecond(), 100*off), "within 2 %, never above", off > -.02 && off <= 0,
		},
		{"most mails that arrived within any second", fmt.Sprint(steady.most()), fmt.Sprintf("<= %d", mailQuota), steady.most() <= mailQuota},
		{
			fmt.Sprintf("%d invitations, 4 %% refused as too many, 4 %% taken with the answer lost: never sent", mailGuests),
			fmt.Sprint(mailGuests - len(faulty.times)), "0", len(faulty.times) == mailGuests,
		},
		{"of them sent twice, although the answer came", fmt.Sprint(faulty.twice()), "0", faulty.twice() == 0},
		{
			"from the email service's response to its record, p50 / p99: a crash within sends the email twice",
			fmt.Sprintf("%.1f / %.1f ms", median.Seconds()*1000, worst.Seconds()*1000), "stated", true,
		},
	}
}

// emailService is an email service with faults: percent of the requests, half of them throttled, half accepted without a
// response.
type emailService struct {
	faults int

	mu       sync.Mutex
	asked    int
	arrivals []time.Time
	times    map[invitation.ID]int // mails taken
	lost     map[invitation.ID]int // of them those whose answer was lost
	yes      map[invitation.ID]time.Time
	windows  []time.Duration
}

func (m *emailService) Quota(context.Context) (sending.Quota, error) {
	return sending.Quota{PerSecond: mailQuota, Remaining: -1}, nil
}

func (m *emailService) Send(_ context.Context, message *email.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	n := m.asked % 100
	if n < m.faults {
		if n%2 == 0 {
			return fault.RateLimited("", time.Second, "Too many mails at once.")
		}
		m.times[message.Invitation]++
		m.lost[message.Invitation]++
		return fault.Unavailable(context.DeadlineExceeded)
	}
	m.arrivals = append(m.arrivals, time.Now())
	m.times[message.Invitation]++
	m.yes[message.Invitation] = time.Now()
	return nil
}

func (m *emailService) perSecond() float64 {
	return float64(len(m.arrivals)-1) / m.arrivals[len(m.arrivals)-1].Sub(m.arrivals[0]).Seconds()
}

// most returns the number of emails within the busiest second.
func (m *emailService) most() int {
	most, first := 0, 0
	for n, at := range m.arrivals {
		for at.Sub(m.arrivals[first]) >= time.Second {
			first++
		}
		most = max(most, n-first+1)
	}
	return most
}

// twice counts emails that were sent again although the earlier response was not lost.
func (m *emailService) twice() int {
	n := 0
	for id, times := range m.times {
		if times > 1+m.lost[id] {
			n++
		}
	}
	return n
}

// timedStore measures the time from the email service's response to the stored outcome.
type timedStore struct {
	*dynamo.Store
	bag *emailService
}

func (s *timedStore) FinishMail(ctx context.Context, j *job.Job, note func(*invitation.Invitation)) error {
	err := s.Store.FinishMail(ctx, j, note)
	s.bag.mu.Lock()
	defer s.bag.mu.Unlock()
	if yes := s.bag.yes[invitation.ID(j.Record)]; err == nil && !yes.IsZero() {
		s.bag.windows = append(s.bag.windows, time.Since(yes))
	}
	return err
}

// drainMail invites, and sends until no email is queued.
func drainMail(t *testing.T, faults int) *emailService {
	t.Helper()
	db, names := dynamotest.New(t)
	s := dynamo.New(db, dynamo.Tables(names))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	root := secret.Version{Number: 1, Text: "a secret of the tests, long enough"}
	tokens := invitation.NewTokens(root)
	inviteMany(t, s, tokens, mailGuests, at)
	bag := &emailService{faults: faults, times: map[invitation.ID]int{}, lost: map[invitation.ID]int{}, yes: map[invitation.ID]time.Time{}}
	sendAll(t, &sending.Sender{
		Store: &timedStore{s, bag}, Mailer: bag, Secrets: secret.Fixed(root), InvitationLifetime: invitation.Lifetime,
		Addresses: email.Addresses{Site: "https://kith.example", API: "https://api.kith.example"},
	}, s, at)
	return bag
}

// sendAll sends until no email is queued: one call per minute and per sweep with due jobs.
func sendAll(t *testing.T, sender *sending.Sender, s *dynamo.Store, at time.Time) {
	t.Helper()
	var ahead time.Duration // the machine's clock, moved on to when sweeps find what was put off
	sender.Now = func() time.Time { return time.Now().Add(ahead) }
	var handed string
	var next int
	sender.HandOn = func(_ context.Context, holder string, version int, _ time.Time) error {
		handed, next = holder, version
		return nil
	}
	began := time.Now()
	for {
		if time.Since(began) > 15*time.Minute {
			t.Fatal("mail still waits after a quarter of an hour")
		}
		waiting, err := s.PendingMailJobs(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if len(waiting) == 0 {
			return
		}
		which, version := handed, next
		if handed == "" {
			which = waiting[0].ID
			if waiting[0].State != job.Queued {
				ahead += 2 * time.Minute // what was put off is due again
			}
		}
		handed, next = "", 0
		if err := sender.Work(t.Context(), which, version, at, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
}

// inviteMany creates a campaign and invitations to it, whose emails are queued.
func inviteMany(t *testing.T, s *dynamo.Store, tokens invitation.Tokens, guests int, at time.Time) *campaign.Campaign {
	t.Helper()
	olive := &user.User{ID: "u", Name: "Olive", Email: "olive@example.org"}
	org, admin, err := organization.New(organization.Details{Name: "Neighbors"}, olive, at)
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.New(org.ID, campaign.Details{Name: "Autumn", Slug: "autumn-2026", TimeZone: "UTC"}, at)
	if err != nil {
		t.Fatal(err)
	}
	c.Question.Text = "Will they vote?"
	if err := c.Publish(at); err != nil {
		t.Fatal(err)
	}
	commit(t, s, append(s.CreateOrganization(org), s.CreateCampaign(c)...))
	commit(t, s, s.PutMailStatus(&email.MailStatus{Organization: org.ID, AllowedAt: at}))
	by := invitation.Inviter{User: admin.User, Name: admin.Name}
	for n := 0; n < guests; {
		var writes []dynamo.Write
		for range 16 {
			g, err := invitation.Invitee{Email: fmt.Sprintf("guest%d@example.org", n), FirstName: "Gus", LastName: "Guest"}.Normalize()
			if err != nil {
				t.Fatal(err)
			}
			i := invitation.New(g, c, by, tokens, invitation.Lifetime, at)
			writes = append(append(writes, s.CreateInvitation(i, i.Links(tokens)...)...),
				s.CreateJob(job.New(job.InvitationEmail, string(org.ID), string(c.ID), string(i.ID), at, time.Now()))...)
			n++
		}
		commit(t, s, writes)
	}
	return c
}
