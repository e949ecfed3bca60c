package sending_test

import (
	"context"
	"fmt"
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
	"github.com/kithhq/kith/internal/user"
)

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
	store       *dynamo.Store
	mailer      *fakeMailer
	tokens      invitation.Tokens
	at          time.Time
	now         time.Time // of the machine's clock
	handed      int
	invitations []*invitation.Invitation
	jobs        []string

	org      *organization.Organization
	campaign *campaign.Campaign
	inviter  invitation.Inviter
}

func newSendingFixture(t *testing.T, store *dynamo.Store, guests int) *sendingFixture {
	t.Helper()
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	f := &sendingFixture{
		t: t, store: store, mailer: &fakeMailer{quota: sending.Quota{PerSecond: 10_000, Remaining: -1}},
		tokens: invitation.NewTokens([]byte("secret")), at: at, now: time.Now(),
	}
	olive := &user.User{ID: "u", Name: "Olive", Email: "olive@example.org"}
	org, admin, err := organization.New(organization.Details{Name: "Neighbors"}, olive, at)
	f.ok(err)
	c, err := campaign.New(org.ID, campaign.Details{Name: "Autumn", Slug: "autumn-" + string(org.ID), TimeZone: "UTC"}, at)
	f.ok(err)
	c.Question.Text = "Will they vote?"
	f.ok(c.Publish(at))
	f.ok(store.Commit(t.Context(), append(store.CreateOrganization(org), store.CreateCampaign(c)...)...))
	f.org, f.campaign, f.inviter = org, c, invitation.Inviter{User: admin.User, Name: admin.Name}
	f.invite(guests)
	return f
}

// invite invites so many guests more, twelve in a transaction.
func (f *sendingFixture) invite(guests int) {
	f.t.Helper()
	var writes []dynamo.Write
	for n := range guests {
		g, err := invitation.Invitee{Email: fmt.Sprintf("guest%d@example.org", len(f.invitations)), FirstName: "Gus", LastName: "Guest"}.Normalize()
		f.ok(err)
		i := invitation.New(g, f.campaign, f.inviter, f.tokens, invitation.Lifetime, f.at)
		j := job.New(job.InvitationEmail, string(f.org.ID), string(f.campaign.ID), string(i.ID), f.at, f.now)
		writes = append(append(writes, f.store.CreateInvitation(i, i.Links(f.tokens)...)...), f.store.CreateJob(j)...)
		f.invitations, f.jobs = append(f.invitations, i), append(f.jobs, j.ID)
		if n%12 == 11 || n == guests-1 {
			f.ok(f.store.Commit(context.Background(), writes...))
			writes = nil
		}
	}
}

// closes closes the campaign.
func (f *sendingFixture) closeCampaign() {
	f.t.Helper()
	content, err := f.store.Content(f.t.Context(), f.campaign.ID)
	f.ok(err)
	f.ok(content.Campaign.Close(f.at))
	f.ok(f.store.Commit(f.t.Context(), f.store.UpdateCampaign(content.Campaign)...))
}

func (f *sendingFixture) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *sendingFixture) sender(store *dynamo.Store) *sending.Sender {
	return &sending.Sender{
		Store: store, Mailer: f.mailer, Tokens: f.tokens, InvitationLifetime: invitation.Lifetime,
		Addresses: email.Addresses{Site: "https://kith.example", API: "https://api.kith.example"},
		HandOn:    func(context.Context, string, int, time.Time) error { f.handed++; return nil },
		Now:       func() time.Time { return f.now },
	}
}

// deliveries counts the invitations by what became of their mail.
func (f *sendingFixture) deliveryStates() map[invitation.DeliveryState]int {
	f.t.Helper()
	count := map[invitation.DeliveryState]int{}
	for _, made := range f.invitations {
		i, err := f.store.Invitation(f.t.Context(), invitation.Target{Campaign: made.Campaign}, made.ID)
		f.ok(err)
		count[i.Delivery]++
	}
	return count
}

// rings sweeps and rings as the schedule and the stream would, until nothing waits.
func (f *sendingFixture) sweepUntilIdle() {
	f.t.Helper()
	for range 10 {
		f.now = f.now.Add(2 * time.Minute)
		ids, err := f.store.OverdueJobs(f.t.Context(), f.now, 100)
		f.ok(err)
		if len(ids) == 0 {
			return
		}
		sweeper := &job.Sweeper{Store: f.store, Now: func() time.Time { return f.now }}
		f.ok(sweeper.Sweep(f.t.Context(), f.at))
		for _, id := range ids {
			f.ok(f.sender(f.store).Work(f.t.Context(), id, 0, f.at, time.Minute))
		}
	}
	f.t.Error("mail still waits after 10 sweeps")
}

// TestCrashSending kills the sender at each of its store calls, before and after it takes effect. Every mail goes out once;
// twice only when the sender died between the service's yes and the note of it.
func TestCrashSending(t *testing.T) {
	const guests = 2
	windows := 0
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), guests)
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			sender := f.sender(dynamo.New(dying, dynamo.Tables(tables)))
			_ = sender.Work(t.Context(), f.jobs[0], 0, f.at, time.Minute)
			died = process.Crashed()
			before := len(f.mailer.sent)
			noted := f.deliveryStates()[invitation.Sent]
			f.sweepUntilIdle()
			if got := f.deliveryStates(); got[invitation.Sent] != guests {
				t.Errorf("died at call %d (after: %t): mails are %v", n, after, got)
			}
			if got := f.counts(); got != (email.Counts{Sent: guests}) {
				t.Errorf("died at call %d (after: %t): counted are %+v", n, after, got)
			}
			window := before - noted // taken by the service, not noted
			if len(f.mailer.sent) != guests+window {
				t.Errorf("died at call %d (after: %t): %d mails, want %d and %d from the window", n, after, len(f.mailer.sent), guests, window)
			}
			if window > 0 {
				windows++
			}
		}
	}
	if windows == 0 {
		t.Error("no death fell into the window: the test misses what it is about")
	}
}

func TestOneSendsForTheAccount(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 20)
	var all sync.WaitGroup
	for _, id := range f.jobs {
		all.Go(func() {
			if err := f.sender(dynamo.New(db, dynamo.Tables(tables))).Work(context.Background(), id, 0, f.at, time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.sweepUntilIdle()
	if got := f.deliveryStates(); got[invitation.Sent] != 20 || len(f.mailer.sent) != 20 {
		t.Errorf("%d mails; deliveries %v", len(f.mailer.sent), got)
	}
}

func TestADaysQuotaIsWaitedFor(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 5)
	f.mailer.quota.Remaining = 3
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	f.mailer.quota.Remaining = 0
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[4], 0, f.at, time.Minute))
	if got := f.deliveryStates(); got[invitation.Sent] != 3 || got[invitation.Queued] != 2 {
		t.Errorf("with a quota of 3 the mails are %v", got)
	}
	f.mailer.quota.Remaining = 3
	f.now = f.now.Add(time.Hour)
	f.sweepUntilIdle()
	if got := f.deliveryStates(); got[invitation.Sent] != 5 || len(f.mailer.sent) != 5 {
		t.Errorf("the next day the mails are %v", got)
	}
}

// When its turn comes, a mail goes out only if somebody can still join by it. One that doesn't is not said to wait.
func TestMailsThatLeadNowhereAreNotSent(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 3)
	revoked, anew := f.invitations[0], f.invitations[1]
	f.ok(revoked.Revoke(f.at))
	f.ok(f.store.Commit(t.Context(), f.store.UpdateInvitation(revoked)...))
	f.ok(anew.Revoke(f.at))
	g, err := invitation.Invitee{Email: anew.Email, FirstName: "Gus", LastName: "Guest"}.Normalize()
	f.ok(err)
	f.ok(anew.Reinvite(g, anew.InvitedBy, nil, f.tokens, invitation.Lifetime, f.at))
	again := job.New(job.InvitationEmail, string(anew.Organization), string(anew.Campaign), string(anew.ID), f.at, f.now)
	f.ok(f.store.Commit(t.Context(), append(f.store.UpdateInvitation(anew, anew.Links(f.tokens)...), f.store.CreateJob(again)...)...))
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	f.sweepUntilIdle()
	if got := f.deliveryStates(); got[invitation.Sent] != 2 || got[invitation.Suppressed] != 1 || len(f.mailer.sent) != 2 {
		t.Errorf("one of three is revoked, one invited anew: %d mails went out; they are %v", len(f.mailer.sent), got)
	}

	f = newSendingFixture(t, f.store, 3)
	f.closeCampaign()
	f.ok(f.sender(dynamo.New(db, dynamo.Tables(tables))).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	if got := f.deliveryStates(); got[invitation.Suppressed] != 3 || len(f.mailer.sent) != 0 {
		t.Errorf("after the campaign's end %d mails went out; they are %v", len(f.mailer.sent), got)
	}
	if f.pending() != 0 {
		t.Errorf("%d mails still wait", f.pending())
	}
}

// An organization's long list doesn't keep another's mail waiting: organizations take turns.
func TestOrganizationsTakeTurns(t *testing.T) {
	db, tables := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(tables))
	const list, most = 1000, 60
	long := newSendingFixture(t, store, list)
	short := []*sendingFixture{newSendingFixture(t, store, 1), newSendingFixture(t, store, 2)}
	late := newSendingFixture(t, store, 0)
	long.mailer.respond = func(*email.Message) error {
		if len(long.mailer.sent) == 2*most { // somebody invites while the list goes out
			late.invite(1)
		}
		return nil
	}
	// All of the list waits longer than anybody else's mail.
	long.ok(long.sender(store).Work(t.Context(), long.jobs[0], 0, long.at, time.Minute))
	left := map[organization.ID]int{}
	for n, o := range long.mailer.sentBy {
		left[o] = n
	}
	if len(long.mailer.sent) != list+4 {
		t.Errorf("%d mails went out", len(long.mailer.sent))
	}
	for _, f := range short {
		if n := left[f.org.ID]; n > most {
			t.Errorf("the last mail of an organization that had few was number %d", n+1)
		}
	}
	// At this pace 64 mails are under way, 50 were looked at, and 64 overtake one that is begun.
	if n := left[late.org.ID]; n > 2*most+64+50+64 {
		t.Errorf("a mail that was asked for after %d was number %d", 2*most, n+1)
	}
}

func TestWhatTheServiceSays(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 3)
	busy, down := 3, 2
	f.mailer.respond = func(m *email.Message) error {
		switch {
		case m.To == "guest0@example.org" && busy > 0:
			busy--
			return fault.RateLimited("", "busy", time.Second)
		case m.To == "guest1@example.org":
			return fault.Invalid("to", "no such domain")
		case m.To == "guest2@example.org" && down > 0:
			down--
			return fault.Unavailable(context.DeadlineExceeded)
		}
		return nil
	}
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	if got := f.deliveryStates(); got[invitation.Sent] != 1 || got[invitation.Rejected] != 1 || got[invitation.Queued] != 1 {
		t.Errorf("mails are %v, want one sent, one rejected, one put off", got)
	}
	f.sweepUntilIdle()
	if got := f.deliveryStates(); got[invitation.Sent] != 2 || len(f.mailer.sent) != 2 {
		t.Errorf("in the end mails are %v", got)
	}
}
