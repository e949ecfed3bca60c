package email

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// MailStatus is whether an organization may send email, and since when its email is counted. The zero status may send.
type MailStatus struct {
	Organization   organization.ID
	StoppedAt      time.Time // zero while it may send
	StopReason     StopReason
	CountsAtStop   Counts
	ResumedAt      time.Time // since when email is counted; zero when it was never resumed
	ResumedBy      user.ID
	ResumedName    string
	CountsAtResume Counts // of the day of resuming, which do not count
	Version        int    // 0 before the first stop
}

// Stopped reports whether the organization's email is held.
func (s *MailStatus) Stopped() bool { return !s.StoppedAt.IsZero() }

// Explanation returns for administrators why email is held and what to do, "" while it is sent.
func (s *MailStatus) Explanation() string {
	var counted, limit, advice string
	switch s.StopReason {
	case TooManyBounces:
		counted, limit = fmt.Sprintf("%d of %d emails bounced", s.CountsAtStop.Bounced, s.CountsAtStop.Sent), "3 %"
		advice = "Check the addresses that bounced, and invite only addresses that you know to be right."
	case TooManyComplaints:
		counted, limit = fmt.Sprintf("%d of %d emails were reported as spam", s.CountsAtStop.Complained, s.CountsAtStop.Sent), "0.08 %"
		advice = "Invite only people who expect it."
	default:
		return ""
	}
	return fmt.Sprintf("Email has been on hold since %s: %s; the limit is %s. Waiting emails are kept. %s Then an owner can resume sending.",
		s.StoppedAt.UTC().Format("January 2, 2006 at 15:04 UTC"), counted, limit, advice)
}

// MailStatistics is an organization's mail status with its daily counts.
type MailStatistics struct {
	MailStatus
	Days map[Day]Counts
}

// Counts returns the sums of the days that count at an instant.
func (s *MailStatistics) Counts(at time.Time) Counts {
	first, last := FirstDay(at), DayOf(at)
	var resumed Day
	if !s.ResumedAt.IsZero() {
		resumed = DayOf(s.ResumedAt)
	}
	var sum Counts
	for day, counts := range s.Days {
		switch {
		case day < first || day > last || day < resumed:
		case day == resumed:
			sum = sum.plus(counts.minus(s.CountsAtResume))
		default:
			sum = sum.plus(counts)
		}
	}
	return sum
}

// Stop stops the organization's email if a limit is exceeded, and reports whether it did.
func (s *MailStatistics) Stop(at time.Time) bool {
	counts := s.Counts(at)
	reason := counts.ExceededLimit()
	if reason == "" || s.Stopped() {
		return false
	}
	s.StoppedAt, s.StopReason, s.CountsAtStop = at.UTC().Truncate(time.Millisecond), reason, counts
	return true
}

// Resume lets the organization send again, with its counts reset. It reports whether email was stopped.
func (s *MailStatistics) Resume(by *user.User, at time.Time) bool {
	if !s.Stopped() {
		return false
	}
	at = at.UTC().Truncate(time.Millisecond)
	s.StoppedAt, s.StopReason, s.CountsAtStop = time.Time{}, "", Counts{}
	s.ResumedAt, s.ResumedBy, s.ResumedName, s.CountsAtResume = at, by.ID, by.Name, s.Days[DayOf(at)]
	return true
}

// StatusStore is what EnforceLimits needs of the tables.
type StatusStore interface {
	MailStatistics(ctx context.Context, o organization.ID, at time.Time) (*MailStatistics, error)
	// SaveMailStatus writes a changed status. Conflict: it has changed since it was read.
	SaveMailStatus(ctx context.Context, s *MailStatus) error
}

// EnforceLimits stops an organization's email if a limit is exceeded, and returns the mail status.
func EnforceLimits(ctx context.Context, store StatusStore, o organization.ID, at time.Time) (*MailStatus, error) {
	for {
		s, err := store.MailStatistics(ctx, o, at)
		if err != nil {
			return nil, err
		}
		if !s.Stop(at) {
			return &s.MailStatus, nil
		}
		err = store.SaveMailStatus(ctx, &s.MailStatus)
		if fault.Is(err, fault.KindConflict) {
			continue // stopped or resumed by another request
		}
		if err != nil {
			return nil, err
		}
		slog.WarnContext(ctx, "email of an organization stopped", "organization", string(o), "reason", string(s.StopReason),
			"sent", s.CountsAtStop.Sent, "bounced", s.CountsAtStop.Bounced, "complained", s.CountsAtStop.Complained)
		return &s.MailStatus, nil
	}
}
