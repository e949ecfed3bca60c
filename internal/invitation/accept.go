package invitation

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

// MaxProofAge is how old the proof of an e-mail address may be by which an invitation is accepted.
const MaxProofAge = 10 * time.Minute

// UnknownLink is what whoever has a link hears that belongs to no invitation.
func UnknownLink() error {
	return &fault.Error{
		Kind: fault.KindNotFound, Code: "invitation_unknown",
		Message: "This link belongs to no invitation. Open it again from the mail, or copy all of it.",
	}
}

// CheckLink says whether the link of a generation shows who invited and to what. c is nil for an invitation to administer.
//
// Conflict, each with its own code: the invitation was used or revoked, a newer mail was sent, it has expired, or the
// campaign is closed.
func (i *Invitation) CheckLink(c *campaign.Campaign, generation int, at time.Time) error {
	switch i.State(at) {
	case Accepted:
		return fault.Conflict("invitation_used", "This invitation has been used. If it was you, sign in to go on. If not, ask whoever invited you for one of your own.")
	case Revoked:
		return fault.Conflict("invitation_revoked", "This invitation was taken back. Ask whoever invited you whether that was meant.")
	case Open, Expired:
	}
	if generation != i.Generation {
		return i.replaced(generation)
	}
	if i.State(at) == Expired {
		return fault.Conflict("invitation_expired", fmt.Sprintf("This invitation ended on %s. Ask whoever invited you to send it again.", day(i.ExpiresAt))).WithTime(i.ExpiresAt)
	}
	return taking(c)
}

// replaced says that a link is not the latest one, and when that was sent.
func (i *Invitation) replaced(generation int) error {
	if latest := i.Sendings[i.Generation-1].SentAt; !latest.IsZero() && generation < i.Generation {
		message := fmt.Sprintf("A newer mail with another link was sent on %s. Use the link in that one.", day(latest))
		return fault.Conflict("invitation_replaced", message).WithTime(latest)
	}
	return fault.Conflict("invitation_replaced", "A newer mail with another link is on its way to you. Use the link in that one.")
}

// CheckAccess says whether somebody who has proved an e-mail address may accept by the link of a generation. asked is what they
// asked about the invitation, nil for nothing: once it is approved, they may with any address and by any link, also after
// the invitation has expired. Who has accepted it already must be told so before: AcceptedBy.
//
// Forbidden: the invitation is for somebody else. Conflict: as for Shows.
func (i *Invitation) CheckAccess(c *campaign.Campaign, generation int, email string, asked *AccessRequest, at time.Time) error {
	if s := i.State(at); s == Accepted || s == Revoked {
		return i.CheckLink(c, generation, at)
	}
	if user.NormalizeEmail(email) == i.Email {
		return i.CheckLink(c, generation, at)
	}
	if err := i.refusal(asked, at); err != nil {
		return err
	}
	return taking(c)
}

// day is a date as people read it. The zone of whoever reads is not known, so it says which one it is of.
func day(at time.Time) string { return at.UTC().Format("January 2, 2006 at 15:04 UTC") }
