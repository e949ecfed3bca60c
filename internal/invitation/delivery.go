package invitation

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// DeliveryState is the state of an invitation's latest email.
type DeliveryState string

// The states of an email.
const (
	Queued       DeliveryState = "queued"
	Sent         DeliveryState = "sent"      // accepted by the email service
	Delivered    DeliveryState = "delivered" // accepted by the recipient's server
	Bounced      DeliveryState = "bounced"   // returned, at once or after the email service's own attempts
	Complained   DeliveryState = "complained"
	Rejected     DeliveryState = "rejected"     // not accepted by the email service
	Suppressed   DeliveryState = "suppressed"   // not sent: an earlier email bounced or was reported as spam, or the invitation cannot be accepted
	Unsubscribed DeliveryState = "unsubscribed" // not sent: the holder of the address has unsubscribed from the organization
)

// RejectReason is why the email service never accepts an email.
type RejectReason string

// The reasons.
const (
	Unwritable     RejectReason = "unwritable" // no email can be written from the names and the address
	RefusedAddress RejectReason = "address"    // the email service does not accept the address
	RefusedContent RejectReason = "content"    // the email service does not accept the text

	RefusedByOthers RejectReason = "elsewhere"     // the address is on the suppression list of another organization, and this one is new
	AddressLimit    RejectReason = "address_limit" // all organizations together have sent many emails to the address
)

// NotSentReason returns why the latest email was not sent, "" if it was, or if the delivery state says it. A rejected email without a stored reason was refused for its
// content: the service had accepted it before.
func (i *Invitation) NotSentReason() RejectReason {
	switch {
	case i.Delivery == Suppressed:
		return i.RejectReason
	case i.Delivery != Rejected:
		return ""
	case i.RejectReason == "":
		return RefusedContent
	default:
		return i.RejectReason
	}
}

// NotSentMessage returns for administrators the NotSentReason, and what to do.
func (i *Invitation) NotSentMessage() fault.Message {
	switch i.NotSentReason() {
	case Unwritable:
		return fault.NewMessage("This email cannot be written. Check the names and the address, then revoke this invitation and invite the person again.")
	case RefusedAddress:
		return fault.NewMessage("The email service does not accept this address. Ask for another address.")
	case RefusedContent:
		return fault.NewMessage("The email service refused the text of this email. Check the names of the person, the campaign and the organization, then resend the invitation.")
	case RefusedByOthers:
		return SuppressionMessage(SuppressedElsewhere, i.Campaign == "")
	case AddressLimit:
		return fault.NewMessage("This address was sent many invitations in the last days. Contact the person in another way, or resend the invitation in a few days.")
	}
	return fault.Message{}
}

// Outcome is what the email service reports about an email. One email may have several outcomes.
type Outcome string

// The outcomes of an email.
const (
	Delivery              Outcome = "delivery"  // the recipient's server accepted it
	SoftBounce            Outcome = "soft"      // abandoned after the service's own attempts, or answered by a machine
	HardBounce            Outcome = "hard"      // there is no such mailbox
	SuppressionListBounce Outcome = "listed"    // not attempted: the address bounced or complained before, for any organization of the account
	Complaint             Outcome = "complaint" // reported as spam
	Reject                Outcome = "reject"    // the service accepted it, and then did not send it
)

// suppresses reports whether the organization must send no more email to the address.
func (o Outcome) suppresses() bool {
	return o == HardBounce || o == SuppressionListBounce || o == Complaint
}

// DeliveryReport is a report of the email service about one email of an invitation.
type DeliveryReport struct {
	Campaign     campaign.ID     // of the invitation
	Organization organization.ID // of an invitation to administer
	Invitation   ID
	Generation   int // of the email
	Outcome      Outcome
	SentAt       time.Time // when the service accepted the email
	OccurredAt   time.Time
}

// ApplyReport records a report. Reports and the sender's own records may come in any order and repeatedly: the result is the
// same. It returns the suppression of the address, nil if the organization may send to it.
//
// Not found: the invitation has no such email.
func (i *Invitation) ApplyReport(r DeliveryReport, lifetime time.Duration) (*Suppression, error) {
	if r.Generation < 1 || r.Generation > len(i.Sendings) {
		return nil, fault.NotFound("email")
	}
	i.recordSentAt(r.Generation, lifetime, r.SentAt)
	s := &i.Sendings[r.Generation-1]
	if !slices.Contains(s.Outcomes, r.Outcome) {
		s.Outcomes = append(slices.Clone(s.Outcomes), r.Outcome)
		slices.Sort(s.Outcomes)
	}
	i.updateDelivery()
	if !r.Outcome.suppresses() {
		return nil, nil
	}
	reason := Bounced
	if r.Outcome == Complaint {
		reason = Complained
	}
	return &Suppression{Organization: i.Organization, Email: i.Email, Reason: reason, At: r.OccurredAt}, nil
}

// RecordSent records that the email service accepted the email of a generation, from when on its link works for a lifetime. An
// outcome that was reported before is kept.
func (i *Invitation) RecordSent(generation int, lifetime time.Duration, at time.Time) {
	if generation < 1 || generation > len(i.Sendings) {
		return
	}
	i.recordSentAt(generation, lifetime, at)
	i.updateDelivery()
}

// RecordRejected records that the email of a generation will never be sent, and why.
func (i *Invitation) RecordRejected(generation int, reason RejectReason) {
	if generation == i.Generation && i.Delivery == Queued {
		i.Delivery, i.RejectReason = Rejected, reason
	}
}

// RecordLimited records that the pending email was not sent because its address was sent many.
func (i *Invitation) RecordLimited() {
	if i.Delivery == Queued {
		i.Delivery, i.RejectReason = Suppressed, AddressLimit
	}
}

// ShouldSend reports whether the pending email is still to be sent: the invitation is open, and its campaign, nil for an
// invitation to administer, can be joined.
func (i *Invitation) ShouldSend(c *campaign.Campaign, at time.Time) bool {
	return i.Delivery == Queued && i.State(at) == Open && checkJoinable(c) == nil
}

// RecordUnwanted records that the pending email was not sent because ShouldSend reports false. It changes nothing if the email
// is to be sent again.
func (i *Invitation) RecordUnwanted(c *campaign.Campaign, at time.Time) {
	if i.Delivery == Queued && !i.ShouldSend(c, at) {
		i.Delivery = Suppressed
	}
}

// recordSentAt records when the email service accepted the email of a generation. The latest time counts, so that the link of
// an email that was sent twice works for its whole lifetime.
func (i *Invitation) recordSentAt(generation int, lifetime time.Duration, at time.Time) {
	at = at.UTC().Truncate(time.Millisecond)
	s := &i.Sendings[generation-1]
	if !at.After(s.SentAt) {
		return
	}
	s.SentAt = at
	if generation == i.Generation {
		i.ExpiresAt = at.Add(lifetime)
	}
}

// updateDelivery derives the state from what is known of the latest email. A complaint outweighs a bounce, and both outweigh a
// delivery, which they may follow. A soft bounce does not: an "out of office" reply looks like one.
func (i *Invitation) updateDelivery() {
	s := i.Sendings[i.Generation-1]
	has := func(o Outcome) bool { return slices.Contains(s.Outcomes, o) }
	switch {
	case has(Complaint):
		i.Delivery = Complained
	case has(HardBounce) || has(SuppressionListBounce):
		i.Delivery = Bounced
	case has(Reject):
		i.Delivery, i.RejectReason = Rejected, RefusedContent
	case i.Delivery == Unsubscribed:
	case has(Delivery):
		i.Delivery = Delivered
	case has(SoftBounce):
		i.Delivery = Bounced
	case !s.SentAt.IsZero():
		i.Delivery = Sent
	}
	if i.Delivery != Rejected && i.Delivery != Suppressed {
		i.RejectReason = ""
	}
}
