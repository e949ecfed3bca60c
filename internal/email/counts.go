package email

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/invitation"
)

// Limits of an organization's email over the last CountedDays. SES reviews a whole account at 5 % bounces and 0.1 %
// complaints, and all organizations share one account.
const (
	CountedDays    = 30     // in UTC, including today
	BounceLimit    = 0.03   // share of the emails sent
	ComplaintLimit = 0.0008 // share of the emails sent
	MinSent        = 200    // below this number no limit applies
	MinComplaints  = 2      // a single complaint never stops an organization
)

// Limits of a new organization, of which nobody knows yet whom it sends to. An operator can lift them.
const (
	EstablishedAfter = 10 // accepted invitations, after which an organization is no longer new
	MaxFirstEmails   = 50 // invitations that a new organization sends
	FirstEmails      = 20 // among which FirstBounces stop a new organization
	FirstBounces     = 5
)

// MaxFirstEmailsPerUser is the number of invitations that the new organizations of one inviter send in a day, in UTC.
const MaxFirstEmailsPerUser = 100

// Counts are the emails that an organization has sent, and how many of them bounced permanently or were reported as spam.
type Counts struct{ Sent, Bounced, Complained int }

// BounceRate returns the share of emails that bounced, 0 if none was sent.
func (c Counts) BounceRate() float64 { return share(c.Bounced, c.Sent) }

// ComplaintRate returns the share of emails that were reported as spam, 0 if none was sent.
func (c Counts) ComplaintRate() float64 { return share(c.Complained, c.Sent) }

func share(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func (c Counts) plus(o Counts) Counts {
	return Counts{c.Sent + o.Sent, c.Bounced + o.Bounced, c.Complained + o.Complained}
}

func (c Counts) minus(o Counts) Counts {
	return Counts{max(0, c.Sent-o.Sent), max(0, c.Bounced-o.Bounced), max(0, c.Complained-o.Complained)}
}

// StopReason is the limit for which an organization's email is stopped.
type StopReason string

// The reasons.
const (
	TooManyBounces    StopReason = "bounces"
	TooManyComplaints StopReason = "complaints"
	FirstEmailsBounce StopReason = "first_bounces" // of a new organization
)

// ExceededLimit returns the limit that the counts exceed, "" for none.
func (c Counts) ExceededLimit() StopReason {
	switch {
	case c.Sent < MinSent:
		return ""
	case c.Complained >= MinComplaints && c.ComplaintRate() >= ComplaintLimit:
		return TooManyComplaints
	case c.BounceRate() >= BounceLimit:
		return TooManyBounces
	default:
		return ""
	}
}

// firstEmailsBounce reports whether the first emails of a new organization bounce too often: FirstBounces of the first
// FirstEmails, or the same share of more.
func (c Counts) firstEmailsBounce() bool {
	return c.Bounced >= FirstBounces && c.Bounced*FirstEmails >= FirstBounces*max(c.Sent, FirstEmails)
}

// Day is a day in UTC, such as 2026-11-22.
type Day string

// DayOf returns the day of an instant.
func DayOf(at time.Time) Day { return Day(at.UTC().Format(time.DateOnly)) }

// FirstDay returns the first day that counts at an instant.
func FirstDay(at time.Time) Day { return DayOf(at.UTC().AddDate(0, 0, 1-CountedDays)) }

// AddedCounts returns what a change of an invitation adds to its organization's counts, by the days on which the emails were
// sent. The outcome of an email that was sent before since does not count.
func AddedCounts(before, after *invitation.Invitation, since time.Time) map[Day]Counts {
	added := map[Day]Counts{}
	for n, sending := range after.Sendings {
		var old invitation.Sending
		if n < len(before.Sendings) {
			old = before.Sendings[n]
		}
		change := countsOf(sending).minus(countsOf(old))
		if change != (Counts{}) && !sending.SentAt.Before(since) {
			added[DayOf(sending.SentAt)] = added[DayOf(sending.SentAt)].plus(change)
		}
	}
	return added
}

func countsOf(s invitation.Sending) Counts {
	var c Counts
	if !s.SentAt.IsZero() {
		c.Sent = 1
	}
	if slices.Contains(s.Outcomes, invitation.HardBounce) {
		c.Bounced = 1
	}
	if slices.Contains(s.Outcomes, invitation.Complaint) {
		c.Complained = 1
	}
	return c
}
