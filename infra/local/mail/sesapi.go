package mail

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// handler serves both SES APIs and the recorder's own API.
func (r *Recorder) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/email/outbound-emails", r.sendV2)
	mux.HandleFunc("GET /v2/email/account", r.accountV2)
	mux.HandleFunc("/v2/", func(w http.ResponseWriter, q *http.Request) {
		writeErrorV2(w, &sesError{"", "NotFoundException", http.StatusNotFound, "The local cloud does not support " + q.Method + " " + q.URL.Path + " of SES."})
	})
	mux.HandleFunc("POST /{$}", r.queryV1)
	r.registerMessagesAPI(mux)
	return mux
}

// writeJSON sends v as the response.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller may be gone
}

func writeErrorV2(w http.ResponseWriter, err error) {
	var f *sesError
	if !errors.As(err, &f) {
		f = &sesError{"", "InternalServiceErrorException", http.StatusInternalServerError, err.Error()}
	}
	w.Header().Set("X-Amzn-Errortype", f.kind)
	writeJSON(w, f.status, map[string]string{"message": f.message})
}

// contentV2 is a Content of SES v2.
type contentV2 struct{ Data string }

// sendV2 handles SendEmail with a raw or a simple message.
func (r *Recorder) sendV2(w http.ResponseWriter, q *http.Request) {
	var in struct {
		FromEmailAddress     string
		ConfigurationSetName string
		ReplyToAddresses     []string
		Destination          struct{ ToAddresses, CcAddresses, BccAddresses []string }
		EmailTags            []struct{ Name, Value string }
		Content              struct {
			Raw    *struct{ Data []byte }
			Simple *struct {
				Subject contentV2
				Body    struct{ Text, Html contentV2 }
				Headers []Header
			}
		}
	}
	err := json.NewDecoder(http.MaxBytesReader(w, q.Body, 2*sizeLimit)).Decode(&in)
	if err != nil {
		writeErrorV2(w, invalid("The request is invalid: %v.", err))
		return
	}
	s := submission{from: in.FromEmailAddress, configurationSet: in.ConfigurationSetName, tags: map[string]string{}}
	for _, t := range in.EmailTags {
		s.tags[t.Name] = t.Value
	}
	s.recipients = append(append(append(s.recipients, in.Destination.ToAddresses...), in.Destination.CcAddresses...), in.Destination.BccAddresses...)
	switch {
	case in.Content.Raw != nil:
		s.raw = in.Content.Raw.Data
	case in.Content.Simple != nil:
		c := in.Content.Simple
		s.raw = compose(simple{
			from: in.FromEmailAddress, to: in.Destination.ToAddresses, cc: in.Destination.CcAddresses, replyTo: in.ReplyToAddresses,
			subject: c.Subject.Data, text: c.Body.Text.Data, html: c.Body.Html.Data, headers: c.Headers,
		}, time.Now())
	default:
		writeErrorV2(w, invalid("The local cloud supports raw and simple content only."))
		return
	}
	id, err := r.send(s)
	if err != nil {
		writeErrorV2(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"MessageId": id})
}

// quota returns the quota and the number of recipients in the last 24 hours.
func (r *Recorder) quota() (Quota, float64) {
	r.box.quotaMu.Lock()
	defer r.box.quotaMu.Unlock()
	q := r.box.quota
	if q == (Quota{}) {
		q = r.c.Quota
	}
	return q, r.box.recipientsSince(r.c.Clock.Now().Add(-24 * time.Hour))
}

// account returns the state of the account.
func (r *Recorder) account() Account {
	r.box.quotaMu.Lock()
	defer r.box.quotaMu.Unlock()
	return r.box.account
}

// accountV2 handles GetAccount.
func (r *Recorder) accountV2(w http.ResponseWriter, _ *http.Request) {
	q, sent := r.quota()
	a := r.account()
	writeJSON(w, http.StatusOK, map[string]any{
		"DedicatedIpAutoWarmupEnabled": false, "EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": a.Production, "SendingEnabled": a.Sending,
		"SendQuota":             map[string]float64{"Max24HourSend": q.PerDay, "MaxSendRate": q.PerSecond, "SentLast24Hours": sent},
		"SuppressionAttributes": map[string][]string{"SuppressedReasons": {"BOUNCE", "COMPLAINT"}},
	})
}

// queryV1 handles the actions of SES v1: SendRawEmail, SendEmail and GetSendQuota.
func (r *Recorder) queryV1(w http.ResponseWriter, q *http.Request) {
	q.Body = http.MaxBytesReader(w, q.Body, 3*sizeLimit)
	err := q.ParseForm()
	if err != nil {
		writeErrorV1(w, invalid("The request is invalid: %v.", err))
		return
	}
	f := q.PostForm
	action := f.Get("Action")
	s := submission{from: f.Get("Source"), configurationSet: f.Get("ConfigurationSetName"), tags: map[string]string{}}
	for i := 1; f.Has(fmt.Sprintf("Tags.member.%d.Name", i)); i++ {
		s.tags[f.Get(fmt.Sprintf("Tags.member.%d.Name", i))] = f.Get(fmt.Sprintf("Tags.member.%d.Value", i))
	}
	switch action {
	case "GetSendQuota":
		quota, sent := r.quota()
		writeResultV1(w, action, fmt.Sprintf("<Max24HourSend>%.1f</Max24HourSend><MaxSendRate>%.1f</MaxSendRate><SentLast24Hours>%.1f</SentLast24Hours>",
			quota.PerDay, quota.PerSecond, sent))
		return
	case "SendRawEmail":
		s.recipients = members(f, "Destinations")
		s.raw, err = base64.StdEncoding.DecodeString(f.Get("RawMessage.Data"))
		if err != nil {
			writeErrorV1(w, invalid("RawMessage.Data: %v.", err))
			return
		}
	case "SendEmail":
		to, cc := members(f, "Destination.ToAddresses"), members(f, "Destination.CcAddresses")
		s.recipients = append(append(append(s.recipients, to...), cc...), members(f, "Destination.BccAddresses")...)
		s.raw = compose(simple{
			from: s.from, to: to, cc: cc, replyTo: members(f, "ReplyToAddresses"), subject: f.Get("Message.Subject.Data"),
			text: f.Get("Message.Body.Text.Data"), html: f.Get("Message.Body.Html.Data"),
		}, time.Now())
	default:
		writeErrorV1(w, &sesError{code: "InvalidAction", message: "The local cloud does not support " + action + " of SES."})
		return
	}
	id, err := r.send(s)
	if err != nil {
		writeErrorV1(w, err)
		return
	}
	writeResultV1(w, action, "<MessageId>"+id+"</MessageId>")
}

func members(f url.Values, name string) []string {
	var out []string
	for i := 1; f.Has(fmt.Sprintf("%s.member.%d", name, i)); i++ {
		out = append(out, f.Get(fmt.Sprintf("%s.member.%d", name, i)))
	}
	return out
}

const namespaceV1 = "http://ses.amazonaws.com/doc/2010-12-01/"

func writeResultV1(w http.ResponseWriter, action, result string) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = fmt.Fprintf(w, "<%[1]sResponse xmlns=%[2]q><%[1]sResult>%[3]s</%[1]sResult><ResponseMetadata><RequestId>%[4]s</RequestId></ResponseMetadata></%[1]sResponse>", //nolint:gosec // not a page: XML for the SDK, without input
		action, namespaceV1, result, uuid.NewString())
}

func writeErrorV1(w http.ResponseWriter, err error) {
	var f *sesError
	status, kind := http.StatusBadRequest, "Sender"
	if !errors.As(err, &f) {
		f = &sesError{code: "InternalFailure", message: err.Error()}
		status, kind = http.StatusInternalServerError, "Receiver"
	}
	var message bytes.Buffer
	_ = xml.EscapeText(&message, []byte(f.message)) // writing to a buffer can't fail
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<ErrorResponse xmlns=%q><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>",
		namespaceV1, kind, f.code, message.String(), uuid.NewString())
}

// simple is a message that SES composes.
type simple struct {
	from, subject, text, html string
	to, cc, replyTo           []string
	headers                   []Header
}

// compose returns the message in MIME.
func compose(s simple, at time.Time) []byte {
	var b bytes.Buffer
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, strings.NewReplacer("\r", "", "\n", "").Replace(value))
		}
	}
	line("From", s.from)
	line("To", strings.Join(s.to, ", "))
	line("Cc", strings.Join(s.cc, ", "))
	line("Reply-To", strings.Join(s.replyTo, ", "))
	line("Subject", mime.QEncoding.Encode("utf-8", s.subject))
	line("Date", at.Format(time.RFC1123Z))
	for _, h := range s.headers {
		line(h.Name, h.Value)
	}
	line("MIME-Version", "1.0")
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	part := func(kind, text string) {
		if text == "" {
			return
		}
		// Writing to a buffer can't fail.
		p, _ := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		q := quotedprintable.NewWriter(p)
		_, _ = io.WriteString(q, text)
		_ = q.Close()
	}
	part("text/plain", s.text)
	part("text/html", s.html)
	_ = parts.Close()
	line("Content-Type", "multipart/alternative; boundary="+parts.Boundary())
	b.WriteString("\r\n")
	b.Write(body.Bytes())
	return b.Bytes()
}
