package invitation

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// What an organization's mail is held to, over the last Window days. SES puts a whole account under review at 5 % bounces
// and 0.1 % complaints, and an account has many organizations.
const (
	Window           = 30     // days in UTC, today among them
	BounceLimit      = 0.03   // of the mails sent
	ComplaintLimit   = 0.0008 // of the mails sent
	EnoughSent       = 200    // fewer say nothing
	EnoughComplaints = 2      // one alone says nothing
)

// Tally is what is counted of an organization's mails: those sent, and of these how many bounced for good and how many
// were called spam.
type Tally struct{ Sent, Bounced, Complained int }

// BounceRate returns the share of mails that bounced, 0 when none was sent.
func (t Tally) BounceRate() float64 { return share(t.Bounced, t.Sent) }

// ComplaintRate returns the share of mails that were called spam, 0 when none was sent.
func (t Tally) ComplaintRate() float64 { return share(t.Complained, t.Sent) }

func share(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func (t Tally) plus(o Tally) Tally {
	return Tally{t.Sent + o.Sent, t.Bounced + o.Bounced, t.Complained + o.Complained}
}

func (t Tally) minus(o Tally) Tally {
	return Tally{max(0, t.Sent-o.Sent), max(0, t.Bounced-o.Bounced), max(0, t.Complained-o.Complained)}
}

// Excess is what an organization's mail has too much of.
type Excess string

// The excesses.
const (
	TooManyBounces    Excess = "bounces"
	TooManyComplaints Excess = "complaints"
)

// Excess returns what there is too much of, "" when all is well.
func (t Tally) Excess() Excess {
	switch {
	case t.Sent < EnoughSent:
		return ""
	case t.Complained >= EnoughComplaints && t.ComplaintRate() >= ComplaintLimit:
		return TooManyComplaints
	case t.BounceRate() >= BounceLimit:
		return TooManyBounces
	default:
		return ""
	}
}

// Day is a day in UTC, such as 2026-11-22.
type Day string

// DayOf returns the day of an instant.
func DayOf(at time.Time) Day { return Day(at.UTC().Format(time.DateOnly)) }

// FirstDay returns the first day that counts at an instant.
func FirstDay(at time.Time) Day { return DayOf(at.UTC().AddDate(0, 0, 1-Window)) }

// Counted returns what a change of the invitation adds to its organization's counts, by the days on which the mails were
// sent. What became of mails that were sent before since is not counted.
func (i *Invitation) Counted(before *Invitation, since time.Time) map[Day]Tally {
	added := map[Day]Tally{}
	for n, now := range i.Sendings {
		var was Sending
		if n < len(before.Sendings) {
			was = before.Sendings[n]
		}
		news := now.tally().minus(was.tally())
		if news != (Tally{}) && !now.At.Before(since) {
			added[DayOf(now.At)] = added[DayOf(now.At)].plus(news)
		}
	}
	return added
}

func (s Sending) tally() Tally {
	var t Tally
	if !s.At.IsZero() {
		t.Sent = 1
	}
	if slices.Contains(s.Outcomes, HardBounce) {
		t.Bounced = 1
	}
	if slices.Contains(s.Outcomes, Complaint) {
		t.Complained = 1
	}
	return t
}

// Standing is whether an organization's mail goes out, and from when on it is counted. The zero one sends.
type Standing struct {
	Organization organization.ID
	StoppedAt    time.Time // zero while mail goes out
	Why          Excess
	Then         Tally     // when it was stopped
	ResumedAt    time.Time // counting began anew; zero when it never did
	ResumedBy    user.ID
	ResumedName  string
	Before       Tally // counted on the day of resuming, before it
	Version      int   // 0 before the first stop
}

// Stopped reports whether the organization's mail is held.
func (s *Standing) Stopped() bool { return !s.StoppedAt.IsZero() }

// Health is an organization's standing with what was counted of its mail by day.
type Health struct {
	Standing
	Days map[Day]Tally
}

// Tally adds up what counts at an instant.
func (h *Health) Tally(at time.Time) Tally {
	first, last := FirstDay(at), DayOf(at)
	var resumed Day
	if !h.ResumedAt.IsZero() {
		resumed = DayOf(h.ResumedAt)
	}
	var sum Tally
	for day, t := range h.Days {
		switch {
		case day < first || day > last || day < resumed:
		case day == resumed:
			sum = sum.plus(t.minus(h.Before))
		default:
			sum = sum.plus(t)
		}
	}
	return sum
}

// Stop holds the organization's mail when there is too much of something, and reports whether it did.
func (h *Health) Stop(at time.Time) bool {
	t := h.Tally(at)
	why := t.Excess()
	if why == "" || h.Stopped() {
		return false
	}
	h.StoppedAt, h.Why, h.Then = at.UTC().Truncate(time.Millisecond), why, t
	return true
}

// Resume lets the organization's mail go and begins counting anew. It reports whether the mail was stopped.
func (h *Health) Resume(by *user.User, at time.Time) bool {
	if !h.Stopped() {
		return false
	}
	at = at.UTC().Truncate(time.Millisecond)
	h.StoppedAt, h.Why, h.Then = time.Time{}, "", Tally{}
	h.ResumedAt, h.ResumedBy, h.ResumedName, h.Before = at, by.ID, by.Name, h.Days[DayOf(at)]
	return true
}

// Reason says why mail is held and what to do, "" while it goes out.
func (s *Standing) Reason() string {
	of, limit, advice := fmt.Sprintf("%d of %d mails bounced", s.Then.Bounced, s.Then.Sent), "3 %",
		"Look through the addresses that bounced, and invite only those that you know to be right."
	switch s.Why {
	case "":
		return ""
	case TooManyComplaints:
		of, limit, advice = fmt.Sprintf("%d of %d mails were called spam", s.Then.Complained, s.Then.Sent), "0.08 %",
			"Invite only people who expect it."
	case TooManyBounces:
	}
	return fmt.Sprintf("Mail is held since %s: %s; the limit is %s. What waits is kept. %s Then an owner can resume sending.",
		day(s.StoppedAt), of, limit, advice)
}

// HealthStore is what watching needs of the tables.
type HealthStore interface {
	MailStatistics(ctx context.Context, o organization.ID, at time.Time) (*Health, error)
	// SaveMailStatus writes a changed standing. Conflict: it has changed since it was read.
	SaveMailStatus(ctx context.Context, s *Standing) error
}

// Watch stops an organization's mail when there is too much of something, and returns how it stands.
func Watch(ctx context.Context, store HealthStore, o organization.ID, at time.Time) (*Standing, error) {
	for {
		h, err := store.MailStatistics(ctx, o, at)
		if err != nil {
			return nil, err
		}
		if !h.Stop(at) {
			return &h.Standing, nil
		}
		err = store.SaveMailStatus(ctx, &h.Standing)
		if fault.Is(err, fault.KindConflict) {
			continue // somebody else stopped it, or resumed it
		}
		if err != nil {
			return nil, err
		}
		slog.WarnContext(ctx, "mail of an organization stopped", "organization", string(o), "why", string(h.Why),
			"sent", h.Then.Sent, "bounced", h.Then.Bounced, "complained", h.Then.Complained)
		return &h.Standing, nil
	}
}
