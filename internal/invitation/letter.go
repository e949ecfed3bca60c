package invitation

import (
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
)

// Sheet is what a mail says besides the invitation itself.
type Sheet struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign // nil for an invitation to administer
}

// Kind is what a mail is about.
type Kind string

// The kinds of mail.
const (
	Invites   Kind = "invitation"  // somebody is invited to a campaign, or to administer: Role says which
	Asks      Kind = "ask"         // tells an administrator that somebody asks to accept with another address
	AsksAgain Kind = "ask_for_new" // tells an administrator that somebody asks for a new invitation

	TellsApproved Kind = "ask_approved" // tells whoever asked that they may accept with their address
	TellsDeclined Kind = "ask_declined" // tells them that they may not
)

// Letter is what a mail says, and to whom.
type Letter struct {
	Kind         Kind
	Message      string // names this mail among all, and the same one when it goes out twice
	Invitation   ID     // an invitation's mail is tagged with it, so that what becomes of it can be told
	Generation   int
	OrganizedBy  organization.ID
	CampaignID   string // empty when the invitation is to administer
	To           string
	FirstName    string // of whom the mail goes to; the whole name of an administrator and of whoever asked
	LastName     string
	Language     Language
	Organization string
	Campaign     string
	Role         organization.Role // of an invitation to administer
	Inviter      string
	Page         string    // address of the page that the button leads to; empty for none
	Unsubscribe  string    // address that takes the one-click POST of RFC 8058; empty in notices
	Stop         string    // address of the page that does the same for people; as well
	Expires      time.Time // UTC: when the link's life ends, or an approval; else zero
	Guest        Guest     // who was invited, in mails to administrators
	Asker        Person    // who asks to accept with another address
	ForInviter   bool      // a mail to an administrator goes to the inviter; else to an owner in their place
}

// Addresses are where links in mails lead.
type Addresses struct {
	Site string // of the pages
	API  string // takes the one-click POST
}

// Letter writes the invitation's latest mail, which works for life from at.
func (i *Invitation) Letter(s *Sheet, tokens Tokens, to Addresses, life time.Duration, at time.Time) Letter {
	letter := s.about(Invites, i)
	letter.Message = fmt.Sprintf("%s.%d", i.ID, i.Generation)
	letter.To, letter.FirstName, letter.LastName = i.Email, i.FirstName, i.LastName
	letter.Page = to.page("i", tokens.Accept(i))
	letter.Stop = to.page("u", tokens.Unsubscribe(i))
	letter.Unsubscribe = strings.TrimSuffix(to.API, "/") + "/v1/public/unsubscribe/" + tokens.Unsubscribe(i)
	letter.Expires = at.Add(life).UTC()
	return letter
}

// about begins a letter with what any mail about an invitation says.
func (s *Sheet) about(kind Kind, i *Invitation) Letter {
	letter := Letter{
		Kind: kind, Invitation: i.ID, Generation: i.Generation, OrganizedBy: i.Organization, CampaignID: string(i.Campaign),
		Language: i.Language, Organization: s.Organization.Name, Role: i.Role, Inviter: i.By.Name,
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
