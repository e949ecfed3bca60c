package invitation

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var eve = Person{User: "e", Name: "Eve", Email: "eve@example.org"}

// Only an approval admits a person with another address: within its lifetime, to an open or expired invitation.
func TestCheckAccess_WithAccessRequest_AdmitsApproved(t *testing.T) {
	requested := noon.Add(2 * time.Hour)
	expired := noon.Add(time.Hour + Lifetime)
	approve := func(at time.Time) func(*Invitation, *AccessRequest) error {
		return func(i *Invitation, r *AccessRequest) error { _, err := r.Approve(i, olivia, at); return err }
	}
	decline := func(i *Invitation, r *AccessRequest) error { _, err := r.Decline(i, olivia, requested); return err }
	revoke := func(i *Invitation, _ *AccessRequest) error { return i.Revoke(requested) }
	resend := func(i *Invitation, _ *AccessRequest) error { return i.Resend(olivia, nil, tokens, Lifetime, requested) }
	reinvite := func(i *Invitation, _ *AccessRequest) error {
		return i.Reinvite(invitee, olivia, nil, tokens, Lifetime, requested)
	}
	for _, c := range []struct {
		name     string
		then     []func(*Invitation, *AccessRequest) error
		campaign campaign.Status
		at       time.Time
		says     string // code, "" for let in
		state    AccessRequestState
	}{
		{name: "pending", says: "access_request_pending", state: Pending},
		{name: "approved", then: []func(*Invitation, *AccessRequest) error{approve(requested)}, state: Approved},
		{name: "approved, expired since", then: []func(*Invitation, *AccessRequest) error{approve(expired.Add(-time.Hour))}, at: expired, state: Approved},
		{name: "approved after it expired", then: []func(*Invitation, *AccessRequest) error{approve(expired)}, at: expired, state: Approved},
		{name: "the last moment", then: []func(*Invitation, *AccessRequest) error{approve(requested)}, at: requested.Add(ApprovalLifetime - 1), state: Approved},
		{name: "too late", then: []func(*Invitation, *AccessRequest) error{approve(requested)}, at: requested.Add(ApprovalLifetime), says: "access_request_lapsed", state: Lapsed},
		{name: "approved again", then: []func(*Invitation, *AccessRequest) error{approve(requested), approve(expired)}, at: requested.Add(ApprovalLifetime), says: "access_request_lapsed", state: Lapsed},
		{name: "approved after it lapsed", then: []func(*Invitation, *AccessRequest) error{approve(requested), approve(requested.Add(ApprovalLifetime))}, at: requested.Add(ApprovalLifetime), state: Approved},
		{name: "declined", then: []func(*Invitation, *AccessRequest) error{decline}, says: "access_request_declined", state: Declined},
		{name: "declined, then approved", then: []func(*Invitation, *AccessRequest) error{decline, approve(requested)}, state: Approved},
		{name: "approved, then declined", then: []func(*Invitation, *AccessRequest) error{approve(requested), decline}, says: "access_request_declined", state: Declined},
		{name: "sent again since", then: []func(*Invitation, *AccessRequest) error{approve(requested), resend}, state: Approved},
		{name: "revoked since", then: []func(*Invitation, *AccessRequest) error{approve(requested), revoke}, says: "invitation_revoked", state: Approved},
		{name: "invited again", then: []func(*Invitation, *AccessRequest) error{approve(requested), revoke, reinvite}, says: "access_request_lapsed", state: Lapsed},
		{name: "closed since", then: []func(*Invitation, *AccessRequest) error{approve(requested)}, campaign: campaign.Closed, says: "campaign_closed", state: Approved},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, of, at := newSentInvitation(), *active, requested
			r := NewAccessRequest(i, eve, requested)
			for _, step := range c.then {
				if err := step(i, r); err != nil {
					t.Fatal(err)
				}
			}
			if c.campaign != "" {
				of.Status = c.campaign
			}
			if !c.at.IsZero() {
				at = c.at
			}
			if got := code(i.CheckAccess(&of, 1, eve.Email, r, at)); got != c.says {
				t.Errorf("CheckAccess: %q, want %q", got, c.says)
			}
			if got := r.State(i, at); got != c.state {
				t.Errorf("the request is %s, want %s", got, c.state)
			}
			if i.Email != invitee.Email {
				t.Errorf("the invited address is %s now", i.Email)
			}
		})
	}
}

func TestCanRequestAccess_EachState_AllowsOrSaysWhy(t *testing.T) {
	at := noon.Add(2 * time.Hour)
	for _, c := range []struct {
		name     string
		change   func(*Invitation)
		campaign campaign.Status
		email    string
		others   int
		at       time.Time
		says     string
	}{
		{name: "open"},
		{name: "expired", at: at.Add(Lifetime)},
		{name: "an old link", change: func(i *Invitation) { _ = i.Resend(olivia, nil, tokens, Lifetime, noon) }},
		{name: "revoked", change: func(i *Invitation) { _ = i.Revoke(noon) }, says: "invitation_revoked"},
		{name: "used", change: func(i *Invitation) { i.Accept(&mobilizer.Mobilizer{ID: "m"}, noon) }, says: "invitation_used"},
		{name: "closed", campaign: campaign.Closed, says: "campaign_closed"},
		{name: "the invited one", email: "ANA@example.org", says: "invitation_yours"},
		{name: "one of many", others: maxAccessRequests - 1},
		{name: "one of too many", others: maxAccessRequests, says: "too_many_access_requests_for_invitation"},
	} {
		i, of, email, when := newSentInvitation(), *active, eve.Email, at
		if c.change != nil {
			c.change(i)
		}
		if c.campaign != "" {
			of.Status = c.campaign
		}
		if c.email != "" {
			email = c.email
		}
		if !c.at.IsZero() {
			when = c.at
		}
		err := i.CanRequestAccess(&of, email, c.others, when)
		if got := code(err); got != c.says || (err == nil) != (c.says == "") {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestAccessRequest_Repeated_IsNewsOnce(t *testing.T) {
	at := noon.Add(2 * time.Hour)
	i := newSentInvitation()
	r := NewAccessRequest(i, eve, at)
	renew := func(want bool, says string) {
		t.Helper()
		if changed, err := r.Renew(i, eve, at); changed != want || code(err) != says {
			t.Errorf("Renew while %s: %t, %v", r.State(i, at), changed, err)
		}
	}
	decide := func(decision func(*AccessRequest, *Invitation, Person, time.Time) (bool, error), want bool, says string) {
		t.Helper()
		was := r.State(i, at)
		if changed, err := decision(r, i, olivia, at); changed != want || code(err) != says {
			t.Errorf("decision while %s: %t, %v", was, changed, err)
		}
	}
	renew(false, "")
	decide((*AccessRequest).Approve, true, "")
	decide((*AccessRequest).Approve, false, "")
	renew(false, "")
	at = at.Add(ApprovalLifetime)
	renew(true, "")
	if r.State(i, at) != Pending || !r.DecidedAt.IsZero() {
		t.Errorf("renewed: %+v", r)
	}
	decide((*AccessRequest).Decline, true, "")
	decide((*AccessRequest).Decline, false, "")
	renew(false, "access_request_declined")
	i.Accept(&mobilizer.Mobilizer{ID: "m"}, at)
	decide((*AccessRequest).Approve, false, "invitation_accepted")
}

// The holder of a link that does not work can notify the inviter once after each email.
func TestRequestNew_EachState_NotifiesOnce(t *testing.T) {
	at, later := noon.Add(2*time.Hour), noon.Add(2*time.Hour+Lifetime)
	for _, c := range []struct {
		name       string
		change     func(*Invitation)
		campaign   campaign.Status
		generation int
		at         time.Time
		notifies   bool
	}{
		{name: "the link works", at: at},
		{name: "expired", at: later, notifies: true},
		{name: "asked before", change: func(i *Invitation) { i.RequestNew(active, 1, later) }, at: later},
		{name: "sent since", change: func(i *Invitation) {
			i.RequestNew(active, 1, later)
			_ = i.Resend(olivia, nil, tokens, Lifetime, later)
			i.RecordSent(2, Lifetime, later)
		}, at: later.Add(Lifetime), notifies: true},
		{name: "a newer email is pending", change: func(i *Invitation) { _ = i.Resend(olivia, nil, tokens, Lifetime, at) }, at: at},
		{name: "a newer email was sent", change: func(i *Invitation) {
			_ = i.Resend(olivia, nil, tokens, Lifetime, at)
			i.RecordSent(2, Lifetime, at)
		}, at: at, notifies: true},
		{name: "revoked", change: func(i *Invitation) { _ = i.Revoke(at) }, at: at, notifies: true},
		{name: "used", change: func(i *Invitation) { i.Accept(&mobilizer.Mobilizer{ID: "m"}, at) }, at: at, notifies: true},
		{name: "closed", campaign: campaign.Closed, at: later},
	} {
		i, of := newSentInvitation(), *active
		if c.change != nil {
			c.change(i)
		}
		if c.campaign != "" {
			of.Status = c.campaign
		}
		if got := i.RequestNew(&of, 1, c.at); got != c.notifies {
			t.Errorf("%s: notifies %t, want %t", c.name, got, c.notifies)
		}
	}
}

func TestNoticeRecipients_InviterGone_AreOwners(t *testing.T) {
	admin := func(u string, role organization.Role) *organization.Administrator {
		return &organization.Administrator{User: user.ID(u), Role: role}
	}
	inviter := &organization.Administrator{User: olivia.User, Role: organization.Admin, Name: "Olivia"}
	owner, other, plain := admin("first", organization.Owner), admin("second", organization.Owner), admin("third", organization.Admin)
	i := newSentInvitation()
	if got := i.NoticeRecipients([]*organization.Administrator{owner, inviter, other, plain}); len(got) != 1 || got[0] != inviter {
		t.Errorf("with the inviter: %v", got)
	}
	if got := i.NoticeRecipients([]*organization.Administrator{owner, other, plain}); len(got) != 2 || got[0] != owner || got[1] != other {
		t.Errorf("without the inviter: %v", got)
	}
}
