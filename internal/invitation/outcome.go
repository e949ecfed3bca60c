package invitation

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Outcome is something that became of a mail, as the mail service says. One mail may have several.
type Outcome string

// The outcomes of a mail.
const (
	Delivery              Outcome = "delivery"  // the recipient's server took it
	SoftBounce            Outcome = "soft"      // given up after the service's own tries, or answered by a machine
	HardBounce            Outcome = "hard"      // there is no such mailbox
	SuppressionListBounce Outcome = "listed"    // not tried: the address bounced or complained before, for anybody of the account
	Complaint             Outcome = "complaint" // somebody said that it is spam
	Reject                Outcome = "reject"    // the service took it, and then would not send it
)

// DeliveryReport is what the mail service says became of a mail.
type DeliveryReport struct {
	Campaign     campaign.ID     // of the invitation
	Organization organization.ID // to administer which it invites, when there is no campaign
	Invitation   ID
	Generation   int // of the mail
	Outcome      Outcome
	SentAt       time.Time // when the service took the mail
	OccurredAt   time.Time // when it happened
}

// final reports whether an address gets no more mail after this.
func (o Outcome) final() bool { return o == HardBounce || o == SuppressionListBounce || o == Complaint }

// ApplyReport notes a report. In whatever order reports and the sender's own note come, and however often, the end is the same.
// It returns the address as one that must get no more mail, nil when it may.
//
// Not found: the invitation has no such mail.
func (i *Invitation) ApplyReport(r DeliveryReport, life time.Duration) (*Suppression, error) {
	if r.Generation < 1 || r.Generation > len(i.Sendings) {
		return nil, fault.NotFound("mail")
	}
	i.taken(r.Generation, life, r.SentAt)
	s := &i.Sendings[r.Generation-1]
	if !slices.Contains(s.Outcomes, r.Outcome) {
		s.Outcomes = append(slices.Clone(s.Outcomes), r.Outcome)
		slices.Sort(s.Outcomes)
	}
	i.settle()
	if !r.Outcome.final() {
		return nil, nil
	}
	why := Bounced
	if r.Outcome == Complaint {
		why = Complained
	}
	return &Suppression{i.Organization, i.Email, why, r.OccurredAt}, nil
}

// taken notes when the mail service took the mail of a generation. The latest such instant counts, as when a mail went out
// twice: its link works for its whole life from then.
func (i *Invitation) taken(generation int, life time.Duration, at time.Time) {
	at = at.UTC().Truncate(time.Millisecond)
	s := &i.Sendings[generation-1]
	if !at.After(s.SentAt) {
		return
	}
	s.SentAt = at
	if generation == i.Generation {
		i.ExpiresAt = at.Add(life)
	}
}

// settle brings the state in line with what is known of the latest mail. A complaint outweighs a bounce, and both outweigh
// a delivery, which they may follow. A soft bounce does not: machines that answer "out of office" look like one.
func (i *Invitation) settle() {
	s := i.Sendings[i.Generation-1]
	had := func(o Outcome) bool { return slices.Contains(s.Outcomes, o) }
	switch {
	case had(Complaint):
		i.Delivery = Complained
	case had(HardBounce) || had(SuppressionListBounce):
		i.Delivery = Bounced
	case had(Reject):
		i.Delivery = Rejected
	case i.Delivery == Unsubscribed:
	case had(Delivery):
		i.Delivery = Delivered
	case had(SoftBounce):
		i.Delivery = Bounced
	case !s.SentAt.IsZero():
		i.Delivery = Sent
	}
}

// Clone returns a copy that shares nothing with the invitation.
func (i *Invitation) Clone() *Invitation {
	other := *i
	other.Sendings = slices.Clone(i.Sendings)
	for n, s := range other.Sendings {
		other.Sendings[n].Outcomes = slices.Clone(s.Outcomes)
	}
	return &other
}
