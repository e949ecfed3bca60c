package sending_test

import (
	"errors"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/invitation"
)

// In a state in which the email service does not send, emails wait, nothing is rejected, the mail status says why, and everything
// leaves when the state ends.
func TestSender_ServiceState_EmailWaitsUntilItEnds(t *testing.T) {
	t.Parallel()
	wait := func(state email.ServiceState, recipient bool) error {
		return &sending.WaitError{State: state, Recipient: recipient, Cause: errors.New("SES: MessageRejected")}
	}
	for name, c := range map[string]struct {
		state   email.ServiceState
		reports bool // whether the service reports the state with the quota
		respond func(*email.Message) error
		sent    int // of four
	}{
		"sandbox, one recipient verified": {email.Sandbox, true, func(m *email.Message) error {
			if m.To == "guest1@example.org" {
				return nil
			}
			return wait(email.Sandbox, true)
		}, 1},
		"account paused":           {email.Paused, true, func(*email.Message) error { return wait(email.Paused, false) }, 0},
		"paused while sending":     {email.Paused, false, func(*email.Message) error { return wait(email.Paused, false) }, 0},
		"identity is not verified": {email.Unverified, false, func(*email.Message) error { return wait(email.Unverified, false) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newSendingFixture(t, newTables(t), 4)
			f.mailer.respond = c.respond
			if c.reports {
				f.mailer.quota.State = c.state
			}
			f.send()
			f.now = f.now.Add(time.Minute)
			f.sweep()
			if got := f.states(); got[invitation.Queued] != 4-c.sent || got[invitation.Sent] != c.sent {
				t.Errorf("in the state: %v", got)
			}
			if s := f.statistics(); s.Service.State != c.state || s.Explanation().Empty() || s.WaitReason() != email.WaitReason(c.state) {
				t.Errorf("in the state the mail status is %+v, service %+v: %s", s.MailStatus, s.Service, s.Explanation())
			}
			f.mailer.respond, f.mailer.quota.State = nil, ""
			f.sweepUntilIdle()
			if got := f.states(); got[invitation.Sent] != 4 || f.pending() != 0 {
				t.Errorf("after the state: %v, %d pending", got, f.pending())
			}
			if s := f.statistics(); s.Service.State != "" || !s.Explanation().Empty() || len(s.Service.Organizations) != 0 {
				t.Errorf("after the state the mail status is %+v, service %+v", s.MailStatus, s.Service)
			}
		})
	}
}

// In the sandbox, held email is tried again from time to time: the operator may have verified its recipient.
func TestSender_SandboxRecipientVerifiedLater_IsSent(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 1)
	f.mailer.quota.State = email.Sandbox
	f.mailer.respond = func(*email.Message) error {
		return &sending.WaitError{State: email.Sandbox, Recipient: true, Cause: errors.New("SES: MessageRejected")}
	}
	f.send()
	f.mailer.respond = nil
	for range 20 {
		f.now = f.now.Add(time.Minute)
		f.sweep()
	}
	if got := f.states(); got[invitation.Sent] != 1 {
		t.Errorf("20 minutes later: %v", got)
	}
}
