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

// Whoever has the link with another address is let in by an approval alone: for its time, on what is open or expired.
func TestWhatAnApprovalPermits(t *testing.T) {
	asking := noon.Add(2 * time.Hour)
	expired := noon.Add(time.Hour + Lifetime)
	approve := func(at time.Time) func(*Invitation, *AccessRequest) error {
		return func(i *Invitation, k *AccessRequest) error { _, err := k.Approve(i, olivia, at); return err }
	}
	decline := func(i *Invitation, k *AccessRequest) error { _, err := k.Decline(i, olivia, asking); return err }
	revoke := func(i *Invitation, _ *AccessRequest) error { return i.Revoke(asking) }
	resend := func(i *Invitation, _ *AccessRequest) error { return i.Resend(olivia, nil, secret, Lifetime, asking) }
	anew := func(i *Invitation, _ *AccessRequest) error {
		return i.Reinvite(guest, olivia, nil, secret, Lifetime, asking)
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
		{name: "approved", then: []func(*Invitation, *AccessRequest) error{approve(asking)}, state: Approved},
		{name: "approved, expired since", then: []func(*Invitation, *AccessRequest) error{approve(expired.Add(-time.Hour))}, at: expired, state: Approved},
		{name: "approved after it expired", then: []func(*Invitation, *AccessRequest) error{approve(expired)}, at: expired, state: Approved},
		{name: "the last moment", then: []func(*Invitation, *AccessRequest) error{approve(asking)}, at: asking.Add(ApprovalLifetime - 1), state: Approved},
		{name: "too late", then: []func(*Invitation, *AccessRequest) error{approve(asking)}, at: asking.Add(ApprovalLifetime), says: "access_request_lapsed", state: Lapsed},
		{name: "approved again", then: []func(*Invitation, *AccessRequest) error{approve(asking), approve(expired)}, at: asking.Add(ApprovalLifetime), says: "access_request_lapsed", state: Lapsed},
		{name: "approved anew", then: []func(*Invitation, *AccessRequest) error{approve(asking), approve(asking.Add(ApprovalLifetime))}, at: asking.Add(ApprovalLifetime), state: Approved},
		{name: "declined", then: []func(*Invitation, *AccessRequest) error{decline}, says: "access_request_declined", state: Declined},
		{name: "declined, then approved", then: []func(*Invitation, *AccessRequest) error{decline, approve(asking)}, state: Approved},
		{name: "approved, then declined", then: []func(*Invitation, *AccessRequest) error{approve(asking), decline}, says: "access_request_declined", state: Declined},
		{name: "sent again since", then: []func(*Invitation, *AccessRequest) error{approve(asking), resend}, state: Approved},
		{name: "revoked since", then: []func(*Invitation, *AccessRequest) error{approve(asking), revoke}, says: "invitation_revoked", state: Approved},
		{name: "invited anew since", then: []func(*Invitation, *AccessRequest) error{approve(asking), revoke, anew}, says: "access_request_lapsed", state: Lapsed},
		{name: "closed since", then: []func(*Invitation, *AccessRequest) error{approve(asking)}, campaign: campaign.Closed, says: "campaign_closed", state: Approved},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, of, at := sent(), *active, asking
			k := NewAccessRequest(i, eve, asking)
			for _, step := range c.then {
				if err := step(i, k); err != nil {
					t.Fatal(err)
				}
			}
			if c.campaign != "" {
				of.Status = c.campaign
			}
			if !c.at.IsZero() {
				at = c.at
			}
			if got := code(i.CheckAccess(&of, 1, eve.Email, k, at)); got != c.says {
				t.Errorf("accepting is answered %q, want %q", got, c.says)
			}
			if got := k.State(i, at); got != c.state {
				t.Errorf("the ask is %s, want %s", got, c.state)
			}
			if i.Email != guest.Email {
				t.Errorf("the invited address has become %s", i.Email)
			}
		})
	}
}

func TestWhoCanAsk(t *testing.T) {
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
		{name: "an old link", change: func(i *Invitation) { _ = i.Resend(olivia, nil, secret, Lifetime, noon) }},
		{name: "revoked", change: func(i *Invitation) { _ = i.Revoke(noon) }, says: "invitation_revoked"},
		{name: "used", change: func(i *Invitation) { i.Accept(&mobilizer.Mobilizer{ID: "m"}, noon) }, says: "invitation_used"},
		{name: "closed", campaign: campaign.Closed, says: "campaign_closed"},
		{name: "the invited one", email: "ANA@example.org", says: "invitation_yours"},
		{name: "one of many", others: asksLimit - 1},
		{name: "one of too many", others: asksLimit, says: "too_many_access_requests_for_invitation"},
	} {
		i, of, email, when := sent(), *active, eve.Email, at
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
			t.Errorf("%s: is answered %v, want %q", c.name, err, c.says)
		}
	}
}

func TestAskingTwice(t *testing.T) {
	at := noon.Add(2 * time.Hour)
	i := sent()
	k := NewAccessRequest(i, eve, at)
	again := func(want bool, says string) {
		t.Helper()
		if news, err := k.Renew(i, eve, at); news != want || code(err) != says {
			t.Errorf("asking again while %s: news %t, %v", k.State(i, at), news, err)
		}
	}
	decides := func(decide func(*AccessRequest, *Invitation, Person, time.Time) (bool, error), want bool, says string) {
		t.Helper()
		was := k.State(i, at)
		if news, err := decide(k, i, olivia, at); news != want || code(err) != says {
			t.Errorf("deciding while %s: news %t, %v", was, news, err)
		}
	}
	again(false, "")
	decides((*AccessRequest).Approve, true, "")
	decides((*AccessRequest).Approve, false, "")
	again(false, "")
	at = at.Add(ApprovalLifetime)
	again(true, "")
	if k.State(i, at) != Pending || !k.DecidedAt.IsZero() {
		t.Errorf("asked anew it is %+v", k)
	}
	decides((*AccessRequest).Decline, true, "")
	decides((*AccessRequest).Decline, false, "")
	again(false, "access_request_declined")
	i.Accept(&mobilizer.Mobilizer{ID: "m"}, at)
	decides((*AccessRequest).Approve, false, "invitation_accepted")
}

// Whoever has a dead link can have the inviter told once after each mail.
func TestAskingForANewInvitation(t *testing.T) {
	at, later := noon.Add(2*time.Hour), noon.Add(2*time.Hour+Lifetime)
	for _, c := range []struct {
		name       string
		change     func(*Invitation)
		campaign   campaign.Status
		generation int
		at         time.Time
		tells      bool
	}{
		{name: "the link works", at: at},
		{name: "expired", at: later, tells: true},
		{name: "asked before", change: func(i *Invitation) { i.RequestNew(active, 1, later) }, at: later},
		{name: "sent since", change: func(i *Invitation) {
			i.RequestNew(active, 1, later)
			_ = i.Resend(olivia, nil, secret, Lifetime, later)
			i.RecordSent(2, Lifetime, later)
		}, at: later.Add(Lifetime), tells: true},
		{name: "a newer mail is on its way", change: func(i *Invitation) { _ = i.Resend(olivia, nil, secret, Lifetime, at) }, at: at},
		{name: "a newer mail was sent", change: func(i *Invitation) {
			_ = i.Resend(olivia, nil, secret, Lifetime, at)
			i.RecordSent(2, Lifetime, at)
		}, at: at, tells: true},
		{name: "revoked", change: func(i *Invitation) { _ = i.Revoke(at) }, at: at, tells: true},
		{name: "used", change: func(i *Invitation) { i.Accept(&mobilizer.Mobilizer{ID: "m"}, at) }, at: at, tells: true},
		{name: "closed", campaign: campaign.Closed, at: later},
	} {
		i, of := sent(), *active
		if c.change != nil {
			c.change(i)
		}
		if c.campaign != "" {
			of.Status = c.campaign
		}
		if got := i.RequestNew(&of, 1, c.at); got != c.tells {
			t.Errorf("%s: tells %t, want %t", c.name, got, c.tells)
		}
	}
}

func TestWhoHearsOfIt(t *testing.T) {
	admin := func(u string, r organization.Role) *organization.Administrator {
		return &organization.Administrator{User: user.ID(u), Role: r}
	}
	inviter := &organization.Administrator{User: olivia.User, Role: organization.Admin, Name: "Olivia"}
	owner, other, plain := admin("first", organization.Owner), admin("second", organization.Owner), admin("third", organization.Admin)
	i := sent()
	if got := i.NoticeRecipients([]*organization.Administrator{owner, inviter, other, plain}); len(got) != 1 || got[0] != inviter {
		t.Errorf("with the inviter there, told are %v", got)
	}
	if got := i.NoticeRecipients([]*organization.Administrator{owner, other, plain}); len(got) != 2 || got[0] != owner || got[1] != other {
		t.Errorf("with the inviter gone, told are %v", got)
	}
}
