package invitation_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// post is a mail service that keeps what it takes.
type post struct {
	mu    sync.Mutex
	quota invitation.Quota
	taken []string
	by    []organization.ID // whose mails those are
	says  func(invitation.Message) error
}

func (p *post) Quota(context.Context) (invitation.Quota, error) { return p.quota, nil }

func (p *post) Send(_ context.Context, l invitation.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.says != nil {
		if err := p.says(l); err != nil {
			return err
		}
	}
	p.taken, p.by = append(p.taken, l.To), append(p.by, l.OrganizationID)
	return nil
}

// office is a campaign with invitations whose mails wait.
type office struct {
	t      *testing.T
	store  *dynamo.Store
	post   *post
	tokens invitation.Tokens
	at     time.Time
	now    time.Time // the machine's
	handed int
	made   []*invitation.Invitation
	jobs   []string

	org      *organization.Organization
	campaign *campaign.Campaign
	inviter  invitation.Inviter
}

func newOffice(t *testing.T, store *dynamo.Store, guests int) *office {
	t.Helper()
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	o := &office{
		t: t, store: store, post: &post{quota: invitation.Quota{PerSecond: 10_000, Remaining: -1}},
		tokens: invitation.NewTokens([]byte("secret")), at: at, now: time.Now(),
	}
	olive := &user.User{ID: "u", Name: "Olive", Email: "olive@example.org"}
	org, admin, err := organization.New(organization.Details{Name: "Neighbors"}, olive, at)
	o.ok(err)
	c, err := campaign.New(org.ID, campaign.Details{Name: "Autumn", Slug: "autumn-" + string(org.ID), TimeZone: "UTC"}, at)
	o.ok(err)
	c.Question.Text = "Will they vote?"
	o.ok(c.Publish(at))
	o.ok(store.Commit(t.Context(), append(store.CreateOrganization(org), store.CreateCampaign(c)...)...))
	o.org, o.campaign, o.inviter = org, c, invitation.Inviter{User: admin.User, Name: admin.Name}
	o.invite(guests)
	return o
}

// invite invites so many guests more, twelve in a transaction.
func (o *office) invite(guests int) {
	o.t.Helper()
	var writes []dynamo.Write
	for n := range guests {
		g, err := invitation.Invitee{Email: fmt.Sprintf("guest%d@example.org", len(o.made)), FirstName: "Gus", LastName: "Guest"}.Normalize()
		o.ok(err)
		i := invitation.New(g, o.campaign, o.inviter, o.tokens, invitation.Lifetime, o.at)
		j := job.New(job.InvitationEmail, string(o.org.ID), string(o.campaign.ID), string(i.ID), o.at, o.now)
		writes = append(append(writes, o.store.CreateInvitation(i, i.Links(o.tokens)...)...), o.store.CreateJob(j)...)
		o.made, o.jobs = append(o.made, i), append(o.jobs, j.ID)
		if n%12 == 11 || n == guests-1 {
			o.ok(o.store.Commit(context.Background(), writes...))
			writes = nil
		}
	}
}

// closes closes the campaign.
func (o *office) closes() {
	o.t.Helper()
	content, err := o.store.Content(o.t.Context(), o.campaign.ID)
	o.ok(err)
	o.ok(content.Campaign.Close(o.at))
	o.ok(o.store.Commit(o.t.Context(), o.store.UpdateCampaign(content.Campaign)...))
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) sender(store *dynamo.Store) *invitation.Sender {
	return &invitation.Sender{
		Store: store, Mailer: o.post, Tokens: o.tokens, InvitationLifetime: invitation.Lifetime,
		Addresses: invitation.Addresses{Site: "https://kith.example", API: "https://api.kith.example"},
		HandOn:    func(context.Context, string, int, time.Time) error { o.handed++; return nil },
		Now:       func() time.Time { return o.now },
	}
}

// deliveries counts the invitations by what became of their mail.
func (o *office) deliveries() map[invitation.DeliveryState]int {
	o.t.Helper()
	count := map[invitation.DeliveryState]int{}
	for _, made := range o.made {
		i, err := o.store.Invitation(o.t.Context(), invitation.Target{Campaign: made.Campaign}, made.ID)
		o.ok(err)
		count[i.Delivery]++
	}
	return count
}

// rings sweeps and rings as the schedule and the stream would, until nothing waits.
func (o *office) rings() {
	o.t.Helper()
	for range 10 {
		o.now = o.now.Add(2 * time.Minute)
		ids, err := o.store.OverdueJobs(o.t.Context(), o.now, 100)
		o.ok(err)
		if len(ids) == 0 {
			return
		}
		sweeper := &job.Sweeper{Store: o.store, Now: func() time.Time { return o.now }}
		o.ok(sweeper.Sweep(o.t.Context(), o.at))
		for _, id := range ids {
			o.ok(o.sender(o.store).Work(o.t.Context(), id, 0, o.at, time.Minute))
		}
	}
	o.t.Error("mail still waits after 10 sweeps")
}

// TestCrashSending kills the sender at each of its store calls, before and after it takes effect. Every mail goes out once;
// twice only when the sender died between the service's yes and the note of it.
func TestCrashSending(t *testing.T) {
	const guests = 2
	windows := 0
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), guests)
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			sender := o.sender(dynamo.New(dying, dynamo.Tables(tables)))
			_ = sender.Work(t.Context(), o.jobs[0], 0, o.at, time.Minute)
			died = process.Crashed()
			before := len(o.post.taken)
			noted := o.deliveries()[invitation.Sent]
			o.rings()
			if got := o.deliveries(); got[invitation.Sent] != guests {
				t.Errorf("died at call %d (after: %t): mails are %v", n, after, got)
			}
			if got := o.tally(); got != (invitation.EmailCounts{Sent: guests}) {
				t.Errorf("died at call %d (after: %t): counted are %+v", n, after, got)
			}
			window := before - noted // taken by the service, not noted
			if len(o.post.taken) != guests+window {
				t.Errorf("died at call %d (after: %t): %d mails, want %d and %d from the window", n, after, len(o.post.taken), guests, window)
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
	o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 20)
	var all sync.WaitGroup
	for _, id := range o.jobs {
		all.Go(func() {
			if err := o.sender(dynamo.New(db, dynamo.Tables(tables))).Work(context.Background(), id, 0, o.at, time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	o.rings()
	if got := o.deliveries(); got[invitation.Sent] != 20 || len(o.post.taken) != 20 {
		t.Errorf("%d mails; deliveries %v", len(o.post.taken), got)
	}
}

func TestADaysQuotaIsWaitedFor(t *testing.T) {
	db, tables := dynamotest.New(t)
	o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 5)
	o.post.quota.Remaining = 3
	o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	o.post.quota.Remaining = 0
	o.ok(o.sender(o.store).Work(t.Context(), o.jobs[4], 0, o.at, time.Minute))
	if got := o.deliveries(); got[invitation.Sent] != 3 || got[invitation.Queued] != 2 {
		t.Errorf("with a quota of 3 the mails are %v", got)
	}
	o.post.quota.Remaining = 3
	o.now = o.now.Add(time.Hour)
	o.rings()
	if got := o.deliveries(); got[invitation.Sent] != 5 || len(o.post.taken) != 5 {
		t.Errorf("the next day the mails are %v", got)
	}
}

// When its turn comes, a mail goes out only if somebody can still join by it. One that doesn't is not said to wait.
func TestMailsThatLeadNowhereAreNotSent(t *testing.T) {
	db, tables := dynamotest.New(t)
	o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 3)
	revoked, anew := o.made[0], o.made[1]
	o.ok(revoked.Revoke(o.at))
	o.ok(o.store.Commit(t.Context(), o.store.UpdateInvitation(revoked)...))
	o.ok(anew.Revoke(o.at))
	g, err := invitation.Invitee{Email: anew.Email, FirstName: "Gus", LastName: "Guest"}.Normalize()
	o.ok(err)
	o.ok(anew.Reinvite(g, anew.InvitedBy, nil, o.tokens, invitation.Lifetime, o.at))
	again := job.New(job.InvitationEmail, string(anew.Organization), string(anew.Campaign), string(anew.ID), o.at, o.now)
	o.ok(o.store.Commit(t.Context(), append(o.store.UpdateInvitation(anew, anew.Links(o.tokens)...), o.store.CreateJob(again)...)...))
	o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	o.rings()
	if got := o.deliveries(); got[invitation.Sent] != 2 || got[invitation.Suppressed] != 1 || len(o.post.taken) != 2 {
		t.Errorf("one of three is revoked, one invited anew: %d mails went out; they are %v", len(o.post.taken), got)
	}

	o = newOffice(t, o.store, 3)
	o.closes()
	o.ok(o.sender(dynamo.New(db, dynamo.Tables(tables))).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	if got := o.deliveries(); got[invitation.Suppressed] != 3 || len(o.post.taken) != 0 {
		t.Errorf("after the campaign's end %d mails went out; they are %v", len(o.post.taken), got)
	}
	if o.waits() != 0 {
		t.Errorf("%d mails still wait", o.waits())
	}
}

// An organization's long list doesn't keep another's mail waiting: organizations take turns.
func TestOrganizationsTakeTurns(t *testing.T) {
	db, tables := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(tables))
	const list, most = 1000, 60
	long := newOffice(t, store, list)
	short := []*office{newOffice(t, store, 1), newOffice(t, store, 2)}
	late := newOffice(t, store, 0)
	long.post.says = func(invitation.Message) error {
		if len(long.post.taken) == 2*most { // somebody invites while the list goes out
			late.invite(1)
		}
		return nil
	}
	// All of the list waits longer than anybody else's mail.
	long.ok(long.sender(store).Work(t.Context(), long.jobs[0], 0, long.at, time.Minute))
	left := map[organization.ID]int{}
	for n, o := range long.post.by {
		left[o] = n
	}
	if len(long.post.taken) != list+4 {
		t.Errorf("%d mails went out", len(long.post.taken))
	}
	for _, o := range short {
		if n := left[o.org.ID]; n > most {
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
	o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 3)
	busy, down := 3, 2
	o.post.says = func(l invitation.Message) error {
		switch {
		case l.To == "guest0@example.org" && busy > 0:
			busy--
			return fault.RateLimited("", "busy", time.Second)
		case l.To == "guest1@example.org":
			return fault.Invalid("to", "no such domain")
		case l.To == "guest2@example.org" && down > 0:
			down--
			return fault.Unavailable(context.DeadlineExceeded)
		}
		return nil
	}
	o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	if got := o.deliveries(); got[invitation.Sent] != 1 || got[invitation.Rejected] != 1 || got[invitation.Queued] != 1 {
		t.Errorf("mails are %v, want one sent, one rejected, one put off", got)
	}
	o.rings()
	if got := o.deliveries(); got[invitation.Sent] != 2 || len(o.post.taken) != 2 {
		t.Errorf("in the end mails are %v", got)
	}
}
