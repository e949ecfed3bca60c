package dynamo

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var (
	userType         = register("user", (*userItem).domain)
	loginType        = register("login", (*loginItem).domain)
	emailType        = register("email", (*emailItem).domain)
	personType       = register("person", (*personItem).domain)
	pointerType      = register("membership_pointer", (*pointerItem).domain)
	organizationType = register("organization", (*organizationItem).domain)
	adminType        = register("administrator", (*adminItem).domain)
	listingType      = register("listing", (*listingItem).domain)
	campaignListing  = register("campaign_listing", (*campaignListingItem).domain)
	slugType         = register("slug", (*slugItem).domain)
)

type userItem struct {
	key
	header
	ID        string `dynamodbav:"ID"`
	Email     string `dynamodbav:"Email"`
	Name      string `dynamodbav:"Name"`
	CreatedAt millis `dynamodbav:"CreatedAt"`
}

func newUserItem(u *user.User) *userItem {
	return &userItem{
		key: userKey(u.ID), header: header{Type: userType, Version: u.Version}, ID: string(u.ID), Email: u.Email,
		Name: u.Name, CreatedAt: millisOf(u.CreatedAt),
	}
}

func (i *userItem) domain() *user.User {
	return &user.User{ID: user.ID(i.ID), Email: i.Email, Name: i.Name, CreatedAt: i.CreatedAt.time(), Version: i.Version}
}

type loginItem struct {
	key
	header
	Issuer  string `dynamodbav:"Issuer"`
	Subject string `dynamodbav:"Subject"`
	User    string `dynamodbav:"User"`
}

func newLoginItem(l *user.Login) *loginItem {
	return &loginItem{
		key: loginKey(l.Issuer, l.Subject), header: header{Type: loginType, Version: 1}, Issuer: l.Issuer,
		Subject: l.Subject, User: string(l.User),
	}
}

func (i *loginItem) domain() *user.Login {
	return &user.Login{Issuer: i.Issuer, Subject: i.Subject, User: user.ID(i.User)}
}

type emailItem struct {
	key
	header
	Email string `dynamodbav:"Email"`
	User  string `dynamodbav:"User"`
}

func newEmailItem(a *user.VerifiedEmail) *emailItem {
	return &emailItem{key: emailKey(a.Email), header: header{Type: emailType, Version: a.Version}, Email: a.Email, User: string(a.User)}
}

func (i *emailItem) domain() *user.VerifiedEmail {
	return &user.VerifiedEmail{Email: i.Email, User: user.ID(i.User), Version: i.Version}
}

type personItem struct {
	key
	header
	User         string `dynamodbav:"User"`
	Organization string `dynamodbav:"Org"`
	Person       string `dynamodbav:"Person"`
}

func newPersonItem(p *organization.Person) *personItem {
	return &personItem{
		key: userOrganizationKey(p.User, p.Organization), header: header{Type: personType, Version: 1},
		User: string(p.User), Organization: string(p.Organization), Person: string(p.ID),
	}
}

func (i *personItem) domain() *organization.Person {
	return &organization.Person{
		ID: user.PersonID(i.Person), User: user.ID(i.User),
		Organization: organization.ID(i.Organization),
	}
}

type pointerItem struct {
	key
	header
	User      string `dynamodbav:"User"`
	Campaign  string `dynamodbav:"Campaign"`
	Mobilizer string `dynamodbav:"Mobilizer"`
}

func newPointerItem(p *mobilizer.UserMembership) *pointerItem {
	return &pointerItem{
		key: userCampaignKey(p.User, p.Campaign), header: header{Type: pointerType, Version: 1}, User: string(p.User),
		Campaign: string(p.Campaign), Mobilizer: string(p.Mobilizer),
	}
}

func (i *pointerItem) domain() *mobilizer.UserMembership {
	return &mobilizer.UserMembership{User: user.ID(i.User), Campaign: campaign.ID(i.Campaign), Mobilizer: mobilizer.ID(i.Mobilizer)}
}

type organizationItem struct {
	key
	header
	ID          string `dynamodbav:"ID"`
	Name        string `dynamodbav:"Name"`
	Website     string `dynamodbav:"Website,omitempty"`
	Description string `dynamodbav:"Description,omitempty"`
	ReplyTo     string `dynamodbav:"ReplyTo,omitempty"`
	CreatedAt   millis `dynamodbav:"CreatedAt"`
}

func newOrganizationItem(o *organization.Organization) *organizationItem {
	return &organizationItem{
		key: organizationKey(o.ID), header: header{Type: organizationType, Version: o.Version}, ID: string(o.ID),
		Name: o.Name, Website: o.Website, Description: o.Description, ReplyTo: o.ReplyTo, CreatedAt: millisOf(o.CreatedAt),
	}
}

func (i *organizationItem) domain() *organization.Organization {
	return &organization.Organization{
		ID: organization.ID(i.ID), Name: i.Name, Website: i.Website,
		Description: i.Description, ReplyTo: i.ReplyTo, CreatedAt: i.CreatedAt.time(), Version: i.Version,
	}
}

type adminItem struct {
	key
	header
	Organization string `dynamodbav:"Org"`
	User         string `dynamodbav:"User"`
	Role         string `dynamodbav:"Role"`
	Name         string `dynamodbav:"Name"`
	Email        string `dynamodbav:"Email"`
	AddedAt      millis `dynamodbav:"AddedAt"`
	AddedBy      string `dynamodbav:"AddedBy"`
}

func newAdminItem(a *organization.Administrator) *adminItem {
	return &adminItem{
		key: administratorKey(a.Organization, a.User), header: header{Type: adminType, Version: a.Version},
		Organization: string(a.Organization), User: string(a.User), Role: string(a.Role), Name: a.Name, Email: a.Email,
		AddedAt: millisOf(a.AddedAt), AddedBy: string(a.AddedBy),
	}
}

func (i *adminItem) domain() *organization.Administrator {
	return &organization.Administrator{
		Organization: organization.ID(i.Organization), User: user.ID(i.User),
		Role: organization.Role(i.Role), Name: i.Name, Email: i.Email, AddedAt: i.AddedAt.time(),
		AddedBy: user.ID(i.AddedBy), Version: i.Version,
	}
}

// listingItem says that a campaign belongs to an organization.
type listingItem struct {
	key
	header
	Organization string `dynamodbav:"Org"`
	Campaign     string `dynamodbav:"Campaign"`
}

func newListingItem(c *campaign.Campaign) *listingItem {
	return &listingItem{
		key: organizationCampaignKey(c.Organization, c.ID), header: header{Type: listingType, Version: 1},
		Organization: string(c.Organization), Campaign: string(c.ID),
	}
}

func (i *listingItem) domain() *campaign.OrganizationCampaign {
	return &campaign.OrganizationCampaign{Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign)}
}

// campaignListingItem is the entry by which all campaigns are listed.
type campaignListingItem struct {
	key
	header
	Campaign string `dynamodbav:"Campaign"`
}

func newCampaignListingItem(c campaign.ID) *campaignListingItem {
	return &campaignListingItem{key: campaignListingKey(c), header: header{Type: campaignListing, Version: 1}, Campaign: string(c)}
}

func (i *campaignListingItem) domain() *campaign.Listing {
	return &campaign.Listing{Campaign: campaign.ID(i.Campaign)}
}

// slugItem keeps a landing page's slug for one campaign.
type slugItem struct {
	key
	header
	Slug     string `dynamodbav:"Slug"`
	Campaign string `dynamodbav:"Campaign"`
}

func newSlugItem(c *campaign.Campaign) *slugItem {
	return &slugItem{key: slugKey(c.Slug), header: header{Type: slugType, Version: 1}, Slug: c.Slug, Campaign: string(c.ID)}
}

func (i *slugItem) domain() *campaign.SlugReservation {
	return &campaign.SlugReservation{Slug: i.Slug, Campaign: campaign.ID(i.Campaign)}
}
