package dynamo

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var (
	membershipType     = register("membership", (*membershipItem).domain)
	managementNoteType = register("management_note", (*managementNoteItem).domain)
)

type membershipItem struct {
	key
	header
	detailsItem
	matchItem
	ID              string           `dynamodbav:"ID"`
	Campaign        string           `dynamodbav:"Campaign"`
	Organization    string           `dynamodbav:"Org"`
	User            string           `dynamodbav:"User"`
	Person          string           `dynamodbav:"Person"`
	Phone           string           `dynamodbav:"Phone,omitempty"`
	Email           string           `dynamodbav:"Email"`
	Consent         bool             `dynamodbav:"Consent"`
	JoinedAt        millis           `dynamodbav:"JoinedAt"`
	LeftAt          millis           `dynamodbav:"LeftAt,omitempty"`
	FirstActivityAt millis           `dynamodbav:"FirstActivityAt,omitempty"`
	ActivityAt      millis           `dynamodbav:"ActivityAt,omitempty"`
	MatchLog        []matchEventItem `dynamodbav:"MatchLog,omitempty"`
}

func newMembershipItem(m *mobilizer.Mobilizer) *membershipItem {
	p := m.Profile
	return &membershipItem{
		key: membershipKey(m.Campaign, m.ID), header: header{Type: membershipType, Version: m.Version},
		detailsItem: newDetailsItem(contact.Details{
			FirstName: p.FirstName, LastName: p.LastName,
			PreferredName: p.PreferredName, City: p.City, State: p.State, Zip: p.Zip,
		}),
		matchItem: newMatchItem(m.Match), ID: string(m.ID), Campaign: string(m.Campaign),
		Organization: string(m.Organization), User: string(m.User), Person: string(m.Person), Phone: p.Phone,
		Email: m.Email, Consent: m.Consent, JoinedAt: millisOf(m.JoinedAt), LeftAt: millisOf(m.LeftAt),
		FirstActivityAt: millisOf(m.FirstSelfMatchAt), ActivityAt: millisOf(m.LastSelfMatchAt),
		MatchLog: newMatchLogItem(m.MatchLog),
	}
}

func (i *membershipItem) domain() *mobilizer.Mobilizer {
	d := i.details()
	return &mobilizer.Mobilizer{
		ID: mobilizer.ID(i.ID), Campaign: campaign.ID(i.Campaign), Organization: organization.ID(i.Organization),
		User: user.ID(i.User), Person: user.PersonID(i.Person),
		Profile: mobilizer.Profile{
			FirstName: d.FirstName, LastName: d.LastName, PreferredName: d.PreferredName,
			City: d.City, State: d.State, Zip: d.Zip, Phone: i.Phone,
		},
		Email: i.Email, Consent: i.Consent, Match: i.match(), JoinedAt: i.JoinedAt.time(), LeftAt: i.LeftAt.time(),
		FirstSelfMatchAt: i.FirstActivityAt.time(), LastSelfMatchAt: i.ActivityAt.time(), Version: i.Version,
		MatchLog: matchLog(i.MatchLog),
	}
}

type managementNoteItem struct {
	key
	header
	ID          string `dynamodbav:"ID"`
	Campaign    string `dynamodbav:"Campaign"`
	Mobilizer   string `dynamodbav:"Mobilizer"`
	Content     string `dynamodbav:"Content"`
	Author      string `dynamodbav:"Author"`
	AuthorName  string `dynamodbav:"AuthorName"`
	AuthorEmail string `dynamodbav:"AuthorEmail"`
	CreatedAt   millis `dynamodbav:"CreatedAt"`
	UpdatedAt   millis `dynamodbav:"UpdatedAt,omitempty"`
}

func newManagementNoteItem(n *mobilizer.ManagementNote) *managementNoteItem {
	return &managementNoteItem{
		key:    managementNoteKey(n.Campaign, n.Mobilizer, n.ID),
		header: header{Type: managementNoteType, Version: n.Version}, ID: string(n.ID), Campaign: string(n.Campaign),
		Mobilizer: string(n.Mobilizer), Content: n.Content, Author: string(n.Author), AuthorName: n.AuthorName,
		AuthorEmail: n.AuthorEmail, CreatedAt: millisOf(n.CreatedAt), UpdatedAt: millisOf(n.UpdatedAt),
	}
}

func (i *managementNoteItem) domain() *mobilizer.ManagementNote {
	return &mobilizer.ManagementNote{
		ID: mobilizer.NoteID(i.ID), Campaign: campaign.ID(i.Campaign),
		Mobilizer: mobilizer.ID(i.Mobilizer), Content: i.Content, Author: user.ID(i.Author), AuthorName: i.AuthorName,
		AuthorEmail: i.AuthorEmail, CreatedAt: i.CreatedAt.time(), UpdatedAt: i.UpdatedAt.time(), Version: i.Version,
	}
}
