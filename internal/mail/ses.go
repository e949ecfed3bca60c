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
	return invitation.Quota{PerSecond: q.MaxSendRate, Left: left}, nil
}

// Send gives a mail to SES, tagged with its invitation. It returns rate limited when SES takes no more for now, invalid when
// it will never take this mail, and otherwise unavailable.
func (s *SES) Send(ctx context.Context, l invitation.Letter) error {
	raw, err := compose(l, s.from, time.Now())
	if err != nil {
		return err
	}
	_, err = s.client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &s.from, ConfigurationSetName: &s.set,
		Destination: &types.Destination{ToAddresses: []string{l.To}},
		Content:     &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
		EmailTags: []types.MessageTag{
			{Name: aws.String("invitation"), Value: aws.String(string(l.Invitation))},
			{Name: aws.String("campaign"), Value: aws.String(l.CampaignID)},
			{Name: aws.String("generation"), Value: aws.String(strconv.Itoa(l.Generation))},
		},
	}, once)
	return failure(err)
}

// once keeps the SDK from sending again by itself.
func once(o *sesv2.Options) { o.RetryMaxAttempts = 1 }

func failure(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*types.TooManyRequestsException](err); ok {
		return fault.RateLimited("SES takes no more mail for now.", time.Second)
	}
	if _, ok := errors.AsType[*types.LimitExceededException](err); ok {
		return fault.RateLimited("SES takes no more mail for now.", time.Second)
	}
	if _, ok := errors.AsType[*types.MessageRejected](err); ok {
		return refused(err)
	}
	if _, ok := errors.AsType[*types.BadRequestException](err); ok {
		return refused(err)
	}
	return fault.Unavailable(err)
}
