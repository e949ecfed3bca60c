package sending_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// Every email is sent once, and twice only if the sender crashes between the acceptance by the service and its record.
func TestSender_CrashAtEachCall_SendsOnce(t *testing.T) {
	t.Parallel()
	const invitees = 2
	repeats := 0
	eachCrash(t, func(c *crash) {
		f := newSendingFixture(t, c.tables, invitees)
		_ = f.sender(c.crashing).Work(t.Context(), f.jobs[0], 0, f.at, time.Minute)
		unrecorded := len(f.mailer.sent) - f.states()[invitation.Sent]
		repeats += unrecorded
		f.sweepUntilIdle()
		if got := f.states(); got[invitation.Sent] != invitees {
			t.Errorf("%s: states %v", c.at, got)
		}
		if got := f.counts(); got != (email.Counts{Sent: invitees}) {
			t.Errorf("%s: counts %+v", c.at, got)
		}
		if len(f.mailer.sent) != invitees+unrecorded {
			t.Errorf("%s: %d emails, want %d and %d repeated", c.at, len(f.mailer.sent), invitees, unrecorded)
		}
	})
	if repeats == 0 {
		t.Error("no crash between acceptance and record: the test does not cover it")
	}
}

func TestSender_ManyNotifications_OneSends(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 20)
	var all sync.WaitGroup
	for _, id := range f.jobs {
		all.Go(func() {
			if err := f.sender(f.store).Work(context.Background(), id, 0, f.at, time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.sweepUntilIdle()
	if got := f.states(); got[invitation.Sent] != 20 || len(f.mailer.sent) != 20 {
		t.Errorf("%d emails; states %v", len(f.mailer.sent), got)
	}
}

func TestSender_DailyQuotaUsedUp_Waits(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 5)
	f.mailer.quota.Remaining = 3
	f.send()
	f.mailer.quota.Remaining = 0
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[4], 0, f.at, time.Minute))
	if got := f.states(); got[invitation.Sent] != 3 || got[invitation.Queued] != 2 {
		t.Errorf("with a quota of 3: states %v", got)
	}
	f.mailer.quota.Remaining = 3
	f.now = f.now.Add(time.Hour)
	f.sweepUntilIdle()
	if got := f.states(); got[invitation.Sent] != 5 || len(f.mailer.sent) != 5 {
		t.Errorf("on the next day: states %v", got)
	}
}

// An email is sent only if its invitation can still be accepted.
func TestSender_InvitationEnded_SendsNothing(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 3)
	revoked, reinvited := f.invitations[0], f.invitations[1]
	f.ok(revoked.Revoke(f.at))
	f.commit(f.store.UpdateInvitation(revoked))
	f.ok(reinvited.Revoke(f.at))
	v := invitation.Invitee{Email: reinvited.Email, FirstName: "Gus", LastName: "Guest", Language: invitation.English}
	f.ok(reinvited.Reinvite(v, reinvited.InvitedBy, nil, f.tokens, invitation.Lifetime, f.at))
	second := job.New(job.InvitationEmail, string(reinvited.Organization), string(reinvited.Campaign), string(reinvited.ID), f.at, f.now)
	f.commit(append(f.store.UpdateInvitation(reinvited, reinvited.Links(f.tokens)...), f.store.CreateJob(second)...))
	f.send()
	f.sweepUntilIdle()
	if got := f.states(); got[invitation.Sent] != 2 || got[invitation.Suppressed] != 1 || len(f.mailer.sent) != 2 {
		t.Errorf("one of three revoked, one invited again: %d emails, states %v", len(f.mailer.sent), got)
	}

	f = newSendingFixture(t, newTables(t), 3)
	f.closeCampaign()
	f.send()
	if got := f.states(); got[invitation.Suppressed] != 3 || len(f.mailer.sent) != 0 || f.pending() != 0 {
		t.Errorf("campaign closed: %d emails, states %v, %d pending", len(f.mailer.sent), got, f.pending())
	}
}

func TestSender_LongList_OrganizationsTakeTurns(t *testing.T) {
	t.Parallel()
	tables := newTables(t)
	// 50 messages are listed at a time, and up to 64 in flight overtake those of an organization whose limits are being read.
	const list, most = 1000, 50 + 64
	long := newSendingFixture(t, tables, list)
	short := []*sendingFixture{newSendingFixture(t, tables, 1), newSendingFixture(t, tables, 2)}
	late := newSendingFixture(t, tables, 0)
	long.mailer.respond = func(*email.Message) error {
		if len(long.mailer.sent) == 2*most { // an invitation while the list is being sent
			late.invite(1)
		}
		return nil
	}
	long.send() // the jobs of the list are older than those of the others
	last := map[organization.ID]int{}
	for n, o := range long.mailer.sentBy {
		last[o] = n
	}
	if len(long.mailer.sent) != list+4 {
		t.Errorf("%d emails", len(long.mailer.sent))
	}
	for _, f := range short {
		if n := last[f.org.ID]; n > most {
			t.Errorf("the last email of a short list was number %d", n+1)
		}
	}
	// At this pace 64 messages are in flight, 50 are listed, and 64 overtake one that has begun.
	if n := last[late.org.ID]; n > 2*most+64+50+64 {
		t.Errorf("an email that was requested after %d was number %d", 2*most, n+1)
	}
}

func TestSender_ServiceErrors_RetryOrReject(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 3)
	throttled, unavailable := 3, 2
	f.mailer.respond = func(m *email.Message) error {
		switch {
		case m.To == "guest0@example.org" && throttled > 0:
			throttled--
			return fault.RateLimited("", time.Second, "busy")
		case m.To == "guest1@example.org":
			return fault.Invalid("to", "no such domain")
		case m.To == "guest2@example.org" && unavailable > 0:
			unavailable--
			return fault.Unavailable(context.DeadlineExceeded)
		}
		return nil
	}
	f.send()
	if got := f.states(); got[invitation.Sent] != 1 || got[invitation.Rejected] != 1 || got[invitation.Queued] != 1 {
		t.Errorf("states %v, want one sent, one rejected, one to retry", got)
	}
	f.sweepUntilIdle()
	if got := f.states(); got[invitation.Sent] != 2 || len(f.mailer.sent) != 2 {
		t.Errorf("after retries: states %v", got)
	}
}

// The lifetime of a link starts when its email is sent, however long that takes. The invitation stays open until then.
func TestSender_LongWait_StartsLifetimeAtSending(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ stop, resume func(*sendingFixture) }{
		"organization stopped": {
			func(f *sendingFixture) { f.addSent(200, 6); f.send() },
			(*sendingFixture).resume,
		},
		"daily quota used up": {
			func(f *sendingFixture) { f.mailer.quota.Remaining = 0; f.send() },
			func(f *sendingFixture) {
				f.mailer.quota.Remaining = -1
				f.now = f.now.Add(time.Hour)
				f.sweepUntilIdle()
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newSendingFixture(t, newTables(t), 3)
			c.stop(f)
			f.at = f.at.Add(invitation.Lifetime + 24*time.Hour)
			open := dynamo.InvitationFilter{State: invitation.Open, At: f.at}
			found, _, _, err := f.store.Invitations(t.Context(), f.invitations[0].Target(), "", 10, 10, open)
			f.ok(err)
			if len(found) != 3 || f.states()[invitation.Queued] != 3 {
				t.Errorf("after 15 days %d of 3 invitations are open, states %v", len(found), f.states())
			}
			c.resume(f)
			if len(f.mailer.sent) != 3 || f.states()[invitation.Sent] != 3 {
				t.Fatalf("%d emails, states %v", len(f.mailer.sent), f.states())
			}
			for _, made := range f.invitations {
				i, err := f.store.Invitation(t.Context(), made.Target(), made.ID)
				f.ok(err)
				sent := i.Sendings[0].SentAt
				if sent.Before(f.at) || !i.ExpiresAt.Equal(sent.Add(invitation.Lifetime)) ||
					i.State(i.ExpiresAt.Add(-time.Millisecond)) != invitation.Open || i.State(i.ExpiresAt) != invitation.Expired {
					t.Errorf("sent %s, expires %s, is %s", sent, i.ExpiresAt, i.State(f.at))
				}
			}
		})
	}
}

// A message that fails uses up no quota, and does not keep the messages of others from being sent.
func TestSender_FailingMessages_ReturnTheirQuota(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 6)
	f.mailer.quota = sending.Quota{PerSecond: 1000, Remaining: 5} // fewer than messages, more than can be sent
	tried := map[string]bool{}
	f.mailer.respond = func(m *email.Message) error {
		tried[m.To] = true
		switch m.To {
		case "guest0@example.org":
			return &fault.Error{Kind: fault.KindInvalid, Code: string(invitation.RefusedAddress), Message: fault.NewMessage("refused")}
		case "guest1@example.org", "guest2@example.org":
			return fault.Internal("no texts")
		}
		return nil
	}
	f.send()
	if got := f.states(); got[invitation.Sent] != 3 || got[invitation.Rejected] != 1 || got[invitation.Queued] != 2 {
		t.Errorf("with a quota of 5 and 3 failures: states %v, want 3 sent, 1 rejected, 2 to retry", got)
	}
	if len(tried) != 6 {
		t.Errorf("%d of 6 messages were tried", len(tried))
	}
	i, err := f.store.Invitation(t.Context(), f.invitations[0].Target(), f.invitations[0].ID)
	f.ok(err)
	if i.NotSentReason() != invitation.RefusedAddress || i.NotSentMessage().Empty() {
		t.Errorf("the rejected email's reason is %q, message %q", i.NotSentReason(), i.NotSentMessage())
	}
}

func TestSender_RaisedQuota_IsNoticedWithinAMinute(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 2)
	f.mailer.quota.Remaining = 0
	f.send()
	f.mailer.quota.Remaining = 2
	f.now = f.now.Add(time.Minute)
	f.sweep()
	if got := f.states(); got[invitation.Sent] != 2 {
		t.Errorf("a minute after the quota was raised: states %v", got)
	}
}
