package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"github.com/kithhq/kith/infra/local/mail"
)

const (
	set   = "kith-dev"
	topic = "arn:aws:sns:us-east-1:000000000000:kith-dev-mail-events"
)

func TestSend_Message_IsStoredAndItsDeliveryPublished(t *testing.T) {
	f := newMailFixture(t, mail.Quota{})
	id, err := f.send("ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	var m storedMessage
	f.get("/messages/"+id, &m)
	if m.Subject != "Halló" || strings.TrimSpace(m.Text) != "Come é" || m.HTML != "<b>Come</b>" || m.ConfigurationSet != set ||
		!slices.Equal(m.Recipients, []string{"ada@example.org"}) || !slices.Equal(m.Tags["invitation"], []string{"inv-1"}) ||
		m.Time.Format(time.DateOnly) != "2026-03-01" {
		t.Errorf("stored: %+v", m)
	}
	if !slices.Contains(m.Headers, mail.Header{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"}) {
		t.Errorf("headers: %v", m.Headers)
	}
	e := f.nextEvent()
	about := e["mail"].(map[string]any)
	if e["eventType"] != "Delivery" || about["messageId"] != id || fmt.Sprint(about["tags"].(map[string]any)["invitation"]) != "[inv-1]" {
		t.Errorf("event: %v", e)
	}

	_, err = f.v2().SendEmail(context.Background(), &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("Kith <hello@kith.example>"), Destination: &types.Destination{ToAddresses: []string{"bob@example.org"}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: &types.Content{Data: aws.String("Zweite ✓")}, Body: &types.Body{Text: &types.Content{Data: aws.String("Grüße\n")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := f.messages()
	if len(list) != 2 || list[1].Subject != "Zweite ✓" || strings.TrimSpace(list[1].Text) != "Grüße" {
		t.Errorf("stored: %+v", list)
	}
	if len(f.got) != 0 {
		t.Error("a message without configuration set caused an event")
	}
}

func TestSend_SimulatorAddress_DeterminesTheEvents(t *testing.T) {
	f := newMailFixture(t, mail.Quota{})
	for to, want := range map[string][]string{
		"bounce+7@simulator.amazonses.com": {"Bounce"}, "suppressionlist@simulator.amazonses.com": {"Bounce"},
		"complaint@simulator.amazonses.com": {"Delivery", "Complaint"}, "reject@simulator.amazonses.com": {"Reject"},
		"success@simulator.amazonses.com": {"Delivery"},
	} {
		id, err := f.send(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range want {
			e := f.nextEvent()
			if e["eventType"] != kind || e[strings.ToLower(kind)] == nil {
				t.Errorf("%s: %v", to, e)
			}
			if kind == "Bounce" {
				b := e["bounce"].(map[string]any)
				if b["bounceType"] != "Permanent" || b["bouncedRecipients"].([]any)[0].(map[string]any)["emailAddress"] != to {
					t.Errorf("%s: %v", to, e)
				}
			}
		}
		if status := f.call(http.MethodPost, f.r.URL()+"/messages/"+id+"/events", []byte(`{"type":"complaint"}`), nil); status != http.StatusAccepted {
			t.Errorf("post an event: %d", status)
		}
		if e := f.nextEvent(); e["eventType"] != "Complaint" {
			t.Errorf("posted event: %v", e)
		}
	}
}

func TestSend_OverQuota_IsThrottled(t *testing.T) {
	ctx := context.Background()
	f := newMailFixture(t, mail.Quota{PerDay: 4, PerSecond: 3})
	wantError := func(err error, code, text string) {
		t.Helper()
		var e smithy.APIError
		if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
			t.Errorf("%v, want %s %s", err, code, text)
		}
	}
	for range 3 {
		_, err := f.send("ada@example.org")
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := f.send("ada@example.org")
	wantError(err, "Throttling", "Maximum sending rate exceeded.")
	f.call(http.MethodPut, f.r.URL()+"/quota", []byte(`{"per_day":4,"per_second":100}`), nil)
	_, err = f.send("ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.v2().SendEmail(ctx, &sesv2.SendEmailInput{Content: &types.EmailContent{Raw: &types.RawMessage{Data: message("ada@example.org")}}})
	wantError(err, "TooManyRequestsException", "Daily message quota exceeded.")
	a, err := f.v2().GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		t.Fatal(err)
	}
	if a.SendQuota.Max24HourSend != 4 || a.SendQuota.MaxSendRate != 100 || a.SendQuota.SentLast24Hours != 4 {
		t.Errorf("account: %+v", a.SendQuota)
	}
	f.clock.SetShift(f.clock.Shift() + 25*time.Hour)
	q, err := f.v1().GetSendQuota(ctx, &ses.GetSendQuotaInput{})
	if err != nil || q.SentLast24Hours != 0 {
		t.Errorf("the next day: %+v, %v", q, err)
	}
	_, err = f.send("ada@example.org")
	if err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func TestSend_Invalid_IsRejected(t *testing.T) {
	f := newMailFixture(t, mail.Quota{})
	for code, change := range map[string]func(*ses.SendRawEmailInput){
		"MessageRejected":              func(in *ses.SendRawEmailInput) { in.Source = aws.String("me@elsewhere.example") },
		"ConfigurationSetDoesNotExist": func(in *ses.SendRawEmailInput) { in.ConfigurationSetName = aws.String("nothing") },
		"InvalidParameterValue": func(in *ses.SendRawEmailInput) {
			in.Tags = []sestypes.MessageTag{{Name: aws.String("invitation"), Value: aws.String("a b")}}
		},
	} {
		in := &ses.SendRawEmailInput{RawMessage: &sestypes.RawMessage{Data: message("ada@example.org")}}
		change(in)
		_, err := f.v1().SendRawEmail(context.Background(), in)
		var e smithy.APIError
		if !errors.As(err, &e) || e.ErrorCode() != code {
			t.Errorf("want %s: %v", code, err)
		}
	}
	if n := len(f.messages()); n != 0 {
		t.Errorf("%d messages are stored", n)
	}
}

func TestSend_AddressThatIsNotASCII_IsRejected(t *testing.T) {
	f := newMailFixture(t, mail.Quota{})
	for to, reason := range map[string]string{
		"josé@example.org": "Local address", "ana@exámple.org": "Domain contains illegal character",
	} {
		for _, in := range []*ses.SendRawEmailInput{
			{RawMessage: &sestypes.RawMessage{Data: message(to)}},
			{RawMessage: &sestypes.RawMessage{Data: message("ada@example.org")}, Destinations: []string{to}},
		} {
			_, err := f.v1().SendRawEmail(context.Background(), in)
			var e smithy.APIError
			if !errors.As(err, &e) || e.ErrorCode() != "InvalidParameterValue" || !strings.Contains(e.ErrorMessage(), reason) {
				t.Errorf("%s: %v", to, err)
			}
		}
	}
	if _, err := f.send("ana@xn--exmple-qta.org"); err != nil {
		t.Errorf("a domain in Punycode: %v", err)
	}
	if n := len(f.messages()); n != 1 {
		t.Errorf("%d messages are stored", n)
	}
}

func TestRecorder_Restart_KeepsMessages(t *testing.T) {
	f := newMailFixture(t, mail.Quota{})
	id, err := f.send("ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	f.nextEvent()
	err = f.r.Close()
	if err != nil {
		t.Fatal(err)
	}
	f.start(mail.Quota{})
	list := f.messages()
	if len(list) != 1 || list[0].ID != id || !slices.Equal(list[0].Events, []string{"delivery"}) {
		t.Errorf("stored: %+v", list)
	}
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var inbox struct{ Emails []struct{ Subject string } }
		f.call(http.MethodGet, f.r.Inbox()+"/store", nil, &inbox)
		if len(inbox.Emails) == 1 && inbox.Emails[0].Subject == "Halló" {
			return
		}
		select {
		case <-limit:
			t.Fatalf("the inbox has %+v", inbox)
		case <-tick.C:
		}
	}
}

// TestAccount_StatesInWhichSESDoesNotSend_Refuse sets the account's state and compares the errors with SES's.
func TestAccount_StatesInWhichSESDoesNotSend_Refuse(t *testing.T) {
	f := newMailFixture(t, mail.Quota{PerDay: 50, PerSecond: 50})
	client := sesv2.NewFromConfig(aws.Config{Region: "us-east-1", Credentials: aws.NewCredentialsCache(aws.AnonymousCredentials{})},
		func(o *sesv2.Options) { o.BaseEndpoint, o.RetryMaxAttempts = aws.String(f.r.URL()), 1 })
	send := func(to string) error {
		raw := "From: invitations@kith.example\r\nTo: " + to + "\r\nSubject: Hi\r\n\r\nHi"
		_, err := client.SendEmail(t.Context(), &sesv2.SendEmailInput{Content: &types.EmailContent{Raw: &types.RawMessage{Data: []byte(raw)}}})
		return err
	}
	for _, c := range []struct{ account, to, code, says string }{
		{`{"production": false, "recipients": ["ana@example.org", "example.net"]}`, "ben@example.org", "MessageRejected", "not verified. The following identities failed the check in region US-EAST-1: ben@example.org"},
		{`{"production": false, "recipients": ["ana@example.org", "example.net"]}`, "ana@example.org", "", ""},
		{`{"production": false, "recipients": ["ana@example.org", "example.net"]}`, "ben@example.net", "", ""},
		{`{"sending": false}`, "ana@example.org", "SendingPausedException", "disabled"},
		{`{"verified": false}`, "ana@example.org", "MessageRejected", "US-EAST-1: invitations@kith.example"},
		{`{}`, "ana@example.org", "", ""},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, f.r.URL()+"/account", strings.NewReader(c.account))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("set the account: %v", err)
		}
		_ = response.Body.Close()
		err = send(c.to)
		var refused smithy.APIError
		if c.code == "" && err != nil || c.code != "" && (!errors.As(err, &refused) || refused.ErrorCode() != c.code || !strings.Contains(refused.ErrorMessage(), c.says)) {
			t.Errorf("%s, to %s: %v", c.account, c.to, err)
		}
	}
}

func TestReputation_OfManyMessages_IsReportedAfterBounces(t *testing.T) {
	f := newMailFixture(t, mail.Quota{PerDay: 1000, PerSecond: 1000})
	for n := range 98 {
		if _, err := f.send(fmt.Sprintf("success+%d@simulator.amazonses.com", n)); err != nil {
			t.Fatal(err)
		}
	}
	send := func(to string) {
		t.Helper()
		if _, err := f.send(to); err != nil {
			t.Fatal(err)
		}
	}
	send("bounce@simulator.amazonses.com") // the 99th: too few for a rate
	for range 99 {
		<-f.got
	}
	send("bounce+2@simulator.amazonses.com")
	if got := <-f.rates; got != "Reputation.BounceRate 0.020" {
		t.Errorf("of 100 messages 2 bounced: %s", got)
	}
	send("complaint@simulator.amazonses.com")
	if got := <-f.rates; got != "Reputation.ComplaintRate 0.010" {
		t.Errorf("of 101 messages one was reported as spam: %s", got)
	}
}
