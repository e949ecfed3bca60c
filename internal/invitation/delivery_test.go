package invitation_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/user"
)

func (o *office) recorder(store *dynamo.Store) *invitation.Recorder {
	return &invitation.Recorder{Store: store, InvitationLifetime: invitation.Lifetime}
}

// report is what the mail service says became of an invitation's first mail.
func (o *office) report(i *invitation.Invitation, what invitation.Outcome) invitation.DeliveryReport {
	return invitation.DeliveryReport{
		Campaign: i.Campaign, Invitation: i.ID, Generation: 1, Outcome: what, SentAt: o.at.Add(time.Second), OccurredAt: o.at.Add(time.Minute),
	}
}

// to returns the invitation of an address.
func (o *office) to(email string) *invitation.Invitation {
	for _, i := range o.made {
		if i.Email == email {
			return i
		}
	}
	o.t.Fatalf("nobody invited %s", email)
	return nil
}

func (o *office) health() *invitation.MailStatistics {
	o.t.Helper()
	h, err := o.store.MailStatistics(o.t.Context(), o.made[0].Organization, o.at)
	o.ok(err)
	return h
}

func (o *office) tally() invitation.EmailCounts { return o.health().Counts(o.at) }

// had makes the organization one that sent mails of which some bounced.
func (o *office) had(sent, bounced int) {
	o.t.Helper()
	_, err := o.store.RecordMailOutcome(o.t.Context(), o.made[0].Target(), o.made[0].ID, func(i *invitation.Invitation) (*invitation.Suppression, error) {
		for n := range sent {
			mail := invitation.Sending{Hash: fmt.Sprint(n), SentAt: o.at}
			if n < bounced {
				mail.Outcomes = []invitation.Outcome{invitation.HardBounce}
			}
			i.Sendings = append(i.Sendings, mail)
		}
		return nil, nil
	})
	o.ok(err)
}

// resumes lets the organization's mail go as an owner does over the API, and rings as the stream would.
func (o *office) resumes() {
	o.t.Helper()
	h := o.health()
	if !h.Resume(&user.User{ID: "u", Name: "Olive"}, o.at) {
		o.t.Fatalf("mail was not stopped: %+v", h)
	}
	j := invitation.NewReleaseJob(h.Organization, o.at, o.now)
	o.ok(o.store.Commit(o.t.Context(), append(o.store.PutMailStatus(&h.MailStatus), o.store.CreateJob(j)...)...))
	o.ok(o.sender(o.store).Work(o.t.Context(), j.ID, 0, o.at, time.Minute))
	o.ok(o.sender(o.store).Work(o.t.Context(), o.jobs[0], 0, o.at, time.Minute))
}

// TestEventsBeforeTheSendersNote lets the service say what became of a mail before its answer to the sender, whom each of
// its store calls may kill. The end is the same as ever, and not even a death in the window repeats a mail.
func TestEventsBeforeTheSendersNote(t *testing.T) {
	const guests = 2
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), guests)
			o.post.says = func(l invitation.Message) error {
				what := invitation.Delivery
				if l.To == "guest1@example.org" {
					what = invitation.HardBounce
				}
				return o.recorder(o.store).Record(context.Background(), o.report(o.to(l.To), what), o.at)
			}
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			_ = o.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute)
			died = process.Crashed()
			o.rings()
			if got := o.deliveries(); got[invitation.Delivered] != 1 || got[invitation.Bounced] != 1 {
				t.Errorf("died at call %d (after: %t): mails are %v", n, after, got)
			}
			if len(o.post.taken) != guests {
				t.Errorf("died at call %d (after: %t): %d mails went out, want %d", n, after, len(o.post.taken), guests)
			}
			if got := o.tally(); got != (invitation.EmailCounts{Sent: guests, Bounced: 1}) {
				t.Errorf("died at call %d (after: %t): counted are %+v", n, after, got)
			}
		}
	}
}

// TestCrashRecording kills record-delivery at each of its store calls, before and after it takes effect; then the event comes
// again, twice. It is noted and counted once, the address gets no more mail, and the organization's mail is stopped.
func TestCrashRecording(t *testing.T) {
	calls := 0
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 1)
			o.had(199, 5)
			o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
			report := o.report(o.made[0], invitation.HardBounce)
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			err := o.recorder(dynamo.New(dying, dynamo.Tables(tables))).Record(t.Context(), report, o.at)
			died = process.Crashed()
			if died && err == nil {
				t.Errorf("died at call %d (after: %t): the event counts as recorded", n, after)
			}
			for range 2 {
				o.ok(o.recorder(o.store).Record(t.Context(), report, o.at))
			}
			if got := o.deliveries(); got[invitation.Bounced] != 1 {
				t.Errorf("died at call %d (after: %t): the mail is %v", n, after, got)
			}
			sup, err := o.store.InvitationSuppression(t.Context(), o.made[0])
			o.ok(err)
			if sup == nil || sup.Reason != invitation.Bounced {
				t.Errorf("died at call %d (after: %t): the address is suppressed as %+v", n, after, sup)
			}
			if h := o.health(); h.Counts(o.at) != (invitation.EmailCounts{Sent: 200, Bounced: 6}) || h.StopReason != invitation.TooManyBounces {
				t.Errorf("died at call %d (after: %t): mail stands as %+v", n, after, h)
			}
			calls = n
		}
	}
	if calls < 5 {
		t.Errorf("recording made %d store calls: the test misses what it is about", calls)
	}
}

// A stopped organization's mails wait without being looked at; another's go on. Resuming lets them go, once each.
func TestStoppedMailWaitsAndIsResumed(t *testing.T) {
	db, tables := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(tables))
	stopped, other := newOffice(t, store, 150), newOffice(t, store, 3)
	other.post = stopped.post
	stopped.had(200, 6)
	stopped.ok(stopped.sender(store).Work(t.Context(), stopped.jobs[0], 0, stopped.at, time.Minute))
	if got := other.deliveries(); got[invitation.Sent] != 3 || len(stopped.post.taken) != 3 {
		t.Errorf("%d mails went out; the other organization's are %v", len(stopped.post.taken), got)
	}
	if h := stopped.health(); !h.Stopped() || h.StopReason != invitation.TooManyBounces {
		t.Errorf("mail stands as %+v", h.MailStatus)
	}
	overdue, err := store.OverdueJobs(t.Context(), stopped.now.Add(24*time.Hour), 100)
	stopped.ok(err)
	if len(overdue) != 0 {
		t.Errorf("while mail is stopped jobs are rung for: %v", overdue)
	}
	read := stopped.health()
	waiting, err := store.HeldMailJobs(t.Context(), read.Organization)
	stopped.ok(err)

	stopped.resumes()
	if got := stopped.deliveries(); got[invitation.Sent] != 150 || len(stopped.post.taken) != 153 {
		t.Errorf("after resuming %d mails went out; they are %v", len(stopped.post.taken), got)
	}
	if got := stopped.tally(); got != (invitation.EmailCounts{Sent: 150}) {
		t.Errorf("since resuming %+v", got)
	}
	if err := store.HoldJob(t.Context(), waiting[0], &read.MailStatus); !fault.Is(err, fault.KindConflict) {
		t.Errorf("holding a mail by a standing of before is answered %v", err)
	}
	stopped.rings() // the second look
	if _, err := store.Job(t.Context(), invitation.ReleaseJobID(read.Organization)); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("letting go goes on: %v", err)
	}
}

// Nothing that waits is lost, however long it takes: while the mail waits the invitation is open, and its link then works for
// its whole life.
func TestMailMayWaitLongerThanAnInvitationLives(t *testing.T) {
	for name, waits := range map[string]struct{ stop, goOn func(*office) }{
		"the organization's mail is stopped": {
			func(o *office) {
				o.had(200, 6)
				o.ok(o.sender(o.store).Work(o.t.Context(), o.jobs[0], 0, o.at, time.Minute))
			}, (*office).resumes,
		},
		"the day's quota is used up": {
			func(o *office) {
				o.post.quota.Remaining = 0
				o.ok(o.sender(o.store).Work(o.t.Context(), o.jobs[0], 0, o.at, time.Minute))
			},
			func(o *office) {
				o.post.quota.Remaining = -1
				o.now = o.now.Add(time.Hour)
				o.rings()
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			db, tables := dynamotest.New(t)
			o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 3)
			waits.stop(o)
			o.at = o.at.Add(invitation.Lifetime + 24*time.Hour)
			open := dynamo.InvitationFilter{State: invitation.Open, At: o.at}
			found, _, _, err := o.store.Invitations(t.Context(), invitation.Target{Campaign: o.made[0].Campaign}, "", 10, 10, open)
			o.ok(err)
			if len(found) != 3 || o.deliveries()[invitation.Queued] != 3 {
				t.Errorf("after 15 days %d of 3 invitations are open, their mails %v", len(found), o.deliveries())
			}
			waits.goOn(o)
			if len(o.post.taken) != 3 || o.deliveries()[invitation.Sent] != 3 {
				t.Fatalf("%d mails went out; they are %v", len(o.post.taken), o.deliveries())
			}
			for _, made := range o.made {
				i, err := o.store.Invitation(t.Context(), invitation.Target{Campaign: made.Campaign}, made.ID)
				o.ok(err)
				sent := i.Sendings[0].SentAt
				if sent.Before(o.at) || !i.ExpiresAt.Equal(sent.Add(invitation.Lifetime)) ||
					i.State(i.ExpiresAt.Add(-time.Millisecond)) != invitation.Open || i.State(i.ExpiresAt) != invitation.Expired {
					t.Errorf("sent %s, the invitation ends %s and is %s", sent, i.ExpiresAt, i.State(o.at))
				}
			}
		})
	}
}

// A mail that is held in the moment of resuming goes out a minute later. Whoever lets mails go may die at any call.
func TestCrashLettingGo(t *testing.T) {
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 2)
			o.had(200, 6)
			o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
			h := o.health()
			h.Resume(&user.User{ID: "u"}, o.at)
			j := invitation.NewReleaseJob(h.Organization, o.at, o.now)
			o.ok(o.store.Commit(t.Context(), append(o.store.PutMailStatus(&h.MailStatus), o.store.CreateJob(j)...)...))
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			_ = o.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), j.ID, 0, o.at, time.Minute)
			died = process.Crashed()
			o.rings()
			if got := o.deliveries(); got[invitation.Sent] != 2 || len(o.post.taken) != 2 {
				t.Errorf("died at call %d (after: %t): %d mails went out; they are %v", n, after, len(o.post.taken), got)
			}
		}
	}
}

// Events come at once with one another and with the sender's notes, each twice. Nothing is lost, and each counts once.
func TestEventsAtOnceAreCountedOnce(t *testing.T) {
	db, tables := dynamotest.New(t)
	o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 40)
	var all sync.WaitGroup
	o.post.says = func(l invitation.Message) error {
		i := o.to(l.To)
		for _, what := range []invitation.Outcome{invitation.Delivery, invitation.Complaint, invitation.Delivery, invitation.Complaint} {
			all.Go(func() {
				if err := o.recorder(o.store).Record(context.Background(), o.report(i, what), o.at); err != nil {
					t.Error(err)
				}
			})
		}
		return nil
	}
	o.ok(o.sender(o.store).Work(t.Context(), o.jobs[0], 0, o.at, time.Minute))
	all.Wait()
	if got := o.deliveries(); got[invitation.Complained] != 40 || len(o.post.taken) != 40 {
		t.Errorf("%d mails went out; they are %v", len(o.post.taken), got)
	}
	if got := o.tally(); got != (invitation.EmailCounts{Sent: 40, Complained: 40}) {
		t.Errorf("counted are %+v", got)
	}
}

func TestReportsOfUnknownMailsAreDropped(t *testing.T) {
	db, tables := dynamotest.New(t)
	o := newOffice(t, dynamo.New(db, dynamo.Tables(tables)), 1)
	r := o.report(o.made[0], invitation.HardBounce)
	r.Generation = 2
	o.ok(o.recorder(o.store).Record(t.Context(), r, o.at))
	r = o.report(&invitation.Invitation{Campaign: "none", ID: "none"}, invitation.HardBounce)
	o.ok(o.recorder(o.store).Record(t.Context(), r, o.at))
	if got := o.tally(); got != (invitation.EmailCounts{}) {
		t.Errorf("counted are %+v", got)
	}
}
