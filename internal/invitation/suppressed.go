package invitation

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Suppression is an address that an organization must send no mail to.
type Suppression struct {
	Organization organization.ID
	Email        string // known to whoever asks; only its hash is kept
	Reason       DeliveryState
	At           time.Time
}

// Unsubscribe takes the invited address off the organization's mail, on behalf of whoever reads it. A mail that waits is not
// sent any more.
func (i *Invitation) Unsubscribe(at time.Time) *Suppression {
	i.unsubscribed()
	return &Suppression{i.Organization, i.Email, Unsubscribed, at}
}

func (i *Invitation) unsubscribed() {
	i.Delivery = Unsubscribed
	i.settle()
}

// RecordSuppressed notes that a mail was not sent because its address is suppressed.
func (i *Invitation) RecordSuppressed(s *Suppression) {
	if s.Reason == Unsubscribed {
		i.unsubscribed()
	} else if i.Delivery == Queued {
		i.Delivery = Suppressed
	}
}

// SuppressionMessage says why an organization must not send email to an address, and what to do instead. An invitation to
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

// refusal is the error for a request to send email about an invitation to the address.
func (s *Suppression) refusal(i *Invitation) error {
	return fault.Conflict("address_suppressed", SuppressionMessage(s.Reason, i.Campaign == ""))
}
