package sending_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/invitation"
)

func (f *sendingFixture) recorder(store *dynamo.Store) *email.Recorder {
	return &email.Recorder{Store: store, InvitationLifetime: invitation.Lifetime}
}

// newReport returns a report about the first email of an invitation.
func (f *sendingFixture) newReport(i *invitation.Invitation, outcome invitation.Outcome) invitation.DeliveryReport {
	return invitation.DeliveryReport{
		Campaign: i.Campaign, Invitation: i.ID, Generation: 1, Outcome: outcome, SentAt: f.at.Add(time.Second), OccurredAt: f.at.Add(time.Minute),
	}
}

func (f *sendingFixture) invitationTo(address string) *invitation.Invitation {
	for _, i := range f.invitations {
		if i.Email == address {
			return i
		}
	}
	f.t.Fatalf("no invitation to %s", address)
	return nil
}

// The event of a message arrives before the answer to the sender, which crashes at each of its calls. Then not even a crash
// between acceptance and record repeats a message.
func TestSender_CrashAfterEvent_SendsOnce(t *testing.T) {
	t.Parallel()
	const invitees = 2
	eachCrash(t, func(c *crash) {
		f := newSendingFixture(t, c.tables, invitees)
		f.mailer.respond = func(m *email.Message) error {
			outcome := invitation.Delivery
			if m.To == "guest1@example.org" {
				outcome = invitation.HardBounce
			}
			return f.recorder(f.store).Record(context.Background(), f.newReport(f.invitationTo(m.To), outcome), f.at)
		}
		_ = f.sender(c.crashing).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute)
		f.sweepUntilIdle()
		if got := f.states(); got[invitation.Delivered] != 1 || got[invitation.Bounced] != 1 || len(f.mailer.sent) != invitees {
			t.Errorf("%s: %d emails, states %v", c.at, len(f.mailer.sent), got)
		}
		if got := f.counts(); got != (email.Counts{Sent: invitees, Bounced: 1}) {
			t.Errorf("%s: counts %+v", c.at, got)
		}
	})
}

// record-delivery crashes at each of its calls, and the event is delivered again, twice. It is recorded and counted once, the
// address is suppressed, and the organization is stopped.
func TestRecorder_CrashAtEachCall_RecordsOnce(t *testing.T) {
	t.Parallel()
	calls := eachCrash(t, func(c *crash) {
		f := newSendingFixture(t, c.tables, 1)
		f.addSent(199, 5)
		f.send()
		report := f.newReport(f.invitations[0], invitation.HardBounce)
		if err := f.recorder(c.crashing).Record(t.Context(), report, f.at); c.crashed() && err == nil {
			t.Errorf("%s: the event counts as recorded", c.at)
		}
		for range 2 {
			f.ok(f.recorder(f.store).Record(t.Context(), report, f.at))
		}
		if got := f.states(); got[invitation.Bounced] != 1 {
			t.Errorf("%s: states %v", c.at, got)
		}
		suppression, err := f.store.InvitationSuppression(t.Context(), f.invitations[0])
		f.ok(err)
		if suppression == nil || suppression.Reason != invitation.Bounced {
			t.Errorf("%s: suppression %+v", c.at, suppression)
		}
		if s := f.statistics(); s.Counts(f.at) != (email.Counts{Sent: 200, Bounced: 6}) || s.StopReason != email.TooManyBounces {
			t.Errorf("%s: statistics %+v", c.at, s)
		}
	})
	if calls < 5 {
		t.Errorf("recording made %d calls: the test does not cover it", calls)
	}
}

// Events arrive at the same time as each other and as the sender's records, each twice. Each counts once.
func TestRecorder_ConcurrentEvents_CountOnce(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 40)
	var all sync.WaitGroup
	f.mailer.respond = func(m *email.Message) error {
		i := f.invitationTo(m.To)
		for _, outcome := range []invitation.Outcome{invitation.Delivery, invitation.Complaint, invitation.Delivery, invitation.Complaint} {
			all.Go(func() {
				if err := f.recorder(f.store).Record(context.Background(), f.newReport(i, outcome), f.at); err != nil {
					t.Error(err)
				}
			})
		}
		return nil
	}
	f.send()
	all.Wait()
	if got := f.states(); got[invitation.Complained] != 40 || len(f.mailer.sent) != 40 {
		t.Errorf("%d emails, states %v", len(f.mailer.sent), got)
	}
	if got := f.counts(); got != (email.Counts{Sent: 40, Complained: 40}) {
		t.Errorf("counts %+v", got)
	}
}

func TestRecorder_UnknownMessage_IsDropped(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 1)
	r := f.newReport(f.invitations[0], invitation.HardBounce)
	r.Generation = 2
	f.ok(f.recorder(f.store).Record(t.Context(), r, f.at))
	r = f.newReport(&invitation.Invitation{Campaign: "none", ID: "none"}, invitation.HardBounce)
	f.ok(f.recorder(f.store).Record(t.Context(), r, f.at))
	if got := f.counts(); got != (email.Counts{}) {
		t.Errorf("counts %+v", got)
	}
}
