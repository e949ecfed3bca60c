package invitation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// questions has somebody ask about each invitation of the office, of which one owner is to be told, and returns the office
// with the jobs of those mails alone.
func questions(t *testing.T, store *dynamo.Store, guests int) (*office, *organization.Administrator) {
	t.Helper()
	o := newOffice(t, store, guests)
	o.ok(o.sender(store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	o.rings()
	o.post.taken, o.jobs = nil, nil
	owner := &organization.Administrator{
		Organization: o.made[0].Organization, User: "owner", Role: organization.Owner, Name: "Owen", Email: "owen@example.org", AddedAt: o.at,
	}
	o.ok(store.Commit(t.Context(), store.CreateAdministrator(owner)...))
	for n, i := range o.made {
		k := invitation.NewAccessRequest(i, invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"}, o.at)
		to := []*organization.Administrator{owner}
		if n%2 == 1 { // addressed to the inviter, who has never been an administrator here, or is none any more
			to = []*organization.Administrator{{Organization: owner.Organization, User: i.InvitedBy.User}}
		}
		o.ok(store.Commit(t.Context(), append(store.CreateAccessRequest(k), store.CreateNotices(i, to, k.Requester.User, o.at, o.now)...)...))
	}
	waiting, err := store.PendingMailJobs(t.Context(), "")
	o.ok(err)
	for _, j := range waiting {
		o.jobs = append(o.jobs, j.ID)
	}
	return o, owner
}

// decides has an owner decide about each of the office's asks, and returns the jobs of the mails that tell it.
func (o *office) decides(decide func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error)) []string {
	o.t.Helper()
	var jobs []string
	for _, made := range o.made {
		i, err := o.store.Invitation(o.t.Context(), made.Target(), made.ID)
		o.ok(err)
		k, err := o.store.AccessRequest(o.t.Context(), i, "eve")
		o.ok(err)
		news, err := decide(k, i, invitation.Person{User: "owner", Name: "Owen"}, o.at)
		o.ok(err)
		if !news {
			o.t.Fatal("nothing was decided")
		}
		o.ok(o.store.Commit(o.t.Context(), append(o.store.UpdateAccessRequest(k), o.store.CreateDecisionNotice(i, k, o.at, o.now)...)...))
		jobs = append(jobs, k.DecisionID(k.Version+1))
	}
	return jobs
}

// decided is an office that has told its administrators what is asked, with the jobs of the mails that tell an approval.
func decided(t *testing.T, store *dynamo.Store, guests int) *office {
	t.Helper()
	o, _ := questions(t, store, guests)
	o.ok(o.sender(store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	o.rings()
	o.post.taken, o.jobs = nil, o.decides((*invitation.AccessRequest).Approve)
	return o
}

// suppresses keeps the organization's mail from an address.
func (o *office) suppresses(email string) {
	o.t.Helper()
	o.ok(o.store.Commit(o.t.Context(), o.store.Suppress(&invitation.Suppression{
		Organization: o.org.ID, Email: email, Reason: invitation.Bounced, At: o.at,
	})...))
}

func (o *office) waits() int {
	o.t.Helper()
	waiting, err := o.store.PendingMailJobs(o.t.Context(), "")
	o.ok(err)
	return len(waiting)
}

// TestCrashTelling kills the sender at each of its store calls while it tells administrators what is asked, or whoever asked
// what was decided. Every mail goes out once, also one whose addressee is no administrator any more; twice only when the
// sender died between the service's yes and the note of it.
func TestCrashTelling(t *testing.T) {
	const mails = 2
	for to, begin := range map[string]func(*testing.T, *dynamo.Store, int) *office{
		"owen@example.org": func(t *testing.T, store *dynamo.Store, guests int) *office {
			o, _ := questions(t, store, guests)
			return o
		},
		"eve@example.org": decided,
	} {
		windows := 0
		for n, died := 0, true; died; n++ {
			for _, after := range []bool{false, true} {
				db, tables := dynamotest.New(t)
				o := begin(t, dynamo.New(db, dynamo.Tables(tables)), mails)
				dying, process := dynamotest.NewCrashingClient(db, n, after)
				_ = o.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute)
				died = process.Crashed()
				window := len(o.post.taken) - (mails - o.waits()) // taken by the service, not noted
				windows += window
				o.rings()
				if len(o.post.taken) != mails+window || o.waits() != 0 {
					t.Errorf("died at call %d (after: %t): %d mails, want %d and %d from the window; %d wait", n, after, len(o.post.taken), mails, window, o.waits())
				}
				for _, told := range o.post.taken {
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
	change := func(o *office, change func(*invitation.Invitation)) {
		i, err := o.store.Invitation(t.Context(), invitation.Target{Campaign: o.made[0].Campaign}, o.made[0].ID)
		o.ok(err)
		change(i)
		o.ok(o.store.Commit(t.Context(), o.store.UpdateInvitation(i)...))
		o.made[0] = i
	}
	for name, c := range map[string]struct {
		then func(*office)
		says invitation.MessageKind // empty: nobody is told
	}{
		"approved":       {func(*office) {}, invitation.AccessApprovedMessage},
		"declined since": {func(o *office) { o.decides((*invitation.AccessRequest).Decline) }, invitation.AccessDeclinedMessage},
		"declined and approved": {func(o *office) {
			o.decides((*invitation.AccessRequest).Decline)
			o.decides((*invitation.AccessRequest).Approve)
		}, invitation.AccessApprovedMessage},
		"expired since":        {func(o *office) { change(o, func(i *invitation.Invitation) { i.ExpiresAt = o.at }) }, invitation.AccessApprovedMessage},
		"the approval is over": {func(o *office) { o.at = o.at.Add(invitation.ApprovalLifetime) }, ""},
		"it was revoked":       {func(o *office) { change(o, func(i *invitation.Invitation) { i.RevokedAt = o.at }) }, ""},
		"it was accepted":      {func(o *office) { change(o, func(i *invitation.Invitation) { i.AcceptRole("v", o.at) }) }, ""},
		"invited anew":         {func(o *office) { change(o, func(i *invitation.Invitation) { i.OpenedGeneration = i.Generation + 1 }) }, ""},
		"asked anew": {func(o *office) {
			k, err := o.store.AccessRequest(t.Context(), o.made[0], "eve")
			o.ok(err)
			k.Decision = invitation.Pending
			o.ok(o.store.Commit(t.Context(), o.store.UpdateAccessRequest(k)...))
		}, ""},
		"the campaign is closed": {func(o *office) { o.closes() }, ""},
		"the address bounced":    {func(o *office) { o.suppresses("eve@example.org") }, ""},
		"the invited one wants no mail": {func(o *office) {
			o.suppresses(o.made[0].Email)
		}, invitation.AccessApprovedMessage},
		"sent again since": {func(o *office) {
			change(o, func(i *invitation.Invitation) {
				o.ok(i.Resend(o.inviter, nil, o.tokens, invitation.Lifetime, o.at))
				i.RecordSent(i.Generation, invitation.Lifetime, o.at)
			})
		}, invitation.AccessApprovedMessage},
	} {
		t.Run(name, func(t *testing.T) {
			db, tables := dynamotest.New(t)
			o := decided(t, dynamo.New(db, dynamo.Tables(tables)), 1)
			var letters []invitation.Message
			o.post.says = func(l invitation.Message) error { letters = append(letters, l); return nil }
			c.then(o)
			o.ok(o.sender(dynamo.New(db, dynamo.Tables(tables))).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
			o.rings()
			if o.waits() != 0 {
				t.Errorf("%d mails wait", o.waits())
			}
			if c.says == "" {
				if len(letters) != 0 {
					t.Errorf("told is %+v", letters)
				}
				return
			}
			want := invitation.Message{
				Kind: c.says, Invitation: o.made[0].ID, Generation: o.made[0].Generation, OrganizationID: o.org.ID, CampaignID: string(o.campaign.ID),
				To: "eve@example.org", FirstName: "Eve", Language: invitation.English, Organization: o.org.Name, Campaign: o.campaign.Name,
				Inviter: o.inviter.Name, Requester: invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"},
			}
			if c.says == invitation.AccessApprovedMessage {
				want.Page = "https://kith.example/i/" + o.tokens.Accept(o.made[0])
				want.Expires = o.at.Add(invitation.ApprovalLifetime)
			}
			if len(letters) == 1 {
				want.MessageID = letters[0].MessageID
			}
			if diff := cmp.Diff([]invitation.Message{want}, letters); diff != "" {
				t.Errorf("told is (-want +got):\n%s", diff)
			}
		})
	}
}

// What is decided anew between the sender's look and its taking the mail keeps that mail from going.
func TestADecisionIsTakenBackInTheLastMoment(t *testing.T) {
	for name, change := range map[string]func(*office){
		"declined":  func(o *office) { o.decides((*invitation.AccessRequest).Decline) },
		"unwelcome": func(o *office) { o.suppresses("eve@example.org") },
		"revoked": func(o *office) {
			i, err := o.store.Invitation(t.Context(), o.made[0].Target(), o.made[0].ID)
			o.ok(err)
			o.ok(i.Revoke(o.at))
			o.ok(o.store.Commit(t.Context(), o.store.UpdateInvitation(i)...))
		},
		"": func(*office) {},
	} {
		db, tables := dynamotest.New(t)
		o := decided(t, dynamo.New(db, dynamo.Tables(tables)), 1)
		j, err := o.store.Job(t.Context(), o.jobs[0])
		o.ok(err)
		n, err := o.store.Notice(t.Context(), j)
		o.ok(err)
		change(o)
		if err := o.store.ClaimNotice(t.Context(), n, j); fault.Is(err, fault.KindConflict) != (name != "") || err != nil && name == "" {
			t.Errorf("%q: taking the mail is answered %v", name, err)
		}
	}
}

// A decision's mail waits while the organization's mail is stopped, as all of its mails.
func TestADecisionWaitsWhileMailIsStopped(t *testing.T) {
	db, tables := dynamotest.New(t)
	o := decided(t, dynamo.New(db, dynamo.Tables(tables)), 1)
	o.had(200, 7)
	o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	held, err := o.store.HeldMailJobs(t.Context(), o.org.ID)
	o.ok(err)
	if len(o.post.taken) != 0 || len(held) != 1 || held[0].ID != o.jobs[0] {
		t.Errorf("while mail is stopped told are %v, and held are %v", o.post.taken, held)
	}
	o.resumes()
	if len(o.post.taken) != 1 || o.waits() != 0 {
		t.Errorf("after resuming told are %v, and %d mails wait", o.post.taken, o.waits())
	}
}

// Nobody is told what has been decided, nor at an address that the organization must not write to.
func TestWhoIsNotTold(t *testing.T) {
	for name, change := range map[string]func(*office, *organization.Administrator){
		"decided": func(o *office, owner *organization.Administrator) {
			k, err := o.store.AccessRequest(t.Context(), o.made[0], "eve")
			o.ok(err)
			_, err = k.Decline(o.made[0], invitation.Person{User: owner.User}, o.at)
			o.ok(err)
			o.ok(o.store.Commit(t.Context(), o.store.UpdateAccessRequest(k)...))
		},
		"suppressed": func(o *office, owner *organization.Administrator) {
			o.suppresses(owner.Email)
		},
		"gone": func(o *office, owner *organization.Administrator) {
			o.ok(o.store.Commit(t.Context(), o.store.DeleteAdministrator(owner)...))
		},
	} {
		db, tables := dynamotest.New(t)
		o, owner := questions(t, dynamo.New(db, dynamo.Tables(tables)), 1)
		change(o, owner)
		o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
		o.rings()
		if len(o.post.taken) != 0 || o.waits() != 0 {
			t.Errorf("%s: told are %v, and %d mails wait", name, o.post.taken, o.waits())
		}
	}
}
