package invitation

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// MaxProofAge is the maximum age of the sign-in that proves an email address when an invitation is accepted.
const MaxProofAge = 10 * time.Minute

// UnknownLink returns the error for a link that belongs to no invitation.
func UnknownLink() error {
	return &fault.Error{
		Kind: fault.KindNotFound, Code: "invitation_unknown",
		Message: fault.NewMessage("This link belongs to no invitation. Open it again from the email, or copy all of it."),
	}
}

// CheckLink reports whether the link of a generation still shows the invitation. c is nil for an invitation to administer.
//
// Conflict, each with its own code: the invitation was used or revoked, a newer email was sent, it has expired, or the campaign
// cannot be joined.
func (i *Invitation) CheckLink(c *campaign.Campaign, generation int, at time.Time) error {
	switch i.State(at) {
	case Accepted:
		return fault.Conflict("invitation_used", "This invitation has been used. If you used it, sign in. If not, ask the person who invited you for an invitation of your own.")
	case Revoked:
		return fault.Conflict("invitation_revoked", "This invitation was revoked. Ask the person who invited you for a new one.")
	case Open, Expired:
	}
	if generation != i.Generation {
		return i.replaced(c, generation)
	}
	if i.State(at) == Expired {
		return fault.Conflict("invitation_expired", "This invitation expired on %s. Ask the person who invited you to send it again.",
			localTime(c, i.ExpiresAt)).WithTime(i.ExpiresAt)
	}
	return checkJoinable(c)
}

// replaced returns the error for a link that is not the latest one, with the time at which that was sent.
func (i *Invitation) replaced(c *campaign.Campaign, generation int) error {
	if latest := i.Sendings[i.Generation-1].SentAt; !latest.IsZero() && generation < i.Generation {
		return fault.Conflict("invitation_replaced", "A newer email with another link was sent on %s. Use the link in that email.",
			localTime(c, latest)).WithTime(latest)
	}
	return fault.Conflict("invitation_replaced", "A newer email with another link is on its way to you. Use the link in that email.")
}

// CheckAccess reports whether a person with a verified email address may accept with the link of a generation. r is their access
// request, nil for none: if it is approved, they may accept with any address and any link, even after the invitation has
// expired. The caller has already answered a person who accepted before (AcceptedBy).
//
// Forbidden: the invitation is for another address. Conflict: as CheckLink.
func (i *Invitation) CheckAccess(c *campaign.Campaign, generation int, email string, r *AccessRequest, at time.Time) error {
	if s := i.State(at); s == Accepted || s == Revoked {
		return i.CheckLink(c, generation, at)
	}
	if text.NormalizeEmail(email) == i.Email {
		return i.CheckLink(c, generation, at)
	}
	if err := i.checkApproved(r, at); err != nil {
		return err
	}
	return checkJoinable(c)
}

// checkJoinable reports whether the target of an invitation accepts people: an active campaign does, and so does an
// organization, for which c is nil.
//
// Conflict: the campaign is a draft, or closed.
func checkJoinable(c *campaign.Campaign) error {
	if c == nil {
		return nil
	}
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is closed, so nobody can join it anymore. Thank you for your interest!")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign has not started yet. Come back later.")
}

// localTime returns a time for messages, in the campaign's time zone, or in UTC for an invitation to administer.
func localTime(c *campaign.Campaign, at time.Time) text.LocalTime {
	zone := time.UTC
	if c != nil {
		zone = c.Location()
	}
	return text.LocalTime(at.In(zone))
}
