package sending_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
)

// TestMain discards the log, in which these tests cause errors.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// fakeMailer accepts messages, unless respond fails, and keeps their recipients.
type fakeMailer struct {
	mu      sync.Mutex
	quota   sending.Quota
	sent    []string
	sentBy  []organization.ID // of each recipient
	respond func(*email.Message) error
}

func (f *fakeMailer) Quota(context.Context) (sending.Quota, error) { return f.quota, nil }

func (f *fakeMailer) Send(_ context.Context, m *email.Message) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.respond != nil {
		if err := f.respond(m); err != nil {
			return err
		}
	}
	f.sent, f.sentBy = append(f.sent, m.To), append(f.sentBy, m.OrganizationID)
	return nil
}

// sendingFixture is a campaign with invitations whose emails are pending.
type sendingFixture struct {
	t           *testing.T
	open        openStore
	store       *dynamo.Store
	mailer      *fakeMailer
	secrets     *secret.Reader
	tokens      invitation.Tokens
	at          time.Time
	now         time.Time // of the machine's clock
	addresses   string    // format of the invited addresses, by number
	invitations []*invitation.Invitation
	jobs        []string

	org      *organization.Organization
	campaign *campaign.Campaign
	inviter  invitation.Inviter
}

// newOrganizationFixture is a sendingFixture whose organization is new.
func newOrganizationFixture(t *testing.T, open openStore, invitees int) *sendingFixture {
	t.Helper()
	f := newSendingFixture(t, open, 0)
	status, err := f.store.OrganizationMailStatus(t.Context(), f.org.ID)
	f.ok(err)
	status.AllowedAt = time.Time{}
	f.commit(f.store.PutMailStatus(status))
	f.invite(invitees)
	return f
}

// openStore returns a store of the same tables each time, with an empty cache.
type openStore func() *dynamo.Store

func newTables(t *testing.T) openStore {
	t.Helper()
	db, tables := dynamotest.New(t)
	return func() *dynamo.Store { return dynamo.New(db, dynamo.Tables(tables)) }
}

var root = secret.Version{Number: 1, Text: "a secret of the tests, long enough"}

func newSendingFixture(t *testing.T, open openStore, invitees int) *sendingFixture {
	t.Helper()
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	f := &sendingFixture{
		t: t, open: open, store: open(), mailer: &fakeMailer{quota: sending.Quota{PerSecond: 10_000, Remaining: -1}},
		secrets: secret.Fixed(root), tokens: invitation.NewTokens(root), at: at, now: time.Now(),
	}
	olive := &user.User{ID: "u", Name: "Olive", Email: "olive@example.org"}
	org, admin, err := organization.New(organization.Details{Name: "Neighbors"}, olive, at)
	f.ok(err)
	c, err := campaign.New(org.ID, campaign.Details{Name: "Autumn", Slug: "autumn-" + string(org.ID), TimeZone: "UTC"}, at)
	f.ok(err)
	c.Question.Text = "Will they vote?"
	f.ok(c.Publish(at))
	f.commit(append(f.store.CreateOrganization(org), f.store.CreateCampaign(c)...))
	f.commit(f.store.PutMailStatus(&email.MailStatus{Organization: org.ID, AllowedAt: at}))
	f.org, f.campaign, f.inviter = org, c, invitation.Inviter{User: admin.User, Name: admin.Name}
	f.invite(invitees)
	return f
}

func (f *sendingFixture) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *sendingFixture) commit(writes []dynamo.Write) {
	f.t.Helper()
	f.ok(f.store.Commit(context.Background(), writes...))
}

// invite invites a number of people, twelve in a transaction.
func (f *sendingFixture) invite(invitees int) {
	f.t.Helper()
	var writes []dynamo.Write
	for n := range invitees {
		v, err := invitation.Invitee{Email: strings.ReplaceAll(cmp.Or(f.addresses, "guest%d@example.org"), "%d", strconv.Itoa(len(f.invitations))), FirstName: "Gus", LastName: "Guest"}.Normalize()
		f.ok(err)
		i := invitation.New(v, f.campaign, f.inviter, f.tokens, invitation.Lifetime, f.at)
		j := job.New(job.InvitationEmail, string(f.org.ID), string(f.campaign.ID), string(i.ID), f.at, f.now)
		writes = append(append(writes, f.store.CreateInvitation(i, i.Links(f.tokens)...)...), f.store.CreateJob(j)...)
		f.invitations, f.jobs = append(f.invitations, i), append(f.jobs, j.ID)
		if n%12 == 11 || n == invitees-1 {
			f.commit(writes)
			writes = nil
		}
	}
}

func (f *sendingFixture) closeCampaign() {
	f.t.Helper()
	content, err := f.store.Content(f.t.Context(), f.campaign.ID)
	f.ok(err)
	f.ok(content.Campaign.Close(f.at))
	f.commit(f.store.UpdateCampaign(content.Campaign))
	f.store = f.open() // the cache may have the open campaign for 5 s
}

// updateInvitation changes the first invitation.
func (f *sendingFixture) updateInvitation(change func(*invitation.Invitation)) {
	f.t.Helper()
	i, err := f.store.Invitation(f.t.Context(), f.invitations[0].Target(), f.invitations[0].ID)
	f.ok(err)
	change(i)
	f.commit(f.store.UpdateInvitation(i))
	f.invitations[0] = i
}

func (f *sendingFixture) suppress(address string) {
	f.t.Helper()
	f.commit(f.store.PutSuppression(&invitation.Suppression{Organization: f.org.ID, Email: address, Reason: invitation.Bounced, At: f.at}))
}

func (f *sendingFixture) sender(store *dynamo.Store) *sending.Sender {
	return &sending.Sender{
		Store: store, Mailer: f.mailer, Secrets: f.secrets, InvitationLifetime: invitation.Lifetime,
		Addresses: email.Addresses{Site: "https://kith.example", API: "https://api.kith.example"},
		HandOn:    func(context.Context, string, int, time.Time) error { return nil },
		Now:       func() time.Time { return f.now },
	}
}

// send works on the first job, as the stream's notification makes it.
func (f *sendingFixture) send() {
	f.t.Helper()
	f.ok(f.sender(f.store).Work(f.t.Context(), f.jobs[0], 0, f.at, time.Minute))
}

// sweepUntilIdle sweeps and dispatches, as the schedule and the stream do, until no job is overdue.
func (f *sendingFixture) sweepUntilIdle() {
	f.t.Helper()
	for range 10 {
		f.now = f.now.Add(2 * time.Minute)
		if f.sweep() == 0 {
			return
		}
	}
	f.t.Error("jobs are still overdue after 10 sweeps")
}

// sweep sweeps and dispatches once, and returns the number of overdue jobs.
func (f *sendingFixture) sweep() int {
	f.t.Helper()
	swept := &sweptStore{Store: f.store}
	sweeper := &job.Sweeper{Store: swept, Now: func() time.Time { return f.now }}
	f.ok(sweeper.Sweep(f.t.Context(), f.at))
	for _, id := range swept.overdue {
		f.ok(f.sender(f.store).Work(f.t.Context(), id, 0, f.at, time.Minute))
	}
	return len(swept.overdue)
}

// sweptStore keeps the overdue jobs that a sweep has read.
type sweptStore struct {
	*dynamo.Store

	overdue []string
}

func (s *sweptStore) OverdueJobs(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	var err error
	s.overdue, err = s.Store.OverdueJobs(ctx, now, limit)
	return s.overdue, err
}

// states counts the invitations by the state of their email.
func (f *sendingFixture) states() map[invitation.DeliveryState]int {
	f.t.Helper()
	count := map[invitation.DeliveryState]int{}
	for _, made := range f.invitations {
		i, err := f.store.Invitation(f.t.Context(), made.Target(), made.ID)
		f.ok(err)
		count[i.Delivery]++
	}
	return count
}

// pending counts the pending jobs.
func (f *sendingFixture) pending() int {
	f.t.Helper()
	jobs, err := f.store.PendingMailJobs(f.t.Context(), "")
	f.ok(err)
	return len(jobs)
}

func (f *sendingFixture) statistics() *email.MailStatistics {
	f.t.Helper()
	s, err := f.store.MailStatistics(f.t.Context(), f.org.ID, f.at)
	f.ok(err)
	return s
}

func (f *sendingFixture) counts() email.Counts { return f.statistics().Counts(f.at) }

// addSent counts further emails for the organization, of which some bounced.
func (f *sendingFixture) addSent(sent, bounced int) {
	f.t.Helper()
	_, err := f.store.RecordMailOutcome(f.t.Context(), f.invitations[0].Target(), f.invitations[0].ID, func(i *invitation.Invitation) (*invitation.Suppression, error) {
		for n := range sent {
			s := invitation.Sending{Hash: fmt.Sprint(n), SentAt: f.at}
			if n < bounced {
				s.Outcomes = []invitation.Outcome{invitation.HardBounce}
			}
			i.Sendings = append(i.Sendings, s)
		}
		return nil, nil
	})
	f.ok(err)
}

// crash is one run with a database client that crashes its process at one call.
type crash struct {
	tables   openStore
	crashing *dynamo.Store // of the same tables
	at       string        // the call, for messages
	crashed  func() bool
}

// eachCrash calls test for a crash at each database call, as EachCrash does, and returns the number of calls.
func eachCrash(t *testing.T, test func(c *crash)) int {
	t.Helper()
	return dynamotest.EachCrash(func(n int, after bool) *dynamotest.CrashingProcess {
		db, tables := dynamotest.New(t)
		client, process := dynamotest.NewCrashingClient(db, n, after)
		test(&crash{
			tables:   func() *dynamo.Store { return dynamo.New(db, dynamo.Tables(tables)) },
			crashing: dynamo.New(client, dynamo.Tables(tables)),
			at:       fmt.Sprintf("crash at call %d (after: %t)", n, after), crashed: process.Crashed,
		})
		return process
	})
}
