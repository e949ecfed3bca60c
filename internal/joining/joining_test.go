package joining_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/inviting"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/joining"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
)

// joiningFixture is a campaign, a joiner, and the service that invites.
type joiningFixture struct {
	*campaigntest.Fixture
	joiner  *joining.Joiner
	tokens  invitation.Tokens
	service *inviting.Service
	commits int // of the joiner
}

func newJoiningFixture(t *testing.T) *joiningFixture {
	f := campaigntest.New(t)
	root := secret.Version{Number: 1, Text: "a secret of the tests, long enough"}
	return &joiningFixture{
		Fixture: f, joiner: joining.NewJoiner(f.Store, secret.Fixed(root)), tokens: invitation.NewTokens(root),
		service: inviting.NewService(f.Store, secret.Fixed(root), invitation.Lifetime),
	}
}

// invite invites an address to the campaign, as if the email was sent, and returns the invitation with its token.
func (f *joiningFixture) invite(email string) (*invitation.Invitation, string) {
	f.Helper()
	invitee := invitation.Invitee{Email: email, FirstName: "Ana", LastName: "Lee", Language: "en"}
	i, writes, err := f.service.Invite(f.Context(), inviting.Inviter{User: f.Owner, At: f.Now}, f.Campaign, invitee)
	f.Must(err)
	f.Commit(writes)
	i.Delivery = invitation.Sent
	f.Commit(f.Store.UpdateInvitation(i))
	return i, f.tokens.Accept(i)
}

func (f *joiningFixture) commit(ctx context.Context, writes []dynamo.Write) error {
	f.commits++
	return f.Store.Commit(ctx, writes...)
}

// accept accepts the invitation of a token with a proved address.
func (f *joiningFixture) accept(u *user.User, token, email string) (joining.Membership, error) {
	caller, proof := joining.Caller{User: u, At: f.Now}, joining.Proof{Token: token, Email: email}
	return f.joiner.Accept(f.Context(), caller, proof, joining.Details{Consent: true}, func(ctx context.Context, _ joining.Membership, writes ...dynamo.Write) error {
		return f.commit(ctx, writes)
	})
}

// acceptRole accepts the invitation to administer of a token.
func (f *joiningFixture) acceptRole(u *user.User, token string) (joining.Role, error) {
	caller, proof := joining.Caller{User: u, At: f.Now}, joining.Proof{Token: token, Email: u.Email}
	return f.joiner.AcceptRole(f.Context(), caller, proof, func(ctx context.Context, _ joining.Role, writes ...dynamo.Write) error {
		return f.commit(ctx, writes)
	})
}

// requestAccess requests access to the invitation of a token with the user's address.
func (f *joiningFixture) requestAccess(u *user.User, token string) (joining.AccessRequest, error) {
	caller, proof := joining.Caller{User: u, At: f.Now}, joining.Proof{Token: token, Email: u.Email}
	return f.joiner.RequestAccess(f.Context(), caller, proof, func(ctx context.Context, _ joining.AccessRequest, writes ...dynamo.Write) error {
		return f.commit(ctx, writes)
	})
}

// notices returns the number of unfinished jobs that notify administrators.
func (f *joiningFixture) notices() int {
	f.Helper()
	found := 0
	for _, j := range f.Jobs() {
		if j.Kind != job.InvitationEmail {
			found++
		}
	}
	return found
}

func TestJoin_WithOpenInvitation_AcceptsIt(t *testing.T) {
	f := newJoiningFixture(t)
	i, _ := f.invite("ana@example.org")
	ana := f.NewUser("Ana")
	request := joining.JoinRequest{Slug: f.Campaign.Slug, Details: joining.Details{Profile: mobilizer.Profile{FirstName: "Ana", LastName: "Lee"}, Consent: true}}
	var joined joining.Membership
	for _, created := range []bool{true, false} {
		var err error
		joined, err = f.joiner.Join(t.Context(), joining.Caller{User: ana, At: f.Now}, request, func(ctx context.Context, _ joining.Membership, writes ...dynamo.Write) error {
			return f.commit(ctx, writes)
		})
		f.Must(err)
		if joined.Created != created {
			t.Errorf("created is %v, want %v", joined.Created, created)
		}
	}
	stored, err := f.Store.Invitation(t.Context(), i.Target(), i.ID)
	f.Must(err)
	if stored.AcceptedBy != ana.ID || stored.Membership != joined.ID || f.commits != 1 {
		t.Errorf("accepted by %q with %q, %d commits", stored.AcceptedBy, stored.Membership, f.commits)
	}
}

func TestAccept_InvitedAddress_CreatesMembershipOnce(t *testing.T) {
	f := newJoiningFixture(t)
	_, token := f.invite("ana@example.org")
	ana := f.NewUser("Ana")
	first, err := f.accept(ana, token, "Ana@example.org")
	f.Must(err)
	second, err := f.accept(ana, token, "ana@example.org")
	f.Must(err)
	if first.ID != second.ID || !first.Created || second.Created || first.Profile.LastName != "Lee" || f.commits != 1 {
		t.Errorf("first %+v, second %+v, %d commits", first, second, f.commits)
	}
	ben := f.NewUser("Ben")
	_, err = f.accept(ben, token, "ben@example.org")
	f.MustFail(err, fault.KindConflict, "invitation_used")
}

func TestAccept_AfterLeaving_IsRefusedWithLandingPage(t *testing.T) {
	f := newJoiningFixture(t)
	_, token := f.invite("ana@example.org")
	ana := f.NewUser("Ana")
	m, err := f.accept(ana, token, ana.Email)
	f.Must(err)
	f.Must(m.Leave(f.Now))
	f.Commit(f.Store.UpdateMembership(m.Mobilizer))
	_, err = f.accept(ana, token, ana.Email)
	left, ok := errors.AsType[*joining.LeftError](err)
	if !ok || left.Slug != f.Campaign.Slug {
		t.Errorf("the error is %v", err)
	}
}

func TestAccept_OtherAddress_NeedsApprovedAccessRequest(t *testing.T) {
	f := newJoiningFixture(t)
	i, token := f.invite("ana@example.org")
	ben := f.NewUser("Ben")
	_, err := f.accept(ben, token, ben.Email)
	if !fault.Is(err, fault.KindForbidden) {
		t.Fatalf("the error is %v", err)
	}
	request, err := f.requestAccess(ben, token)
	f.Must(err)
	if !request.Created || request.Status != invitation.Pending || f.notices() != 1 {
		t.Errorf("the request is %+v with %d notices", request, f.notices())
	}
	again, err := f.requestAccess(ben, token)
	f.Must(err)
	if again.Created || again.ID != request.ID || f.notices() != 1 {
		t.Errorf("the second request is %+v with %d notices", again, f.notices())
	}
	_, err = request.Approve(i, invitation.Person{User: f.Owner.ID}, f.Now)
	f.Must(err)
	f.Commit(f.Store.UpdateAccessRequest(request.AccessRequest))
	m, err := f.accept(ben, token, ben.Email)
	if err == nil || m.Mobilizer != nil {
		// The profile lacks names: those of the invitation are another person's.
		t.Errorf("accepted with the names of the invited person: %+v", m)
	}
}

// An approval, like an invitation, that was given before an administrator removed the person does not bring them back.
func TestAccept_PermissionFromBeforeRemoval_IsRefused(t *testing.T) {
	for _, approved := range []bool{true, false} {
		f := newJoiningFixture(t)
		i, token := f.invite("ana@example.org")
		ben := f.NewUser("Ben")
		proved := "ana@example.org" // Ben's second address
		if approved {
			proved = ben.Email
			request, err := f.requestAccess(ben, token)
			f.Must(err)
			_, err = request.Approve(i, invitation.Person{User: f.Owner.ID}, f.Now)
			f.Must(err)
			f.Commit(f.Store.UpdateAccessRequest(request.AccessRequest))
		}
		request := joining.JoinRequest{Slug: f.Campaign.Slug, Details: joining.Details{Profile: mobilizer.Profile{FirstName: "Ben", LastName: "Fox"}, Consent: true}}
		member, err := f.joiner.Join(t.Context(), joining.Caller{User: ben, At: f.Now}, request, func(ctx context.Context, _ joining.Membership, writes ...dynamo.Write) error {
			return f.commit(ctx, writes)
		})
		f.Must(err)
		f.Now = f.Now.Add(time.Hour)
		f.Must(member.Leave(f.Now))
		f.Commit(f.Store.UpdateMembership(member.Mobilizer), f.Store.PutRemoval(member.NewRemoval(f.Owner.ID, f.Now)))
		f.Now = f.Now.Add(time.Hour)
		_, err = f.accept(ben, token, proved)
		f.MustFail(err, fault.KindForbidden, "removed")
		if approved {
			f.mustApproveAgain(ben, i, token)
			continue
		}
		_, token = f.invite(ben.Email)
		if _, err := f.accept(ben, token, ben.Email); err != nil {
			t.Errorf("an invitation from after the removal: %v", err)
		}
	}
}

// mustApproveAgain checks that the approval of a person who was removed since is renewed by a request and by a decision, and that
// they can then accept.
func (f *joiningFixture) mustApproveAgain(by *user.User, i *invitation.Invitation, token string) {
	f.Helper()
	request, err := f.requestAccess(by, token)
	f.Must(err)
	if request.Status != invitation.Pending {
		f.Errorf("after the removal, a repeated request is %s", request.Status)
	}
	owner := inviting.Inviter{User: f.Owner, At: f.Now}
	for range 2 {
		decided, writes, err := f.service.Decide(f.Context(), owner, i, string(request.ID), "", (*invitation.AccessRequest).Approve)
		f.Must(err)
		if len(writes) > 0 { // the second decision stands already
			f.Commit(writes)
		}
		if decided.State(i, f.Now) != invitation.Approved || !decided.DecidedAt.Equal(owner.At) {
			f.Errorf("decided: %+v", decided)
		}
	}
	removal, err := f.Store.Removal(f.Context(), by.ID, f.Campaign.ID)
	f.Must(err)
	removal.At = f.Now.Add(time.Minute)
	f.Commit(f.Store.PutRemoval(removal))
	f.Now = f.Now.Add(time.Hour)
	_, writes, err := f.service.Decide(f.Context(), inviting.Inviter{User: f.Owner, At: f.Now}, i, string(request.ID), "", (*invitation.AccessRequest).Approve)
	f.Must(err)
	f.Commit(writes)
	if _, err := f.accept(by, token, by.Email); err != nil {
		f.Errorf("accept after another approval: %v", err)
	}
}

func TestAccept_AcceptedInvitationAfterRemoval_IsRefusedAndCanBeAskedForAgain(t *testing.T) {
	f := newJoiningFixture(t)
	used, token := f.invite("ana@example.org")
	ana := f.NewUser("Ana")
	m, err := f.accept(ana, token, ana.Email)
	f.Must(err)
	f.Now = f.Now.Add(time.Hour)
	f.Must(m.Leave(f.Now))
	f.Commit(f.Store.UpdateMembership(m.Mobilizer), f.Store.PutRemoval(m.NewRemoval(f.Owner.ID, f.Now)))
	_, err = f.accept(ana, token, ana.Email)
	f.MustFail(err, fault.KindConflict, "removed_since")
	before := f.notices()
	f.Must(joining.RequestNew(t.Context(), f.Store, token, f.Now))
	if stored, err := f.Store.Invitation(t.Context(), used.Target(), used.ID); err != nil || !stored.AwaitsResend() || f.notices() != before+1 {
		t.Errorf("no new invitation is requested: %v, %d notices", err, f.notices()-before)
	}
}

func TestAcceptRole_InviterDismissed_GrantsNothing(t *testing.T) {
	f := newJoiningFixture(t)
	invite := func(email string, by *user.User) string {
		invitee := invitation.Invitee{Email: email, FirstName: "X", Language: "en"}
		i, writes, err := f.service.InviteAdministrator(t.Context(), inviting.Inviter{User: by, At: f.Now}, f.Organization.ID, invitee, organization.Admin)
		f.Must(err)
		f.Commit(writes)
		return f.tokens.Accept(i)
	}
	ana, ben := f.NewUser("Ana"), f.NewUser("Ben")
	role, err := f.acceptRole(ana, invite(ana.Email, f.Owner))
	f.Must(err)
	if !role.Created || role.Role != organization.Admin {
		t.Errorf("the role is %+v", role)
	}
	token := invite(ben.Email, ana)
	f.Commit(f.Store.DeleteAdministrator(role.Administrator))
	if _, err := f.acceptRole(ben, token); err == nil {
		t.Error("an invitation of a dismissed administrator grants a role")
	}
	if _, err := f.Store.Administrator(t.Context(), f.Organization.ID, ben.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("Ben's role: %v", err)
	}
}

func TestRequestNew_ExpiredLink_NotifiesOnce(t *testing.T) {
	f := newJoiningFixture(t)
	_, token := f.invite("ana@example.org")
	f.Must(joining.RequestNew(t.Context(), f.Store, token, f.Now))
	if n := f.notices(); n != 0 {
		t.Errorf("%d notices while the link works", n)
	}
	later := f.Now.Add(invitation.Lifetime + time.Hour)
	for range 2 {
		f.Must(joining.RequestNew(t.Context(), f.Store, token, later))
	}
	if n := f.notices(); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
}

func TestUnsubscribe_Undone_LeavesNoSuppression(t *testing.T) {
	f := newJoiningFixture(t)
	i, accept := f.invite("ana@example.org")
	token := f.tokens.Unsubscribe(i)
	if err := joining.Unsubscribe(t.Context(), f.Store, accept, f.Now); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the link that accepts unsubscribes: %v", err)
	}
	for range 2 {
		f.Must(joining.Unsubscribe(t.Context(), f.Store, token, f.Now))
	}
	s, err := f.Store.Suppression(t.Context(), f.Organization.ID, i.Email)
	f.Must(err)
	if !s.Active() || s.Reason != invitation.Unsubscribed {
		t.Fatalf("the suppression is %+v", s)
	}
	f.Must(joining.UndoUnsubscribe(t.Context(), f.Store, token, f.Now))
	s, err = f.Store.Suppression(t.Context(), f.Organization.ID, i.Email)
	f.Must(err)
	if s.Active() {
		t.Errorf("the suppression is %+v", s)
	}
}
