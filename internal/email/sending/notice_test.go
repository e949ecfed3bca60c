package sending_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// questions has somebody ask about each invitation of the office, of which one owner is to be told, and returns the office
// with the jobs of those mails alone.
func questions(t *testing.T, store *dynamo.Store, guests int) (*sendingFixture, *organization.Administrator) {
	t.Helper()
	f := newSendingFixture(t, store, guests)
	f.ok(f.sender(store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	f.sweepUntilIdle()
	f.mailer.sent, f.jobs = nil, nil
	owner := &organization.Administrator{
		Organization: f.invitations[0].Organization, User: "owner", Role: organization.Owner, Name: "Owen", Email: "owen@example.org", AddedAt: f.at,
	}
	f.ok(store.Commit(t.Context(), store.CreateAdministrator(owner)...))
	for n, i := range f.invitations {
		k := invitation.NewAccessRequest(i, invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"}, f.at)
		to := []*organization.Administrator{owner}
		if n%2 == 1 { // addressed to the inviter, who has never been an administrator here, or is none any more
			to = []*organization.Administrator{{Organization: owner.Organization, User: i.InvitedBy.User}}
		}
		f.ok(store.Commit(t.Context(), append(store.CreateAccessRequest(k), store.CreateNotices(i, to, k.Requester.User, f.at, f.now)...)...))
	}
	waiting, err := store.PendingMailJobs(t.Context(), "")
	f.ok(err)
	for _, j := range waiting {
		f.jobs = append(f.jobs, j.ID)
	}
	return f, owner
}

// decides has an owner decide about each of the office's asks, and returns the jobs of the mails that tell it.
func (f *sendingFixture) decide(decide func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error)) []string {
	f.t.Helper()
	var jobs []string
	for _, made := range f.invitations {
		i, err := f.store.Invitation(f.t.Context(), made.Target(), made.ID)
		f.ok(err)
		k, err := f.store.AccessRequest(f.t.Context(), i, "eve")
		f.ok(err)
		news, err := decide(k, i, invitation.Person{User: "owner", Name: "Owen"}, f.at)
		f.ok(err)
		if !news {
			f.t.Fatal("nothing was decided")
		}
		f.ok(f.store.Commit(f.t.Context(), append(f.store.UpdateAccessRequest(k), f.store.CreateDecisionNotice(i, k, f.at, f.now)...)...))
		jobs = append(jobs, k.DecisionID(k.Version+1))
	}
	return jobs
}

// decided is an office that has told its administrators what is asked, with the jobs of the mails that tell an approval.
func decided(t *testing.T, store *dynamo.Store, guests int) *sendingFixture {
	t.Helper()
	f, _ := questions(t, store, guests)
	f.ok(f.sender(store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	f.sweepUntilIdle()
	f.mailer.sent, f.jobs = nil, f.decide((*invitation.AccessRequest).Approve)
	return f
}

// suppresses keeps the organization's mail from an address.
func (f *sendingFixture) suppress(email string) {
	f.t.Helper()
	f.ok(f.store.Commit(f.t.Context(), f.store.Suppress(&invitation.Suppression{
		Organization: f.org.ID, Email: email, Reason: invitation.Bounced, At: f.at,
	})...))
}

func (f *sendingFixture) pending() int {
	f.t.Helper()
	waiting, err := f.store.PendingMailJobs(f.t.Context(), "")
	f.ok(err)
	return len(waiting)
}

// TestCrashTelling kills the sender at each of its store calls while it tells administrators what is asked, or whoever asked
// what was decided. Every mail goes out once, also one whose addressee is no administrator any more; twice only when the
// sender died between the service's yes and the note of it.
func TestCrashTelling(t *testing.T) {
	const mails = 2
	for to, begin := range map[string]func(*testing.T, *dynamo.Store, int) *sendingFixture{
		"owen@example.org": func(t *testing.T, store *dynamo.Store, guests int) *sendingFixture {
			f, _ := questions(t, store, guests)
			return f
		},
		"eve@example.org": decided,
	} {
		windows := 0
		for n, died := 0, true; died; n++ {
			for _, after := range []bool{false, true} {
				db, tables := dynamotest.New(t)
				f := begin(t, dynamo.New(db, dynamo.Tables(tables)), mails)
				dying, process := dynamotest.NewCrashingClient(db, n, after)
				_ = f.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute)
				died = process.Crashed()
				window := len(f.mailer.sent) - (mails - f.pending()) // taken by the service, not noted
				windows += window
				f.sweepUntilIdle()
				if len(f.mailer.sent) != mails+window || f.pending() != 0 {
					t.Errorf("died at call %d (after: %t): %d mails, want %d and %d from the window; %d wait", n, after, len(f.mailer.sent), mails, window, f.pending())
				}
				for _, told := range f.mailer.sent {
					if told != to {
						t.Errorf("died at call %d (after: %t): told is %s, want %s", n, after, told, to)
					}
				}
			}
		}
		if windows == 0 {
			t.Errorf("to %s no death fell into the window: the test misses what it is about", to)
		}
	}
}

// Whoever asked is told the decision that stands, once, with a link that works, unless it leads nowhere by now.
func TestWhoHearsADecision(t *testing.T) {
	change := func(f *sendingFixture, change func(*invitation.Invitation)) {
		i, err := f.store.Invitation(t.Context(), invitation.Target{Campaign: f.invitations[0].Campaign}, f.invitations[0].ID)
		f.ok(err)
		change(i)
		f.ok(f.store.Commit(t.Context(), f.store.UpdateInvitation(i)...))
		f.invitations[0] = i
	}
	for name, c := range map[string]struct {
		then func(*sendingFixture)
		says email.Kind // empty: nobody is told
	}{
		"approved":       {func(*sendingFixture) {}, email.AccessApproved},
		"declined since": {func(f *sendingFixture) { f.decide((*invitation.AccessRequest).Decline) }, email.AccessDeclined},
		"declined and approved": {func(f *sendingFixture) {
			f.decide((*invitation.AccessRequest).Decline)
			f.decide((*invitation.AccessRequest).Approve)
		}, email.AccessApproved},
		"expired since":        {func(f *sendingFixture) { change(f, func(i *invitation.Invitation) { i.ExpiresAt = f.at }) }, email.AccessApproved},
		"the approval is over": {func(f *sendingFixture) { f.at = f.at.Add(invitation.ApprovalLifetime) }, ""},
		"it was revoked":       {func(f *sendingFixture) { change(f, func(i *invitation.Invitation) { i.RevokedAt = f.at }) }, ""},
		"it was accepted":      {func(f *sendingFixture) { change(f, func(i *invitation.Invitation) { i.AcceptRole("v", f.at) }) }, ""},
		"invited anew": {func(f *sendingFixture) {
			change(f, func(i *invitation.Invitation) { i.OpenedGeneration = i.Generation + 1 })
		}, ""},
		"asked anew": {func(f *sendingFixture) {
			k, err := f.store.AccessRequest(t.Context(), f.invitations[0], "eve")
			f.ok(err)
			k.Decision = invitation.Pending
			f.ok(f.store.Commit(t.Context(), f.store.UpdateAccessRequest(k)...))
		}, ""},
		"the campaign is closed": {func(f *sendingFixture) { f.closeCampaign() }, ""},
		"the address bounced":    {func(f *sendingFixture) { f.suppress("eve@example.org") }, ""},
		"the invited one wants no mail": {func(f *sendingFixture) {
			f.suppress(f.invitations[0].Email)
		}, email.AccessApproved},
		"sent again since": {func(f *sendingFixture) {
			change(f, func(i *invitation.Invitation) {
				f.ok(i.Resend(f.inviter, nil, f.tokens, invitation.Lifetime, f.at))
				i.RecordSent(i.Generation, invitation.Lifetime, f.at)
			})
		}, email.AccessApproved},
	} {
		t.Run(name, func(t *testing.T) {
			db, tables := dynamotest.New(t)
			f := decided(t, dynamo.New(db, dynamo.Tables(tables)), 1)
			var messages []*email.Message
			f.mailer.respond = func(m *email.Message) error { messages = append(messages, m); return nil }
			c.then(f)
			f.ok(f.sender(dynamo.New(db, dynamo.Tables(tables))).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
			f.sweepUntilIdle()
			if f.pending() != 0 {
				t.Errorf("%d mails wait", f.pending())
			}
			if c.says == "" {
				if len(messages) != 0 {
					t.Errorf("told is %+v", messages)
				}
				return
			}
			want := &email.Message{
				Kind: c.says, Invitation: f.invitations[0].ID, Generation: f.invitations[0].Generation, OrganizationID: f.org.ID, CampaignID: string(f.campaign.ID),
				To: "eve@example.org", FirstName: "Eve", Language: invitation.English, Organization: f.org.Name, Campaign: f.campaign.Name,
				Inviter: f.inviter.Name, Requester: invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"},
			}
			if c.says == email.AccessApproved {
				want.Page = "https://kith.example/i/" + f.tokens.Accept(f.invitations[0])
				want.Expires = f.at.Add(invitation.ApprovalLifetime)
			}
			if len(messages) == 1 {
				want.MessageID = messages[0].MessageID
			}
			if diff := cmp.Diff([]*email.Message{want}, messages); diff != "" {
				t.Errorf("told is (-want +got):\n%s", diff)
			}
		})
	}
}

// What is decided anew between the sender's look and its taking the mail keeps that mail from going.
func TestADecisionIsTakenBackInTheLastMoment(t *testing.T) {
	for name, change := range map[string]func(*sendingFixture){
		"declined":  func(f *sendingFixture) { f.decide((*invitation.AccessRequest).Decline) },
		"unwelcome": func(f *sendingFixture) { f.suppress("eve@example.org") },
		"revoked": func(f *sendingFixture) {
			i, err := f.store.Invitation(t.Context(), f.invitations[0].Target(), f.invitations[0].ID)
			f.ok(err)
			f.ok(i.Revoke(f.at))
			f.ok(f.store.Commit(t.Context(), f.store.UpdateInvitation(i)...))
		},
		"": func(*sendingFixture) {},
	} {
		db, tables := dynamotest.New(t)
		f := decided(t, dynamo.New(db, dynamo.Tables(tables)), 1)
		j, err := f.store.Job(t.Context(), f.jobs[0])
		f.ok(err)
		n, err := f.store.Notice(t.Context(), j)
		f.ok(err)
		change(f)
		if err := f.store.ClaimNotice(t.Context(), n, j); fault.Is(err, fault.KindConflict) != (name != "") || err != nil && name == "" {
			t.Errorf("%q: taking the mail is answered %v", name, err)
		}
	}
}

// A decision's mail waits while the organization's mail is stopped, as all of its mails.
func TestADecisionWaitsWhileMailIsStopped(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := decided(t, dynamo.New(db, dynamo.Tables(tables)), 1)
	f.setCounts(200, 7)
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	held, err := f.store.HeldMailJobs(t.Context(), f.org.ID)
	f.ok(err)
	if len(f.mailer.sent) != 0 || len(held) != 1 || held[0].ID != f.jobs[0] {
		t.Errorf("while mail is stopped told are %v, and held are %v", f.mailer.sent, held)
	}
	f.resume()
	if len(f.mailer.sent) != 1 || f.pending() != 0 {
		t.Errorf("after resuming told are %v, and %d mails wait", f.mailer.sent, f.pending())
	}
}

// Nobody is told what has been decided, nor at an address that the organization must not write to.
func TestWhoIsNotTold(t *testing.T) {
	for name, change := range map[string]func(*sendingFixture, *organization.Administrator){
		"decided": func(f *sendingFixture, owner *organization.Administrator) {
			k, err := f.store.AccessRequest(t.Context(), f.invitations[0], "eve")
			f.ok(err)
			_, err = k.Decline(f.invitations[0], invitation.Person{User: owner.User}, f.at)
			f.ok(err)
			f.ok(f.store.Commit(t.Context(), f.store.UpdateAccessRequest(k)...))
		},
		"suppressed": func(f *sendingFixture, owner *organization.Administrator) {
			f.suppress(owner.Email)
		},
		"gone": func(f *sendingFixture, owner *organization.Administrator) {
			f.ok(f.store.Commit(t.Context(), f.store.DeleteAdministrator(owner)...))
		},
	} {
		db, tables := dynamotest.New(t)
		f, owner := questions(t, dynamo.New(db, dynamo.Tables(tables)), 1)
		change(f, owner)
		f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
		f.sweepUntilIdle()
		if len(f.mailer.sent) != 0 || f.pending() != 0 {
			t.Errorf("%s: told are %v, and %d mails wait", name, f.mailer.sent, f.pending())
		}
	}
}
