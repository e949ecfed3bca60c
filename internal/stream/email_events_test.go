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

// newNotification returns a sample event, with the message of SES changed by change, if it is not nil.
func newNotification(t *testing.T, name string, change func(message string) string) events.SNSEvent {
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

func TestHandleEmailEvents_EachEvent_RecordsOrDrops(t *testing.T) {
	sent := time.Date(2026, 11, 1, 12, 0, 1, 214_000_000, time.UTC)
	replace := func(old, with string) func(string) string {
		return func(message string) string {
			if !strings.Contains(message, old) {
				t.Fatalf("the sample does not contain %s", old)
			}
			return strings.ReplaceAll(message, old, with)
		}
	}
	all := func(string) string { return "" }
	for _, c := range []struct {
		name, sample string
		change       func(string) string
		outcome      invitation.Outcome // "" if the event is dropped
		at           time.Time
	}{
		{"delivery", "delivery", nil, invitation.Delivery, time.Date(2026, 11, 1, 12, 0, 2, 391_000_000, time.UTC)},
		{"bounce", "bounce", nil, invitation.HardBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"transient bounce", "bounce", replace(`"Permanent"`, `"Transient"`), invitation.SoftBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"undetermined bounce", "bounce", replace(`"Permanent"`, `"Undetermined"`), invitation.SoftBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"address on the account's list", "bounce", replace(`"General"`, `"OnAccountSuppressionList"`), invitation.SuppressionListBounce, time.Date(2026, 11, 1, 12, 0, 3, 402_000_000, time.UTC)},
		{"complaint", "complaint", nil, invitation.Complaint, time.Date(2026, 11, 1, 12, 0, 3, 0, time.UTC)},
		{"reject", "reject", nil, invitation.Reject, sent},
		{"email to an administrator", "delivery", replace(`"invitation":`, `"about":`), "", sent},
		{"unknown bounce type", "bounce", replace(`"Permanent"`, `"Temporal"`), "", sent},
		{"send", "delivery", replace(`"Delivery"`, `"Send"`), "", sent},
		{"another email of the account", "delivery", replace(`"invitation":`, `"newsletter":`), "", sent},
		{"no generation", "delivery", replace(`"generation":["1"]`, `"generation":[]`), "", sent},
		{"invalid tags", "delivery", replace(`019aa5f0-7c00-7000-8000-000000000003`, `C#1`), "", sent},
		{"no time", "delivery", replace(`"timestamp":"2026-11-01T12:00:01.214Z",`, ``), "", sent},
		{"invalid time", "delivery", replace(`2026-11-01T12:00:01.214Z`, `yesterday`), "", sent},
		{"empty message", "delivery", all, "", sent},
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
			if err := handle(t.Context(), newNotification(t, c.sample, c.change)); err != nil {
				t.Fatal(err)
			}
			var want []invitation.DeliveryReport
			if c.outcome != "" {
				want = []invitation.DeliveryReport{{
					Campaign: "019aa5f0-7c00-7000-8000-000000000003", Invitation: "019aa5f0-7c00-7000-8000-000000000004", Generation: 1,
					Outcome: c.outcome, SentAt: sent, OccurredAt: c.at,
				}}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("recorded (-want +got):\n%s", diff)
			}
		})
	}
}

// The invocation fails, so that Lambda retries it. The error is logged, so it must not contain an address.
func TestHandleEmailEvents_StoreDown_FailsWithoutAddress(t *testing.T) {
	down := errors.New("the store is down")
	handle := stream.HandleEmailEvents(func(context.Context, invitation.DeliveryReport, time.Time) error { return down })
	err := handle(t.Context(), newNotification(t, "bounce", nil))
	if !errors.Is(err, down) || strings.Contains(err.Error(), "@") {
		t.Errorf("the error is %v", err)
	}
}
