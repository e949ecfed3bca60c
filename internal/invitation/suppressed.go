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

// Unsubscribe takes the invited address off the organization's mail, on behalf of whoever reads it. A mail that waits is not
// sent any more.
func (i *Invitation) Unsubscribe(at time.Time) *Suppressed {
	i.unsubscribed()
	return &Suppressed{i.Organization, i.Email, Unsubscribed, at}
}

func (i *Invitation) unsubscribed() {
	i.Delivery = Unsubscribed
	i.settle()
}

// NotSent notes that a mail was not sent because its address is suppressed.
func (i *Invitation) NotSent(s *Suppressed) {
	if s.Why == Unsubscribed {
		i.unsubscribed()
	} else if i.Delivery == Queued {
		i.Delivery = Withheld
	}
}
