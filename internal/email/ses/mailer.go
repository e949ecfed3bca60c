package ses

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// Mailer sends messages with Amazon SES.
type Mailer struct {
	client           *sesv2.Client
	from             string
	configurationSet string
}

// NewMailer returns a mailer that sends from an address, with a configuration set that publishes the events of messages.
func NewMailer(client *sesv2.Client, from, configurationSet string) *Mailer {
	return &Mailer{client, from, configurationSet}
}

// Quota returns how much the account may send now, and the state in which SES does not send. It fails with unavailable if SES does
// not answer.
func (s *Mailer) Quota(ctx context.Context) (sending.Quota, error) {
	account, err := s.client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return sending.Quota{}, fault.Unavailable(err)
	}
	if !account.SendingEnabled || account.SendQuota == nil || aws.ToString(account.EnforcementStatus) == "SHUTDOWN" {
		return sending.Quota{State: email.Paused}, nil
	}
	var state email.ServiceState
	if !account.ProductionAccessEnabled {
		state = email.Sandbox
	}
	q := account.SendQuota
	remaining := -1
	if q.Max24HourSend >= 0 {
		remaining = max(0, int(q.Max24HourSend-q.SentLast24Hours))
	}
	return sending.Quota{PerSecond: q.MaxSendRate, Remaining: remaining, State: state}, nil
}

// Send submits a message, tagged with what it is about. It fails with rate limited if SES throttles, with invalid if it will
// never accept the message, with *sending.WaitError if it does not in its present state, and otherwise with unavailable.
func (s *Mailer) Send(ctx context.Context, m *email.Message) error {
	raw, err := compose(m, s.from, time.Now())
	if err != nil {
		return err
	}
	_, err = s.client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &s.from, ConfigurationSetName: &s.configurationSet,
		Destination: &types.Destination{ToAddresses: []string{m.To}},
		Content:     &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
		EmailTags:   tags(m),
	}, withoutRetries)
	return s.failure(err)
}

// tags returns the tags by which events find their message. Only an invitation's own message has the tag invitation: the
// outcome of a notice says nothing about the invited address.
func tags(m *email.Message) []types.MessageTag {
	tag := func(name, value string) types.MessageTag {
		return types.MessageTag{Name: aws.String(name), Value: aws.String(value)}
	}
	tags := []types.MessageTag{tag("kind", string(m.Kind)), tag("organization", string(m.OrganizationID))}
	if m.CampaignID != "" {
		tags = append(tags, tag("campaign", m.CampaignID))
	}
	if m.Kind == email.Invitation {
		return append(tags, tag("invitation", string(m.Invitation)), tag("generation", strconv.Itoa(m.Generation)))
	}
	return append(tags, tag("about", string(m.Invitation)))
}

// withoutRetries keeps the SDK from sending a message again whose answer was lost: it may have been sent.
func withoutRetries(o *sesv2.Options) { o.RetryMaxAttempts = 1 }

// failure returns the error of sending. It has SES's error code and request id, but not its message, which contains addresses.
func (s *Mailer) failure(err error) error {
	if err == nil {
		return nil
	}
	coded, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return fault.Unavailable(err)
	}
	cause := errors.New("SES: " + coded.ErrorCode())
	if response, ok := errors.AsType[*http.ResponseError](err); ok {
		cause = fmt.Errorf("%w, request %s", cause, response.RequestID)
	}
	if _, ok := errors.AsType[*types.TooManyRequestsException](err); ok {
		return fault.RateLimited("", time.Second, "SES throttles.")
	}
	if _, ok := errors.AsType[*types.LimitExceededException](err); ok {
		return fault.RateLimited("", time.Second, "SES throttles.")
	}
	switch coded.ErrorCode() {
	case "AccountSuspendedException", "SendingPausedException":
		return &sending.WaitError{State: email.Paused, Cause: cause}
	case "MailFromDomainNotVerifiedException":
		return &sending.WaitError{State: email.Unverified, Cause: cause}
	}
	if _, ok := errors.AsType[*types.MessageRejected](err); ok {
		if identities, found := unverified(coded.ErrorMessage()); found {
			if slices.ContainsFunc(identities, s.isSender) {
				return &sending.WaitError{State: email.Unverified, Cause: cause}
			}
			return &sending.WaitError{State: email.Sandbox, Recipient: true, Cause: cause}
		}
		return refused(invitation.RefusedContent, cause)
	}
	if _, ok := errors.AsType[*types.BadRequestException](err); ok {
		return refused(invitation.RefusedAddress, cause)
	}
	return fault.Unavailable(cause)
}

// unverified returns the identities that SES names because they are not verified, and whether its message is about that.
func unverified(message string) ([]string, bool) {
	if !strings.HasPrefix(message, "Email address is not verified") {
		return nil, false
	}
	_, list, _ := strings.Cut(message[strings.LastIndex(message, "in region")+1:], ":")
	return strings.Split(strings.ReplaceAll(list, " ", ""), ","), true
}

// isSender reports whether an identity that is not verified is that of the sender.
func (s *Mailer) isSender(identity string) bool {
	return strings.EqualFold(identity, s.from) || strings.EqualFold(identity, domain(s.from))
}

// refused returns the error for a message that SES will never accept.
func refused(reason invitation.RejectReason, cause error) error {
	return fmt.Errorf("%w: %w", &fault.Error{Kind: fault.KindInvalid, Code: string(reason), Message: fault.NewMessage("The email service refused this email.")}, cause)
}
