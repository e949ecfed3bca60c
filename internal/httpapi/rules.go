package httpapi

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
)

// Rule decides whether the caller may use a route, and resolves what the route is about into the Access.
type Rule struct {
	Name    string // completes "For" in the API's description
	Resolve func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error
}

// AnyAccessToken admits any valid access token, also of somebody who has no user yet.
var AnyAccessToken = Rule{"anyone signed in", func(context.Context, *dynamo.Store, *Access, func(string) string) error { return nil }}

// AnyUser admits users: people who have started a session.
var AnyUser = Rule{"anyone with a session", func(ctx context.Context, s *dynamo.Store, a *Access, _ func(string) string) error {
	if err := resolveUserID(ctx, s, a); err != nil {
		return err
	}
	u, err := s.User(ctx, a.UserID)
	if err != nil {
		return err
	}
	a.User = u
	return nil
}}

func resolveUserID(ctx context.Context, s *dynamo.Store, a *Access) error {
	id, err := s.UserIDByLogin(ctx, a.Issuer, a.Subject)
	if fault.Is(err, fault.KindNotFound) {
		return &fault.Error{
			Kind: fault.KindUnauthenticated, Code: "session_required",
			Message: fault.NewMessage("You have no session. Start a session: POST /v1/session with your ID token."),
		}
	}
	a.UserID = id
	return err
}

// OrganizationAdmin admits the organization's administrators. For anyone else the organization does not exist.
var OrganizationAdmin = Rule{"administrators of the organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := AnyUser.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	return resolveAdmin(ctx, s, a, organization.ID(param("organization")), "organization")
}}

// OrganizationOwner admits the organization's owners. Its other administrators get 403.
var OrganizationOwner = Rule{"owners of the organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := OrganizationAdmin.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	return a.CheckOwner()
}}

// CampaignAdmin admits administrators of the campaign's organization. For anyone else the campaign does not exist.
var CampaignAdmin = Rule{"administrators of the campaign's organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := AnyUser.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	if !id.Valid(param("campaign")) {
		return fault.NotFound("campaign")
	}
	content, err := s.Content(ctx, campaign.ID(param("campaign")))
	if err != nil {
		return err
	}
	if err := resolveAdmin(ctx, s, a, content.Campaign.Organization, "campaign"); err != nil {
		return err
	}
	a.setContent(content)
	return nil
}}

// CampaignOwner admits owners of the campaign's organization. Its other administrators get 403.
var CampaignOwner = Rule{"owners of the campaign's organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := CampaignAdmin.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	return a.CheckOwner()
}}

// CheckOwner fails unless the caller is an owner of the organization.
func (a *Access) CheckOwner() error {
	if a.Admin.Role != organization.Owner {
		return fault.Forbidden("Only an owner of the organization can do this. Ask an owner.")
	}
	return nil
}

// CampaignMember admits the campaign's mobilizers, also those who have left. For anyone else the campaign does not exist.
var CampaignMember = Rule{"mobilizers of the campaign, also after leaving", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := resolveUserID(ctx, s, a); err != nil {
		return err
	}
	if !id.Valid(param("campaign")) {
		return fault.NotFound("campaign")
	}
	member, err := s.MembershipByUser(ctx, campaign.ID(param("campaign")), a.UserID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound("campaign")
	}
	if err != nil {
		return err
	}
	content, err := s.CachedContent(ctx, member.Campaign)
	if err != nil {
		return err
	}
	a.Mobilizer, a.Organization = member, member.Organization
	a.setContent(content)
	a.stale = true
	return nil
}}

// CampaignMobilizer admits the campaign's mobilizers. Those who have left get 403.
var CampaignMobilizer = Rule{"mobilizers of the campaign", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := CampaignMember.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	if a.Mobilizer.HasLeft() {
		return &fault.Error{
			Kind: fault.KindForbidden, Code: "left",
			Message: fault.NewMessage("You have left this campaign. Join it again from its landing page."),
		}
	}
	return nil
}}

// resolveAdmin resolves the caller's role in an organization.
//
// Not found, naming kind: they have none.
func resolveAdmin(ctx context.Context, s *dynamo.Store, a *Access, o organization.ID, kind string) error {
	if !id.Valid(string(o)) {
		return fault.NotFound(kind)
	}
	admin, err := s.Administrator(ctx, o, a.UserID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound(kind)
	}
	if err != nil {
		return err
	}
	a.Admin, a.Organization = admin, o
	return nil
}
