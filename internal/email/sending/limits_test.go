package sending_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/invitation"
)

// accept counts accepted invitations of the organization, as joining does.
func (f *sendingFixture) accept(count int) {
	f.t.Helper()
	for range count {
		status, err := f.store.OrganizationMailStatus(f.t.Context(), f.org.ID)
		f.ok(err)
		changed, released := status.CountAcceptance()
		if !changed {
			f.t.Fatalf("not counted: %+v", status)
		}
		writes := f.store.PutMailStatus(status)
		if released {
			writes = append(writes, f.store.RestartJob(sending.NewReleaseJob(f.org.ID, f.at, f.now))...)
		}
		f.commit(writes)
	}
}

// A new organization sends a number of emails. The others wait until enough were accepted, or an operator allows them.
func TestSender_NewOrganization_SendsLimitedNumber(t *testing.T) {
	t.Parallel()
	for name, release := range map[string]func(*sendingFixture){
		"invitations are accepted": func(f *sendingFixture) {
			f.accept(email.EstablishedAfter - 1)
			f.sweepUntilIdle()
			if got := len(f.mailer.sent); got != email.MaxFirstEmails {
				t.Errorf("after 9 accepted invitations %d emails", got)
			}
			f.accept(1)
		},
		"an operator allows the organization": func(f *sendingFixture) {
			statistics := f.statistics()
			if !statistics.Allow(f.at) || statistics.Allow(f.at) {
				t.Errorf("allowed: %+v", statistics.MailStatus)
			}
			f.commit(append(f.store.PutMailStatus(&statistics.MailStatus), f.store.RestartJob(sending.NewReleaseJob(f.org.ID, f.at, f.now))...))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newOrganizationFixture(t, newTables(t), email.MaxFirstEmails+5)
			f.send()
			f.sweepUntilIdle()
			if got := f.states(); len(f.mailer.sent) != email.MaxFirstEmails || got[invitation.Queued] != 5 {
				t.Errorf("%d emails, states %v", len(f.mailer.sent), got)
			}
			if s := f.statistics(); !s.Limited() || s.WaitReason() != email.WaitNewOrganization || s.Explanation().Empty() {
				t.Errorf("mail status %+v", s.MailStatus)
			}
			release(f)
			f.sweepUntilIdle()
			if got := f.states(); len(f.mailer.sent) != email.MaxFirstEmails+5 || f.pending() != 0 {
				t.Errorf("after the release %d emails, states %v", len(f.mailer.sent), got)
			}
			if s := f.statistics(); s.New() || !s.Explanation().Empty() {
				t.Errorf("after the release the mail status is %+v", s.MailStatus)
			}
		})
	}
}

// Hard bounces among the first emails of a new organization stop it. Owners cannot resume it, an operator can.
func TestSender_FirstEmailsBounce_StopUntilAllowed(t *testing.T) {
	t.Parallel()
	f := newOrganizationFixture(t, newTables(t), 1)
	f.addSent(15, email.FirstBounces-1)
	f.send()
	if f.statistics().Stopped() || len(f.mailer.sent) != 1 {
		t.Fatalf("stopped by %d bounces: %+v", email.FirstBounces-1, f.statistics().MailStatus)
	}
	f.addSent(1, 1)
	f.invite(1)
	f.ok(f.sender(f.store).Work(t.Context(), f.jobs[1], 0, f.at, time.Minute))
	s := f.statistics()
	if s.StopReason != email.FirstEmailsBounce || len(f.mailer.sent) != 1 || !s.NeedsOperator() {
		t.Fatalf("after %d bounces %d emails, mail status %+v", email.FirstBounces, len(f.mailer.sent), s.MailStatus)
	}
	if !s.Allow(f.at) || s.Stopped() {
		t.Fatalf("allowed: %+v", s.MailStatus)
	}
	f.commit(append(f.store.PutMailStatus(&s.MailStatus), f.store.RestartJob(sending.NewReleaseJob(f.org.ID, f.at, f.now))...))
	f.sweepUntilIdle()
	if len(f.mailer.sent) != 2 {
		t.Errorf("after allowing %d emails", len(f.mailer.sent))
	}
}

// All organizations together send few emails to one address in a day.
func TestSender_ManyOrganizations_OneAddressGetsFewEmails(t *testing.T) {
	t.Parallel()
	tables := newTables(t)
	sent, limited := 0, 0
	for n := range invitation.MaxEmailsPerDay + 3 {
		f := newSendingFixture(t, tables, 0)
		f.addresses = "stranger@example.org"
		f.invite(1)
		f.send()
		sent += len(f.mailer.sent)
		i, err := f.store.Invitation(t.Context(), f.invitations[0].Target(), f.invitations[0].ID)
		f.ok(err)
		if i.NotSentReason() == invitation.AddressLimit && !i.NotSentMessage().Empty() {
			limited++
		}
		if f.pending() != 0 {
			t.Errorf("organization %d: its email is still pending", n)
		}
	}
	if sent != invitation.MaxEmailsPerDay || limited != 3 {
		t.Errorf("%d emails, %d limited", sent, limited)
	}
}

// The new organizations of one inviter send a number of emails in a day. The others leave the next day.
func TestSender_NewOrganizationsOfOneInviter_ShareADailyLimit(t *testing.T) {
	t.Parallel()
	tables := newTables(t)
	var all []*sendingFixture
	count := func() (sent int) {
		for _, f := range all {
			sent += len(f.mailer.sent)
		}
		return sent
	}
	for n := range 3 {
		f := newOrganizationFixture(t, tables, 0)
		f.addresses = string(rune('a'+n)) + "%d@example.org"
		f.invite(45)
		f.send()
		all = append(all, f)
	}
	if got := count(); got != email.MaxFirstEmailsPerUser {
		t.Errorf("%d emails on the first day", got)
	}
	last := all[2]
	last.at, last.now = last.at.Add(24*time.Hour), last.now.Add(24*time.Hour)
	last.sweepUntilIdle()
	if got := count(); got != 3*45 {
		t.Errorf("%d emails after the second day", got)
	}
}

// An address that one organization must not send to gets no email of new organizations. Those that are established decide alone, and
// so does the holder of the address.
func TestSender_SuppressedElsewhere_NewOrganizationsDoNotSend(t *testing.T) {
	t.Parallel()
	tables := newTables(t)
	first := newSendingFixture(t, tables, 0)
	suppressed := &invitation.Suppression{Organization: first.org.ID, Email: "una@example.org", Reason: invitation.Unsubscribed, At: first.at}
	save := func(s *invitation.Suppression) {
		t.Helper()
		writes, err := first.store.SaveSuppression(t.Context(), s)
		first.ok(err)
		first.commit(writes)
	}
	save(suppressed)
	send := func(f *sendingFixture) int {
		f.addresses = "una@example.org"
		f.invite(1)
		f.send()
		return len(f.mailer.sent)
	}
	fresh := newOrganizationFixture(t, tables, 0)
	if got := send(fresh); got != 0 || fresh.states()[invitation.Suppressed] != 1 {
		t.Errorf("a new organization has sent %d emails, states %v", got, fresh.states())
	}
	if got := send(newSendingFixture(t, tables, 0)); got != 1 {
		t.Errorf("an established organization has sent %d emails", got)
	}
	joined := newOrganizationFixture(t, tables, 0)
	save(&invitation.Suppression{Organization: joined.org.ID, Email: "una@example.org", Reason: invitation.Unsubscribed, At: first.at, LiftedAt: first.at})
	if got := send(joined); got != 1 {
		t.Errorf("a new organization that the person joined has sent %d emails", got)
	}
	entry, err := first.store.SuppressionEntry(t.Context(), first.org.ID, "una@example.org")
	first.ok(err)
	entry.Undo(first.at)
	save(entry)
	if got := send(newOrganizationFixture(t, tables, 0)); got != 1 {
		t.Errorf("after the person undid it, a new organization has sent %d emails", got)
	}
}

// One switch stops the email of all organizations. When it is turned back, everything leaves.
func TestSender_AllEmailStopped_WaitsForStart(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 5)
	f.ok(f.store.StopAllEmail(t.Context(), "A spam wave.", f.at))
	f.send()
	f.sweepUntilStopped()
	if s := f.statistics(); len(f.mailer.sent) != 0 || s.WaitReason() != email.WaitStopped || f.states()[invitation.Queued] != 5 {
		t.Errorf("while all email is stopped %d emails, mail status %+v", len(f.mailer.sent), s.MailStatus)
	}
	f.ok(f.store.StartAllEmail(t.Context()))
	f.sweepUntilIdle()
	if s := f.statistics(); len(f.mailer.sent) != 5 || s.WaitReason() != "" {
		t.Errorf("after the start %d emails, mail status %+v", len(f.mailer.sent), s.MailStatus)
	}
}

// sweepUntilStopped sweeps a few times while jobs stay overdue.
func (f *sendingFixture) sweepUntilStopped() {
	f.t.Helper()
	for range 3 {
		f.now = f.now.Add(2 * time.Minute)
		f.sweep()
	}
}
