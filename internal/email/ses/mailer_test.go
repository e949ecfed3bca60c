package ses

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// newMailerAnswering returns a mailer whose service answers every request with an error of SES.
func newMailerAnswering(t *testing.T, code, message string) *Mailer {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", code)
		w.Header().Set("X-Amzn-Requestid", "request-1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"message": "` + message + `"}`))
	}))
	t.Cleanup(server.Close)
	client := sesv2.New(sesv2.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	})
	return NewMailer(client, "invitations@kith.example", "kith")
}

// The errors of sending are logged, so they contain no address and no name.
func TestMailer_Errors_AreClassifiedWithoutAddresses(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		kind fault.Kind
		code string
	}{
		"MessageRejected":          {fault.KindInvalid, string(invitation.RefusedContent)},
		"BadRequestException":      {fault.KindInvalid, string(invitation.RefusedAddress)},
		"TooManyRequestsException": {fault.KindRateLimited, ""},
		"NotFoundException":        {fault.KindUnavailable, ""},
	} {
		m := newInvitation(invitation.English)
		err := newMailerAnswering(t, code, "Illegal address José O'Brien <ana@example.org>").Send(t.Context(), m)
		if fault.KindOf(err) != want.kind || want.code != "" && !strings.Contains(err.Error(), "request-1") {
			t.Errorf("%s: %s, %v", code, fault.KindOf(err), err)
		}
		for _, secret := range []string{"ana@", "José", "O'Brien"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error contains %s: %v", code, secret, err)
			}
		}
	}
	const unverified = "Email address is not verified. The following identities failed the check in region US-EAST-1: "
	for text, want := range map[string]struct {
		code      string
		state     email.ServiceState
		recipient bool
	}{
		unverified + "ana@example.org":                           {"MessageRejected", email.Sandbox, true},
		unverified + "invitations@kith.example, ana@example.org": {"MessageRejected", email.Unverified, false},
		unverified + "kith.example":                              {"MessageRejected", email.Unverified, false},
		"Sending is paused.":                                     {"SendingPausedException", email.Paused, false},
		"The account is suspended.":                              {"AccountSuspendedException", email.Paused, false},
		"MAIL FROM is not verified.":                             {"MailFromDomainNotVerifiedException", email.Unverified, false},
	} {
		err := newMailerAnswering(t, want.code, text).Send(t.Context(), newInvitation(invitation.English))
		waits, ok := errors.AsType[*sending.WaitError](err)
		if !ok || waits.State != want.state || waits.Recipient != want.recipient || strings.Contains(err.Error(), "ana@") {
			t.Errorf("%s: %s: %v", want.code, text, err)
		}
	}
	m := newInvitation(invitation.English)
	m.To = "José ana@example.org"
	if _, err := compose(m, "invitations@kith.example", at); err == nil || strings.Contains(err.Error(), "José") {
		t.Errorf("compose: %v", err)
	}
}
