package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/pipeline"
	"github.com/kithhq/kith/internal/user"
)

// Access is who calls and what they may touch, as the route's rule found it. Fields a rule does not resolve are nil.
type Access struct {
	At           time.Time // when the gateway took the request: the time of what it records
	Issuer       string    // of the access token
	Subject      string
	UserID       user.ID
	User         *user.User // nil on mobilizers' routes: what they need of the user stands in the membership
	Admin        *organization.Administrator
	Organization organization.ID
	Campaign     *campaign.Campaign // for mobilizers at most 5 s old: it may let through, read Fresh before refusing
	Items        []*action.Item     // in order, archived ones included; as fresh as Campaign
	Mobilizer    *mobilizer.Mobilizer
	Token        *pipeline.Token // of a program that calls in the place of somebody signed in

	store       *dynamo.Store
	Idempotency *IdempotentRequest // set when the request carries an Idempotency-Key
	secret      pipeline.Secret    // what a program showed; empty on routes for people
}

// Moment is the request's instant with its day in the campaign's time zone.
func (a *Access) Moment() campaign.Moment { return a.Campaign.Moment(a.At) }

// Commit does the writes, all or none, together with the record of this reply when the request is idempotent.
// It returns what dynamo.Store.Commit returns.
func (a *Access) Commit(ctx context.Context, status int, body any, writes ...dynamo.Write) error {
	if a.Idempotency == nil {
		return a.store.Commit(ctx, writes...)
	}
	var encoded bytes.Buffer
	if body != nil {
		encoder := json.NewEncoder(&encoded)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(body); err != nil {
			return fault.Internal("encode reply: %w", err)
		}
	}
	write, err := a.store.CreateReply(a.Idempotency.ID, dynamo.Reply{Status: status, Body: encoded.Bytes(), BodyHash: a.Idempotency.BodyHash}, a.At)
	if err != nil {
		return err
	}
	return a.store.Commit(ctx, append(writes, write)...)
}

// RequestKey returns the client's Idempotency-Key, empty when it sent none.
func (a *Access) RequestKey() string {
	if a.Idempotency == nil {
		return ""
	}
	return a.Idempotency.Key
}

// Fresh reads the campaign and its items again, past the cache. Rules that refuse are asked again with it.
func (a *Access) Fresh(ctx context.Context) error {
	content, err := a.store.Content(ctx, a.Campaign.ID)
	if err != nil {
		return err
	}
	a.Campaign, a.Items = content.Campaign, content.Items
	return nil
}

// caller names who calls: a user, or a service token.
func (a *Access) Caller() string {
	if a.Token != nil {
		return string(a.Token.ID)
	}
	return string(a.UserID)
}

// requester is who an export says it was asked for by. It keeps an id and a name, of a user or of a service token.
func (a *Access) Requester() *user.User {
	if a.Token != nil {
		return &user.User{ID: user.ID(a.Token.ID), Name: a.Token.Name}
	}
	return a.User
}

// rule decides whether the caller may use a route, and resolves what the route is about.
type Rule struct {
	Name    string // shown in the API description
	Resolve func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error
}

// tokenOnly lets through whoever has an access token, known to us or not: starting a session.
var AnyAccessToken = Rule{"anyone signed in", func(context.Context, *dynamo.Store, *Access, func(string) string) error { return nil }}

// signedIn lets through whoever has started a session.
var AnyUser = Rule{"anyone with a session", func(ctx context.Context, s *dynamo.Store, a *Access, _ func(string) string) error {
	if err := resolveUserID(ctx, s, a); err != nil {
		return err
	}
	who, err := s.User(ctx, a.UserID)
	if err != nil {
		return err
	}
	a.User = who
	return nil
}}

func resolveUserID(ctx context.Context, s *dynamo.Store, a *Access) error {
	id, err := s.UserIDByLogin(ctx, a.Issuer, a.Subject)
	if fault.Is(err, fault.KindNotFound) {
		return &fault.Error{
			Kind: fault.KindUnauthenticated, Code: "session_required",
			Message: "Start a session first: POST /v1/session with your ID token.",
		}
	}
	a.UserID = id
	return err
}

// adminOfOrganization lets the organization's administrators through. To anyone else there is no such organization.
var OrganizationAdmin = Rule{"administrators of the organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := AnyUser.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	return resolveAdmin(ctx, s, a, organization.ID(param("organization")), "organization")
}}

// ownerOfOrganization lets the organization's owners through; its other administrators are told why not.
var OrganizationOwner = Rule{"owners of the organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := OrganizationAdmin.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	return isOwner(a)
}}

// adminOfCampaign lets administrators of the campaign's organization through. To anyone else there is no such campaign.
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
	a.Campaign, a.Items = content.Campaign, content.Items
	return nil
}}

// ownerOfCampaign lets owners of the campaign's organization through; its other administrators are told why not.
var CampaignOwner = Rule{"owners of the campaign's organization", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := CampaignAdmin.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	return isOwner(a)
}}

func isOwner(a *Access) error {
	if a.Admin.Role != organization.Owner {
		return fault.Forbidden("Only an owner of the organization can do this. Ask one of them.")
	}
	return nil
}

// memberOf lets the campaign's mobilizers through, leavers included. To anyone else there is no such campaign.
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
	a.Campaign, a.Items = content.Campaign, content.Items
	return nil
}}

// mobilizerOf lets those mobilizers through who have not left.
var CampaignMobilizer = Rule{"mobilizers of the campaign", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := CampaignMember.Resolve(ctx, s, a, param); err != nil {
		return err
	}
	if a.Mobilizer.HasLeft() {
		return &fault.Error{
			Kind: fault.KindForbidden, Code: "left",
			Message: "You have left this campaign. Join it again from its landing page to go on.",
		}
	}
	return nil
}}

func resolveAdmin(ctx context.Context, s *dynamo.Store, a *Access, of organization.ID, what string) error {
	if !id.Valid(string(of)) {
		return fault.NotFound(what)
	}
	admin, err := s.Administrator(ctx, of, a.UserID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound(what)
	}
	if err != nil {
		return err
	}
	a.Admin, a.Organization = admin, of
	return nil
}

type accessKey struct{}

// bySignIn takes the caller from the access token, which the gateway has verified.
func bySignIn(ctx huma.Context, a *Access) error {
	claims := apigw.RequestContextOf(ctx.Context()).Claims
	a.Issuer, a.Subject = claims["iss"], claims["sub"]
	if a.Subject == "" || a.Issuer == "" {
		return fault.Unauthenticated("Sign in first.")
	}
	return nil
}

// allow is the middleware that applies a rule to who calls, and then answers a repeated idempotent request from what was
// kept.
func (api *API) allow(r Rule, who func(huma.Context, *Access) error, op *huma.Operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		call := apigw.RequestContextOf(ctx.Context())
		a := &Access{At: call.At.UTC().Truncate(time.Millisecond), store: api.store}
		if err := who(ctx, a); err != nil {
			writeProblem(ctx, err)
			return
		}
		if err := r.Resolve(ctx.Context(), api.store, a, ctx.Param); err != nil {
			writeProblem(ctx, err)
			return
		}
		if err := checkJSON(ctx.Operation(), call.Body); err != nil {
			writeProblem(ctx, err)
			return
		}
		if err := knownQuery(ctx); err != nil {
			writeProblem(ctx, err)
			return
		}
		if idempotent(op) {
			done, err := api.replay(ctx, a, op, call.Body)
			if err != nil {
				writeProblem(ctx, err)
				return
			}
			if done {
				return
			}
		}
		next(huma.WithValue(ctx, accessKey{}, a))
	}
}

// knownQuery refuses query parameters that the route does not take: a misspelt filter would answer everything.
func knownQuery(ctx huma.Context) error {
	address := ctx.URL()
	var check fault.Checker
	for name := range address.Query() {
		known := slices.ContainsFunc(ctx.Operation().Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name })
		check.Check(known, name, "There is no such parameter here.")
	}
	return check.Err()
}

// item finds an action item of the campaign by its id.
func (a *Access) Item(itemID string) (*action.Item, error) {
	for _, i := range a.Items {
		if string(i.ID) == itemID {
			return i, nil
		}
	}
	return nil, fault.NotFound("action item")
}
