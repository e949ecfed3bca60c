package invitation

import (
	"time"

	"github.com/kithhq/kith/internal/organization"
)

// Suppressed is an address that an organization must send no mail to.
type Suppressed struct {
	Organization organization.ID
	Email        string // known to whoever asks; only its hash is kept
	Why          Delivery
	At           time.Time
}

// Unsubscribe takes the invited address off the organization's mail, on behalf of whoever reads it.
func (i *Invitation) Unsubscribe(at time.Time) *Suppressed {
	if i.Delivery == Sent || i.Delivery == Delivered {
		i.Delivery = Unsubscribed
	}
	return &Suppressed{i.Organization, i.Email, Unsubscribed, at}
}

// NotSent notes that a mail was not sent because its address is suppressed.
func (i *Invitation) NotSent(s *Suppressed) {
	i.Delivery = Withheld
	if s.Why == Unsubscribed {
		i.Delivery = Unsubscribed
	}
}
