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

// silence says why an address gets no mail, and what whoever invites it can do instead. Nobody comes to administer by a
// landing page.
func silence(why DeliveryState, administer bool) string {
	said, instead := "Mail to this address came back, so it gets none of your organization.", "Ask for another address."
	switch why {
	case Unsubscribed:
		said = "Whoever has this address wants no mail of your organization."
	case Complained:
		said = "A mail to this address was called spam, so it gets none of your organization."
	default:
		return said + " " + instead
	}
	if !administer {
		instead = "Give them the address of the landing page in another way."
	}
	return said + " " + instead
}

// refusal is the answer to whoever wants mail sent to the address about an invitation.
func (s *Suppression) refusal(i *Invitation) error {
	return fault.Conflict("address_suppressed", silence(s.Reason, i.Campaign == ""))
}
