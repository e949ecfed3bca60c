package invitation

import (
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
)

// Sheet is what a mail says besides the invitation itself.
type Sheet struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign
}

// Letter is what a mail says, and to whom.
type Letter struct {
	Invitation   ID // the message is tagged with it, so that what becomes of it can be told
	Generation   int
	CampaignID   string
	To           string
	FirstName    string
	LastName     string
	Language     Language
	Organization string
	Campaign     string
	Inviter      string
	Accept       string    // address of the page that the button leads to
	Unsubscribe  string    // address that takes the one-click POST of RFC 8058
	Stop         string    // address of the page that does the same for people
	Expires      time.Time // UTC
}

// Addresses are where links in mails lead.
type Addresses struct {
	Site string // of the pages
	API  string // takes the one-click POST
}

// Letter writes the invitation's latest mail, which works for life from at.
func (i *Invitation) Letter(s *Sheet, tokens Tokens, to Addresses, life time.Duration, at time.Time) Letter {
	return Letter{
		Invitation: i.ID, Generation: i.Generation, CampaignID: string(i.Campaign), To: i.Email, FirstName: i.FirstName, LastName: i.LastName, Language: i.Language,
		Organization: s.Organization.Name, Campaign: s.Campaign.Name, Inviter: i.By.Name,
		Accept:      strings.TrimSuffix(to.Site, "/") + "/i/" + tokens.Accept(i),
		Stop:        strings.TrimSuffix(to.Site, "/") + "/u/" + tokens.Unsubscribe(i),
		Unsubscribe: strings.TrimSuffix(to.API, "/") + "/v1/public/unsubscribe/" + tokens.Unsubscribe(i),
		Expires:     at.Add(life).UTC(),
	}
}
