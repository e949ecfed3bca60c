package dynamo

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var (
	invitationType    = register("invitation", (*invitationItem).domain)
	invitedType       = register("invited", (*invitedItem).domain)
	accessRequestType = register("ask", (*accessRequestItem).domain)
	linkType          = register("link", (*emailLinkItem).domain)
	suppressedType    = register("suppressed", (*suppressedItem).domain)
	recipientType     = register("recipient", (*recipientItem).domain)
)

type invitationItem struct {
	key
	header
	ID           string        `dynamodbav:"ID"`
	Organization string        `dynamodbav:"Org"`
	Campaign     string        `dynamodbav:"Campaign,omitempty"`
	Role         string        `dynamodbav:"Role,omitempty"`
	Email        string        `dynamodbav:"Email"`
	First        string        `dynamodbav:"First"`
	Last         string        `dynamodbav:"Last"`
	Language     string        `dynamodbav:"Language"`
	By           string        `dynamodbav:"By"`
	ByName       string        `dynamodbav:"ByName,omitempty"`
	ByEmail      string        `dynamodbav:"ByEmail,omitempty"`
	CreatedAt    millis        `dynamodbav:"CreatedAt"`
	Generation   int           `dynamodbav:"Generation"`
	Sendings     []sendingItem `dynamodbav:"Sendings"`
	ExpiresAt    millis        `dynamodbav:"ExpiresAt"`
	Delivery     string        `dynamodbav:"Delivery"`
	RejectReason string        `dynamodbav:"RejectReason,omitempty"`
	RevokedAt    millis        `dynamodbav:"RevokedAt,omitempty"`
	AcceptedAt   millis        `dynamodbav:"AcceptedAt,omitempty"`
	AcceptedBy   string        `dynamodbav:"AcceptedBy,omitempty"`
	AcceptedName string        `dynamodbav:"AcceptedName,omitempty"`
	Membership   string        `dynamodbav:"Membership,omitempty"`
	OpenedFor    int           `dynamodbav:"OpenedFor,omitempty"`
	AskedFor     int           `dynamodbav:"AskedFor,omitempty"`
	AskedAt      millis        `dynamodbav:"AskedAt,omitempty"`
	DeletedAt    millis        `dynamodbav:"DeletedAt,omitempty"`
}

type sendingItem struct {
	Hash          string   `dynamodbav:"Hash"`
	SecretVersion int      `dynamodbav:"SecretVersion,omitempty"` // absent in rows older than version 2
	At            millis   `dynamodbav:"At,omitempty"`
	Outcomes      []string `dynamodbav:"Outcomes,omitempty"`
}

func newInvitationItem(i *invitation.Invitation) *invitationItem {
	k := invitationKey(i.Target(), i.ID)
	if !i.DeletedAt.IsZero() {
		k = deletedInvitationKey(i.Target(), i.ID)
	}
	item := &invitationItem{
		key: k, header: header{Type: invitationType, Version: i.Version}, ID: string(i.ID), Role: string(i.Role),
		Organization: string(i.Organization), Campaign: string(i.Campaign), Email: i.Email, First: i.FirstName, Last: i.LastName,
		Language: string(i.Language), By: string(i.InvitedBy.User), ByName: i.InvitedBy.Name, ByEmail: i.InvitedBy.Email, CreatedAt: millisOf(i.CreatedAt),
		Generation: i.Generation, ExpiresAt: millisOf(i.ExpiresAt), Delivery: string(i.Delivery), RejectReason: string(i.RejectReason), RevokedAt: millisOf(i.RevokedAt),
		AcceptedAt: millisOf(i.AcceptedAt), AcceptedBy: string(i.AcceptedBy), AcceptedName: i.AcceptedName,
		Membership: string(i.Membership),
		OpenedFor:  i.OpenedGeneration, AskedFor: i.NewRequestedGeneration, AskedAt: millisOf(i.NewRequestedAt),
		DeletedAt: millisOf(i.DeletedAt),
	}
	for _, s := range i.Sendings {
		sent := sendingItem{Hash: s.Hash, SecretVersion: s.SecretVersion, At: millisOf(s.SentAt)}
		for _, o := range s.Outcomes {
			sent.Outcomes = append(sent.Outcomes, string(o))
		}
		item.Sendings = append(item.Sendings, sent)
	}
	return item
}

func (i *invitationItem) domain() *invitation.Invitation {
	of := &invitation.Invitation{
		ID: invitation.ID(i.ID), Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign),
		Role: organization.Role(i.Role), Email: i.Email,
		FirstName: i.First, LastName: i.Last, Language: invitation.Language(i.Language),
		InvitedBy: invitation.Inviter{User: user.ID(i.By), Name: i.ByName, Email: i.ByEmail},
		CreatedAt: i.CreatedAt.time(), Generation: i.Generation, ExpiresAt: i.ExpiresAt.time(),
		Delivery: invitation.DeliveryState(i.Delivery), RejectReason: invitation.RejectReason(i.RejectReason), RevokedAt: i.RevokedAt.time(), AcceptedAt: i.AcceptedAt.time(),
		AcceptedBy: user.ID(i.AcceptedBy), AcceptedName: i.AcceptedName, Membership: mobilizer.ID(i.Membership),
		OpenedGeneration: i.OpenedFor, NewRequestedGeneration: i.AskedFor, NewRequestedAt: i.AskedAt.time(), DeletedAt: i.DeletedAt.time(), Version: i.Version,
	}
	for _, s := range i.Sendings {
		sent := invitation.Sending{Hash: s.Hash, SecretVersion: max(s.SecretVersion, 1), SentAt: s.At.time()}
		for _, o := range s.Outcomes {
			sent.Outcomes = append(sent.Outcomes, invitation.Outcome(o))
		}
		of.Sendings = append(of.Sendings, sent)
	}
	return of
}

// invitedItem leads from an address to its invitation. The key has the address's hash alone.
type invitedItem struct {
	key
	header
	Campaign   string `dynamodbav:"Campaign,omitempty"`
	Invitation string `dynamodbav:"Invitation"`
}

func newInvitedItem(i *invitation.Invitation) *invitedItem {
	return &invitedItem{
		key: invitedKey(i.Target(), i.Email), header: header{Type: invitedType, Version: 1}, Campaign: string(i.Campaign), Invitation: string(i.ID),
	}
}

func (i *invitedItem) domain() *invitation.Pointer {
	return &invitation.Pointer{Campaign: campaign.ID(i.Campaign), Invitation: invitation.ID(i.Invitation)}
}

type emailLinkItem struct {
	key
	header
	Hash         string `dynamodbav:"Hash"`
	Organization string `dynamodbav:"Org,omitempty"` // of an invitation to administer
	Campaign     string `dynamodbav:"Campaign,omitempty"`
	Invitation   string `dynamodbav:"Invitation"`
	Generation   int    `dynamodbav:"Generation,omitempty"`
}

func newEmailLinkItem(l *invitation.Link) *emailLinkItem {
	return &emailLinkItem{
		key: linkKey(l.Hash), header: header{Type: linkType, Version: 1}, Hash: l.Hash, Organization: string(l.Organization), Campaign: string(l.Campaign),
		Invitation: string(l.Invitation), Generation: l.Generation,
	}
}

func (i *emailLinkItem) domain() *invitation.Link {
	return &invitation.Link{
		Hash: i.Hash, Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign),
		Invitation: invitation.ID(i.Invitation), Generation: i.Generation,
	}
}

// suppressedItem keeps an organization's email from an address. The key has the address's hash.
type suppressedItem struct {
	key
	header
	Organization string `dynamodbav:"Org"`
	Email        string `dynamodbav:"Email,omitempty"`
	Why          string `dynamodbav:"Why"`
	At           millis `dynamodbav:"At"`
	LiftedAt     millis `dynamodbav:"LiftedAt,omitempty"`
	LiftedFor    string `dynamodbav:"LiftedFor,omitempty"`
	LiftedBy     string `dynamodbav:"LiftedBy,omitempty"`
	LiftedName   string `dynamodbav:"LiftedName,omitempty"`
	LiftReason   string `dynamodbav:"LiftReason,omitempty"`
}

func newSuppressedItem(s *invitation.Suppression) *suppressedItem {
	k := suppressedKeyByID(s.Organization, s.ID)
	if s.ID == "" {
		k = suppressedKey(s.Organization, s.Email)
	}
	return &suppressedItem{
		key: k, header: header{Type: suppressedType, Version: max(s.Version, 1)}, Organization: string(s.Organization), Email: s.Email,
		Why: string(s.Reason), At: millisOf(s.At), LiftedAt: millisOf(s.LiftedAt), LiftedFor: string(s.LiftedFor),
		LiftedBy: string(s.LiftedBy.User), LiftedName: s.LiftedBy.Name, LiftReason: s.LiftReason,
	}
}

func (i *suppressedItem) domain() *invitation.Suppression {
	return &invitation.Suppression{
		ID: i.SK, Organization: organization.ID(i.Organization), Email: i.Email, Reason: invitation.DeliveryState(i.Why), At: i.At.time(),
		LiftedAt: i.LiftedAt.time(), LiftedFor: invitation.LiftCause(i.LiftedFor),
		LiftedBy: invitation.Person{User: user.ID(i.LiftedBy), Name: i.LiftedName}, LiftReason: i.LiftReason, Version: i.Version,
	}
}

type accessRequestItem struct {
	key
	header
	ID           string `dynamodbav:"ID"`
	Organization string `dynamodbav:"Org"`
	Campaign     string `dynamodbav:"Campaign,omitempty"`
	Invitation   string `dynamodbav:"Invitation"`
	By           string `dynamodbav:"By"`
	ByName       string `dynamodbav:"ByName,omitempty"`
	ByEmail      string `dynamodbav:"ByEmail"`
	AskedAt      millis `dynamodbav:"AskedAt"`
	Decision     string `dynamodbav:"Decision"`
	Decider      string `dynamodbav:"Decider,omitempty"`
	DeciderName  string `dynamodbav:"DeciderName,omitempty"`
	DeciderEmail string `dynamodbav:"DeciderEmail,omitempty"`
	DecidedAt    millis `dynamodbav:"DecidedAt,omitempty"`
	Until        millis `dynamodbav:"Until,omitempty"`
	Generation   int    `dynamodbav:"Generation"`
}

func newAccessRequestItem(k *invitation.AccessRequest) *accessRequestItem {
	return &accessRequestItem{
		key: accessRequestKey(k.Target, k.Invitation, k.Requester.User), header: header{Type: accessRequestType, Version: k.Version}, ID: string(k.ID),
		Organization: string(k.Target.Organization), Campaign: string(k.Target.Campaign), Invitation: string(k.Invitation),
		By: string(k.Requester.User), ByName: k.Requester.Name, ByEmail: k.Requester.Email, AskedAt: millisOf(k.RequestedAt), Decision: string(k.Decision),
		Decider: string(k.DecidedBy.User), DeciderName: k.DecidedBy.Name, DeciderEmail: k.DecidedBy.Email,
		DecidedAt: millisOf(k.DecidedAt), Until: millisOf(k.ApprovedUntil), Generation: k.Generation,
	}
}

func (i *accessRequestItem) domain() *invitation.AccessRequest {
	return &invitation.AccessRequest{
		ID:          invitation.AccessRequestID(i.ID),
		Target:      invitation.Target{Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign)},
		Invitation:  invitation.ID(i.Invitation),
		Requester:   invitation.Person{User: user.ID(i.By), Name: i.ByName, Email: i.ByEmail},
		RequestedAt: i.AskedAt.time(), Decision: invitation.AccessRequestState(i.Decision),
		DecidedBy: invitation.Person{User: user.ID(i.Decider), Name: i.DeciderName, Email: i.DeciderEmail},
		DecidedAt: i.DecidedAt.time(), ApprovedUntil: i.Until.time(), Generation: i.Generation, Version: i.Version,
	}
}
