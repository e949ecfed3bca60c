package invitation

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/organization"
)

// Limits of invitations to one address, by all organizations together.
const (
	MaxEmailsPerDay   = 5
	MaxEmailsPerMonth = 20 // in 30 days
	month             = 30 * 24 * time.Hour
)

// Recipient is what all organizations together know of an address: who must not send to it, and which invitations were sent.
type Recipient struct {
	Email        string // the stored record has its hash alone
	SuppressedBy []organization.ID
	Sent         []SentEmail // of the last 30 days
	Version      int         // 0 before it is stored
}

// SentEmail is an invitation that was sent, or is being sent, to an address.
type SentEmail struct {
	ID string
	At time.Time
}

// SuppressedElsewhere reports whether another organization must not send to the address.
func (r *Recipient) SuppressedElsewhere(o organization.ID) bool {
	return slices.ContainsFunc(r.SuppressedBy, func(by organization.ID) bool { return by != o })
}

// RecordSuppression records whether an organization must not send to the address, and reports whether that is a change.
func (r *Recipient) RecordSuppression(o organization.ID, suppressed bool) bool {
	if slices.Contains(r.SuppressedBy, o) == suppressed {
		return false
	}
	if suppressed {
		r.SuppressedBy = append(r.SuppressedBy, o)
	} else {
		r.SuppressedBy = slices.DeleteFunc(r.SuppressedBy, func(by organization.ID) bool { return by == o })
	}
	return true
}

// RecordSending records that an email with an id is being sent, and reports whether the limits allow it. An email that is tried
// again counts once.
func (r *Recipient) RecordSending(id string, at time.Time) bool {
	at = at.UTC().Truncate(time.Millisecond)
	r.Sent = slices.DeleteFunc(r.Sent, func(s SentEmail) bool { return at.Sub(s.At) >= month })
	if slices.ContainsFunc(r.Sent, func(s SentEmail) bool { return s.ID == id }) {
		return true
	}
	today := 0
	for _, s := range r.Sent {
		if at.Sub(s.At) < 24*time.Hour {
			today++
		}
	}
	if today >= MaxEmailsPerDay || len(r.Sent) >= MaxEmailsPerMonth {
		return false
	}
	r.Sent = append(r.Sent, SentEmail{id, at})
	return true
}
