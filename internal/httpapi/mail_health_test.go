package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// sends makes an invitation's organization one that sent mails, of which some bounced and some were called spam, and
// watches it.
func (d *desk) sends(c, i string, sent, bounced, complained int) {
	d.t.Helper()
	noted, err := d.store.RecordMailOutcome(d.t.Context(), invitation.Target{Campaign: campaign.ID(c)}, invitation.ID(i), func(i *invitation.Invitation) (*invitation.Suppression, error) {
		for n := range sent {
			mail := invitation.Sending{Hash: fmt.Sprint(n), SentAt: d.now}
			if n < bounced {
				mail.Outcomes = append(mail.Outcomes, invitation.HardBounce)
			}
			if n < complained {
				mail.Outcomes = append(mail.Outcomes, invitation.Complaint)
			}
			i.Sendings = append(i.Sendings, mail)
		}
		return nil, nil
	})
	if err == nil {
		_, err = invitation.EnforceMailLimits(d.t.Context(), d.store, noted.Organization, d.now)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// Administrators see what becomes of their mail, why it is stopped and how to go on; an owner resumes it.
func TestMailIsStoppedAndResumed(t *testing.T) {
	d := everyRoute(t)
	x := d.tenant("north")
	mail := "/v1/admin/organizations/" + x.ids["organization"] + "/mail"
	all := "/v1/admin/campaigns/" + x.ids["campaign"] + "/invitations"
	healthy := x.admin.get(mail).is(http.StatusOK)
	if healthy.text("state") != "sending" || healthy.text("counted_since") != "2026-09-25T00:00:00.000Z" {
		t.Errorf("before the first mail: %s", healthy.raw)
	}
	d.sends(x.ids["campaign"], x.ids["invitation"], 250, 0, 2)
	stopped := x.admin.get(mail).is(http.StatusOK)
	for _, says := range []string{`"state":"stopped"`, `"stopped_for":"complaints"`, `"sent":250`, `"complained":2`, `"complaint_rate":0.008`, `"sent_at_least":200`} {
		if !strings.Contains(stopped.raw, says) {
			t.Errorf("it does not say %s: %s", says, stopped.raw)
		}
	}
	for _, says := range []string{"2 of 250 mails were called spam", "0.08 %", "owner can resume"} {
		if !strings.Contains(stopped.text("message"), says) {
			t.Errorf("the message does not say %q: %s", says, stopped.text("message"))
		}
	}
	guest := map[string]any{"email": "late@example.org", "first_name": "Lana", "last_name": "Late"}
	made := x.admin.post(all, guest).is(http.StatusCreated)
	if made.text("mail_held") != stopped.text("message") || made.text("delivery_state") != "queued" {
		t.Errorf("inviting is answered %s", made.raw)
	}
	if list := x.admin.get(all).is(http.StatusOK); list.text("mail_held") != stopped.text("message") {
		t.Errorf("the list is %s", list.raw)
	}

	x.admin.post(mail+"/resume", nil).is(http.StatusForbidden)
	for range 2 { // the second changes nothing
		resumed := x.owner.post(mail+"/resume", nil).is(http.StatusOK)
		if resumed.text("state") != "sending" || resumed.text("resumed_by") == "" || !strings.Contains(resumed.raw, `"sent":0`) {
			t.Errorf("resuming is answered %s", resumed.raw)
		}
	}
	j, err := d.store.Job(t.Context(), invitation.ReleaseJobID(organization.ID(x.ids["organization"])))
	if err != nil || j.State != "queued" || j.Kind != "mail" {
		t.Errorf("nobody is rung for to let the mails go: %+v, %v", j, err)
	}
	if list := x.admin.get(all).is(http.StatusOK); strings.Contains(list.raw, "mail_held") {
		t.Errorf("after resuming the list is %s", list.raw)
	}

	// Stopped again while the mails of the first time are still let go: the same job rings anew.
	d.sends(x.ids["campaign"], x.ids["invitation"], 250, 10, 0)
	again := x.owner.post(mail+"/resume", nil).is(http.StatusOK)
	if rung, err := d.store.Job(t.Context(), j.ID); err != nil || rung.Version != j.Version+1 || again.text("state") != "sending" {
		t.Errorf("resuming again is answered %s; the job is %+v, %v", again.raw, rung, err)
	}
}
