package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// simulator returns an address of SES's mailbox simulator for a delivery outcome.
func (fx *fixture) simulator(what, label string) string {
	return what + "+" + fx.tag + label + "@simulator.amazonses.com"
}

// inviteAddress invites an address and returns the invitation's id.
func (fx *fixture) inviteAddress(email string) string {
	fx.t.Helper()
	var made invitation
	fx.post(fx.owner, fx.admin()+"/invitations", body{"email": email, "first_name": "Sam", "last_name": "Simulated"}, &made)
	return made.ID
}

// awaitDelivery waits until an invitation has the delivery status.
func (fx *fixture) awaitDelivery(id, delivery string) {
	fx.t.Helper()
	fx.ok(kith.Settle(fx.t.Context()))
	var last string
	err := Until(fx.t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, fx.owner, fx.admin()+"/invitations")
		for _, i := range all {
			if i.ID == id {
				last = i.DeliveryStatus
			}
		}
		return last == delivery, err
	})
	if err != nil {
		fx.t.Fatalf("the mail of invitation %s is %s, want %s: %v", id, last, delivery, err)
	}
}

// publishEvent publishes another SES event about an email.
func publishEvent(ctx context.Context, l emailMessage, kind string) error {
	_, err := fetch(ctx, http.MethodPost, kith.Cloud().Mail+"/messages/"+url.PathEscape(l.ID)+"/events", []byte(`{"type":"`+kind+`"}`))
	return err
}

// TestDelivery_EveryOutcome_IsListed also checks that hard bounces and complaints suppress the address in the organization's
// other campaign.
func TestDelivery_EveryOutcome_IsListed(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	for _, c := range []struct {
		address, awaitDelivery string
		refused                string // code with which resending is refused
	}{
		{"success", "delivered", ""},
		{"bounce", "bounced", "bounced"},
		{"suppressionlist", "bounced", "bounced"},
		{"complaint", "complained", "reported as spam"},
		{"reject", "rejected", ""},
	} {
		t.Run(c.address, func(t *testing.T) {
			email := fx.simulator(c.address, "")
			id := fx.inviteAddress(email)
			fx.awaitDelivery(id, c.awaitDelivery)
			again := fx.admin() + "/invitations/" + id + "/resend"
			if c.refused != "" {
				fx.expectRefused(fx.owner, http.MethodPost, again, nil, http.StatusConflict, c.refused)
				fx.awaitDelivery(id, c.awaitDelivery)
				fx.mail(email, 1)
				return
			}
			fx.post(fx.owner, again, nil, nil)
			fx.awaitDelivery(id, c.awaitDelivery)
			fx.mail(email, 2)
		})
	}
	var health mailStatus
	fx.ok(fx.owner.Get(t.Context(), fx.mailPath(), &health))
	if health.Status != "sending" || health.Sent != 7 || health.Bounced != 2 || health.Complained != 1 {
		t.Errorf("of 7 mails 2 bounced and 1 was called spam; the API says %+v", health)
	}
}

// TestDelivery_NamesThatAreSyntax_ArriveUnchanged sends names with quotes, commas and backslashes through the API to the inbox.
func TestDelivery_NamesThatAreSyntax_ArriveUnchanged(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	fx.update(fx.owner, "/v1/admin/organizations/"+fx.organization, body{"name": `The "Real, True" Party \`})
	email := "angelo." + fx.tag + "@example.org"
	fx.post(fx.owner, fx.admin()+"/invitations", body{"email": email, "first_name": `D"Angelo`, "last_name": `Smith\`}, nil)
	sent := fx.mail(email, 1)
	for header, want := range map[string]string{
		"From": `"The \"Real, True\" Party \\" <`, "To": `"D\"Angelo Smith\\" <` + email + ">", "Reply-To": `"Olivia Ortiz" <olivia.ortiz.` + fx.tag,
	} {
		if !strings.HasPrefix(sent.header(header), want) {
			t.Errorf("%s: %s, want %s", header, sent.header(header), want)
		}
	}
}

// TestDelivery_Sandbox_WaitsUntilItEnds puts the account into the sandbox. Email to addresses that are not verified waits, and leaves
// when the sandbox ends.
func TestDelivery_Sandbox_WaitsUntilItEnds(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	account := func(state string) {
		_, err := fetch(context.WithoutCancel(t.Context()), http.MethodPut, kith.Cloud().Mail+"/account", []byte(state))
		fx.ok(err)
	}
	verified, other := "ana."+fx.tag+"@example.org", "ben."+fx.tag+"@example.org"
	account(`{"production": false, "recipients": ["` + verified + `"]}`)
	t.Cleanup(func() { account("{}") })
	waiting := fx.inviteAddress(other)
	fx.awaitDelivery(fx.inviteAddress(verified), "delivered")
	var health mailStatus
	fx.ok(Until(t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		err := fx.owner.Get(ctx, fx.mailPath(), &health)
		return health.Status == "waiting", err
	}))
	if health.WaitReason != "sandbox" || !strings.Contains(health.Message, "production access") {
		t.Errorf("in the sandbox the mail status is %+v", health)
	}
	fx.awaitDelivery(waiting, "queued")
	account("{}")
	fx.ok(Until(t.Context(), 2*time.Minute, withSweeps(func(ctx context.Context) (bool, error) {
		err := fx.owner.Get(ctx, fx.mailPath(), &health)
		return health.Status == "sending" && health.Sent == 2, err
	})))
	fx.awaitDelivery(waiting, "delivered")
	fx.mail(other, 1)
}

// TestOperator_StopsAllEmail_UntilStarted uses the operator's switch.
func TestOperator_StopsAllEmail_UntilStarted(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	if says := fx.operator("mail", "stop", "A", "spam", "wave."); !strings.Contains(says, "A spam wave.") {
		t.Errorf("stopping says %s", says)
	}
	t.Cleanup(func() { fx.operator("mail", "start") })
	email := "cy." + fx.tag + "@example.org"
	id := fx.inviteAddress(email)
	fx.ok(kith.Settle(t.Context()))
	var health mailStatus
	fx.ok(fx.owner.Get(t.Context(), fx.mailPath(), &health))
	if health.Status != "waiting" || health.WaitReason != "service_stopped" || !strings.Contains(health.Message, "A spam wave.") {
		t.Errorf("while all email is stopped the mail status is %+v", health)
	}
	if early, err := mails(t.Context(), email); err != nil || len(early) > 0 {
		t.Errorf("while all email is stopped %d emails were sent: %v", len(early), err)
	}
	fx.operator("mail", "start")
	fx.ok(Until(t.Context(), 2*time.Minute, withSweeps(func(ctx context.Context) (bool, error) {
		err := fx.owner.Get(ctx, fx.mailPath(), &health)
		return health.Status == "sending" && health.Sent == 1, err
	})))
	fx.awaitDelivery(id, "delivered")
}

// TestDelivery_EventsInAnyOrder_CountOnce delivers events late, twice and in any order. The most severe status remains.
func TestDelivery_EventsInAnyOrder_CountOnce(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	email := fx.simulator("success", "")
	id := fx.inviteAddress(email)
	fx.awaitDelivery(id, "delivered")
	first := fx.mail(email, 1)
	fx.post(fx.owner, fx.admin()+"/invitations/"+id+"/resend", nil, nil)
	second := fx.mail(email, 2)
	fx.awaitDelivery(id, "delivered")
	for _, step := range []struct {
		of            emailMessage
		event         string
		awaitDelivery string
	}{
		{first, "bounce", "delivered"}, // an older email
		{second, "complaint", "complained"},
		{second, "delivery", "complained"},
		{second, "bounce", "complained"},
		{second, "complaint", "complained"},
	} {
		fx.ok(publishEvent(t.Context(), step.of, step.event))
		fx.awaitDelivery(id, step.awaitDelivery)
	}
	var health mailStatus
	fx.ok(fx.owner.Get(t.Context(), fx.mailPath(), &health))
	if health.Sent != 2 || health.Bounced != 2 || health.Complained != 1 {
		t.Errorf("2 mails, both bounced, one was called spam too; the API says %+v", health)
	}
}

// mailStatus is an organization's mail status in the API.
type mailStatus struct {
	Status     string
	StoppedFor string `json:"stop_reason"`
	WaitReason string `json:"wait_reason"`
	Message    string
	Sent       int
	Bounced    int
	Complained int
	BounceRate float64 `json:"bounce_rate"`
	ResumedBy  string  `json:"resumed_by"`
}

// operator runs an operator's command, such as "mail status".
func (fx *fixture) operator(args ...string) string {
	fx.t.Helper()
	cloud := kith.Cloud()
	command := exec.CommandContext(context.WithoutCancel(fx.t.Context()), "go", append([]string{"run", "./cmd/kith"}, args...)...)
	command.Dir, command.Env = Root(), os.Environ()
	for name, value := range cloud.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	for _, name := range []string{"Records", "Metrics", "Jobs"} {
		command.Env = append(command.Env, strings.ToUpper(name)+"_TABLE="+cloud.Tables[name])
	}
	command.Env = append(command.Env, "APP_SECRET_ARN="+cloud.Secrets["AppSecret"])
	out, err := command.CombinedOutput()
	if err != nil {
		fx.t.Fatalf("kith %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// sendFast lets hundreds of emails leave in seconds until the test ends. At the usual quota of SES, 14 a second, they would take
// as long as they take for users.
func (fx *fixture) sendFast() {
	fx.t.Helper()
	fx.ok(kith.SetMailQuota(fx.t.Context(), 50_000, 200))
	fx.t.Cleanup(func() { fx.ok(kith.SetMailQuota(context.WithoutCancel(fx.t.Context()), 50_000, 14)) })
}

func (fx *fixture) mailPath() string { return "/v1/admin/organizations/" + fx.organization + "/mail" }

// TestMailStatus_TooManyBounces_StopsUntilResumed also checks that other organizations continue to send.
func TestMailStatus_TooManyBounces_StopsUntilResumed(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	fx.operator("mail", "allow", fx.organization) // more than a new organization may send
	fx.sendFast()
	const good, bad = 200, 7
	var all sync.WaitGroup
	slots := make(chan struct{}, 16)
	for n := range good + bad {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			email := fmt.Sprintf("guest%d.%s@example.org", n, fx.tag)
			if n >= good {
				email = fx.simulator("bounce", fmt.Sprint(n))
			}
			if err := fx.owner.Post(t.Context(), fx.admin()+"/invitations", body{"email": email, "first_name": "Gus", "last_name": "Guest"}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var health mailStatus
	err := Until(t.Context(), 2*time.Minute, func(ctx context.Context) (bool, error) {
		err := fx.owner.Get(ctx, fx.mailPath(), &health)
		return health.Status == "stopped", err
	})
	if err != nil || health.StoppedFor != "bounces" || health.Bounced != bad || health.BounceRate < 0.03 ||
		!strings.Contains(health.Message, "owner can resume") {
		t.Fatalf("after %d bounces the API says %+v: %v", bad, health, err)
	}
	fx.ok(kith.Settle(t.Context()))

	late := fmt.Sprintf("late.%s@example.org", fx.tag)
	var made struct {
		ID       string
		Status   string `json:"delivery_status"`
		MailHeld string `json:"mail_held_reason"`
	}
	fx.post(fx.owner, fx.admin()+"/invitations", body{"email": late, "first_name": "Lana", "last_name": "Late"}, &made)
	if made.Status != "queued" || !strings.Contains(made.MailHeld, "7 of 2") {
		t.Errorf("inviting while mail is stopped is answered %+v", made)
	}
	var page struct {
		MailHeld string `json:"mail_held_reason"`
	}
	fx.ok(fx.owner.Get(t.Context(), fx.admin()+"/invitations", &page))
	if page.MailHeld == "" {
		t.Error("the list does not say that mail is held")
	}
	other := newFixture(t)
	other.startCampaign()
	other.invite("Ona Other")
	early, err := mails(t.Context(), late)
	if err != nil || len(early) > 0 {
		t.Errorf("while mail is stopped %d mails went out: %v", len(early), err)
	}
	expectAlarm(t, "MailStops")

	fx.post(fx.owner, fx.mailPath()+"/resume", nil, &health)
	if health.Status != "sending" || health.Sent != 0 || health.Bounced != 0 || health.ResumedBy != "Olivia Ortiz" {
		t.Errorf("resuming is answered %+v", health)
	}
	fx.mail(late, 1)
	fx.awaitDelivery(made.ID, "delivered")
	fx.ok(fx.owner.Get(t.Context(), fx.mailPath(), &health))
	if health.Status != "sending" || health.Sent != 1 || health.Bounced != 0 {
		t.Errorf("after one more mail the API says %+v", health)
	}
}

// TestDelivery_ForeignEvents_AreDropped checks that the function logs the reason and does not fail.
func TestDelivery_ForeignEvents_AreDropped(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join(Root(), "events", "record-delivery-bounce.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{
		"Successfully validated SNS topic for Amazon SES event publishing.", // sent once by SES
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
