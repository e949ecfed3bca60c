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

// mailEvent is what SES publishes of a mail, as far as we read it.
type mailEvent struct {
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

// HandleEmailEvents answers notices of a topic to which SES publishes what became of mails. A message that is no event of a mail
// of ours is dropped, with a line in the log that says why: it would be none the next time either. When record fails, the
// notice fails, and comes again.
func HandleEmailEvents(record func(ctx context.Context, r invitation.DeliveryReport, at time.Time) error) func(context.Context, events.SNSEvent) error {
	return func(ctx context.Context, notices events.SNSEvent) error {
		for i := range notices.Records {
			notice := &notices.Records[i].SNS
			report, err := readMailEvent([]byte(notice.Message))
			if err != nil {
				slog.WarnContext(ctx, "mail event dropped", "reason", err.Error(), "message", notice.MessageID)
				continue
			}
			if err := record(ctx, *report, notice.Timestamp.UTC()); err != nil {
				return fmt.Errorf("mail event %s of invitation %s: %w", report.Outcome, report.Invitation, err)
			}
		}
		return nil
	}
}

// readMailEvent returns what an event says. Its errors say what is wrong with it without repeating it, for it may have
// addresses.
func readMailEvent(message []byte) (*invitation.DeliveryReport, error) {
	var e mailEvent
	if err := json.Unmarshal(message, &e); err != nil {
		return nil, errors.New("it is no event of a mail: not the JSON that SES publishes")
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
		return nil, errors.New("it is no event of a mail: it has no eventType")
	case tag("invitation") == "":
		return nil, errors.New("the mail is no invitation: it has no tag invitation")
	case err != nil || !id.Valid(string(r.Invitation)) || !id.Valid(string(r.Campaign)) && (r.Campaign != "" || !id.Valid(string(r.Organization))):
		return nil, errors.New("the tags invitation, campaign or organization, and generation don't name a mail")
	case e.Mail.At.IsZero():
		return nil, errors.New("it does not say when the mail was sent")
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

// outcome returns what became of the mail, and when, zero when the event does not say.
func (e *mailEvent) outcome() (invitation.Outcome, time.Time, error) {
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
