package inviting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/inviting"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
)

var ana = invitation.Invitee{Email: "ana@example.org", FirstName: "Ana", Language: "en"}

// invitingFixture is a campaign with the service that invites to it.
type invitingFixture struct {
	*campaigntest.Fixture
	service *inviting.Service
	by      inviting.Inviter
}

func newInvitingFixture(t *testing.T) *invitingFixture {
	f := campaigntest.New(t)
	service := inviting.NewService(f.Store, secret.Fixed(secret.Version{Number: 1, Text: "a secret of the tests, long enough"}), time.Hour)
	return &invitingFixture{f, service, inviting.Inviter{User: f.Owner, At: f.Now}}
}

// invite invites an address to the campaign and commits the writes.
func (f *invitingFixture) invite(invitee invitation.Invitee) *invitation.Invitation {
	f.Helper()
	i, writes, err := f.service.Invite(f.Context(), f.by, f.Campaign, invitee)
	f.Must(err)
	f.Commit(writes)
	return i
}

// emails returns the invitations that the unfinished jobs send.
func (f *invitingFixture) emails() []string {
	f.Helper()
	var ids []string
	for _, j := range f.Jobs() {
		if j.Kind != job.InvitationEmail {
			f.Errorf("there is a job %s", j.Kind)
		}
		ids = append(ids, j.Record)
	}
	return ids
}

func TestInvite_NewAddress_IsStoredWithEmailJob(t *testing.T) {
	f := newInvitingFixture(t)
	i := f.invite(ana)
	stored, err := f.Store.InvitationByEmail(t.Context(), invitation.Target{Campaign: f.Campaign.ID}, ana.Email)
	f.Must(err)
	if stored.ID != i.ID || stored.State(f.Now) != invitation.Open || stored.InvitedBy.Name != "Olivia" {
		t.Errorf("the stored invitation is %+v", stored)
	}
	if emails := f.emails(); len(emails) != 1 || emails[0] != string(i.ID) {
		t.Errorf("jobs send %v, want %s", emails, i.ID)
	}
}

func TestInvite_OpenInvitation_IsRefusedWithIt(t *testing.T) {
	f := newInvitingFixture(t)
	first := f.invite(ana)
	_, writes, err := f.service.Invite(t.Context(), f.by, f.Campaign, ana)
	open, ok := errors.AsType[*inviting.OpenError](err)
	if !ok || open.Invitation.ID != first.ID || writes != nil {
		t.Errorf("the second invitation fails with %v and %d writes", err, len(writes))
	}
	f.MustFail(err, fault.KindConflict, "invitation_open")

	first.Delivery = invitation.Sent
	f.Commit(f.Store.UpdateInvitation(first))
	f.by.At = f.Now.Add(2 * time.Hour) // the first has expired
	again := f.invite(ana)
	if again.ID != first.ID || again.Generation != 2 {
		t.Errorf("the invitation of an expired one is %s in generation %d, want %s in 2", again.ID, again.Generation, first.ID)
	}
}

func TestInvite_SuppressedAddress_IsStoredWithoutEmail(t *testing.T) {
	f := newInvitingFixture(t)
	f.Commit(f.Store.PutSuppression(&invitation.Suppression{
		Organization: f.Organization.ID, Email: ana.Email, Reason: invitation.Unsubscribed, At: f.Now,
	}))
	if i := f.invite(ana); i.Delivery != invitation.Unsubscribed || len(f.emails()) != 0 {
		t.Errorf("delivery is %s, jobs send %v", i.Delivery, f.emails())
	}
}

func TestInvite_Mobilizer_IsRefusedOnlyIfTheyShareTheAddress(t *testing.T) {
	f := newInvitingFixture(t)
	f.NewMobilizer("Ana", true)
	f.NewMobilizer("Ben", false)
	_, _, err := f.service.Invite(t.Context(), f.by, f.Campaign, ana)
	f.MustFail(err, fault.KindConflict, "already_mobilizer")
	f.invite(invitation.Invitee{Email: "ben@example.org", FirstName: "Ben", Language: "en"})
}

func TestInvite_ClosedCampaign_Conflicts(t *testing.T) {
	f := newInvitingFixture(t)
	f.CloseCampaign()
	_, _, err := f.service.Invite(t.Context(), f.by, f.Campaign, ana)
	f.MustFail(err, fault.KindConflict, "campaign_closed")
}

func TestInviteAdministrator_Administrator_IsInvitedOnlyToHigherRole(t *testing.T) {
	f := newInvitingFixture(t)
	ben := f.NewUser("Ben")
	f.Commit(f.Store.CreateAdministrator(&organization.Administrator{
		Organization: f.Organization.ID, User: ben.ID, Role: organization.Admin, Name: "Ben", Email: ben.Email, AddedAt: f.Now,
	}))
	invitee := invitation.Invitee{Email: ben.Email, FirstName: "Ben", Language: "en"}
	_, _, err := f.service.InviteAdministrator(t.Context(), f.by, f.Organization.ID, invitee, organization.Admin)
	f.MustFail(err, fault.KindConflict, "already_administrator")
	i, writes, err := f.service.InviteAdministrator(t.Context(), f.by, f.Organization.ID, invitee, organization.Owner)
	f.Must(err)
	f.Commit(writes)
	if i.Role != organization.Owner || len(f.emails()) != 1 {
		t.Errorf("the invitation is for %s, with %d emails", i.Role, len(f.emails()))
	}
}

func TestResend_SuppressedSinceRead_WritesNothing(t *testing.T) {
	f := newInvitingFixture(t)
	i := f.invite(ana)
	i.Delivery = invitation.Sent
	f.Commit(f.Store.UpdateInvitation(i))
	writes, err := f.service.Resend(t.Context(), f.by, f.Campaign, i)
	f.Must(err)
	suppression := &invitation.Suppression{Organization: f.Organization.ID, Email: ana.Email, Reason: invitation.Unsubscribed, At: f.Now}
	f.Commit(f.Store.PutSuppression(suppression))
	if err := f.Store.Commit(t.Context(), writes...); err == nil {
		t.Error("the email is queued although its address unsubscribed after the read")
	}
	if emails := f.emails(); len(emails) != 1 {
		t.Errorf("jobs send %v, want the first email only", emails)
	}
}

func TestCountInvitations_DailyLimit_IsPerUser(t *testing.T) {
	f := newInvitingFixture(t)
	f.Must(inviting.CountInvitations(t.Context(), f.Store, f.by, invitation.MaxPerUser))
	err := inviting.CountInvitations(t.Context(), f.Store, f.by, 1)
	f.MustFail(err, fault.KindRateLimited, "too_many_invitations")
	f.Must(inviting.CountInvitations(t.Context(), f.Store, inviting.Inviter{User: f.NewUser("Ben"), At: f.Now}, 1))
	f.by.At = f.Now.AddDate(0, 0, 1)
	f.Must(inviting.CountInvitations(t.Context(), f.Store, f.by, 1))
}
