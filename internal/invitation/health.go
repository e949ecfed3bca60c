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
	CountedDays    = 30     // days in UTC, today among them
	BounceLimit    = 0.03   // of the mails sent
	ComplaintLimit = 0.0008 // of the mails sent
	MinSent        = 200    // fewer say nothing
	MinComplaints  = 2      // one alone says nothing
)

// EmailCounts is what is counted of an organization's mails: those sent, and of these how many bounced for good and how many
// were called spam.
type EmailCounts struct{ Sent, Bounced, Complained int }

// BounceRate returns the share of mails that bounced, 0 when none was sent.
func (t EmailCounts) BounceRate() float64 { return share(t.Bounced, t.Sent) }

// ComplaintRate returns the share of mails that were called spam, 0 when none was sent.
func (t EmailCounts) ComplaintRate() float64 { return share(t.Complained, t.Sent) }

func share(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func (t EmailCounts) plus(o EmailCounts) EmailCounts {
	return EmailCounts{t.Sent + o.Sent, t.Bounced + o.Bounced, t.Complained + o.Complained}
}

func (t EmailCounts) minus(o EmailCounts) EmailCounts {
	return EmailCounts{max(0, t.Sent-o.Sent), max(0, t.Bounced-o.Bounced), max(0, t.Complained-o.Complained)}
}

// StopReason is what an organization's mail has too much of.
type StopReason string

// The excesses.
const (
	TooManyBounces    StopReason = "bounces"
	TooManyComplaints StopReason = "complaints"
)

// ExceededLimit returns what there is too much of, "" when all is well.
func (t EmailCounts) ExceededLimit() StopReason {
	switch {
	case t.Sent < MinSent:
		return ""
	case t.Complained >= MinComplaints && t.ComplaintRate() >= ComplaintLimit:
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
func FirstDay(at time.Time) Day { return DayOf(at.UTC().AddDate(0, 0, 1-CountedDays)) }

// EmailCountsSince returns what a change of the invitation adds to its organization's counts, by the days on which the mails were
// sent. What became of mails that were sent before since is not counted.
func (i *Invitation) EmailCountsSince(before *Invitation, since time.Time) map[Day]EmailCounts {
	added := map[Day]EmailCounts{}
	for n, now := range i.Sendings {
		var was Sending
		if n < len(before.Sendings) {
			was = before.Sendings[n]
		}
		news := now.tally().minus(was.tally())
		if news != (EmailCounts{}) && !now.SentAt.Before(since) {
			added[DayOf(now.SentAt)] = added[DayOf(now.SentAt)].plus(news)
		}
	}
	return added
}

func (s Sending) tally() EmailCounts {
	var t EmailCounts
	if !s.SentAt.IsZero() {
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

// MailStatus is whether an organization's mail goes out, and from when on it is counted. The zero one sends.
type MailStatus struct {
	Organization   organization.ID
	StoppedAt      time.Time // zero while mail goes out
	StopReason     StopReason
	CountsAtStop   EmailCounts // when it was stopped
	ResumedAt      time.Time   // counting began anew; zero when it never did
	ResumedBy      user.ID
	ResumedName    string
	CountsAtResume EmailCounts // counted on the day of resuming, before it
	Version        int         // 0 before the first stop
}

// Stopped reports whether the organization's mail is held.
func (s *MailStatus) Stopped() bool { return !s.StoppedAt.IsZero() }

// MailStatistics is an organization's standing with what was counted of its mail by day.
type MailStatistics struct {
	MailStatus
	Days map[Day]EmailCounts
}

// Counts adds up what counts at an instant.
func (h *MailStatistics) Counts(at time.Time) EmailCounts {
	first, last := FirstDay(at), DayOf(at)
	var resumed Day
	if !h.ResumedAt.IsZero() {
		resumed = DayOf(h.ResumedAt)
	}
	var sum EmailCounts
	for day, t := range h.Days {
		switch {
		case day < first || day > last || day < resumed:
		case day == resumed:
			sum = sum.plus(t.minus(h.CountsAtResume))
		default:
			sum = sum.plus(t)
		}
	}
	return sum
}

// Stop holds the organization's mail when there is too much of something, and reports whether it did.
func (h *MailStatistics) Stop(at time.Time) bool {
	t := h.Counts(at)
	why := t.ExceededLimit()
	if why == "" || h.Stopped() {
		return false
	}
	h.StoppedAt, h.StopReason, h.CountsAtStop = at.UTC().Truncate(time.Millisecond), why, t
	return true
}

// Resume lets the organization's mail go and begins counting anew. It reports whether the mail was stopped.
func (h *MailStatistics) Resume(by *user.User, at time.Time) bool {
	if !h.Stopped() {
		return false
	}
	at = at.UTC().Truncate(time.Millisecond)
	h.StoppedAt, h.StopReason, h.CountsAtStop = time.Time{}, "", EmailCounts{}
	h.ResumedAt, h.ResumedBy, h.ResumedName, h.CountsAtResume = at, by.ID, by.Name, h.Days[DayOf(at)]
	return true
}

// Explanation says why mail is held and what to do, "" while it goes out.
func (s *MailStatus) Explanation() string {
	of, limit, advice := fmt.Sprintf("%d of %d mails bounced", s.CountsAtStop.Bounced, s.CountsAtStop.Sent), "3 %",
		"Look through the addresses that bounced, and invite only those that you know to be right."
	switch s.StopReason {
	case "":
		return ""
	case TooManyComplaints:
		of, limit, advice = fmt.Sprintf("%d of %d mails were called spam", s.CountsAtStop.Complained, s.CountsAtStop.Sent), "0.08 %",
			"Invite only people who expect it."
	case TooManyBounces:
	}
	return fmt.Sprintf("Mail is held since %s: %s; the limit is %s. What waits is kept. %s Then an owner can resume sending.",
		day(s.StoppedAt), of, limit, advice)
}

// MailStatusStore is what watching needs of the tables.
type MailStatusStore interface {
	MailStatistics(ctx context.Context, o organization.ID, at time.Time) (*MailStatistics, error)
	// SaveMailStatus writes a changed standing. Conflict: it has changed since it was read.
	SaveMailStatus(ctx context.Context, s *MailStatus) error
}

// EnforceMailLimits stops an organization's mail when there is too much of something, and returns how it stands.
func EnforceMailLimits(ctx context.Context, store MailStatusStore, o organization.ID, at time.Time) (*MailStatus, error) {
	for {
		h, err := store.MailStatistics(ctx, o, at)
		if err != nil {
			return nil, err
		}
		if !h.Stop(at) {
			return &h.MailStatus, nil
		}
		err = store.SaveMailStatus(ctx, &h.MailStatus)
		if fault.Is(err, fault.KindConflict) {
			continue // somebody else stopped it, or resumed it
		}
		if err != nil {
			return nil, err
		}
		slog.WarnContext(ctx, "mail of an organization stopped", "organization", string(o), "why", string(h.StopReason),
			"sent", h.CountsAtStop.Sent, "bounced", h.CountsAtStop.Bounced, "complained", h.CountsAtStop.Complained)
		return &h.MailStatus, nil
	}
}
