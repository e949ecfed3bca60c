package invitation

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/user"
)

// What the list shows after the sender's note and the mail service's reports, in the order of the table.
func TestWhatBecameOfAMail(t *testing.T) {
	for _, c := range []struct {
		name    string
		heard   []Outcome
		becomes DeliveryState
		ends    bool // the address gets no more mail
	}{
		{"nothing heard", nil, Sent, false},
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
			i := sent()
			ends := false
			for _, o := range c.heard {
				sup, err := i.ApplyReport(DeliveryReport{Generation: 1, Outcome: o, SentAt: noon.Add(time.Hour), OccurredAt: noon.Add(2 * time.Hour)}, Lifetime)
				if err != nil {
					t.Fatal(err)
				}
				ends = ends || sup != nil
			}
			if i.Delivery != c.becomes || ends != c.ends {
				t.Errorf("the mail is %s (address ended: %t), want %s (%t)", i.Delivery, ends, c.becomes, c.ends)
			}
		})
	}
}

func TestEventsOfAnOlderMailLeaveTheNewerOneAlone(t *testing.T) {
	i := sent()
	if err := i.Resend(olivia, nil, secret, Lifetime, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	expires := i.ExpiresAt
	sup, err := i.ApplyReport(DeliveryReport{Generation: 1, Outcome: HardBounce, SentAt: noon.Add(time.Hour), OccurredAt: noon.Add(3 * time.Hour)}, Lifetime)
	if err != nil || i.Delivery != Queued || !i.ExpiresAt.Equal(expires) {
		t.Errorf("the newer mail is %s and its link ends %s: %v", i.Delivery, i.ExpiresAt, err)
	}
	if sup == nil || sup.Email != guest.Email || sup.Reason != Bounced {
		t.Errorf("the address that bounced is suppressed as %+v", sup)
	}
	for _, generation := range []int{0, 3} {
		if _, err := i.ApplyReport(DeliveryReport{Generation: generation, Outcome: Delivery, SentAt: noon}, Lifetime); err == nil {
			t.Errorf("a report of mail %d of 2 is noted", generation)
		}
	}
}

// Whatever the order of the sender's notes, the reports and an unsubscribing, and however often each comes, the end is the
// same, and the same is counted.
func TestAnyOrderOfEventsEndsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type step func(*Invitation)
		var steps []step
		for _, o := range rapid.SliceOfN(rapid.SampledFrom([]Outcome{Delivery, SoftBounce, HardBounce, SuppressionListBounce, Complaint, Reject}), 0, 6).Draw(t, "heard") {
			r := DeliveryReport{Generation: rapid.IntRange(1, 2).Draw(t, "generation"), Outcome: o, OccurredAt: noon.Add(4 * time.Hour)}
			r.SentAt = noon.Add(time.Duration(2*r.Generation) * time.Hour)
			steps = append(steps, func(i *Invitation) {
				if _, err := i.ApplyReport(r, Lifetime); err != nil {
					panic(err)
				}
			})
		}
		late := time.Duration(rapid.IntRange(-2, 2).Draw(t, "seconds between SES and the note")) * time.Second
		for generation := 1; generation <= 2; generation++ {
			if rapid.Bool().Draw(t, "noted") { // or the sender died
				steps = append(steps, func(i *Invitation) {
					i.RecordSent(generation, Lifetime, noon.Add(time.Duration(2*generation)*time.Hour+late))
				})
			}
		}
		if rapid.Bool().Draw(t, "refused") { // the first try's answer was lost, the second was refused
			steps = append(steps, func(i *Invitation) { i.RecordRejected(2) })
		}
		if rapid.Bool().Draw(t, "unsubscribed") {
			steps = append(steps, func(i *Invitation) { i.Unsubscribe(noon) })
		}
		twice := New(guest, active, olivia, secret, Lifetime, noon)
		twice.next(secret, Lifetime, noon.Add(time.Hour))
		again := rapid.SliceOfN(rapid.IntRange(0, 20), 0, 4).Draw(t, "again")
		run := func(order []step) (*Invitation, map[Day]EmailCounts) {
			i := twice.Clone()
			counted := map[Day]EmailCounts{}
			for _, do := range order {
				before := i.Clone()
				do(i)
				for day, t := range i.EmailCountsSince(before, time.Time{}) {
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

func TestLimitsOfMail(t *testing.T) {
	for _, c := range []struct {
		tally EmailCounts
		stops StopReason
	}{
		{EmailCounts{199, 199, 199}, ""},
		{EmailCounts{200, 5, 0}, ""},
		{EmailCounts{200, 6, 0}, TooManyBounces},
		{EmailCounts{200, 0, 1}, ""}, // one complaint alone says nothing
		{EmailCounts{200, 0, 2}, TooManyComplaints},
		{EmailCounts{2500, 0, 2}, TooManyComplaints}, // exactly 0.08 %
		{EmailCounts{2501, 0, 2}, ""},
		{EmailCounts{10_000, 299, 7}, ""},
		{EmailCounts{10_000, 300, 7}, TooManyBounces},
	} {
		if got := c.tally.ExceededLimit(); got != c.stops {
			t.Errorf("%+v stops for %q, want %q", c.tally, got, c.stops)
		}
	}
}

// Counted are today and the 29 days before, in UTC; after resuming, what was sent since.
func TestDaysThatCount(t *testing.T) {
	now := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	h := &MailStatistics{Days: map[Day]EmailCounts{
		"2026-10-31": {1000, 500, 0}, // the day before the window
		"2026-11-01": {100, 3, 0},
		"2026-11-30": {100, 3, 0},
		"2026-12-01": {1, 1, 1}, // tomorrow, by another clock
	}}
	if got := h.Counts(now); got != (EmailCounts{200, 6, 0}) {
		t.Errorf("counted are %+v", got)
	}
	if !h.Stop(now) || h.StopReason != TooManyBounces || h.CountsAtStop != (EmailCounts{200, 6, 0}) || h.Stop(now) {
		t.Errorf("it is stopped as %+v", h.MailStatus)
	}
	if h.Explanation() == "" || !h.Resume(ownerOf(), now) || h.Explanation() != "" || h.Resume(ownerOf(), now) {
		t.Errorf("it is resumed as %+v", h.MailStatus)
	}
	h.Days["2026-11-30"] = EmailCounts{150, 4, 1} // an hour later
	if got := h.Counts(now.Add(30 * time.Minute)); got != (EmailCounts{50, 1, 1}) {
		t.Errorf("since resuming %+v", got)
	}
	h.Days["2026-12-01"] = EmailCounts{10, 0, 0}
	if got := h.Counts(now.Add(24 * time.Hour)); got != (EmailCounts{60, 1, 1}) {
		t.Errorf("the next day %+v", got)
	}
	if got := h.Counts(now.Add(40 * 24 * time.Hour)); got != (EmailCounts{}) {
		t.Errorf("forty days later %+v", got)
	}
}

// What becomes of mails that were sent before mail was resumed does not stop it again.
func TestOldBouncesAreNotCountedAnew(t *testing.T) {
	i := sent()
	before := i.Clone()
	if _, err := i.ApplyReport(DeliveryReport{Generation: 1, Outcome: HardBounce, SentAt: noon.Add(time.Hour), OccurredAt: noon}, Lifetime); err != nil {
		t.Fatal(err)
	}
	if got := i.EmailCountsSince(before, noon.Add(2*time.Hour)); len(got) != 0 {
		t.Errorf("counted %+v", got)
	}
	if got := i.EmailCountsSince(before, noon); !reflect.DeepEqual(got, map[Day]EmailCounts{DayOf(noon): {0, 1, 0}}) {
		t.Errorf("counted %+v", got)
	}
}

func ownerOf() *user.User { return &user.User{ID: "u", Name: "Olivia"} }
