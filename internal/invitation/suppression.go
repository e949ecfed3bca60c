package invitation

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Suppression is an entry of an organization's suppression list: an address that the organization must not send email to.
type Suppression struct {
	Organization organization.ID
	Email        string // only its hash is stored: empty unless the caller knows it
	Reason       DeliveryState
	At           time.Time
}

// Unsubscribe records that the holder of the invited address has unsubscribed, and returns the suppression. A pending email is
// not sent anymore.
func (i *Invitation) Unsubscribe(at time.Time) *Suppression {
	i.recordUnsubscribed()
	return &Suppression{i.Organization, i.Email, Unsubscribed, at}
}

func (i *Invitation) recordUnsubscribed() {
	i.Delivery = Unsubscribed
	i.updateDelivery()
}

// RecordSuppressed records that the pending email was not sent because its address is suppressed.
func (i *Invitation) RecordSuppressed(s *Suppression) {
	if s.Reason == Unsubscribed {
		i.recordUnsubscribed()
	} else if i.Delivery == Queued {
		i.Delivery = Suppressed
	}
}

// SuppressionMessage returns for administrators why an address gets no email, and what to do instead. An invitation to
// administer has no landing page to fall back on.
func SuppressionMessage(reason DeliveryState, administer bool) string {
	why, advice := "An email to this address bounced, so your organization sends it no more.", "Ask for another address."
	switch reason {
	case Unsubscribed:
		why = "The holder of this address has unsubscribed from your organization's email."
	case Complained:
		why = "An email to this address was reported as spam, so your organization sends it no more."
	default:
		return why + " " + advice
	}
	if !administer {
		advice = "Give them the link of the landing page in another way."
	}
	return why + " " + advice
}

// conflict returns the error for a request to send email about an invitation to the address.
func (s *Suppression) conflict(i *Invitation) error {
	return fault.Conflict("address_suppressed", SuppressionMessage(s.Reason, i.Campaign == ""))
}
