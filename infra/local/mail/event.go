package mail

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	simulator = "@simulator.amazonses.com"
	stampForm = "2006-01-02T15:04:05.000Z"
)

// simulatorEvents holds the event types for each simulator address, in order.
var simulatorEvents = map[string][]string{
	"bounce":          {"bounce"},
	"suppressionlist": {"bounce"},
	"complaint":       {"delivery", "complaint"},
	"reject":          {"reject"},
}

// eventTypes returns the types of the events for a recipient, in order.
func eventTypes(recipient string) []string {
	local, ok := strings.CutSuffix(strings.ToLower(recipient), simulator)
	if ok {
		local, _, _ = strings.Cut(local, "+")
		if types, ok := simulatorEvents[local]; ok {
			return types
		}
	}
	return []string{"delivery"}
}

// publishAll publishes the send event of a message and then the events of each recipient.
func (r *Recorder) publishAll(m Message, raw []byte) {
	r.publish(m, raw, "send", nil)
	for _, to := range m.Recipients {
		for _, kind := range eventTypes(to) {
			r.publish(m, raw, kind, []string{to})
		}
	}
}

// publish sends an event to the event destinations of the message's configuration set. A message without a configuration
// set has no events.
func (r *Recorder) publish(m Message, raw []byte, kind string, recipients []string) {
	for _, d := range r.c.Destinations {
		if d.ConfigurationSet != m.ConfigurationSet || !slices.ContainsFunc(d.Events, func(e string) bool { return strings.EqualFold(e, kind) }) {
			continue
		}
		message, err := SESEvent(m, headers(raw), kind, recipients, r.c.Region, r.c.Account, r.c.Clock.Now())
		if err != nil {
			r.logf("%v", err)
			continue
		}
		err = r.box.addEvent(m.ID, kind)
		if err != nil {
			r.logf("%v", err)
		}
		r.reportReputation(kind)
		r.notify(d.Topic, "Amazon SES Email Event Notification", message)
	}
}

// notify invokes the functions that are subscribed to a topic.
func (r *Recorder) notify(topic, subject string, message []byte) {
	for _, s := range r.c.Subscriptions {
		if s.Topic != topic {
			continue
		}
		payload, err := SNSEvent(topic, subject, message, r.c.Clock.Now())
		if err == nil {
			_, err = r.c.Invoker.InvokeAsync(r.ctx, s.Function, payload)
		}
		if err != nil && r.ctx.Err() == nil {
			r.logf("invoke %s for topic %s: %v", s.Function, topic, err)
		}
	}
}

// SNSEvent returns the event that SNS sends to a function.
func SNSEvent(topic, subject string, message []byte, at time.Time) ([]byte, error) {
	b, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": topic + ":" + uuid.NewString(),
		"Sns": map[string]any{
			"Type": "Notification", "MessageId": uuid.NewString(), "TopicArn": topic, "Subject": subject, "Message": string(message),
			"Timestamp": at.UTC().Format(stampForm), "SignatureVersion": "1", "Signature": "local", "SigningCertUrl": "local",
			"UnsubscribeUrl": "local", "MessageAttributes": map[string]any{},
		},
	}}})
	if err != nil {
		return nil, fmt.Errorf("encode the event of topic %s: %w", topic, err)
	}
	return b, nil
}

// SESEvent returns the event that SES publishes about a message. kind is send, delivery, bounce, complaint or reject.
func SESEvent(m Message, head []Header, kind string, recipients []string, region, account string, at time.Time) ([]byte, error) {
	stamp := at.UTC().Format(stampForm)
	common := map[string]any{"from": []string{m.From}, "to": m.Recipients, "subject": m.Subject, "messageId": m.ID}
	_, domain, _ := strings.Cut(m.From, "@")
	event := map[string]any{
		"eventType": strings.ToUpper(kind[:1]) + kind[1:],
		"mail": map[string]any{
			"timestamp": m.Time.UTC().Format(stampForm), "source": m.From, "sendingAccountId": account, "messageId": m.ID,
			"sourceArn":   fmt.Sprintf("arn:aws:ses:%s:%s:identity/%s", region, account, domain),
			"destination": m.Recipients, "headersTruncated": false, "headers": head, "commonHeaders": common, "tags": m.Tags,
		},
	}
	each := func(more map[string]any) []any {
		var out []any
		for _, to := range recipients {
			entry := map[string]any{"emailAddress": to}
			for k, v := range more {
				entry[k] = v
			}
			out = append(out, entry)
		}
		return out
	}
	feedback := uuid.NewString()
	switch kind {
	case "send":
		event["send"] = map[string]any{}
	case "delivery":
		event["delivery"] = map[string]any{
			"timestamp": stamp, "processingTimeMillis": 100, "recipients": recipients, "smtpResponse": "250 2.6.0 Message received",
			"reportingMTA": "local.kith.example",
		}
	case "bounce":
		sub := "General"
		if slices.ContainsFunc(recipients, func(s string) bool { return strings.HasPrefix(s, "suppressionlist") }) {
			sub = "Suppressed"
		}
		event["bounce"] = map[string]any{
			"bounceType": "Permanent", "bounceSubType": sub, "timestamp": stamp, "feedbackId": feedback, "reportingMTA": "dsn; local.kith.example",
			"bouncedRecipients": each(map[string]any{
				"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown",
			}),
		}
	case "complaint":
		event["complaint"] = map[string]any{
			"complainedRecipients": each(nil), "timestamp": stamp, "arrivalDate": stamp, "feedbackId": feedback, "complaintSubType": nil,
			"complaintFeedbackType": "abuse", "userAgent": "Local",
		}
	case "reject":
		event["reject"] = map[string]any{"reason": "Bad content"}
	default:
		return nil, fmt.Errorf("unknown event type %q", kind)
	}
	b, err := json.Marshal(event)
	if err != nil {
		return nil, fmt.Errorf("encode the event of message %s: %w", m.ID, err)
	}
	return b, nil
}
