package invitationapi_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// A second invitation to an address is rejected with the id of the open invitation and the route that resends it.
func TestCreateInvitation_OpenInvitation_ConflictNamesIt(t *testing.T) {
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	all := "/v1/admin/campaigns/" + x.IDs["campaign"] + "/invitations"
	guest := map[string]any{"email": httpapitest.InviteeOf(x.IDs["slug"]) + "@EXAMPLE.org", "first_name": "Gus", "last_name": "Guest"}
	refused := x.Owner.Post(all, guest).ExpectProblem(http.StatusConflict, "invitation_open", "Resend it instead")
	if refused.Text("invitation_id") != x.IDs["invitation"] {
		t.Errorf("the refusal names the invitation %q, want %q", refused.Text("invitation_id"), x.IDs["invitation"])
	}
	d.Advance(time.Minute)
	again := x.Owner.Post(refused.Text("resend_path"), nil).ExpectStatus(http.StatusOK)
	if again.Text("id") != x.IDs["invitation"] || again.Text("delivery_status") != "queued" {
		t.Errorf("sending it again answers %s", again.Raw)
	}
}

// suppress adds an address to the tenant's suppression list.
func suppress(d *httpapitest.Fixture, x *httpapitest.Tenant, email string, why invitation.DeliveryState) {
	d.T.Helper()
	d.Commit(d.Store.PutSuppression(&invitation.Suppression{
		Organization: organization.ID(x.IDs["organization"]), Email: email, Reason: why, At: d.Now,
	})...)
}

// Resending to a suppressed address is rejected with the reason, and the existing link keeps working.
func TestResendInvitation_SuppressedAddress_KeepsLinkAndGivesReason(t *testing.T) {
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	for _, c := range []struct {
		name, at, email string
		to              invitation.Target
		why             invitation.DeliveryState
		says            string
	}{
		{
			"to a campaign", "/v1/admin/campaigns/" + x.IDs["campaign"] + "/invitations/" + x.IDs["invitation"], httpapitest.InviteeOf(x.IDs["slug"]) + "@example.org",
			invitation.Target{Campaign: campaign.ID(x.IDs["campaign"])},
			invitation.Unsubscribed, "has unsubscribed from your organization's email. Give them the link of the landing page",
		},
		{
			"to administer", "/v1/admin/organizations/" + x.IDs["organization"] + "/invitations/" + x.IDs["administrator-invitation"], httpapitest.AdministratorInviteeOf(x.IDs) + "@example.org",
			invitation.Target{Organization: organization.ID(x.IDs["organization"])},
			invitation.Bounced, "bounced",
		},
	} {
		suppress(d, x, c.email, c.why)
		before := x.Owner.Get(c.at).ExpectStatus(http.StatusOK)
		jobs := countJobs(d)
		x.Owner.Post(c.at+"/resend", nil).ExpectProblem(http.StatusConflict, "address_suppressed", c.says)
		if after := x.Owner.Get(c.at).ExpectStatus(http.StatusOK); after.Raw != before.Raw {
			t.Errorf("%s: after the refusal the invitation is\n%s, it was\n%s", c.name, after.Raw, before.Raw)
		}
		if !maps.Equal(countJobs(d), jobs) {
			t.Errorf("%s: there is a mail to send", c.name)
		}
	}
	if preview := d.NewLogin("").Get("/v1/public/invitations/" + x.IDs["token"]); preview.Status != http.StatusOK {
		t.Errorf("the link in the mail before leads to %s", preview.Raw)
	}
}

// The reply to an invitation of a suppressed address reports the suppression. The invitation exists, so that the person can join
// from the landing page.
func TestCreateInvitation_SuppressedAddress_ReportsSuppression(t *testing.T) {
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	campaigns := "/v1/admin/campaigns/" + x.IDs["campaign"] + "/invitations"
	for _, c := range []struct {
		email, at string
		why       invitation.DeliveryState
		shown     string
	}{
		{"una@example.org", campaigns, invitation.Unsubscribed, "unsubscribed"},
		{"ben@example.org", campaigns, invitation.Bounced, "suppressed"},
		{"coco@example.org", campaigns, invitation.Complained, "suppressed"},
		{"uma@example.org", "/v1/admin/organizations/" + x.IDs["organization"] + "/invitations", invitation.Unsubscribed, "unsubscribed"},
	} {
		suppress(d, x, c.email, c.why)
		guest := map[string]any{"email": c.email, "first_name": "Gus", "last_name": "Guest"}
		made := x.Owner.Post(c.at, guest).ExpectStatus(http.StatusCreated)
		if made.Text("delivery_status") != c.shown || made.Text("status") != "open" {
			t.Errorf("%s: inviting answers %s", c.email, made.Raw)
		}
		if n := countJobs(d)[made.Text("id")]; n != 0 {
			t.Errorf("%s: %d mails are to be sent", c.email, n)
		}
		twice := x.Owner.Post(c.at, guest).ExpectProblem(http.StatusConflict, "address_suppressed", "your organization")
		if twice.Body["resend_path"] != nil {
			t.Errorf("%s: inviting twice offers what would be refused: %s", c.email, twice.Raw)
		}
		x.Owner.Post(c.at+"/"+made.Text("id")+"/revoke", nil).ExpectStatus(http.StatusOK)
		if again := x.Owner.Post(c.at, guest).ExpectStatus(http.StatusCreated); again.Text("delivery_status") != c.shown || countJobs(d)[made.Text("id")] != 0 {
			t.Errorf("%s: the second invitation answers %s", c.email, again.Raw)
		}
	}
	file := []byte("email,first_name,last_name\nben@example.org,Gus,Guest\n")
	preview := x.Owner.Post(campaigns+"/preview", file).ExpectStatus(http.StatusOK)
	if preview.Number("suppressed") != 1 || preview.Number("duplicate") != 0 {
		t.Errorf("with an open invitation, a list takes the address for %s", counts(preview))
	}
}
