// Package invitation owns invitations by e-mail, to join a campaign or to administer an organization: who is invited by
// whom, how long the link in the mail works, who may accept, what becomes of the mail, and what people ask who have the
// link. One invited address has one invitation in a campaign; inviting it again opens the same one anew. How a mail looks
// stands in package mail.
package invitation

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// ID names an invitation: invitation_id in exports.
type ID string

// State is what an invitation is good for.
type State string

// The states of an invitation.
const (
	Open     State = "open"
	Accepted State = "accepted"
	Expired  State = "expired"
	Revoked  State = "revoked"
)

// DeliveryState is what became of the latest mail.
type DeliveryState string

// The states of a mail.
const (
	Queued       DeliveryState = "queued"
	Sent         DeliveryState = "sent"      // the mail service has taken it
	Delivered    DeliveryState = "delivered" // the recipient's server has taken it
	Bounced      DeliveryState = "bounced"   // it came back, at once or after the mail service's own tries
	Complained   DeliveryState = "complained"
	Rejected     DeliveryState = "rejected"     // the mail service would not take it
	Suppressed   DeliveryState = "suppressed"   // not sent: the address bounced or complained before, or the mail would lead nowhere
	Unsubscribed DeliveryState = "unsubscribed" // not sent: whoever has the address wants no mail of the organization
)

// Language is what the mail and its page are written in.
type Language string

// The languages.
const (
	English Language = "en"
	Spanish Language = "es"
)

// Lifetime is how long an invitation is open after its latest mail was sent, unless the template says otherwise.
const Lifetime = 14 * 24 * time.Hour

// Sending is one mail of an invitation: each has a link of its own, and only the latest one's works.
type Sending struct {
	Hash     string    // of the link's token
	SentAt   time.Time // when the mail service took the mail; zero before
	Outcomes []Outcome // what became of it, sorted
}

// Person is somebody who signed in.
type Person struct {
	User  user.ID
	Name  string
	Email string
}

// Inviter is the administrator who invited last.
type Inviter = Person

// Invitation asks the holder of an e-mail address to join a campaign, or to administer an organization.
type Invitation struct {
	ID                     ID
	Organization           organization.ID
	Campaign               campaign.ID       // empty in an invitation to administer the organization
	Role                   organization.Role // of the administrator; empty in an invitation to a campaign
	Email                  string            // folded
	FirstName              string
	LastName               string
	Language               Language
	InvitedBy              Inviter
	CreatedAt              time.Time
	Generation             int       // of the link; 1 is the first
	Sendings               []Sending // by generation, the latest last
	ExpiresAt              time.Time // counted from asking for the mail until that is sent, then from the sending
	Delivery               DeliveryState
	RevokedAt              time.Time // zero unless revoked
	AcceptedAt             time.Time // zero unless accepted
	AcceptedBy             user.ID
	AcceptedName           string       // first and last name of whoever accepted, as they gave them then
	Membership             mobilizer.ID // of whoever accepted
	OpenedGeneration       int          // generation with which it was opened last: what was asked before is over
	NewRequestedGeneration int          // generation after which somebody asked for a new invitation; 0 before
	NewRequestedAt         time.Time    // when they did
	Version                int
}

// Invitee is who is invited, as the inviter says.
type Invitee struct {
	Email     string
	FirstName string
	LastName  string
	Language  Language
}

// Normalize returns the guest as it is kept: the address folded, names trimmed, English unless another language is chosen.
//
// Invalid: the address is none, a name is missing or breaks a rule, or the language is not one of ours.
func (g Invitee) Normalize() (Invitee, error) {
	var check fault.Checker
	text.Required(&check, "email", g.Email, "Give the e-mail address of whom you invite.")
	clean := Invitee{
		Email:     user.NormalizeEmail(text.Email(&check, "email", g.Email)),
		FirstName: text.RequiredLine(&check, "first_name", g.FirstName, mobilizer.NameLimit, "Give the first name of whom you invite."),
		LastName:  text.RequiredLine(&check, "last_name", g.LastName, mobilizer.NameLimit, "Give the last name of whom you invite."),
		Language:  g.Language,
	}
	if clean.Language == "" {
		clean.Language = English
	}
	check.Check(clean.Language == English || clean.Language == Spanish, "language", "Choose en or es.")
	return clean, check.Err()
}

// CanInvite says whether people can be invited to the campaign now. Conflict: it is a draft, or closed.
func CanInvite(c *campaign.Campaign) error {
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is over, so nobody can be invited to it any more.")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "Publish the campaign first: nobody can join a draft.")
}

// New invites a guest, who is clean, to a campaign. The mail is to be sent.
func New(g Invitee, c *campaign.Campaign, by Inviter, tokens Tokens, life time.Duration, at time.Time) *Invitation {
	at = at.UTC().Truncate(time.Millisecond)
	i := &Invitation{ID: ID(id.At(at)), Organization: c.Organization, Campaign: c.ID, Email: g.Email, CreatedAt: at}
	i.open(g, by, tokens, life, at)
	return i
}

// NewAdministrator invites a guest, who is clean, to a role in an organization, which by may give. The mail is to be sent.
func NewAdministrator(g Invitee, o organization.ID, role organization.Role, by Inviter, tokens Tokens, life time.Duration, at time.Time) *Invitation {
	at = at.UTC().Truncate(time.Millisecond)
	i := &Invitation{ID: ID(id.At(at)), Organization: o, Role: role, Email: g.Email, CreatedAt: at}
	i.open(g, by, tokens, life, at)
	return i
}

// Reinvite invites an address anew whose invitation has come to its end, or whose mobilizer is gone. s is nil unless the
// address gets no mail.
//
// Conflict: the invitation is open; it can be sent again, unless the address gets no mail.
func (i *Invitation) Reinvite(g Invitee, by Inviter, s *Suppression, tokens Tokens, life time.Duration, at time.Time) error {
	if i.State(at) == Open {
		if s != nil {
			return s.refusal(i)
		}
		return fault.Conflict("invitation_open", "This address has an open invitation. Send that one again instead.")
	}
	i.open(g, by, tokens, life, at)
	return nil
}

func (i *Invitation) open(g Invitee, by Inviter, tokens Tokens, life time.Duration, at time.Time) {
	i.FirstName, i.LastName, i.Language, i.InvitedBy = g.FirstName, g.LastName, g.Language, by
	i.RevokedAt, i.AcceptedAt, i.AcceptedBy, i.AcceptedName, i.Membership = time.Time{}, time.Time{}, "", "", ""
	i.next(tokens, life, at)
	i.OpenedGeneration = i.Generation
}

// next asks for one more mail, whose link takes the place of those before.
func (i *Invitation) next(tokens Tokens, life time.Duration, at time.Time) {
	i.Generation++
	i.Sendings = append(i.Sendings, Sending{Hash: Hash(tokens.Accept(i))})
	i.Delivery, i.ExpiresAt = Queued, at.Add(life)
}

// sendingsLimit is how many mails one invitation can have.
const sendingsLimit = 20

// Resend asks for one more mail, on behalf of an administrator. s is nil unless the address gets no mail.
//
// Conflict: the invitation was accepted or revoked, its address gets no mail, the mail before is still waiting, or there
// were too many.
func (i *Invitation) Resend(by Inviter, s *Suppression, tokens Tokens, life time.Duration, at time.Time) error {
	switch i.State(at) {
	case Accepted:
		return fault.Conflict("invitation_accepted", "This invitation was accepted already.")
	case Revoked:
		return fault.Conflict("invitation_revoked", "This invitation was revoked. Invite the address anew instead.")
	case Open, Expired:
	}
	if s != nil {
		return s.refusal(i)
	}
	if i.Delivery == Queued {
		return fault.Conflict("invitation_queued", "The mail before has not been sent yet. It goes out by itself.")
	}
	if len(i.Sendings) >= sendingsLimit {
		return fault.Conflict("invitation_sent_often", "This invitation was sent 20 times. Ask in another way.")
	}
	i.InvitedBy = by
	i.next(tokens, life, at)
	return nil
}

// Revoke ends the invitation: its link no longer works.
//
// Conflict: it was accepted already. Revoking twice changes nothing.
func (i *Invitation) Revoke(at time.Time) error {
	if i.State(at) == Accepted {
		return fault.Conflict("invitation_accepted", "This invitation was accepted already. Somebody who joined can't be uninvited.")
	}
	if i.RevokedAt.IsZero() {
		i.RevokedAt = at
	}
	return nil
}

// State returns what the invitation is good for at an instant. While its mail waits it doesn't expire: its time runs from
// the sending.
func (i *Invitation) State(at time.Time) State {
	switch {
	case !i.AcceptedAt.IsZero():
		return Accepted
	case !i.RevokedAt.IsZero():
		return Revoked
	case i.Delivery != Queued && !at.Before(i.ExpiresAt):
		return Expired
	default:
		return Open
	}
}

// FirstSent returns when the first mail went out, zero before.
func (i *Invitation) FirstSent() time.Time {
	for _, s := range i.Sendings {
		if !s.SentAt.IsZero() {
			return s.SentAt
		}
	}
	return time.Time{}
}

// LastSent returns when the latest mail that went out did, zero before the first.
func (i *Invitation) LastSent() time.Time {
	for n := len(i.Sendings) - 1; n >= 0; n-- {
		if at := i.Sendings[n].SentAt; !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// ShouldSend reports whether the mail that was asked for is still to be sent: c, nil for an invitation to administer, takes
// people, and nobody has accepted or revoked the invitation.
func (i *Invitation) ShouldSend(c *campaign.Campaign, at time.Time) bool {
	return i.Delivery == Queued && i.State(at) == Open && taking(c) == nil
}

// RecordUnwanted notes that a mail was not sent because it is not wanted any more. It changes nothing when it is wanted again.
func (i *Invitation) RecordUnwanted(c *campaign.Campaign, at time.Time) {
	if i.Delivery == Queued && !i.ShouldSend(c, at) {
		i.Delivery = Suppressed
	}
}

// RecordSent notes that the mail service took the mail of a generation. The link then works for its whole life. What the
// service said became of the mail, which may come before this, stays.
func (i *Invitation) RecordSent(generation int, life time.Duration, at time.Time) {
	if generation < 1 || generation > len(i.Sendings) {
		return
	}
	i.taken(generation, life, at)
	i.settle()
}

// RecordRejected notes that the mail service will not take the mail of a generation.
func (i *Invitation) RecordRejected(generation int) {
	if generation == i.Generation && i.Delivery == Queued {
		i.Delivery = Rejected
	}
}

// Accept notes who joined. Whether they may stands in Admits.
func (i *Invitation) Accept(m *mobilizer.Mobilizer, at time.Time) {
	i.AcceptedAt, i.AcceptedBy, i.Membership = at, m.User, m.ID
	i.AcceptedName = m.Profile.FirstName + " " + m.Profile.LastName
}

// AcceptRole notes who administers by the invitation. Whether they may stands in Admits and Gives.
func (i *Invitation) AcceptRole(by user.ID, at time.Time) { i.AcceptedAt, i.AcceptedBy = at, by }

// GrantRole returns u with the role that the invitation is for. inviter is its inviter as they are now, nil when they administer
// no longer: an invitation gives nothing that its inviter could not give.
//
// Conflict: they can't any more.
func (i *Invitation) GrantRole(inviter *organization.Administrator, u *user.User, at time.Time) (*organization.Administrator, error) {
	if inviter == nil || inviter.CanAppoint(i.Role) != nil {
		return nil, fault.Conflict("inviter_gone", i.InvitedBy.Name+", who invited you, can't give this role any more. Ask an owner of the organization for a new invitation.")
	}
	return inviter.Appoint(u, i.Role, at)
}
