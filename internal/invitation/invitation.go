// Package invitation owns the rules of invitations by email, to join a campaign or to administer an organization: who may be
// invited, how long a link works, who may accept, access requests, the suppression list, and the state of the emails. An
// address has one invitation to a campaign; inviting it again reopens that one. Messages and their sending are in package email.
package invitation

import (
	"fmt"
	"slices"
	"strings"
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

// State is the state of an invitation.
type State string

// The states of an invitation.
const (
	Open     State = "open"
	Accepted State = "accepted"
	Expired  State = "expired"
	Revoked  State = "revoked"
)

// Language is the language of an invitation's emails and page.
type Language = text.Language

// The languages.
const (
	English = text.English
	Spanish = text.Spanish
)

// Lifetime is how long a link works after its email was sent. The template can set another duration.
const Lifetime = 14 * 24 * time.Hour

// MaxPerUser is the number of invitations that one user creates or resends in a day (UTC), for all organizations.
const MaxPerUser = 10_000

// maxSendings is the maximum number of emails of one invitation.
const maxSendings = 20

// Sending is one email of an invitation. Each has its own link, of which only the latest works.
type Sending struct {
	Hash          string    // of the link's token
	SecretVersion int       // of the tokens
	SentAt        time.Time // when the email service accepted it; zero before
	Outcomes      []Outcome // sorted
}

// Person is a signed-in person.
type Person struct {
	User  user.ID
	Name  string
	Email string
}

// Inviter is the administrator who invited last.
type Inviter = Person

// Invitation invites the holder of an email address to join a campaign, or to administer an organization.
type Invitation struct {
	ID                     ID
	Organization           organization.ID
	Campaign               campaign.ID       // empty in an invitation to administer
	Role                   organization.Role // empty in an invitation to a campaign
	Email                  string            // normalized
	FirstName              string
	LastName               string
	Language               Language
	InvitedBy              Inviter
	CreatedAt              time.Time
	Generation             int       // of the link; the first is 1
	Sendings               []Sending // by generation
	ExpiresAt              time.Time // a lifetime after the latest email was requested or, once it is sent, after that
	Delivery               DeliveryState
	RejectReason           RejectReason // of the latest email; empty unless it was rejected
	RevokedAt              time.Time    // zero unless revoked
	AcceptedAt             time.Time    // zero unless accepted
	AcceptedBy             user.ID
	AcceptedName           string       // first and last name, as given when accepting
	Membership             mobilizer.ID // of the person who accepted
	OpenedGeneration       int          // generation of the latest opening; access requests from before it have lapsed
	NewRequestedGeneration int          // generation after which a new invitation was requested; 0 for none
	NewRequestedAt         time.Time
	DeletedAt              time.Time // zero unless deleted
	Version                int
}

// InvitedAt returns when the invitee was invited, or sent the latest email.
func (i *Invitation) InvitedAt() time.Time {
	latest := i.CreatedAt
	for _, s := range i.Sendings {
		if s.SentAt.After(latest) {
			latest = s.SentAt
		}
	}
	return latest
}

// Invitee is a person to invite, as the inviter describes them.
type Invitee struct {
	Email     string
	FirstName string
	LastName  string // may be empty
	Language  Language
}

// Name returns the first and the last name.
func (v Invitee) Name() string { return strings.TrimSpace(v.FirstName + " " + v.LastName) }

// Normalize returns the invitee as it is stored: the address normalized, names trimmed, in English unless a language is given.
//
// Invalid: the address is not valid, the first name is missing, a name breaks a rule, or the language is unknown.
func (v Invitee) Normalize() (Invitee, error) {
	var check fault.Checker
	text.Required(&check, "email", v.Email, "Enter the email address of the person.")
	normalized := Invitee{
		Email:     text.NormalizeEmail(text.Email(&check, "email", v.Email)),
		FirstName: text.NoLink(&check, "first_name", text.RequiredLine(&check, "first_name", v.FirstName, mobilizer.NameLimit, "Enter the first name of the person.")),
		LastName:  text.NoLink(&check, "last_name", text.Line(&check, "last_name", v.LastName, mobilizer.NameLimit)),
		Language:  v.Language,
	}
	if normalized.Language == "" {
		normalized.Language = English
	}
	check.Check(normalized.Language == English || normalized.Language == Spanish, "language", "Choose en or es.")
	return normalized, check.Err()
}

// CanInvite reports whether people can be invited to the campaign. Conflict: it is a draft, or closed.
func CanInvite(c *campaign.Campaign) error {
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is closed, so nobody can be invited to it anymore.")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign is a draft, which nobody can join. Publish it first.")
}

// New returns an invitation of a normalized invitee to a campaign, with an email to send.
func New(v Invitee, c *campaign.Campaign, by Inviter, tokens Tokens, lifetime time.Duration, at time.Time) *Invitation {
	at = at.UTC().Truncate(time.Millisecond)
	i := &Invitation{ID: ID(id.At(at)), Organization: c.Organization, Campaign: c.ID, Email: v.Email, CreatedAt: at}
	i.open(v, by, tokens, lifetime, at)
	return i
}

// NewAdministrator returns an invitation of a normalized invitee to a role in an organization, which by may give, with an email
// to send.
func NewAdministrator(v Invitee, o organization.ID, role organization.Role, by Inviter, tokens Tokens, lifetime time.Duration, at time.Time) *Invitation {
	at = at.UTC().Truncate(time.Millisecond)
	i := &Invitation{ID: ID(id.At(at)), Organization: o, Role: role, Email: v.Email, CreatedAt: at}
	i.open(v, by, tokens, lifetime, at)
	return i
}

// Reinvite reopens an invitation that has ended, or whose mobilizer has left. s is nil unless the address is suppressed.
//
// Conflict: the invitation is open. The administrator can resend it, unless the address is suppressed. Or there were too many
// emails.
func (i *Invitation) Reinvite(v Invitee, by Inviter, s *Suppression, tokens Tokens, lifetime time.Duration, at time.Time) error {
	if i.State(at) == Open {
		if s != nil {
			return s.conflict(i)
		}
		return fault.Conflict("invitation_open", "This address has an open invitation. Resend it instead.")
	}
	if err := i.checkSendings(); err != nil {
		return err
	}
	i.open(v, by, tokens, lifetime, at)
	return nil
}

func (i *Invitation) open(v Invitee, by Inviter, tokens Tokens, lifetime time.Duration, at time.Time) {
	i.FirstName, i.LastName, i.Language, i.InvitedBy = v.FirstName, v.LastName, v.Language, by
	i.RevokedAt, i.AcceptedAt, i.AcceptedBy, i.AcceptedName, i.Membership = time.Time{}, time.Time{}, "", "", ""
	i.addSending(tokens, lifetime, at)
	i.OpenedGeneration = i.Generation
}

// addSending adds an email to send. Its link replaces those before.
func (i *Invitation) addSending(tokens Tokens, lifetime time.Duration, at time.Time) {
	i.Generation++
	i.Sendings = append(i.Sendings, Sending{Hash: Hash(tokens.Accept(i)), SecretVersion: tokens.version})
	i.Delivery, i.RejectReason, i.ExpiresAt = Queued, "", at.Add(lifetime)
}

// Resend adds an email to send, on behalf of an administrator. s is nil unless the address is suppressed.
//
// Conflict: the invitation was accepted or revoked, the address is suppressed, the previous email is pending, or there were too
// many emails.
func (i *Invitation) Resend(by Inviter, s *Suppression, tokens Tokens, lifetime time.Duration, at time.Time) error {
	switch i.State(at) {
	case Accepted:
		return fault.Conflict("invitation_accepted", "This invitation has been accepted already.")
	case Revoked:
		return fault.Conflict("invitation_revoked", "This invitation was revoked. Invite the address again instead.")
	case Open, Expired:
	}
	if s != nil {
		return s.conflict(i)
	}
	if i.Delivery == Queued {
		return fault.Conflict("invitation_queued", "The previous email is still waiting to be sent. You don't have to do anything.")
	}
	if err := i.checkSendings(); err != nil {
		return err
	}
	i.InvitedBy = by
	i.addSending(tokens, lifetime, at)
	return nil
}

// SentOften reports whether so many emails were sent, those of earlier openings included, that no more may be.
func (i *Invitation) SentOften() bool { return len(i.Sendings) >= maxSendings }

// checkSendings fails if there were too many emails, those of earlier openings included.
func (i *Invitation) checkSendings() error {
	if !i.SentOften() {
		return nil
	}
	return fault.Conflict("invitation_sent_often", "This invitation was sent 20 times. Contact the person in another way.")
}

// Revoke ends the invitation: its link no longer works. Repeating it changes nothing.
//
// Conflict: the invitation was accepted.
func (i *Invitation) Revoke(at time.Time) error {
	if i.State(at) == Accepted {
		return fault.Conflict("invitation_accepted", "This invitation has been accepted, so it cannot be revoked.")
	}
	if i.RevokedAt.IsZero() {
		i.RevokedAt = at
	}
	return nil
}

// Delete marks the invitation as deleted and removes the names. The rest is kept, where no list finds it: the holder of the address
// can still unsubscribe by the emails, and the outcomes of the emails still count.
//
// Conflict: the invitation was accepted.
func (i *Invitation) Delete(at time.Time) error {
	if !i.AcceptedAt.IsZero() {
		if i.Campaign == "" {
			return fault.Conflict("invitation_accepted", "This invitation has been accepted, so it can't be deleted. Remove the administrator instead.")
		}
		return fault.Conflict("invitation_accepted", "This invitation has been accepted, so it can't be deleted. Remove the mobilizer instead.")
	}
	i.FirstName, i.LastName, i.DeletedAt = "", "", at.UTC().Truncate(time.Millisecond)
	return nil
}

// State returns the state at an instant. An invitation whose email is pending does not expire: its lifetime starts when the
// email is sent.
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

// EmailID returns an id of the current email, which is the same when it is sent twice.
func (i *Invitation) EmailID() string { return fmt.Sprintf("%s.%d", i.ID, i.Generation) }

// FirstSent returns when the first email was sent, zero before.
func (i *Invitation) FirstSent() time.Time {
	for _, s := range i.Sendings {
		if !s.SentAt.IsZero() {
			return s.SentAt
		}
	}
	return time.Time{}
}

// LastSent returns when the latest email was sent, zero before the first.
func (i *Invitation) LastSent() time.Time {
	for _, s := range slices.Backward(i.Sendings) {
		if !s.SentAt.IsZero() {
			return s.SentAt
		}
	}
	return time.Time{}
}

// Accept records who joined. The caller has checked CheckAccess.
func (i *Invitation) Accept(m *mobilizer.Mobilizer, at time.Time) {
	i.AcceptedAt, i.AcceptedBy, i.Membership = at, m.User, m.ID
	i.AcceptedName = m.Profile.FirstName + " " + m.Profile.LastName
}

// AcceptRole records who administers by the invitation. The caller has checked CheckAccess and GrantRole.
func (i *Invitation) AcceptRole(by user.ID, at time.Time) { i.AcceptedAt, i.AcceptedBy = at, by }

// GrantRole returns u with the role of the invitation. inviter is the inviter as they are now, nil if they are no longer an
// administrator: an invitation grants nothing that its inviter could not grant now.
//
// Conflict: the inviter can no longer grant the role.
func (i *Invitation) GrantRole(inviter *organization.Administrator, u *user.User, at time.Time) (*organization.Administrator, error) {
	if inviter == nil || inviter.CanAppoint(i.Role) != nil {
		return nil, fault.Conflict("inviter_gone", "%s, who invited you, can no longer give this role. Ask an owner of the organization for a new invitation.", i.InvitedBy.Name)
	}
	return inviter.Appoint(u, i.Role, at)
}

// Raises reports whether the invitation makes an administrator an owner.
func (i *Invitation) Raises(a *organization.Administrator) bool {
	return i.Role == organization.Owner && a.Role != organization.Owner
}

// Clone returns a deep copy.
func (i *Invitation) Clone() *Invitation {
	other := *i
	other.Sendings = slices.Clone(i.Sendings)
	for n, s := range other.Sendings {
		other.Sendings[n].Outcomes = slices.Clone(s.Outcomes)
	}
	return &other
}
