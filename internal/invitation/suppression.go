package invitation

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Suppression is an entry of an organization's suppression list: an address that the organization must not send email to, or
// must not have until the entry was lifted.
type Suppression struct {
	ID           string // the hash of the address
	Organization organization.ID
	Email        string // empty in old entries, which have the hash alone
	Reason       DeliveryState
	At           time.Time
	LiftedAt     time.Time // zero while the address gets no email
	LiftedFor    LiftCause
	LiftedBy     Person // the owner who lifted it
	LiftReason   string // in the owner's words
	Version      int    // 0 before it is stored
}

// reasonRanks orders the reasons of suppressions: one of a later reason takes the place of one of an earlier reason.
var reasonRanks = []DeliveryState{Bounced, Complained, Unsubscribed}

// Active reports whether the address gets no email. A nil entry is not active.
func (s *Suppression) Active() bool { return s != nil && s.LiftedAt.IsZero() }

// Over returns the entry to store over an existing one, which is nil if there is none. It returns nil if the existing one says as
// much.
func (s *Suppression) Over(existing *Suppression) *Suppression {
	if existing.Active() && slices.Index(reasonRanks, existing.Reason) >= slices.Index(reasonRanks, s.Reason) {
		return nil
	}
	next := *s
	if existing != nil {
		next.ID, next.Version = existing.ID, existing.Version
	}
	return &next
}

// Unsubscribe records that the holder of the invited address has unsubscribed, and returns the suppression. A pending email is
// not sent anymore.
func (i *Invitation) Unsubscribe(at time.Time) *Suppression {
	i.recordUnsubscribed()
	return &Suppression{Organization: i.Organization, Email: i.Email, Reason: Unsubscribed, At: at.UTC().Truncate(time.Millisecond)}
}

func (i *Invitation) recordUnsubscribed() {
	i.Delivery = Unsubscribed
	i.updateDelivery()
}

// UndoUnsubscribe records that the holder of the invited address undid the unsubscription. An email that was not sent while it
// stood stays unsent; an administrator can resend it.
func (i *Invitation) UndoUnsubscribe() {
	if i.Delivery == Unsubscribed {
		i.Delivery = Suppressed
		i.updateDelivery()
	}
}

// RecordSuppressed records that the pending email was not sent because its address is suppressed.
func (i *Invitation) RecordSuppressed(s *Suppression) {
	switch {
	case s.Reason == Unsubscribed:
		i.recordUnsubscribed()
	case i.Delivery == Queued && s.Reason == SuppressedElsewhere:
		i.Delivery, i.RejectReason = Suppressed, RefusedByOthers
	case i.Delivery == Queued:
		i.Delivery = Suppressed
	}
}

// Why an address gets no email although the organization's suppression list does not have it.
const (
	SuppressedElsewhere DeliveryState = "elsewhere"  // it is on the list of another organization, and this one is new
	SentTooOften        DeliveryState = "sent_often" // the invitation was sent as often as one may be
)

// SuppressionMessage returns for administrators why an address gets no email, and what to do instead. An invitation to
// administer has no landing page to fall back on.
func SuppressionMessage(reason DeliveryState, administer bool) fault.Message {
	why := fault.NewMessage("An email to this address bounced, so your organization sends it no more.")
	advice := fault.NewMessage("Ask for another address.")
	switch reason {
	case Unsubscribed:
		why = fault.NewMessage("The holder of this address has unsubscribed from your organization's email.")
	case SuppressedElsewhere:
		why = fault.NewMessage("This address gets no email from organizations that are new to Kith.")
	case SentTooOften:
		return fault.NewMessage("This invitation was sent 20 times. Contact the person in another way.")
	case Complained:
		why = fault.NewMessage("An email to this address was reported as spam, so your organization sends it no more.")
	default:
		return fault.NewMessage("%s %s", why, advice)
	}
	if !administer {
		advice = fault.NewMessage("Give them the link of the landing page in another way.")
	}
	return fault.NewMessage("%s %s", why, advice)
}

// conflict returns the error for a request to send email about an invitation to the address.
func (s *Suppression) conflict(i *Invitation) error {
	return fault.Conflict("address_suppressed", "%s", SuppressionMessage(s.Reason, i.Campaign == ""))
}
