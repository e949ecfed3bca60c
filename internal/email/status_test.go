package email

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
)

var (
	noon   = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	tokens = invitation.NewTokens(secret.Version{Number: 1, Text: "a secret of the tests"})
	olivia = invitation.Inviter{User: "u", Name: "Olivia", Email: "olivia@example.org"}
	owner  = &user.User{ID: "u", Name: "Olivia"}
)

func newInvitation() *invitation.Invitation {
	invitee := invitation.Invitee{Email: "ana@example.org", FirstName: "Ana", LastName: "Lee", Language: invitation.English}
	c := &campaign.Campaign{ID: "c", Organization: "o", Status: campaign.Active}
	return invitation.New(invitee, c, olivia, tokens, invitation.Lifetime, noon)
}

func TestExceededLimit_AtEachLimit_IsReported(t *testing.T) {
	for _, c := range []struct {
		counts Counts
		stops  StopReason
	}{
		{Counts{199, 199, 199}, ""},
		{Counts{200, 5, 0}, ""},
		{Counts{200, 6, 0}, TooManyBounces},
		{Counts{200, 0, 1}, ""}, // one complaint alone says nothing
		{Counts{200, 0, 2}, TooManyComplaints},
		{Counts{2500, 0, 2}, TooManyComplaints}, // exactly 0.08 %
		{Counts{2501, 0, 2}, ""},
		{Counts{10_000, 299, 7}, ""},
		{Counts{10_000, 300, 7}, TooManyBounces},
	} {
		if got := c.counts.ExceededLimit(); got != c.stops {
			t.Errorf("%+v stops for %q, want %q", c.counts, got, c.stops)
		}
	}
}

// Today and the 29 days before count, in UTC; after resuming, only emails that were sent since.
func TestMailStatistics_StopAndResume_CountsSentSince(t *testing.T) {
	now := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	h := &MailStatistics{Days: map[Day]Counts{
		"2026-10-31": {1000, 500, 0}, // the day before the window
		"2026-11-01": {100, 3, 0},
		"2026-11-30": {100, 3, 0},
		"2026-12-01": {1, 1, 1}, // tomorrow, by another clock
	}}
	if got := h.Counts(now); got != (Counts{200, 6, 0}) {
		t.Errorf("counted are %+v", got)
	}
	if !h.Stop(now) || h.StopReason != TooManyBounces || h.CountsAtStop != (Counts{200, 6, 0}) || h.Stop(now) {
		t.Errorf("it is stopped as %+v", h.MailStatus)
	}
	if h.Explanation().Empty() || !h.Resume(owner, now) || !h.Explanation().Empty() || h.Resume(owner, now) {
		t.Errorf("it is resumed as %+v", h.MailStatus)
	}
	h.Days["2026-11-30"] = Counts{150, 4, 1} // an hour later
	if got := h.Counts(now.Add(30 * time.Minute)); got != (Counts{50, 1, 1}) {
		t.Errorf("since resuming %+v", got)
	}
	h.Days["2026-12-01"] = Counts{10, 0, 0}
	if got := h.Counts(now.Add(24 * time.Hour)); got != (Counts{60, 1, 1}) {
		t.Errorf("the next day %+v", got)
	}
	if got := h.Counts(now.Add(40 * 24 * time.Hour)); got != (Counts{}) {
		t.Errorf("forty days later %+v", got)
	}
}

// A bounce of an email that was sent before resuming does not count again.
func TestAddedCounts_SentBeforeResume_AreNone(t *testing.T) {
	i := newInvitation()
	i.RecordSent(1, invitation.Lifetime, noon.Add(time.Hour))
	before := i.Clone()
	if _, err := i.ApplyReport(invitation.DeliveryReport{Generation: 1, Outcome: invitation.HardBounce, SentAt: noon.Add(time.Hour), OccurredAt: noon}, invitation.Lifetime); err != nil {
		t.Fatal(err)
	}
	if got := AddedCounts(before, i, noon.Add(2*time.Hour)); len(got) != 0 {
		t.Errorf("counted %+v", got)
	}
	if got := AddedCounts(before, i, noon); !reflect.DeepEqual(got, map[Day]Counts{DayOf(noon): {0, 1, 0}}) {
		t.Errorf("counted %+v", got)
	}
}

// In any order of reports, the sender's records and an unsubscribe, and however often each is repeated, the invitation and
// the counts end the same.
func TestApplyReport_AnyOrderWithRepeats_EndsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type step func(*invitation.Invitation)
		var steps []step
		for _, o := range rapid.SliceOfN(rapid.SampledFrom([]invitation.Outcome{invitation.Delivery, invitation.SoftBounce, invitation.HardBounce, invitation.SuppressionListBounce, invitation.Complaint, invitation.Reject}), 0, 6).Draw(t, "heard") {
			r := invitation.DeliveryReport{Generation: rapid.IntRange(1, 2).Draw(t, "generation"), Outcome: o, OccurredAt: noon.Add(4 * time.Hour)}
			r.SentAt = noon.Add(time.Duration(2*r.Generation) * time.Hour)
			steps = append(steps, func(i *invitation.Invitation) {
				if _, err := i.ApplyReport(r, invitation.Lifetime); err != nil {
					panic(err)
				}
			})
		}
		late := time.Duration(rapid.IntRange(-2, 2).Draw(t, "seconds between SES and the note")) * time.Second
		for generation := 1; generation <= 2; generation++ {
			if rapid.Bool().Draw(t, "noted") { // or the sender died
				steps = append(steps, func(i *invitation.Invitation) {
					i.RecordSent(generation, invitation.Lifetime, noon.Add(time.Duration(2*generation)*time.Hour+late))
				})
			}
		}
		if rapid.Bool().Draw(t, "refused") { // the first try's answer was lost, the second was refused
			steps = append(steps, func(i *invitation.Invitation) { i.RecordRejected(2, invitation.RefusedAddress) })
		}
		if rapid.Bool().Draw(t, "unsubscribed") {
			steps = append(steps, func(i *invitation.Invitation) { i.Unsubscribe(noon) })
		}
		twice := newInvitation()
		twice.RecordRejected(1, invitation.RefusedAddress)
		if err := twice.Resend(olivia, nil, tokens, invitation.Lifetime, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		again := rapid.SliceOfN(rapid.IntRange(0, 20), 0, 4).Draw(t, "again")
		run := func(order []step) (*invitation.Invitation, map[Day]Counts) {
			i := twice.Clone()
			counted := map[Day]Counts{}
			for _, do := range order {
				before := i.Clone()
				do(i)
				for day, t := range AddedCounts(before, i, time.Time{}) {
					counted[day] = counted[day].plus(t)
				}
			}
			return i, counted
		}
		want, tally := run(steps)
		shuffled := rapid.Permutation(steps).Draw(t, "order")
		for _, n := range again {
			if n < len(shuffled) {
				shuffled = slices.Insert(shuffled, n, shuffled[rapid.IntRange(0, n).Draw(t, "repeated")])
			}
		}
		got, counted := run(shuffled)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("ends as\n%+v, in another order as\n%+v", want, got)
		}
		if !reflect.DeepEqual(counted, tally) {
			t.Fatalf("counted %+v, in another order %+v", tally, counted)
		}
	})
}

func TestExplanation_Stopped_NamesZone(t *testing.T) {
	const want = "October 24, 2026 at 12:00 PM (UTC)"
	for _, s := range []MailStatus{
		{StoppedAt: noon, StopReason: TooManyBounces},
		{StoppedAt: noon, StopReason: TooManyComplaints},
		{StoppedAt: noon, StopReason: FirstEmailsBounce},
		{Service: &Service{StoppedAt: noon, StopReason: "A test."}},
	} {
		if got := s.Explanation(); !strings.Contains(got.String(), want) {
			t.Errorf("%q does not contain %q", got, want)
		}
	}
}
