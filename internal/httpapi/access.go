package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/translation"
	"github.com/kithhq/kith/internal/user"
)

// Access is the caller of a request and what they may access, as the route's rule resolved it. Fields that a rule does not
// resolve are nil or empty.
type Access struct {
	At           time.Time // when the gateway received the request: the time of everything it records
	Issuer       string    // of the access token
	Subject      string
	Language     text.Language // of the response, by the request's Accept-Language
	UserID       user.ID
	User         *user.User // nil on mobilizers' routes: their membership holds what these need
	Admin        *organization.Administrator
	Organization organization.ID
	Campaign     *campaign.Campaign // for mobilizers up to 5 s old: Write reads it again before it refuses
	Items        []*action.Item     // in order, archived ones included; as old as Campaign
	Mobilizer    *mobilizer.Mobilizer
	Token        *servicetoken.Token // of a program, in place of a user
	Idempotency  *IdempotentRequest  // nil when the request has no Idempotency-Key
	ctx          context.Context     // of the request
	secret       servicetoken.Secret // of the service token that was sent
	store        *dynamo.Store
	stale        bool // whether Campaign and Items may be older than the request
}

// Moment returns the request's instant with its day in the campaign's time zone.
func (a *Access) Moment() campaign.Moment { return a.Campaign.Moment(a.At) }

// Translate returns a message in the language of the response.
func (a *Access) Translate(m fault.Message) string { return translation.In(a.Language, m) }

// Caller returns the id of the user or of the service token.
func (a *Access) Caller() string {
	if a.Token != nil {
		return string(a.Token.ID)
	}
	return string(a.UserID)
}

// Requester returns the user whom an export names as its requester. For a service token it is a user with the token's id
// and name.
func (a *Access) Requester() *user.User {
	if a.Token != nil {
		return &user.User{ID: user.ID(a.Token.ID), Name: a.Token.Name}
	}
	return a.User
}

// Commit commits the writes in one transaction, together with the response when the request is idempotent.
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
			return fault.Internal("encode response: %w", err)
		}
	}
	sealed, err := a.Idempotency.seal(encoded.Bytes())
	if err != nil {
		return err
	}
	response := dynamo.Reply{Status: status, Body: sealed, BodyHash: a.Idempotency.BodyHash}
	write, err := a.store.CreateReply(a.Idempotency.ID, response, a.At, a.Idempotency.lifetime)
	if err != nil {
		return err
	}
	return a.store.Commit(ctx, append(writes, write)...)
}

// RefreshCampaign reads the campaign and its action items past the cache.
func (a *Access) RefreshCampaign(ctx context.Context) error {
	content, err := a.store.Content(ctx, a.Campaign.ID)
	if err != nil {
		return err
	}
	a.setContent(content)
	return nil
}

// EnsureFresh reads the campaign and its action items past the cache unless the request has read them. A route needs it before
// it stores a value of them, or refuses at once what a change of the campaign forbids.
func (a *Access) EnsureFresh(ctx context.Context) error {
	if !a.stale {
		return nil
	}
	return a.RefreshCampaign(ctx)
}

// refresh reads the caller's role, the mobilizer and the campaign again, as far as the rule resolved them.
//
// Not found: the mobilizer's membership or the administrator was deleted since.
func (a *Access) refresh(ctx context.Context) error {
	if a.Admin != nil {
		admin, err := a.store.Administrator(ctx, a.Organization, a.UserID)
		if fault.Is(err, fault.KindNotFound) {
			return fault.NotFound("organization")
		}
		if err != nil {
			return err
		}
		a.Admin = admin
	}
	if a.Mobilizer != nil {
		member, err := a.store.MembershipByUser(ctx, a.Campaign.ID, a.UserID)
		if fault.Is(err, fault.KindNotFound) {
			return fault.NotFound("campaign")
		}
		if err != nil {
			return err
		}
		a.Mobilizer = member
	}
	if a.Campaign == nil {
		return nil
	}
	return a.RefreshCampaign(ctx)
}

func (a *Access) setContent(content *dynamo.Content) {
	a.Campaign, a.Items, a.stale = content.Campaign, content.Items, false
}

type accessKey struct{}

// authorize returns the middleware of a route: it authenticates the caller, applies the rule, checks the body's Unicode and
// the query's parameters, and answers a repeated idempotent request with the first response.
func (api *API) authorize(rule Rule, authenticate func(huma.Context, *Access) error, op *huma.Operation, limit Limit) func(huma.Context, func(huma.Context)) {
	prepare := func(ctx huma.Context, a *Access, body []byte) (bool, error) {
		if err := authenticate(ctx, a); err != nil {
			return false, err
		}
		if err := rule.Resolve(ctx.Context(), api.store, a, ctx.Param); err != nil {
			return false, err
		}
		if err := checkJSON(ctx.Operation(), body); err != nil {
			return false, err
		}
		if err := checkQuery(ctx); err != nil {
			return false, err
		}
		if acceptsIdempotencyKey(op) {
			if replayed, err := api.replay(ctx, a, op, body); replayed || err != nil {
				return replayed, err
			}
		}
		return false, api.countRequest(ctx.Context(), a, op.OperationID, limit)
	}
	return func(ctx huma.Context, next func(huma.Context)) {
		request := apigw.RequestContextOf(ctx.Context())
		a := &Access{
			ctx: ctx.Context(), At: request.At.UTC().Truncate(time.Millisecond), Language: LanguageOf(ctx.Context()), store: api.store,
		}
		replayed, err := prepare(ctx, a, request.Body)
		if err != nil {
			writeProblem(ctx, err)
			return
		}
		if !replayed {
			next(huma.WithValue(ctx, accessKey{}, a))
		}
	}
}

// authenticateAccessToken takes the caller from the access token, which the gateway has verified.
//
// Unauthenticated: there is none.
func authenticateAccessToken(ctx huma.Context, a *Access) error {
	claims := apigw.RequestContextOf(ctx.Context()).Claims
	a.Issuer, a.Subject = claims["iss"], claims["sub"]
	if a.Subject == "" || a.Issuer == "" {
		return fault.Unauthenticated("This request has no access token. Sign in and send one.")
	}
	return nil
}

// checkQuery refuses query parameters that the route does not take, that are empty or repeated, and query strings that are not
// valid: ignoring a filter would return everything.
func checkQuery(ctx huma.Context) error {
	address := ctx.URL()
	query, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		return fault.Invalid("query", "The query string is not valid. Encode %% as %%25, and separate parameters with &.")
	}
	var check fault.Checker
	for name, values := range query {
		if len(values) > 1 {
			check.Check(false, name, "This parameter is sent more than once. Send it once.")
			continue
		}
		check.Check(values[0] != "", name, "This parameter is empty. Remove it or give it a value.")
		known := slices.ContainsFunc(ctx.Operation().Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name })
		check.Check(known, name, "This route does not take this parameter. Remove it or correct its name.")
	}
	return check.Err()
}
