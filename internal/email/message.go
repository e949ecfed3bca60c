// Package email owns email about invitations: what each message says and to whom, whether an organization may send, and what
// became of the messages. Package email/sending sends them at the account's quota; package email/ses writes them out and
// submits them to Amazon SES.
package email

import (
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// Kind says what a message is about.
type Kind string

// The kinds of messages.
const (
	Invitation           Kind = "invitation"             // to the invitee
	AccessRequest        Kind = "access_request"         // to an administrator: somebody requests to accept with another address
	NewInvitationRequest Kind = "new_invitation_request" // to an administrator: somebody requests a new invitation
	AccessApproved       Kind = "access_approved"
	AccessDeclined       Kind = "access_declined"
)

// Message is what an email says, and to whom.
type Message struct {
	Kind                Kind
	MessageID           string        // unique to the message; the same when it is sent twice
	Invitation          invitation.ID // an invitation's own message is tagged with it, so that its outcome can be recorded
	Generation          int           // of the invitation
	OrganizationID      organization.ID
	CampaignID          string // empty when the invitation is to administer
	To                  string
	FirstName           string // of the recipient; the whole name of an administrator or requester
	LastName            string
	Language            invitation.Language
	Organization        string
	Campaign            string
	Role                organization.Role // of an invitation to administer
	Inviter             string
	ReplyTo             invitation.Person  // whom an answer goes to; empty for nobody
	Page                string             // URL that the button leads to; empty for none
	OneClickUnsubscribe string             // URL for the one-click POST of RFC 8058; empty in notices
	UnsubscribePage     string             // URL of the page for people; empty in notices
	Expires             time.Time          // in the campaign's time zone: end of the link or of the approval; zero for none
	Invitee             invitation.Invitee // in notices to administrators
	Requester           invitation.Person  // who requests access
	ForInviter          bool               // a notice to the inviter; otherwise to an owner in their place
}

// Origin is the organization, and the campaign, that a message comes from.
type Origin struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign // nil for an invitation to administer
}

// Addresses are the base URLs of links in messages.
type Addresses struct {
	Site string // pages
	API  string // the one-click POST
}

// NewInvitation returns the message of an invitation's current generation, whose link works for a lifetime from at.
func NewInvitation(i *invitation.Invitation, from *Origin, tokens invitation.Tokens, to Addresses, lifetime time.Duration, at time.Time) *Message {
	m := from.newMessage(Invitation, i)
	m.MessageID = i.EmailID()
	m.To, m.FirstName, m.LastName, m.ReplyTo = i.Email, i.FirstName, i.LastName, i.InvitedBy
	if from.Organization.ReplyTo != "" {
		m.ReplyTo = from.organizationAddress()
	}
	m.Page = to.page("i", tokens.Accept(i))
	m.UnsubscribePage = to.page("u", tokens.Unsubscribe(i))
	m.OneClickUnsubscribe = strings.TrimSuffix(to.API, "/") + "/v1/public/unsubscribe/" + tokens.Unsubscribe(i)
	m.Expires = at.Add(lifetime).In(from.location())
	return m
}

// newMessage returns a message with what every message about an invitation says.
func (from *Origin) newMessage(kind Kind, i *invitation.Invitation) *Message {
	m := &Message{
		Kind: kind, Invitation: i.ID, Generation: i.Generation, OrganizationID: i.Organization, CampaignID: string(i.Campaign),
		Language: i.Language, Organization: from.Organization.Name, Role: i.Role, Inviter: i.InvitedBy.Name,
	}
	if from.Campaign != nil {
		m.Campaign = i.Language.Choose(from.Campaign.Name, from.Campaign.NameES)
	}
	return m
}

// organizationAddress returns the organization's own address, empty if it has none.
func (from *Origin) organizationAddress() invitation.Person {
	if from.Organization.ReplyTo == "" {
		return invitation.Person{}
	}
	return invitation.Person{Name: from.Organization.Name, Email: from.Organization.ReplyTo}
}

// location returns the time zone of the times in messages.
func (from *Origin) location() *time.Location {
	if from.Campaign == nil {
		return time.UTC
	}
	return from.Campaign.Location()
}

func (to Addresses) page(path ...string) string {
	return strings.TrimSuffix(to.Site, "/") + "/" + strings.Join(path, "/")
}
