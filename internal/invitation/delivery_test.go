package invitation

import (
	"testing"
	"time"
)

func TestApplyReport_EachOutcome_SetsDelivery(t *testing.T) {
	for _, c := range []struct {
		name    string
		reports []Outcome
		want    DeliveryState
		ends    bool // whether the address is suppressed
	}{
		{"no report", nil, Sent, false},
		{"delivered", []Outcome{Delivery}, Delivered, false},
		{"no such mailbox", []Outcome{HardBounce}, Bounced, true},
		{"known not to work", []Outcome{SuppressionListBounce}, Bounced, true},
		{"mailbox full", []Outcome{SoftBounce}, Bounced, false},
		{"out of office", []Outcome{Delivery, SoftBounce}, Delivered, false},
		{"taken, then returned", []Outcome{Delivery, HardBounce}, Bounced, true},
		{"spam", []Outcome{Delivery, Complaint}, Complained, true},
		{"spam and returned", []Outcome{HardBounce, Complaint}, Complained, true},
		{"a virus", []Outcome{Reject}, Rejected, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := newSentInvitation()
			ends := false
			for _, o := range c.reports {
				sup, err := i.ApplyReport(DeliveryReport{Generation: 1, Outcome: o, SentAt: noon.Add(time.Hour), OccurredAt: noon.Add(2 * time.Hour)}, Lifetime)
				if err != nil {
					t.Fatal(err)
				}
				ends = ends || sup != nil
			}
			if i.Delivery != c.want || ends != c.ends {
				t.Errorf("the email is %s (suppressed: %t), want %s (%t)", i.Delivery, ends, c.want, c.ends)
			}
		})
	}
}

func TestApplyReport_OlderEmail_LeavesNewerAlone(t *testing.T) {
	i := newSentInvitation()
	if err := i.Resend(olivia, nil, tokens, Lifetime, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	expires := i.ExpiresAt
	sup, err := i.ApplyReport(DeliveryReport{Generation: 1, Outcome: HardBounce, SentAt: noon.Add(time.Hour), OccurredAt: noon.Add(3 * time.Hour)}, Lifetime)
	if err != nil || i.Delivery != Queued || !i.ExpiresAt.Equal(expires) {
		t.Errorf("the newer email is %s and its link expires %s: %v", i.Delivery, i.ExpiresAt, err)
	}
	if sup == nil || sup.Email != invitee.Email || sup.Reason != Bounced {
		t.Errorf("suppression %+v", sup)
	}
	for _, generation := range []int{0, 3} {
		if _, err := i.ApplyReport(DeliveryReport{Generation: generation, Outcome: Delivery, SentAt: noon}, Lifetime); err == nil {
			t.Errorf("a report of email %d of 2 is accepted", generation)
		}
	}
}
