package sending_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/user"
)

func (f *sendingFixture) recorder(store *dynamo.Store) *email.Recorder {
	return &email.Recorder{Store: store, InvitationLifetime: invitation.Lifetime}
}

// report is what the mail service says became of an invitation's first mail.
func (f *sendingFixture) newReport(i *invitation.Invitation, what invitation.Outcome) invitation.DeliveryReport {
	return invitation.DeliveryReport{
		Campaign: i.Campaign, Invitation: i.ID, Generation: 1, Outcome: what, SentAt: f.at.Add(time.Second), OccurredAt: f.at.Add(time.Minute),
	}
}

// to returns the invitation of an address.
func (f *sendingFixture) invitationTo(email string) *invitation.Invitation {
	for _, i := range f.invitations {
		if i.Email == email {
			return i
		}
	}
	f.t.Fatalf("nobody invited %s", email)
	return nil
}

func (f *sendingFixture) statistics() *email.MailStatistics {
	f.t.Helper()
	h, err := f.store.MailStatistics(f.t.Context(), f.invitations[0].Organization, f.at)
	f.ok(err)
	return h
}

func (f *sendingFixture) counts() email.Counts { return f.statistics().Counts(f.at) }

// had makes the organization one that sent mails of which some bounced.
func (f *sendingFixture) setCounts(sent, bounced int) {
	f.t.Helper()
	_, err := f.store.RecordMailOutcome(f.t.Context(), f.invitations[0].Target(), f.invitations[0].ID, func(i *invitation.Invitation) (*invitation.Suppression, error) {
		for n := range sent {
			mail := invitation.Sending{Hash: fmt.Sprint(n), SentAt: f.at}
			if n < bounced {
				mail.Outcomes = []invitation.Outcome{invitation.HardBounce}
			}
			i.Sendings = append(i.Sendings, mail)
		}
		return nil, nil
	})
	f.ok(err)
}

// resumes lets the organization's mail go as an owner does over the API, and rings as the stream would.
func (f *sendingFixture) resume() {
	f.t.Helper()
	h := f.statistics()
	if !h.Resume(&user.User{ID: "u", Name: "Olive"}, f.at) {
		f.t.Fatalf("mail was not stopped: %+v", h)
	}
	j := sending.NewReleaseJob(h.Organization, f.at, f.now)
	f.ok(f.store.Commit(f.t.Context(), append(f.store.PutMailStatus(&h.MailStatus), f.store.CreateJob(j)...)...))
	f.ok(f.sender(f.store).Work(f.t.Context(), j.ID, 0, f.at, time.Minute))
	f.ok(f.sender(f.store).Work(f.t.Context(), f.jobs[0], 0, f.at, time.Minute))
}

// TestEventsBeforeTheSendersNote lets the service say what became of a mail before its answer to the sender, whom each of
// its store calls may kill. The end is the same as ever, and not even a death in the window repeats a mail.
func TestEventsBeforeTheSendersNote(t *testing.T) {
	const guests = 2
	for n, died := 0, true; died; n++ {
		for _, after := range []bool{false, true} {
			db, tables := dynamotest.New(t)
			f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), guests)
			f.mailer.respond = func(m *email.Message) error {
				what := invitation.Delivery
				if m.To == "guest1@example.org" {
					what = invitation.HardBounce
				}
				return f.recorder(f.store).Record(context.Background(), f.newReport(f.invitationTo(m.To), what), f.at)
			}
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			_ = f.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute)
			died = process.Crashed()
			f.sweepUntilIdle()
			if got := f.deliveryStates(); got[invitation.Delivered] != 1 || got[invitation.Bounced] != 1 {
				t.Errorf("died at call %d (after: %t): mails are %v", n, after, got)
			}
			if len(f.mailer.sent) != guests {
				t.Errorf("died at call %d (after: %t): %d mails went out, want %d", n, after, len(f.mailer.sent), guests)
			}
			if got := f.counts(); got != (email.Counts{Sent: guests, Bounced: 1}) {
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
			f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 1)
			f.setCounts(199, 5)
			f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
			report := f.newReport(f.invitations[0], invitation.HardBounce)
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			err := f.recorder(dynamo.New(dying, dynamo.Tables(tables))).Record(t.Context(), report, f.at)
			died = process.Crashed()
			if died && err == nil {
				t.Errorf("died at call %d (after: %t): the event counts as recorded", n, after)
			}
			for range 2 {
				f.ok(f.recorder(f.store).Record(t.Context(), report, f.at))
			}
			if got := f.deliveryStates(); got[invitation.Bounced] != 1 {
				t.Errorf("died at call %d (after: %t): the mail is %v", n, after, got)
			}
			sup, err := f.store.InvitationSuppression(t.Context(), f.invitations[0])
			f.ok(err)
			if sup == nil || sup.Reason != invitation.Bounced {
				t.Errorf("died at call %d (after: %t): the address is suppressed as %+v", n, after, sup)
			}
			if h := f.statistics(); h.Counts(f.at) != (email.Counts{Sent: 200, Bounced: 6}) || h.StopReason != email.TooManyBounces {
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
	stopped, other := newSendingFixture(t, store, 150), newSendingFixture(t, store, 3)
	other.mailer = stopped.mailer
	stopped.setCounts(200, 6)
	stopped.ok(stopped.sender(store).Work(t.Context(), stopped.jobs[0], 0, stopped.at, time.Minute))
	if got := other.deliveryStates(); got[invitation.Sent] != 3 || len(stopped.mailer.sent) != 3 {
		t.Errorf("%d mails went out; the other organization's are %v", len(stopped.mailer.sent), got)
	}
	if h := stopped.statistics(); !h.Stopped() || h.StopReason != email.TooManyBounces {
		t.Errorf("mail stands as %+v", h.MailStatus)
	}
	overdue, err := store.OverdueJobs(t.Context(), stopped.now.Add(24*time.Hour), 100)
	stopped.ok(err)
	if len(overdue) != 0 {
		t.Errorf("while mail is stopped jobs are rung for: %v", overdue)
	}
	read := stopped.statistics()
	waiting, err := store.HeldMailJobs(t.Context(), read.Organization)
	stopped.ok(err)

	stopped.resume()
	if got := stopped.deliveryStates(); got[invitation.Sent] != 150 || len(stopped.mailer.sent) != 153 {
		t.Errorf("after resuming %d mails went out; they are %v", len(stopped.mailer.sent), got)
	}
	if got := stopped.counts(); got != (email.Counts{Sent: 150}) {
		t.Errorf("since resuming %+v", got)
	}
	if err := store.HoldJob(t.Context(), waiting[0], &read.MailStatus); !fault.Is(err, fault.KindConflict) {
		t.Errorf("holding a mail by a standing of before is answered %v", err)
	}
	stopped.sweepUntilIdle() // the second look
	if _, err := store.Job(t.Context(), sending.ReleaseJobID(read.Organization)); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("letting go goes on: %v", err)
	}
}

// Nothing that waits is lost, however long it takes: while the mail waits the invitation is open, and its link then works for
// its whole life.
func TestMailMayWaitLongerThanAnInvitationLives(t *testing.T) {
	for name, waits := range map[string]struct{ stop, goOn func(*sendingFixture) }{
		"the organization's mail is stopped": {
			func(f *sendingFixture) {
				f.setCounts(200, 6)
				f.ok(f.sender(f.store).Work(f.t.Context(), f.jobs[0], 0, f.at, time.Minute))
			}, (*sendingFixture).resume,
		},
		"the day's quota is used up": {
			func(f *sendingFixture) {
				f.mailer.quota.Remaining = 0
				f.ok(f.sender(f.store).Work(f.t.Context(), f.jobs[0], 0, f.at, time.Minute))
			},
			func(f *sendingFixture) {
				f.mailer.quota.Remaining = -1
				f.now = f.now.Add(time.Hour)
				f.sweepUntilIdle()
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			db, tables := dynamotest.New(t)
			f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 3)
			waits.stop(f)
			f.at = f.at.Add(invitation.Lifetime + 24*time.Hour)
			open := dynamo.InvitationFilter{State: invitation.Open, At: f.at}
			found, _, _, err := f.store.Invitations(t.Context(), invitation.Target{Campaign: f.invitations[0].Campaign}, "", 10, 10, open)
			f.ok(err)
			if len(found) != 3 || f.deliveryStates()[invitation.Queued] != 3 {
				t.Errorf("after 15 days %d of 3 invitations are open, their mails %v", len(found), f.deliveryStates())
			}
			waits.goOn(f)
			if len(f.mailer.sent) != 3 || f.deliveryStates()[invitation.Sent] != 3 {
				t.Fatalf("%d mails went out; they are %v", len(f.mailer.sent), f.deliveryStates())
			}
			for _, made := range f.invitations {
				i, err := f.store.Invitation(t.Context(), invitation.Target{Campaign: made.Campaign}, made.ID)
				f.ok(err)
				sent := i.Sendings[0].SentAt
				if sent.Before(f.at) || !i.ExpiresAt.Equal(sent.Add(invitation.Lifetime)) ||
					i.State(i.ExpiresAt.Add(-time.Millisecond)) != invitation.Open || i.State(i.ExpiresAt) != invitation.Expired {
					t.Errorf("sent %s, the invitation ends %s and is %s", sent, i.ExpiresAt, i.State(f.at))
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
			f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 2)
			f.setCounts(200, 6)
			f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
			h := f.statistics()
			h.Resume(&user.User{ID: "u"}, f.at)
			j := sending.NewReleaseJob(h.Organization, f.at, f.now)
			f.ok(f.store.Commit(t.Context(), append(f.store.PutMailStatus(&h.MailStatus), f.store.CreateJob(j)...)...))
			dying, process := dynamotest.NewCrashingClient(db, n, after)
			_ = f.sender(dynamo.New(dying, dynamo.Tables(tables))).Work(t.Context(), j.ID, 0, f.at, time.Minute)
			died = process.Crashed()
			f.sweepUntilIdle()
			if got := f.deliveryStates(); got[invitation.Sent] != 2 || len(f.mailer.sent) != 2 {
				t.Errorf("died at call %d (after: %t): %d mails went out; they are %v", n, after, len(f.mailer.sent), got)
			}
		}
	}
}

// Events come at once with one another and with the sender's notes, each twice. Nothing is lost, and each counts once.
func TestEventsAtOnceAreCountedOnce(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 40)
	var all sync.WaitGroup
	f.mailer.respond = func(m *email.Message) error {
		i := f.invitationTo(m.To)
		for _, what := range []invitation.Outcome{invitation.Delivery, invitation.Complaint, invitation.Delivery, invitation.Complaint} {
			all.Go(func() {
				if err := f.recorder(f.store).Record(context.Background(), f.newReport(i, what), f.at); err != nil {
					t.Error(err)
				}
			})
		}
		return nil
	}
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	all.Wait()
	if got := f.deliveryStates(); got[invitation.Complained] != 40 || len(f.mailer.sent) != 40 {
		t.Errorf("%d mails went out; they are %v", len(f.mailer.sent), got)
	}
	if got := f.counts(); got != (email.Counts{Sent: 40, Complained: 40}) {
		t.Errorf("counted are %+v", got)
	}
}

func TestReportsOfUnknownMailsAreDropped(t *testing.T) {
	db, tables := dynamotest.New(t)
	f := newSendingFixture(t, dynamo.New(db, dynamo.Tables(tables)), 1)
	r := f.newReport(f.invitations[0], invitation.HardBounce)
	r.Generation = 2
	f.ok(f.recorder(f.store).Record(t.Context(), r, f.at))
	r = f.newReport(&invitation.Invitation{Campaign: "none", ID: "none"}, invitation.HardBounce)
	f.ok(f.recorder(f.store).Record(t.Context(), r, f.at))
	if got := f.counts(); got != (email.Counts{}) {
		t.Errorf("counted are %+v", got)
	}
}
