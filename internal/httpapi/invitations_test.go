package httpapi

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// Whoever invites an address twice is told which invitation it has, and where to send that one again.
func TestAnOpenInvitationIsOfferedAgain(t *testing.T) {
	d := everyRoute(t)
	x := d.tenant("a")
	all := "/v1/admin/campaigns/" + x.ids["campaign"] + "/invitations"
	guest := map[string]any{"email": guestOf(x.ids["slug"]) + "@EXAMPLE.org", "first_name": "Gus", "last_name": "Guest"}
	refused := x.owner.post(all, guest).refused(http.StatusConflict, "invitation_open", "Send that one again")
	if refused.text("invitation") != x.ids["invitation"] {
		t.Errorf("the refusal names the invitation %q, want %q", refused.text("invitation"), x.ids["invitation"])
	}
	d.later(time.Minute)
	again := x.owner.post(refused.text("resend"), nil).is(http.StatusOK)
	if again.text("id") != x.ids["invitation"] || again.text("delivery_state") != "queued" {
		t.Errorf("sending it again answers %s", again.raw)
	}
}

// suppressed keeps the tenant's mail from an address.
func (d *desk) suppressed(x *tenant, email string, why invitation.DeliveryState) {
	d.t.Helper()
	d.commit(d.store.Suppress(&invitation.Suppression{
		Organization: organization.ID(x.ids["organization"]), Email: email, Reason: why, At: d.now,
	})...)
}

// Sending again to somebody who gets no mail of the organization is refused with the reason, and takes no working link
// from them.
func TestSendingAgainToASuppressedAddressIsRefused(t *testing.T) {
	d := everyRoute(t)
	x := d.tenant("a")
	for _, c := range []struct {
		name, at, email string
		to              invitation.Target
		why             invitation.DeliveryState
		says            string
	}{
		{
			"to a campaign", "/v1/admin/campaigns/" + x.ids["campaign"] + "/invitations/" + x.ids["invitation"], guestOf(x.ids["slug"]) + "@example.org",
			invitation.Target{Campaign: campaign.ID(x.ids["campaign"])},
			invitation.Unsubscribed, "wants no mail of your organization. Give them the address of the landing page",
		},
		{
			"to administer", "/v1/admin/organizations/" + x.ids["organization"] + "/invitations/" + x.ids["administrator-invitation"], adminGuestOf(x.ids) + "@example.org",
			invitation.Target{Organization: organization.ID(x.ids["organization"])},
			invitation.Bounced, "came back",
		},
	} {
		d.suppressed(x, c.email, c.why)
		before := x.owner.get(c.at).is(http.StatusOK)
		jobs := d.jobs()
		x.owner.post(c.at+"/resend", nil).refused(http.StatusConflict, "address_suppressed", c.says)
		if after := x.owner.get(c.at).is(http.StatusOK); after.raw != before.raw {
			t.Errorf("%s: after the refusal the invitation is\n%s, it was\n%s", c.name, after.raw, before.raw)
		}
		if !maps.Equal(d.jobs(), jobs) {
			t.Errorf("%s: there is a mail to send", c.name)
		}
	}
	if preview := d.stranger("").get("/v1/public/invitations/" + x.ids["token"]); preview.status != http.StatusOK {
		t.Errorf("the link in the mail before leads to %s", preview.raw)
	}
}

// Whoever invites an address that gets no mail of the organization hears so at once. The invitation is there all the same,
// for whoever joins from the landing page.
func TestInvitingASuppressedAddressSaysSo(t *testing.T) {
	d := everyRoute(t)
	x := d.tenant("a")
	campaigns := "/v1/admin/campaigns/" + x.ids["campaign"] + "/invitations"
	for _, c := range []struct {
		email, at string
		why       invitation.DeliveryState
		shown     string
	}{
		{"una@example.org", campaigns, invitation.Unsubscribed, "unsubscribed"},
		{"ben@example.org", campaigns, invitation.Bounced, "suppressed"},
		{"coco@example.org", campaigns, invitation.Complained, "suppressed"},
		{"uma@example.org", "/v1/admin/organizations/" + x.ids["organization"] + "/invitations", invitation.Unsubscribed, "unsubscribed"},
	} {
		d.suppressed(x, c.email, c.why)
		guest := map[string]any{"email": c.email, "first_name": "Gus", "last_name": "Guest"}
		made := x.owner.post(c.at, guest).is(http.StatusCreated)
		if made.text("delivery_state") != c.shown || made.text("state") != "open" {
			t.Errorf("%s: inviting answers %s", c.email, made.raw)
		}
		if n := d.jobs()[made.text("id")]; n != 0 {
			t.Errorf("%s: %d mails are to be sent", c.email, n)
		}
		twice := x.owner.post(c.at, guest).refused(http.StatusConflict, "address_suppressed", "your organization")
		if twice.body["resend"] != nil {
			t.Errorf("%s: inviting twice offers what would be refused: %s", c.email, twice.raw)
		}
		x.owner.post(c.at+"/"+made.text("id")+"/revoke", nil).is(http.StatusOK)
		if again := x.owner.post(c.at, guest).is(http.StatusCreated); again.text("delivery_state") != c.shown || d.jobs()[made.text("id")] != 0 {
			t.Errorf("%s: inviting anew answers %s", c.email, again.raw)
		}
	}
	file := []byte("email,first_name,last_name\nben@example.org,Gus,Guest\n")
	preview := x.owner.post(campaigns+"/preview", file).is(http.StatusOK)
	if preview.number("suppressed") != 1 || preview.number("duplicate") != 0 {
		t.Errorf("with an open invitation, a list takes the address for %s", preview.counts())
	}
}
