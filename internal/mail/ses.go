package mail

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// SES sends by Amazon SES.
type SES struct {
	client *sesv2.Client
	from   string
	set    string
}

// NewSES returns a mailer that sends from an address, under a configuration set, which publishes what becomes of mails. The
// SDK must not repeat a send whose answer was lost: the mail may have gone out.
func NewSES(client *sesv2.Client, from, configurationSet string) *SES {
	return &SES{client, from, configurationSet}
}

// Quota returns how much the account may send now. It returns unavailable when SES does not answer, or lets nobody send.
func (s *SES) Quota(ctx context.Context) (invitation.Quota, error) {
	account, err := s.client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return invitation.Quota{}, fault.Unavailable(err)
	}
	if !account.SendingEnabled || account.SendQuota == nil {
		return invitation.Quota{}, fault.Unavailable(errors.New("SES: sending is paused for this account"))
	}
	q := account.SendQuota
	left := -1
	if q.Max24HourSend >= 0 {
		left = max(0, int(q.Max24HourSend-q.SentLast24Hours))
	}
	return invitation.Quota{PerSecond: q.MaxSendRate, Remaining: left}, nil
}

// Send gives a mail to SES, tagged with what it is about. It returns rate limited when SES takes no more for now, invalid when
// it will never take this mail, and otherwise unavailable.
func (s *SES) Send(ctx context.Context, l invitation.Message) error {
	raw, err := compose(l, s.from, time.Now())
	if err != nil {
		return err
	}
	_, err = s.client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &s.from, ConfigurationSetName: &s.set,
		Destination: &types.Destination{ToAddresses: []string{l.To}},
		Content:     &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
		EmailTags:   tags(l),
	}, once)
	return failure(err)
}

// tags are what a mail's events are told apart by. Only an invitation's own mail names the invitation: what becomes of a
// notice is no news about the invited address.
func tags(l invitation.Message) []types.MessageTag {
	tag := func(name, value string) types.MessageTag {
		return types.MessageTag{Name: aws.String(name), Value: aws.String(value)}
	}
	tags := []types.MessageTag{tag("kind", string(l.Kind)), tag("organization", string(l.OrganizationID))}
	if l.CampaignID != "" {
		tags = append(tags, tag("campaign", l.CampaignID))
	}
	if l.Kind == invitation.InvitationMessage {
		return append(tags, tag("invitation", string(l.Invitation)), tag("generation", strconv.Itoa(l.Generation)))
	}
	return append(tags, tag("about", string(l.Invitation)))
}

// once keeps the SDK from sending again by itself.
func once(o *sesv2.Options) { o.RetryMaxAttempts = 1 }

func failure(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*types.TooManyRequestsException](err); ok {
		return fault.RateLimited("", "SES takes no more mail for now.", time.Second)
	}
	if _, ok := errors.AsType[*types.LimitExceededException](err); ok {
		return fault.RateLimited("", "SES takes no more mail for now.", time.Second)
	}
	if _, ok := errors.AsType[*types.MessageRejected](err); ok {
		return refused(err)
	}
	if _, ok := errors.AsType[*types.BadRequestException](err); ok {
		return refused(err)
	}
	return fault.Unavailable(err)
}
