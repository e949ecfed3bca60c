package invitationapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// recordMail records sent emails for an invitation's organization, of which some bounced and some got complaints, and enforces
// the limits.
func recordMail(d *httpapitest.Fixture, c, i string, sent, bounced, complained int) {
	d.T.Helper()
	noted, err := d.Store.RecordMailOutcome(d.T.Context(), invitation.Target{Campaign: campaign.ID(c)}, invitation.ID(i), func(i *invitation.Invitation) (*invitation.Suppression, error) {
		for n := range sent {
			mail := invitation.Sending{Hash: fmt.Sprint(n), SentAt: d.Now}
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
		_, err = email.EnforceLimits(d.T.Context(), d.Store, noted.Organization, d.Now)
	}
	if err != nil {
		d.T.Fatal(err)
	}
}

// Administrators see the state of their email, why it is stopped and how to continue; an owner resumes it.
func TestMailStatus_StoppedThenResumed_ReleasesHeldEmail(t *testing.T) {
	d := httpapitest.New(t)
	x := d.NewTenant("north")
	mail := "/v1/admin/organizations/" + x.IDs["organization"] + "/mail"
	all := "/v1/admin/campaigns/" + x.IDs["campaign"] + "/invitations"
	healthy := x.Admin.Get(mail).ExpectStatus(http.StatusOK)
	if healthy.Text("status") != "sending" || healthy.Text("counted_since") != "2026-09-25T00:00:00.000Z" {
		t.Errorf("before the first mail: %s", healthy.Raw)
	}
	recordMail(d, x.IDs["campaign"], x.IDs["invitation"], 250, 0, 2)
	stopped := x.Admin.Get(mail).ExpectStatus(http.StatusOK)
	for _, says := range []string{`"status":"stopped"`, `"stop_reason":"complaints"`, `"sent":250`, `"complained":2`, `"complaint_rate":0.008`, `"sent_at_least":200`} {
		if !strings.Contains(stopped.Raw, says) {
			t.Errorf("it does not say %s: %s", says, stopped.Raw)
		}
	}
	for _, says := range []string{"2 of 250 emails were reported as spam", "0.08 %", "owner can resume"} {
		if !strings.Contains(stopped.Text("message"), says) {
			t.Errorf("the message does not say %q: %s", says, stopped.Text("message"))
		}
	}
	guest := map[string]any{"email": "late@example.org", "first_name": "Lana", "last_name": "Late"}
	made := x.Admin.Post(all, guest).ExpectStatus(http.StatusCreated)
	if made.Text("mail_held_reason") != stopped.Text("message") || made.Text("delivery_status") != "queued" {
		t.Errorf("inviting is answered %s", made.Raw)
	}
	if list := x.Admin.Get(all).ExpectStatus(http.StatusOK); list.Text("mail_held_reason") != stopped.Text("message") {
		t.Errorf("the list is %s", list.Raw)
	}

	x.Admin.Post(mail+"/resume", nil).ExpectStatus(http.StatusForbidden)
	for range 2 { // the second changes nothing
		resumed := x.Owner.Post(mail+"/resume", nil).ExpectStatus(http.StatusOK)
		if resumed.Text("status") != "sending" || resumed.Text("resumed_by") == "" || !strings.Contains(resumed.Raw, `"sent":0`) {
			t.Errorf("resuming is answered %s", resumed.Raw)
		}
	}
	j, err := d.Store.Job(t.Context(), sending.ReleaseJobID(organization.ID(x.IDs["organization"])))
	if err != nil || j.State != "queued" || j.Kind != "mail" {
		t.Errorf("no job releases the held emails: %+v, %v", j, err)
	}
	if list := x.Admin.Get(all).ExpectStatus(http.StatusOK); strings.Contains(list.Raw, "mail_held_reason") {
		t.Errorf("after resuming the list is %s", list.Raw)
	}

	// Stopped again while the first emails are still being released: the same job is requeued.
	recordMail(d, x.IDs["campaign"], x.IDs["invitation"], 250, 10, 0)
	again := x.Owner.Post(mail+"/resume", nil).ExpectStatus(http.StatusOK)
	if rung, err := d.Store.Job(t.Context(), j.ID); err != nil || rung.Version != j.Version+1 || again.Text("status") != "sending" {
		t.Errorf("resuming again is answered %s; the job is %+v, %v", again.Raw, rung, err)
	}
}
