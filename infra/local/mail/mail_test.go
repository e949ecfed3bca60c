package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"github.com/kithhq/kith/infra/local/clock"
	"github.com/kithhq/kith/infra/local/mail"
)

const (
	set   = "kith-dev"
	topic = "arn:aws:sns:us-east-1:000000000000:kith-dev-mail-events"
)

type calls chan []byte

func (c calls) InvokeAsync(_ context.Context, _ string, payload []byte) (string, error) {
	c <- payload
	return "", nil
}

type world struct {
	t     *testing.T
	r     *mail.Recorder
	clock *clock.Clock
	got   calls
	state string
}

func start(t *testing.T, quota mail.Quota) *world {
	t.Helper()
	w := &world{t: t, clock: &clock.Clock{}, got: make(calls, 100), state: t.TempDir()}
	w.clock.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	w.open(quota)
	return w
}

func (w *world) open(quota mail.Quota) {
	w.t.Helper()
	r, err := mail.Start(context.Background(), mail.Config{
		Address: "127.0.0.1:0", Inbox: "127.0.0.1:0", State: w.state, Packages: "..", Region: "us-east-1", Account: "000000000000",
		Identities: []mail.Identity{{Name: "kith.example"}}, ConfigurationSets: []string{set}, Quota: quota,
		Destinations:  []mail.Destination{{ConfigurationSet: set, Events: []string{"delivery", "bounce", "COMPLAINT", "reject"}, Topic: topic}},
		Subscriptions: []mail.Subscription{{Topic: topic, Function: "record-delivery"}},
		Clock:         w.clock, Invoker: w.got, Log: w.t.Output(),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.r = r
	w.t.Cleanup(func() {
		err := r.Close()
		if err != nil {
			w.t.Error(err)
		}
	})
}

func key(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
}

func (w *world) v1() *ses.Client {
	return ses.New(ses.Options{
		BaseEndpoint: aws.String(w.r.URL()), Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(key), RetryMaxAttempts: 1,
	})
}

func (w *world) v2() *sesv2.Client {
	return sesv2.New(sesv2.Options{
		BaseEndpoint: aws.String(w.r.URL()), Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(key), RetryMaxAttempts: 1,
	})
}

func message(to string) []byte {
	return []byte(strings.ReplaceAll(fmt.Sprintf(`From: =?utf-8?q?Kith_=E2=9C=93?= <hello@kith.example>
To: %s
Subject: =?utf-8?q?Hall=C3=B3?=
List-Unsubscribe: <https://kith.example/u/1>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Come =C3=A9

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGI+Q29tZTwvYj4=
--b--
`, to), "\n", "\r\n"))
}

// send sends by the first API and returns the message's id.
func (w *world) send(to string) (string, error) {
	out, err := w.v1().SendRawEmail(context.Background(), &ses.SendRawEmailInput{
		RawMessage: &sestypes.RawMessage{Data: message(to)}, ConfigurationSetName: aws.String(set),
		Tags: []sestypes.MessageTag{{Name: aws.String("invitation"), Value: aws.String("inv-1")}},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.MessageId), nil
}

func (w *world) get(path string, v any) int {
	w.t.Helper()
	return w.call(http.MethodGet, w.r.URL()+path, nil, v)
}

func (w *world) call(method, address string, body []byte, v any) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	err = res.Body.Close()
	if err != nil {
		w.t.Fatal(err)
	}
	if v != nil {
		err = json.Unmarshal(text, v)
		if err != nil {
			w.t.Fatalf("%v: %s", err, text)
		}
	}
	return res.StatusCode
}

type kept struct {
	ID, Subject, Text, HTML string
	Recipients              []string
	Tags                    map[string][]string
	Headers                 []mail.Header
	ConfigurationSet        string `json:"configuration_set"`
	Events                  []string
	Time                    time.Time
}

func (w *world) kept() []kept {
	w.t.Helper()
	var out struct{ Messages []kept }
	w.get("/messages", &out)
	return out.Messages
}

// happened is the next event that reached the function.
func (w *world) happened() map[string]any {
	w.t.Helper()
	var e events.SNSEvent
	err := json.Unmarshal(<-w.got, &e)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(e.Records) != 1 || e.Records[0].SNS.TopicArn != topic || e.Records[0].SNS.Timestamp.Format(time.DateOnly) != "2026-03-01" {
		w.t.Errorf("event is %+v", e)
	}
	var m map[string]any
	err = json.Unmarshal([]byte(e.Records[0].SNS.Message), &m)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func TestAMessageIsKeptAsItWasSent(t *testing.T) {
	w := start(t, mail.Quota{})
	id, err := w.send("ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	var m kept
	w.get("/messages/"+id, &m)
	if m.Subject != "Halló" || strings.TrimSpace(m.Text) != "Come é" || m.HTML != "<b>Come</b>" || m.ConfigurationSet != set ||
		!slices.Equal(m.Recipients, []string{"ada@example.org"}) || !slices.Equal(m.Tags["invitation"], []string{"inv-1"}) ||
		m.Time.Format(time.DateOnly) != "2026-03-01" {
		t.Errorf("kept: %+v", m)
	}
	if !slices.Contains(m.Headers, mail.Header{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"}) {
		t.Errorf("headers: %v", m.Headers)
	}
	e := w.happened()
	about := e["mail"].(map[string]any)
	if e["eventType"] != "Delivery" || about["messageId"] != id || fmt.Sprint(about["tags"].(map[string]any)["invitation"]) != "[inv-1]" {
		t.Errorf("event: %v", e)
	}

	_, err = w.v2().SendEmail(context.Background(), &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("Kith <hello@kith.example>"), Destination: &types.Destination{ToAddresses: []string{"bob@example.org"}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: &types.Content{Data: aws.String("Zweite ✓")}, Body: &types.Body{Text: &types.Content{Data: aws.String("Grüße\n")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := w.kept()
	if len(list) != 2 || list[1].Subject != "Zweite ✓" || strings.TrimSpace(list[1].Text) != "Grüße" {
		t.Errorf("kept: %+v", list)
	}
	if len(w.got) != 0 {
		t.Error("a message without configuration set made an event")
	}
}

func TestSimulatorAddressesChooseTheEvent(t *testing.T) {
	w := start(t, mail.Quota{})
	for to, want := range map[string][]string{
		"bounce+7@simulator.amazonses.com": {"Bounce"}, "suppressionlist@simulator.amazonses.com": {"Bounce"},
		"complaint@simulator.amazonses.com": {"Delivery", "Complaint"}, "reject@simulator.amazonses.com": {"Reject"},
		"success@simulator.amazonses.com": {"Delivery"},
	} {
		id, err := w.send(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range want {
			e := w.happened()
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
		if status := w.call(http.MethodPost, w.r.URL()+"/messages/"+id+"/events", []byte(`{"type":"complaint"}`), nil); status != http.StatusAccepted {
			t.Errorf("an event by hand: %d", status)
		}
		if e := w.happened(); e["eventType"] != "Complaint" {
			t.Errorf("by hand: %v", e)
		}
	}
}

func TestTheQuotaHolds(t *testing.T) {
	ctx := context.Background()
	w := start(t, mail.Quota{PerDay: 4, PerSecond: 3})
	refused := func(err error, code, text string) {
		t.Helper()
		var e smithy.APIError
		if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
			t.Errorf("%v, want %s %s", err, code, text)
		}
	}
	for range 3 {
		_, err := w.send("ada@example.org")
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.send("ada@example.org")
	refused(err, "Throttling", "Maximum sending rate exceeded.")
	w.call(http.MethodPut, w.r.URL()+"/quota", []byte(`{"per_day":4,"per_second":100}`), nil)
	_, err = w.send("ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.v2().SendEmail(ctx, &sesv2.SendEmailInput{Content: &types.EmailContent{Raw: &types.RawMessage{Data: message("ada@example.org")}}})
	refused(err, "TooManyRequestsException", "Daily message quota exceeded.")
	a, err := w.v2().GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		t.Fatal(err)
	}
	if a.SendQuota.Max24HourSend != 4 || a.SendQuota.MaxSendRate != 100 || a.SendQuota.SentLast24Hours != 4 {
		t.Errorf("account: %+v", a.SendQuota)
	}
	w.clock.SetShift(w.clock.Shift() + 25*time.Hour)
	q, err := w.v1().GetSendQuota(ctx, &ses.GetSendQuotaInput{})
	if err != nil || q.SentLast24Hours != 0 {
		t.Errorf("the next day: %+v, %v", q, err)
	}
	_, err = w.send("ada@example.org")
	if err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func TestWhatSESRefuses(t *testing.T) {
	w := start(t, mail.Quota{})
	for code, change := range map[string]func(*ses.SendRawEmailInput){
		"MessageRejected":              func(in *ses.SendRawEmailInput) { in.Source = aws.String("me@elsewhere.example") },
		"ConfigurationSetDoesNotExist": func(in *ses.SendRawEmailInput) { in.ConfigurationSetName = aws.String("nothing") },
		"InvalidParameterValue": func(in *ses.SendRawEmailInput) {
			in.Tags = []sestypes.MessageTag{{Name: aws.String("invitation"), Value: aws.String("a b")}}
		},
	} {
		in := &ses.SendRawEmailInput{RawMessage: &sestypes.RawMessage{Data: message("ada@example.org")}}
		change(in)
		_, err := w.v1().SendRawEmail(context.Background(), in)
		var e smithy.APIError
		if !errors.As(err, &e) || e.ErrorCode() != code {
			t.Errorf("want %s: %v", code, err)
		}
	}
	if n := len(w.kept()); n != 0 {
		t.Errorf("%d messages are kept", n)
	}
}

func TestMailOutlivesARestart(t *testing.T) {
	w := start(t, mail.Quota{})
	id, err := w.send("ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	w.happened()
	err = w.r.Close()
	if err != nil {
		t.Fatal(err)
	}
	w.open(mail.Quota{})
	list := w.kept()
	if len(list) != 1 || list[0].ID != id || !slices.Equal(list[0].Events, []string{"delivery"}) {
		t.Errorf("kept: %+v", list)
	}
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var inbox struct{ Emails []struct{ Subject string } }
		w.call(http.MethodGet, w.r.Inbox()+"/store", nil, &inbox)
		if len(inbox.Emails) == 1 && inbox.Emails[0].Subject == "Halló" {
			return
		}
		select {
		case <-limit:
			t.Fatalf("inbox shows %+v", inbox)
		case <-tick.C:
		}
	}
}
