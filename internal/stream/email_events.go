package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// emailEvent is the part of an SES event that is used.
type emailEvent struct {
	Type string `json:"eventType"`
	Mail struct {
		At   time.Time           `json:"timestamp"`
		Tags map[string][]string `json:"tags"`
	} `json:"mail"`
	Bounce struct {
		Type string    `json:"bounceType"`
		Sub  string    `json:"bounceSubType"`
		At   time.Time `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		At time.Time `json:"timestamp"`
	} `json:"complaint"`
	Delivery struct {
		At time.Time `json:"timestamp"`
	} `json:"delivery"`
}

// HandleEmailEvents returns a Lambda handler for notifications of the topic to which SES publishes events. Events that do
// not belong to an invitation email, and invalid messages, are logged and dropped: a retry would not help. If record fails,
// the invocation fails, and Lambda retries it.
func HandleEmailEvents(record func(ctx context.Context, r invitation.DeliveryReport, at time.Time) error) func(context.Context, events.SNSEvent) error {
	return func(ctx context.Context, event events.SNSEvent) error {
		for i := range event.Records {
			notification := &event.Records[i].SNS
			report, err := decodeEmailEvent([]byte(notification.Message))
			if err != nil {
				slog.WarnContext(ctx, "email event dropped", "reason", err.Error(), "message", notification.MessageID)
				continue
			}
			if err := record(ctx, *report, notification.Timestamp.UTC()); err != nil {
				return fmt.Errorf("email event %s of invitation %s: %w", report.Outcome, report.Invitation, err)
			}
		}
		return nil
	}
}

// decodeEmailEvent decodes an event. Its errors do not contain the event, which may have addresses.
func decodeEmailEvent(message []byte) (*invitation.DeliveryReport, error) {
	var e emailEvent
	if err := json.Unmarshal(message, &e); err != nil {
		return nil, errors.New("it is not an event of SES: invalid JSON")
	}
	tag := func(name string) string {
		if values := e.Mail.Tags[name]; len(values) == 1 {
			return values[0]
		}
		return ""
	}
	generation, err := strconv.Atoi(tag("generation"))
	r := &invitation.DeliveryReport{
		Campaign: campaign.ID(tag("campaign")), Invitation: invitation.ID(tag("invitation")), Generation: generation,
		Organization: organization.ID(tag("organization")), SentAt: e.Mail.At.UTC(), OccurredAt: e.Mail.At.UTC(),
	}
	switch {
	case e.Type == "":
		return nil, errors.New("it is not an event of SES: it has no eventType")
	case tag("invitation") == "":
		return nil, errors.New("the email is no invitation: it has no tag invitation")
	case err != nil || !id.Valid(string(r.Invitation)) || !id.Valid(string(r.Campaign)) && (r.Campaign != "" || !id.Valid(string(r.Organization))):
		return nil, errors.New("the tags invitation, campaign or organization, and generation do not identify an email")
	case e.Mail.At.IsZero():
		return nil, errors.New("it has no time at which the email was sent")
	}
	outcome, at, err := e.outcome()
	if err != nil {
		return nil, err
	}
	r.Outcome = outcome
	if !at.IsZero() {
		r.OccurredAt = at.UTC()
	}
	return r, nil
}

// outcome returns the event's outcome and its time, zero if the event has none.
func (e *emailEvent) outcome() (invitation.Outcome, time.Time, error) {
	switch e.Type {
	case "Delivery":
		return invitation.Delivery, e.Delivery.At, nil
	case "Complaint":
		return invitation.Complaint, e.Complaint.At, nil
	case "Reject":
		return invitation.Reject, time.Time{}, nil
	case "Bounce":
		switch {
		case e.Bounce.Type == "Permanent" && e.Bounce.Sub == "OnAccountSuppressionList":
			return invitation.SuppressionListBounce, e.Bounce.At, nil
		case e.Bounce.Type == "Permanent":
			return invitation.HardBounce, e.Bounce.At, nil
		case e.Bounce.Type == "Transient" || e.Bounce.Type == "Undetermined":
			return invitation.SoftBounce, e.Bounce.At, nil
		}
		return "", time.Time{}, errors.New("the bounce is of no known type")
	default:
		return "", time.Time{}, errors.New("events of this type are not recorded")
	}
}
