package invitationapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// suppressionFixture is a tenant with a suppression list.
type suppressionFixture struct {
	*httpapitest.Fixture
	x    *httpapitest.Tenant
	list string // path
}

func newSuppressionFixture(t *testing.T) *suppressionFixture {
	t.Helper()
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	return &suppressionFixture{d, x, "/v1/admin/organizations/" + x.IDs["organization"] + "/suppressions"}
}

// entry returns the entry of an address in the list.
func (f *suppressionFixture) entry(address string) map[string]any {
	f.T.Helper()
	for _, entry := range f.x.Admin.Get(f.list + "?search=" + address).ExpectStatus(http.StatusOK).List("items") {
		if entry["email"] == address {
			return entry
		}
	}
	f.T.Fatalf("%s is not on the suppression list", address)
	return nil
}

// invite invites an address and returns the delivery status.
func (f *suppressionFixture) invite(address string) string {
	f.T.Helper()
	guest := map[string]any{"email": address, "first_name": "Gus", "last_name": "Guest"}
	return f.x.Owner.Post("/v1/admin/campaigns/"+f.x.IDs["campaign"]+"/invitations", guest).ExpectStatus(http.StatusCreated).Text("delivery_status")
}

func TestSuppressions_ListAndCSV_HaveEveryEntry(t *testing.T) {
	f := newSuppressionFixture(t)
	suppress(f.Fixture, f.x, "una@example.org", invitation.Unsubscribed)
	suppress(f.Fixture, f.x, "=coco@example.org", invitation.Complained)
	first := f.x.Admin.Get(f.list + "?limit=2").ExpectStatus(http.StatusOK)
	second := f.x.Admin.Get(f.list + "?limit=2&page=" + first.Text("next")).ExpectStatus(http.StatusOK)
	if len(first.List("items")) != 2 || len(second.List("items")) != 1 || second.Value("next") != nil && second.Text("next") != "" {
		t.Errorf("pages %s and %s", first.Raw, second.Raw)
	}
	if una := f.entry("una@example.org"); una["reason"] != "unsubscribed" || una["status"] != "active" {
		t.Errorf("entry %v", una)
	}
	csv := f.x.Admin.Serve(http.MethodGet, f.list+"?format=csv", nil, "")
	for _, line := range []string{"email,reason,suppressed_at", "una@example.org,unsubscribed,", "'=coco@example.org,complained,"} {
		if !strings.Contains(csv.Body.String(), line) {
			t.Errorf("the CSV has no %q:\n%s", line, csv.Body.String())
		}
	}
	f.x.Mobilizer.Get(f.list).ExpectStatus(http.StatusNotFound)
}

func TestLiftSuppression_Bounce_ByOwnerWithReason(t *testing.T) {
	f := newSuppressionFixture(t)
	suppress(f.Fixture, f.x, "ben@example.org", invitation.Bounced)
	suppress(f.Fixture, f.x, "una@example.org", invitation.Unsubscribed)
	lift := func(address string) string { return f.list + "/" + f.entry(address)["id"].(string) + "/lift" }
	why := map[string]any{"reason": "Ben has a new mailbox."}
	f.x.Admin.Post(lift("ben@example.org"), why).ExpectStatus(http.StatusForbidden)
	f.x.Owner.Post(lift("ben@example.org"), map[string]any{"reason": " "}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "Say why")
	f.x.Owner.Post(lift("una@example.org"), why).ExpectProblem(http.StatusConflict, "suppressed_by_holder", "Only the holder")
	f.x.Owner.Post(f.list+"/nobody/lift", why).ExpectStatus(http.StatusNotFound)
	for range 2 { // the second changes nothing
		lifted := f.x.Owner.Post(lift("ben@example.org"), why).ExpectStatus(http.StatusOK)
		if lifted.Text("status") != "lifted" || lifted.Text("lift_reason") != "Ben has a new mailbox." || lifted.Text("lifted_by") != f.x.Owner.Name {
			t.Errorf("lifting is answered %s", lifted.Raw)
		}
	}
	if got := f.invite("ben@example.org"); got != "queued" {
		t.Errorf("after lifting, the email of an invitation is %s", got)
	}
	if got := f.invite("una@example.org"); got != "unsubscribed" {
		t.Errorf("the email to an unsubscribed address is %s", got)
	}
}

// The holder of an address may unsubscribe, undo it, and unsubscribe again. An unsubscription takes the place of a bounce, which
// an owner could lift.
func TestUnsubscribe_Undo_LetsEmailThrough(t *testing.T) {
	f := newSuppressionFixture(t)
	address, link := httpapitest.InviteeOf(f.x.IDs["slug"])+"@example.org", "/v1/public/unsubscribe/"+f.x.IDs["unsubscribe"]
	holder := f.NewLogin("")
	invited := "/v1/admin/campaigns/" + f.x.IDs["campaign"] + "/invitations/" + f.x.IDs["invitation"]
	suppress(f.Fixture, f.x, address, invitation.Bounced)
	for range 2 {
		holder.Post(link, nil).ExpectStatus(http.StatusNoContent)
		if entry := f.entry(address); entry["reason"] != "unsubscribed" || entry["status"] != "active" {
			t.Errorf("after unsubscribing the entry is %v", entry)
		}
		if got := f.x.Owner.Get(invited).Text("delivery_status"); got != "unsubscribed" {
			t.Errorf("after unsubscribing the email is %s", got)
		}
		holder.Post(link+"/undo", nil).ExpectStatus(http.StatusNoContent)
		holder.Post(link+"/undo", nil).ExpectStatus(http.StatusNoContent)
		if entry := f.entry(address); entry["status"] != "lifted" || entry["lifted_for"] != "undone" {
			t.Errorf("after undoing the entry is %v", entry)
		}
		if got := f.x.Owner.Get(invited).Text("delivery_status"); got != "sent" {
			t.Errorf("after undoing the email is %s", got)
		}
		f.x.Owner.Post(invited+"/resend", nil).ExpectStatus(http.StatusOK)
		f.recordSent()
	}
	holder.Post("/v1/public/unsubscribe/"+f.x.IDs["token"]+"/undo", nil).ExpectStatus(http.StatusNotFound)
}

// recordSent records that the latest email of the tenant's invitation was sent.
func (f *suppressionFixture) recordSent() {
	f.T.Helper()
	i, err := f.Store.InvitationByEmail(f.T.Context(), invitation.Target{Campaign: campaign.ID(f.x.IDs["campaign"])}, httpapitest.InviteeOf(f.x.IDs["slug"])+"@example.org")
	if err != nil {
		f.T.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, f.Now)
	f.Commit(f.Store.UpdateInvitation(i)...)
}

// Joining, asking for an invitation and asking for access are consent to email. A bounce stays, and so do other organizations.
func TestConsent_AfterUnsubscribing_LiftsSuppression(t *testing.T) {
	for name, c := range map[string]struct {
		who   string
		act   func(f *suppressionFixture, who *httpapitest.Client)
		cause string
	}{
		"joins from the landing page": {"una", func(f *suppressionFixture, una *httpapitest.Client) {
			una.Post("/v1/mobilizer/join", httpapitest.JoinBody(f.x.IDs["slug"])).ExpectStatus(http.StatusCreated)
		}, "joined"},
		"asks for access": {"una", func(f *suppressionFixture, una *httpapitest.Client) {
			una.Post("/v1/mobilizer/access-requests", map[string]any{"token": f.x.IDs["token"], "id_token": f.IDToken(una)}).ExpectStatus(http.StatusCreated)
		}, "requested"},
		"asks for a new invitation": {"a-first-guest", func(f *suppressionFixture, _ *httpapitest.Client) {
			f.Advance(invitation.Lifetime)
			f.NewLogin("").Post("/v1/public/invitations/"+f.x.IDs["token"]+"/resend-requests", nil).ExpectStatus(http.StatusAccepted)
		}, "requested"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newSuppressionFixture(t)
			who := f.SignIn(c.who)
			address := c.who + "@example.org"
			suppress(f.Fixture, f.x, address, invitation.Unsubscribed)
			other := &invitation.Suppression{Organization: "other", Email: address, Reason: invitation.Unsubscribed, At: f.Now}
			f.Commit(f.Store.PutSuppression(other)...)
			c.act(f, who)
			if entry := f.entry(address); entry["status"] != "lifted" || entry["lifted_for"] != c.cause {
				t.Errorf("the entry is %v", entry)
			}
			for o, suppressed := range map[organization.ID]bool{"other": true, organization.ID(f.x.IDs["organization"]): false} {
				if s, err := f.Store.Suppression(t.Context(), o, address); err != nil || s.Active() != suppressed {
					t.Errorf("organization %s: %+v, %v", o, s, err)
				}
			}
		})
	}
	f := newSuppressionFixture(t)
	suppress(f.Fixture, f.x, "ben@example.org", invitation.Bounced)
	f.SignIn("ben").Post("/v1/mobilizer/join", httpapitest.JoinBody(f.x.IDs["slug"])).ExpectStatus(http.StatusCreated)
	if entry := f.entry("ben@example.org"); entry["status"] != "active" {
		t.Errorf("joining has lifted a bounce: %v", entry)
	}
}

// The address in the List-Unsubscribe header leads people to the page on which they confirm, and changes nothing.
func TestUnsubscribeAddress_Opened_LeadsToPage(t *testing.T) {
	f := newSuppressionFixture(t)
	link := "/v1/public/unsubscribe/" + f.x.IDs["unsubscribe"]
	opened := f.NewLogin("").Get(link).ExpectStatus(http.StatusSeeOther)
	if got := opened.Header.Get("Location"); got != "https://kith.example/u/"+f.x.IDs["unsubscribe"] {
		t.Errorf("it leads to %q", got)
	}
	if found := f.x.Admin.Get(f.list).ExpectStatus(http.StatusOK).List("items"); len(found) != 1 { // the tenant's own
		t.Errorf("opening it has suppressed the address: %v", found)
	}
	f.NewLogin("").Get("/v1/public/unsubscribe/x").ExpectStatus(http.StatusNotFound)
}
