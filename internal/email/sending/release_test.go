package sending_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/user"
)

// startRelease resumes the organization's email as an owner does with the API, and returns the job that releases held email.
func (f *sendingFixture) startRelease() string {
	f.t.Helper()
	s := f.statistics()
	if !s.Resume(&user.User{ID: "u", Name: "Olive"}, f.at) {
		f.t.Fatalf("email is not stopped: %+v", s)
	}
	j := sending.NewReleaseJob(s.Organization, f.at, f.now)
	f.commit(append(f.store.PutMailStatus(&s.MailStatus), f.store.CreateJob(j)...))
	return j.ID
}

// resume resumes the organization's email, and dispatches as the stream does.
func (f *sendingFixture) resume() {
	f.t.Helper()
	f.ok(f.sender(f.store).Work(f.t.Context(), f.startRelease(), 0, f.at, time.Minute))
	f.send()
}

// The emails of a stopped organization are held, and cost nothing; another organization's are sent. After resuming each is sent
// once.
func TestSender_StoppedOrganization_HoldsUntilResumed(t *testing.T) {
	t.Parallel()
	tables := newTables(t)
	stopped, other := newSendingFixture(t, tables, 150), newSendingFixture(t, tables, 3)
	other.mailer = stopped.mailer
	stopped.addSent(200, 6)
	stopped.send()
	if got := other.states(); got[invitation.Sent] != 3 || len(stopped.mailer.sent) != 3 {
		t.Errorf("%d emails; the other organization's states %v", len(stopped.mailer.sent), got)
	}
	before := stopped.statistics()
	if !before.Stopped() || before.StopReason != email.TooManyBounces {
		t.Errorf("mail status %+v", before.MailStatus)
	}
	overdue, err := stopped.store.OverdueJobs(t.Context(), stopped.now.Add(24*time.Hour), 100)
	stopped.ok(err)
	if len(overdue) != 0 {
		t.Errorf("overdue while held: %v", overdue)
	}
	held, err := stopped.store.HeldMailJobs(t.Context(), before.Organization)
	stopped.ok(err)

	stopped.resume()
	if got := stopped.states(); got[invitation.Sent] != 150 || len(stopped.mailer.sent) != 153 {
		t.Errorf("after resuming: %d emails, states %v", len(stopped.mailer.sent), got)
	}
	if got := stopped.counts(); got != (email.Counts{Sent: 150}) {
		t.Errorf("counts since resuming %+v", got)
	}
	if err := stopped.store.HoldJob(t.Context(), held[0], &before.MailStatus); !fault.Is(err, fault.KindConflict) {
		t.Errorf("holding a job with the old mail status: %v, want a conflict", err)
	}
	stopped.sweepUntilIdle() // the second release
	if _, err := stopped.store.Job(t.Context(), sending.ReleaseJobID(before.Organization)); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the release job: %v, want not found", err)
	}
}

func TestRelease_CrashAtEachCall_SendsAll(t *testing.T) {
	t.Parallel()
	eachCrash(t, func(c *crash) {
		f := newSendingFixture(t, c.tables, 2)
		f.addSent(200, 6)
		f.send()
		_ = f.sender(c.crashing).Work(t.Context(), f.startRelease(), 0, f.at, time.Minute)
		f.sweepUntilIdle()
		if got := f.states(); got[invitation.Sent] != 2 || len(f.mailer.sent) != 2 {
			t.Errorf("%s: %d emails, states %v", c.at, len(f.mailer.sent), got)
		}
	})
}
