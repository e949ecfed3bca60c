package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/kithhq/kith/infra/local/clock"
	"github.com/kithhq/kith/infra/local/mail"
)

// invocations receives the payload of each invocation.
type invocations chan []byte

func (c invocations) InvokeAsync(_ context.Context, _ string, payload []byte) (string, error) {
	c <- payload
	return "", nil
}

// mailFixture is a running Recorder with a fixed time.
type mailFixture struct {
	t     *testing.T
	r     *mail.Recorder
	clock *clock.Clock
	got   invocations
	rates chan string // metric and value
	state string
}

func newMailFixture(t *testing.T, quota mail.Quota) *mailFixture {
	t.Helper()
	f := &mailFixture{t: t, clock: &clock.Clock{}, got: make(invocations, 200), rates: make(chan string, 200), state: t.TempDir()}
	f.clock.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	f.start(quota)
	return f
}

func (f *mailFixture) start(quota mail.Quota) {
	f.t.Helper()
	r, err := mail.Start(context.Background(), mail.Config{
		Address: "127.0.0.1:0", Inbox: "127.0.0.1:0", State: f.state, Packages: "..", Region: "us-east-1", Account: "000000000000",
		Identities: []mail.Identity{{Name: "kith.example"}}, ConfigurationSets: []string{set}, Quota: quota,
		Destinations:  []mail.Destination{{ConfigurationSet: set, Events: []string{"delivery", "bounce", "COMPLAINT", "reject"}, Topic: topic}},
		Subscriptions: []mail.Subscription{{Topic: topic, Function: "record-delivery"}},
		Clock:         f.clock, Invoker: f.got, Log: f.t.Output(),
		Metric: func(metric string, value float64) { f.rates <- fmt.Sprintf("%s %.3f", metric, value) },
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.r = r
	f.t.Cleanup(func() {
		err := r.Close()
		if err != nil {
			f.t.Error(err)
		}
	})
}

func key(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
}

func (f *mailFixture) v1() *ses.Client {
	return ses.New(ses.Options{
		BaseEndpoint: aws.String(f.r.URL()), Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(key), RetryMaxAttempts: 1,
	})
}

func (f *mailFixture) v2() *sesv2.Client {
	return sesv2.New(sesv2.Options{
		BaseEndpoint: aws.String(f.r.URL()), Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(key), RetryMaxAttempts: 1,
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

// send sends with SES v1 and returns the message's id.
func (f *mailFixture) send(to string) (string, error) {
	out, err := f.v1().SendRawEmail(context.Background(), &ses.SendRawEmailInput{
		RawMessage: &sestypes.RawMessage{Data: message(to)}, ConfigurationSetName: aws.String(set),
		Tags: []sestypes.MessageTag{{Name: aws.String("invitation"), Value: aws.String("inv-1")}},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.MessageId), nil
}

func (f *mailFixture) get(path string, v any) int {
	f.t.Helper()
	return f.call(http.MethodGet, f.r.URL()+path, nil, v)
}

func (f *mailFixture) call(method, address string, body []byte, v any) int {
	f.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	err = res.Body.Close()
	if err != nil {
		f.t.Fatal(err)
	}
	if v != nil {
		err = json.Unmarshal(text, v)
		if err != nil {
			f.t.Fatalf("%v: %s", err, text)
		}
	}
	return res.StatusCode
}

// storedMessage is a message as the recorder's API returns it.
type storedMessage struct {
	ID, Subject, Text, HTML string
	Recipients              []string
	Tags                    map[string][]string
	Headers                 []mail.Header
	ConfigurationSet        string `json:"configuration_set"`
	Events                  []string
	Time                    time.Time
}

func (f *mailFixture) messages() []storedMessage {
	f.t.Helper()
	var out struct{ Messages []storedMessage }
	f.get("/messages", &out)
	return out.Messages
}

// nextEvent returns the next event that the function received.
func (f *mailFixture) nextEvent() map[string]any {
	f.t.Helper()
	var e events.SNSEvent
	err := json.Unmarshal(<-f.got, &e)
	if err != nil {
		f.t.Fatal(err)
	}
	if len(e.Records) != 1 || e.Records[0].SNS.TopicArn != topic || e.Records[0].SNS.Timestamp.Format(time.DateOnly) != "2026-03-01" {
		f.t.Errorf("event is %+v", e)
	}
	var m map[string]any
	err = json.Unmarshal([]byte(e.Records[0].SNS.Message), &m)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}
