package stream_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/stream"
)

// notice is a sample event, of which change may alter what SES says.
func notice(t *testing.T, name string, change func(message string) string) events.SNSEvent {
	t.Helper()
	var event events.SNSEvent
	if err := json.Unmarshal(sample(t, "record-delivery-"+name), &event); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		event.Records[0].SNS.Message = change(event.Records[0].SNS.Message)
	}
	return event
}

// What SES says, as it says it, and what is recorded of it.
func TestMailEvents(t *testing.T) {
	taken := time.Date(2026, 11, 1, 12, 0, 1, 214_000_000, time.UTC)
	replace := func(old, with string) func(string) string {
		return func(message string) string {
			if !strings.Contains(message, old) {
				t.Fatalf("the sample does not say %s", old)
			}
			return strings.ReplaceAll(message, old, with)
		}
	}
	all := func(string) string { return "" }
	for _, c := range []struct {
		name, sample string
		change       func(string) string
		outcome      invitation.Outcome // "" when it is dropped
		at           time.Time
	}{
		{"delivery", "delivery", nil, invitation.Delivery, time.Date(2026, 11, 1, 12, 0, 2, 391_000_000, time.UTC)},
		{"bounce", "bounce", nil, invitation.HardBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"bounce that may pass", "bounce", replace(`"Permanent"`, `"Transient"`), invitation.SoftBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"bounce of no type", "bounce", replace(`"Permanent"`, `"Undetermined"`), invitation.SoftBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"address on the account's list", "bounce", replace(`"General"`, `"OnAccountSuppressionList"`), invitation.SuppressionListBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"complaint", "complaint", nil, invitation.Complaint, time.Date(2026, 11, 1, 12, 0, 3, 0, time.UTC)},
		{"reject", "reject", nil, invitation.Reject, taken},
		{"mail to an administrator", "delivery", replace(`"invitation":`, `"about":`), "", taken},
		{"type of the future", "bounce", replace(`"Permanent"`, `"Temporal"`), "", taken},
		{"send", "delivery", replace(`"Delivery"`, `"Send"`), "", taken},
		{"other mail of the account", "delivery", replace(`"invitation":`, `"newsletter":`), "", taken},
		{"no generation", "delivery", replace(`"generation":["1"]`, `"generation":[]`), "", taken},
		{"tags that name nothing", "delivery", replace(`019aa5f0-7c00-7000-8000-000000000003`, `C#1`), "", taken},
		{"no time", "delivery", replace(`"timestamp":"2026-11-01T12:00:01.214Z",`, ``), "", taken},
		{"a time that is none", "delivery", replace(`2026-11-01T12:00:01.214Z`, `yesterday`), "", taken},
		{"nothing", "delivery", all, "", taken},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []invitation.DeliveryReport
			handle := stream.HandleEmailEvents(func(_ context.Context, r invitation.DeliveryReport, at time.Time) error {
				if !at.Equal(time.Date(2026, 11, 1, 12, 0, 3, 871_000_000, time.UTC)) {
					t.Errorf("recorded at %s", at)
				}
				got = append(got, r)
				return nil
			})
			if err := handle(t.Context(), notice(t, c.sample, c.change)); err != nil {
				t.Fatal(err)
			}
			var want []invitation.DeliveryReport
			if c.outcome != "" {
				want = []invitation.DeliveryReport{{
					Campaign: "019aa5f0-7c00-7000-8000-000000000003", Invitation: "019aa5f0-7c00-7000-8000-000000000004", Generation: 1,
					Outcome: c.outcome, SentAt: taken, OccurredAt: c.at,
				}}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("recorded (-want +got):\n%s", diff)
			}
		})
	}
}

// An event that can't be recorded now fails the call, so that Lambda brings it again. The error has no address in it: it
// goes to the log.
func TestMailEventsComeAgain(t *testing.T) {
	down := errors.New("the store is away")
	handle := stream.HandleEmailEvents(func(context.Context, invitation.DeliveryReport, time.Time) error { return down })
	err := handle(t.Context(), notice(t, "bounce", nil))
	if !errors.Is(err, down) || strings.Contains(err.Error(), "@") {
		t.Errorf("it is answered %v", err)
	}
}
