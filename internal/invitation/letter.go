package invitation

import (
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
)

// EmailContext is what a mail says besides the invitation itself.
type EmailContext struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign // nil for an invitation to administer
}

// MessageKind is what a mail is about.
type MessageKind string

// The kinds of mail.
const (
	InvitationMessage           MessageKind = "invitation"  // somebody is invited to a campaign, or to administer: Role says which
	AccessRequestMessage        MessageKind = "ask"         // tells an administrator that somebody asks to accept with another address
	NewInvitationRequestMessage MessageKind = "ask_for_new" // tells an administrator that somebody asks for a new invitation

	AccessApprovedMessage MessageKind = "ask_approved" // tells whoever asked that they may accept with their address
	AccessDeclinedMessage MessageKind = "ask_declined" // tells them that they may not
)

// Message is what a mail says, and to whom.
type Message struct {
	Kind                MessageKind
	MessageID           string // names this mail among all, and the same one when it goes out twice
	Invitation          ID     // an invitation's mail is tagged with it, so that what becomes of it can be told
	Generation          int
	OrganizationID      organization.ID
	CampaignID          string // empty when the invitation is to administer
	To                  string
	FirstName           string // of whom the mail goes to; the whole name of an administrator and of whoever asked
	LastName            string
	Language            Language
	Organization        string
	Campaign            string
	Role                organization.Role // of an invitation to administer
	Inviter             string
	Page                string    // address of the page that the button leads to; empty for none
	OneClickUnsubscribe string    // address that takes the one-click POST of RFC 8058; empty in notices
	UnsubscribePage     string    // address of the page that does the same for people; as well
	Expires             time.Time // UTC: when the link's life ends, or an approval; else zero
	Invitee             Invitee   // who was invited, in mails to administrators
	Requester           Person    // who asks to accept with another address
	ForInviter          bool      // a mail to an administrator goes to the inviter; else to an owner in their place
}

// Addresses are where links in mails lead.
type Addresses struct {
	Site string // of the pages
	API  string // takes the one-click POST
}

// Message writes the invitation's latest mail, which works for life from at.
func (i *Invitation) Message(s *EmailContext, tokens Tokens, to Addresses, life time.Duration, at time.Time) Message {
	letter := s.about(InvitationMessage, i)
	letter.MessageID = fmt.Sprintf("%s.%d", i.ID, i.Generation)
	letter.To, letter.FirstName, letter.LastName = i.Email, i.FirstName, i.LastName
	letter.Page = to.page("i", tokens.Accept(i))
	letter.UnsubscribePage = to.page("u", tokens.Unsubscribe(i))
	letter.OneClickUnsubscribe = strings.TrimSuffix(to.API, "/") + "/v1/public/unsubscribe/" + tokens.Unsubscribe(i)
	letter.Expires = at.Add(life).UTC()
	return letter
}

// about begins a letter with what any mail about an invitation says.
func (s *EmailContext) about(kind MessageKind, i *Invitation) Message {
	letter := Message{
		Kind: kind, Invitation: i.ID, Generation: i.Generation, OrganizationID: i.Organization, CampaignID: string(i.Campaign),
		Language: i.Language, Organization: s.Organization.Name, Role: i.Role, Inviter: i.InvitedBy.Name,
	}
	if s.Campaign != nil {
		letter.Campaign = s.Campaign.Name
	}
	return letter
}

// page is the address of a page of ours.
func (to Addresses) page(parts ...string) string {
	return strings.TrimSuffix(to.Site, "/") + "/" + strings.Join(parts, "/")
}
