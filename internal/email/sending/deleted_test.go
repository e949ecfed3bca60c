package sending_test

import (
	"context"
	"testing"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/invitation"
)

// deleteInvitation deletes an invitation as an administrator does.
func (f *sendingFixture) deleteInvitation(made *invitation.Invitation) {
	f.t.Helper()
	i, err := f.store.Invitation(context.Background(), made.Target(), made.ID)
	f.ok(err)
	f.ok(i.Delete(f.at))
	f.commit(f.store.DeleteInvitation(i, nil))
}

func TestSender_InvitationDeletedWhilePending_SendsNothing(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 1)
	f.deleteInvitation(f.invitations[0])
	f.send()
	f.sweepUntilIdle()
	if len(f.mailer.sent) != 0 || f.pending() != 0 {
		t.Errorf("%d emails, %d pending", len(f.mailer.sent), f.pending())
	}
}

// Deleting invitations hides no bounce from the limits, and no address from the suppression list.
func TestSender_InvitationDeletedWhileSent_CountsItsOutcomes(t *testing.T) {
	t.Parallel()
	f := newSendingFixture(t, newTables(t), 1)
	f.mailer.respond = func(*email.Message) error {
		f.deleteInvitation(f.invitations[0])
		return nil
	}
	f.send()
	f.sweepUntilIdle()
	if got := f.counts(); got != (email.Counts{Sent: 1}) || f.pending() != 0 {
		t.Errorf("counts %+v, %d pending", got, f.pending())
	}
	report := f.newReport(f.invitations[0], invitation.HardBounce)
	for range 2 {
		f.ok(f.recorder(f.store).Record(t.Context(), report, f.at))
	}
	if got := f.counts(); got != (email.Counts{Sent: 1, Bounced: 1}) {
		t.Errorf("counts after the bounce %+v", got)
	}
	if s, err := f.store.InvitationSuppression(t.Context(), f.invitations[0]); err != nil || s == nil || s.Reason != invitation.Bounced {
		t.Errorf("the address's suppression is %+v, %v", s, err)
	}
}
