package invitation_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
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
		k := invitation.NewAsk(i, invitation.Person{User: "eve", Name: "Eve", Email: "eve@example.org"}, o.at)
		to := []*organization.Administrator{owner}
		if n%2 == 1 { // addressed to the inviter, who has never been an administrator here, or is none any more
			to = []*organization.Administrator{{Organization: owner.Organization, User: i.By.User}}
		}
		o.ok(store.Commit(t.Context(), append(store.CreateAsk(k), store.CreateNotices(i, to, k.By.User, o.at, o.now)...)...))
	}
	waiting, err := store.WaitingMail(t.Context(), "")
	o.ok(err)
	for _, j := range waiting {
		o.jobs = append(o.jobs, j.ID)
	}
	return o, owner
}

func (o *office) waits() int {
	o.t.Helper()
	waiting, err := o.store.WaitingMail(o.t.Context(), "")
	o.ok(err)
	return len(waiting)
}

// TestCrashTelling kills the sender at each of its store calls while it tells administrators. Every mail goes out once, also
// one whose addressee is no administrator any more; twice only when the sender died between the service's yes and the note
// of it.
func TestCrashTelling(t *testing.T) {
	const mails = 2
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			o, _ := questions(t, dynamo.New(db, dynamo.Tables(tables)), mails)
			dying, process := dynamotest.Dying(db, n, after)
			_ = o.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute)
			died = process.Dead()
			window := len(o.post.taken) - (mails - o.waits()) // taken by the service, not noted
			o.rings()
			if len(o.post.taken) != mails+window || o.waits() != 0 {
				t.Errorf("died at call %d (after: %t): %d mails, want %d and %d from the window; %d wait", n, after, len(o.post.taken), mails, window, o.waits())
			}
			for _, to := range o.post.taken {
				if to != "owen@example.org" {
					t.Errorf("died at call %d (after: %t): told is %s", n, after, to)
				}
			}
		}
	}
}

// Nobody is told what has been decided, nor at an address that the organization must not write to.
func TestWhoIsNotTold(t *testing.T) {
	for name, change := range map[string]func(*office, *organization.Administrator){
		"decided": func(o *office, owner *organization.Administrator) {
			k, err := o.store.AskOf(t.Context(), o.made[0], "eve")
			o.ok(err)
			o.ok(k.Decline(o.made[0], invitation.Person{User: owner.User}, o.at))
			o.ok(o.store.Commit(t.Context(), o.store.PutAsk(k)...))
		},
		"suppressed": func(o *office, owner *organization.Administrator) {
			o.ok(o.store.Commit(t.Context(), o.store.Suppress(&invitation.Suppressed{
				Organization: owner.Organization, Email: owner.Email, Why: invitation.Bounced, At: o.at,
			})...))
		},
		"gone": func(o *office, owner *organization.Administrator) {
			o.ok(o.store.Commit(t.Context(), o.store.RemoveAdministrator(owner)...))
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
