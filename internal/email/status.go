package email

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
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
	CountsAtResume Counts    // of the day of resuming, which do not count
	Accepted       int       // invitations, counted while the organization is new
	AllowedAt      time.Time // when an operator lifted the limits of new organizations; zero if none did
	FirstSent      int       // emails that were sent while the organization was new
	Version        int       // 0 before it is stored
	Service        *Service
}

// New reports whether the limits of new organizations apply.
func (s *MailStatus) New() bool { return s.AllowedAt.IsZero() && s.Accepted < EstablishedAfter }

// Limited reports whether a new organization has sent as many emails as it may.
func (s *MailStatus) Limited() bool { return s.New() && s.FirstSent >= MaxFirstEmails }

// CountAcceptance counts an accepted invitation of a new organization. It reports whether that is a change, and whether the
// organization's waiting email can leave now.
func (s *MailStatus) CountAcceptance() (changed, released bool) {
	if !s.New() {
		return false, false
	}
	s.Accepted++
	return true, !s.New()
}

// Allow lifts the limits of new organizations, and a stop for its first bounces. It reports whether that is a change.
func (s *MailStatistics) Allow(at time.Time) bool {
	if !s.AllowedAt.IsZero() && s.StopReason != FirstEmailsBounce {
		return false
	}
	s.AllowedAt = at.UTC().Truncate(time.Millisecond)
	if s.StopReason == FirstEmailsBounce {
		s.StoppedAt, s.StopReason, s.CountsAtStop = time.Time{}, "", Counts{}
		s.ResumedAt, s.CountsAtResume = s.AllowedAt, s.Days[DayOf(at)]
	}
	return true
}

// WaitReason returns why email waits that is not stopped, "" if it does not.
func (s *MailStatus) WaitReason() WaitReason {
	switch {
	case s.Stopped():
		return ""
	case s.Service != nil && s.Service.Reason() != "":
		return s.Service.Reason()
	case s.Limited():
		return WaitNewOrganization
	default:
		return ""
	}
}

// Stopped reports whether the organization's email is held.
func (s *MailStatus) Stopped() bool { return !s.StoppedAt.IsZero() }

// Explanation returns for administrators why email is held and what to do, empty while it is sent.
func (s *MailStatus) Explanation() fault.Message {
	switch s.WaitReason() {
	case "":
	case WaitNewOrganization:
		return fault.NewMessage("Your organization is new: it has sent %d invitations, and %d of them were accepted. Waiting emails leave once %d are accepted. "+
			"Share the link of the landing page, or ask the operator of Kith to lift this limit.", s.FirstSent, s.Accepted, EstablishedAfter)
	default:
		return s.Service.explanation()
	}
	since, counts := localTime(s.StoppedAt), s.CountsAtStop
	switch s.StopReason {
	case FirstEmailsBounce:
		return fault.NewMessage("Email has been on hold since %s: %d of your organization's first %d emails bounced. Waiting emails are kept. "+
			"Check the addresses that bounced. Then ask the operator of Kith to let the organization send.", since, counts.Bounced, counts.Sent)
	case TooManyBounces:
		return fault.NewMessage("Email has been on hold since %s: %d of %d emails bounced; the limit is 3 %%. Waiting emails are kept. "+
			"Check the addresses that bounced, and invite only addresses that you know to be right. Then an owner can resume sending.", since, counts.Bounced, counts.Sent)
	case TooManyComplaints:
		return fault.NewMessage("Email has been on hold since %s: %d of %d emails were reported as spam; the limit is 0.08 %%. Waiting emails are kept. "+
			"Invite only people who expect it. Then an owner can resume sending.", since, counts.Complained, counts.Sent)
	default:
		return fault.Message{}
	}
}

// localTime returns a time of an organization, which has no time zone of its own, for messages.
func localTime(at time.Time) text.LocalTime { return text.LocalTime(at.UTC()) }

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
	if reason == "" && s.New() && counts.firstEmailsBounce() {
		reason = FirstEmailsBounce
	}
	if reason == "" || s.Stopped() {
		return false
	}
	s.StoppedAt, s.StopReason, s.CountsAtStop = at.UTC().Truncate(time.Millisecond), reason, counts
	return true
}

// Resume lets the organization send again, with its counts reset. It reports whether email was stopped. Only Allow ends a stop for
// the first bounces of an organization that is still new.
func (s *MailStatistics) Resume(by *user.User, at time.Time) bool {
	if !s.Stopped() || s.NeedsOperator() {
		return false
	}
	at = at.UTC().Truncate(time.Millisecond)
	s.StoppedAt, s.StopReason, s.CountsAtStop = time.Time{}, "", Counts{}
	s.ResumedAt, s.ResumedBy, s.ResumedName, s.CountsAtResume = at, by.ID, by.Name, s.Days[DayOf(at)]
	return true
}

// Errors of claiming an email of a new organization.
var (
	ErrOrganizationLimit = errors.New("email: the new organization has sent as many emails as it may")
	ErrInviterLimit      = errors.New("email: the new organizations of the inviter have sent as many emails today as they may")
)

// NeedsOperator reports whether only an operator can let the organization send again.
func (s *MailStatus) NeedsOperator() bool { return s.StopReason == FirstEmailsBounce && s.New() }

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
