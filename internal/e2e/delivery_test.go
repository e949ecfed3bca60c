package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// simulator is where what becomes of a mail is chosen by its address, as at SES.
func (tm *team) simulator(what, label string) string {
	return what + "+" + tm.tag + label + "@simulator.amazonses.com"
}

// invites invites an address, and returns the invitation's id.
func (tm *team) invites(email string) string {
	tm.t.Helper()
	var made invitation
	tm.post(tm.owner, tm.admin()+"/invitations", body{"email": email, "first_name": "Sam", "last_name": "Simulated"}, &made)
	return made.ID
}

// becomes waits until an invitation's mail is in exactly that state.
func (tm *team) becomes(id, delivery string) {
	tm.t.Helper()
	tm.ok(kith.Settle(tm.t.Context()))
	var last string
	err := Until(tm.t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, tm.owner, tm.admin()+"/invitations")
		for _, i := range all {
			if i.ID == id {
				last = i.DeliveryStatus
			}
		}
		return last == delivery, err
	})
	if err != nil {
		tm.t.Fatalf("the mail of invitation %s is %s, want %s: %v", id, last, delivery, err)
	}
}

// happens makes one more event happen to a mail.
func happens(ctx context.Context, l letter, kind string) error {
	_, err := fetch(ctx, http.MethodPost, kith.Cloud().Mail+"/messages/"+url.PathEscape(l.ID)+"/events", []byte(`{"type":"`+kind+`"}`))
	return err
}

// What SES says becomes of a mail is what the list shows, and hard bounces and complaints end the organization's mail to the
// address, in another campaign too.
func TestWhatBecomesOfAMail(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	for _, c := range []struct {
		address, becomes string
		refused          string // what sending again is refused with
	}{
		{"success", "delivered", ""},
		{"bounce", "bounced", "bounced"},
		{"suppressionlist", "bounced", "bounced"},
		{"complaint", "complained", "reported as spam"},
		{"reject", "rejected", ""},
	} {
		t.Run(c.address, func(t *testing.T) {
			email := tm.simulator(c.address, "")
			id := tm.invites(email)
			tm.becomes(id, c.becomes)
			again := tm.admin() + "/invitations/" + id + "/resend"
			if c.refused != "" {
				tm.refused(tm.owner, http.MethodPost, again, nil, http.StatusConflict, c.refused)
				tm.becomes(id, c.becomes)
				tm.mail(email, 1)
				return
			}
			tm.post(tm.owner, again, nil, nil)
			tm.becomes(id, c.becomes)
			tm.mail(email, 2)
		})
	}
	var health mailHealth
	tm.ok(tm.owner.Get(t.Context(), tm.mailPath(), &health))
	if health.Status != "sending" || health.Sent != 7 || health.Bounced != 2 || health.Complained != 1 {
		t.Errorf("of 7 mails 2 bounced and 1 was called spam; the API says %+v", health)
	}
}

// Events come late, twice and in any order. The worst stays, and each is counted once.
func TestEventsInAnyOrder(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	email := tm.simulator("success", "")
	id := tm.invites(email)
	tm.becomes(id, "delivered")
	first := tm.mail(email, 1)
	tm.post(tm.owner, tm.admin()+"/invitations/"+id+"/resend", nil, nil)
	second := tm.mail(email, 2)
	tm.becomes(id, "delivered")
	for _, step := range []struct {
		of      letter
		event   string
		becomes string
	}{
		{first, "bounce", "delivered"}, // an older mail
		{second, "complaint", "complained"},
		{second, "delivery", "complained"},
		{second, "bounce", "complained"},
		{second, "complaint", "complained"},
	} {
		tm.ok(happens(t.Context(), step.of, step.event))
		tm.becomes(id, step.becomes)
	}
	var health mailHealth
	tm.ok(tm.owner.Get(t.Context(), tm.mailPath(), &health))
	if health.Sent != 2 || health.Bounced != 2 || health.Complained != 1 {
		t.Errorf("2 mails, both bounced, one was called spam too; the API says %+v", health)
	}
}

// mailHealth is how an organization's mail stands, as the API shows it.
type mailHealth struct {
	Status     string
	StoppedFor string `json:"stop_reason"`
	Message    string
	Sent       int
	Bounced    int
	Complained int
	BounceRate float64 `json:"bounce_rate"`
	ResumedBy  string  `json:"resumed_by"`
}

func (tm *team) mailPath() string { return "/v1/admin/organizations/" + tm.organization + "/mail" }

// An organization whose mails bounce too often sends no more, while others do, until an owner resumes.
func TestMailStopsAndIsResumed(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	quota := func(perSecond int) {
		_, err := fetch(context.WithoutCancel(t.Context()), http.MethodPut, kith.Cloud().Mail+"/quota", fmt.Appendf(nil, `{"per_day":50000,"per_second":%d}`, perSecond))
		tm.ok(err)
	}
	quota(200)
	t.Cleanup(func() { quota(14) })
	const good, bad = 200, 7
	var all sync.WaitGroup
	slots := make(chan struct{}, 16)
	for n := range good + bad {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			email := fmt.Sprintf("guest%d.%s@example.org", n, tm.tag)
			if n >= good {
				email = tm.simulator("bounce", fmt.Sprint(n))
			}
			if err := tm.owner.Post(t.Context(), tm.admin()+"/invitations", body{"email": email, "first_name": "Gus", "last_name": "Guest"}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var health mailHealth
	err := Until(t.Context(), 2*time.Minute, func(ctx context.Context) (bool, error) {
		err := tm.owner.Get(ctx, tm.mailPath(), &health)
		return health.Status == "stopped", err
	})
	if err != nil || health.StoppedFor != "bounces" || health.Bounced != bad || health.BounceRate < 0.03 ||
		!strings.Contains(health.Message, "owner can resume") {
		t.Fatalf("after %d bounces the API says %+v: %v", bad, health, err)
	}
	tm.ok(kith.Settle(t.Context()))

	late := fmt.Sprintf("late.%s@example.org", tm.tag)
	var made struct {
		ID       string
		Status   string `json:"delivery_status"`
		MailHeld string `json:"mail_held_reason"`
	}
	tm.post(tm.owner, tm.admin()+"/invitations", body{"email": late, "first_name": "Lana", "last_name": "Late"}, &made)
	if made.Status != "queued" || !strings.Contains(made.MailHeld, "7 of 2") {
		t.Errorf("inviting while mail is stopped is answered %+v", made)
	}
	var page struct {
		MailHeld string `json:"mail_held_reason"`
	}
	tm.ok(tm.owner.Get(t.Context(), tm.admin()+"/invitations", &page))
	if page.MailHeld == "" {
		t.Error("the list does not say that mail is held")
	}
	other := newTeam(t)
	other.running()
	other.invite("Ona Other")
	early, err := mails(t.Context(), late)
	if err != nil || len(early) > 0 {
		t.Errorf("while mail is stopped %d mails went out: %v", len(early), err)
	}

	tm.post(tm.owner, tm.mailPath()+"/resume", nil, &health)
	if health.Status != "sending" || health.Sent != 0 || health.Bounced != 0 || health.ResumedBy != "Olivia Ortiz" {
		t.Errorf("resuming is answered %+v", health)
	}
	tm.mail(late, 1)
	tm.becomes(made.ID, "delivered")
	tm.ok(tm.owner.Get(t.Context(), tm.mailPath(), &health))
	if health.Status != "sending" || health.Sent != 1 || health.Bounced != 0 {
		t.Errorf("after one more mail the API says %+v", health)
	}
}

// A message on the topic that is no event of a mail of ours is dropped, and says why in the log: the function does not fail.
func TestForeignMailEventsAreDropped(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join(Root(), "events", "record-delivery-bounce.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{
		"Successfully validated SNS topic for Amazon SES event publishing.", // what SES says once
		`{"eventType":"Bounce","mail":{}}`, `{"notificationType":"Bounce"}`, `[]`, "",
	} {
		var event map[string]any
		if err := json.Unmarshal(sample, &event); err != nil {
			t.Fatal(err)
		}
		event["Records"].([]any)[0].(map[string]any)["Sns"].(map[string]any)["Message"] = message
		encoded, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		address := kith.Cloud().Lambda + "/2015-03-31/functions/record-delivery/invocations"
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(encoded))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 local")
		reply, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = reply.Body.Close()
		if reply.StatusCode != http.StatusOK || reply.Header.Get("X-Amz-Function-Error") != "" {
			t.Errorf("%q is answered %s %s", message, reply.Status, reply.Header.Get("X-Amz-Function-Error"))
		}
	}
}
