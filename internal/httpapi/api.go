// Package httpapi is the kit of the HTTP API: server, registration of routes, access rules, problems, page tokens, idempotency
// and the JSON that groups of routes share. The routes are in its groups, such as adminapi; the kit knows none of them.
// Rules are in the domain packages, storage in dynamo.
package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// API collects operations over one store. A function registers the groups of routes it serves.
type API struct {
	huma.API
	mux   *http.ServeMux
	store *dynamo.Store
}

// New returns an API without routes. A nil store serves to generate the description.
func New(store *dynamo.Store) *API {
	huma.NewError = newHumaError
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Kith", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema links: bodies hold what they say and nothing else
	config.Info.Description = "Relational organizing: campaigns, mobilizers, contacts, analytics and exports."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"signIn": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An access token with the scope kith/api."},
		"serviceToken": { //nolint:gosec // G101: the name of a kind of token, not one
			Type: "http", Scheme: "bearer", BearerFormat: "kith_ and 32 letters and digits",
			Description: "A service token of the campaign, made by an owner of its organization. It is looked up on every request, so " +
				"that a revoked one is refused at once.",
		},
	}
	api := &API{API: humago.New(mux, config), mux: mux, store: store}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p := NewProblem(&fault.Error{Kind: fault.KindNotFound, Message: "There is no such address: " + r.Method + " " + r.URL.Path + "."})
		w.Header().Set("Content-Type", p.ContentType(""))
		w.WriteHeader(p.Status)
		_ = json.NewEncoder(w).Encode(p) // nobody is left to tell when this fails
	})
	return api
}

// Store returns the store that the API was made with.
func (api *API) Store() *dynamo.Store { return api.store }

// ServeHTTP answers one request. No reply may be kept by browsers or say where it was asked for.
func (api *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	api.mux.ServeHTTP(w, r)
}

// operation describes one route. The id names it in the description and in logs.
type Operation struct {
	ID               string
	Method           string
	Path             string
	Summary          string
	Description      string
	Status           int  // on success; 200 when zero
	NoIdempotencyKey bool // takes no Idempotency-Key although it is a POST
}

// register adds a route that needs an access token: who may use it is the rule's to say, what it does the handler's.
func Register[I, O any](api *API, op Operation, r Rule, handle func(context.Context, *Access, *I) (*O, error)) {
	described := op.huma()
	described.Security = []map[string][]string{{"signIn": {"kith/api"}}}
	registerAs(api, op, described, r, bySignIn, handle)
}

// registerProgram adds a route for programs, which needs a service token of the campaign in its path.
func RegisterForServiceToken[I, O any](api *API, op Operation, handle func(context.Context, *Access, *I) (*O, error)) {
	described := op.huma()
	described.Security = []map[string][]string{{"serviceToken": {}}}
	registerAs(api, op, described, CampaignServiceToken, byServiceToken, handle)
}

func registerAs[I, O any](
	api *API, op Operation, described huma.Operation, r Rule, who func(huma.Context, *Access) error,
	handle func(context.Context, *Access, *I) (*O, error),
) {
	described.Description = join(op.Description, "For "+r.Name+".")
	described.Middlewares = huma.Middlewares{api.allow(r, who, &described)}
	if idempotent(&described) {
		described.Parameters = append(described.Parameters, &huma.Param{
			Name: IdempotencyHeader, In: "header",
			Description: "Repeat the request under the same key and it takes effect once; the first reply is kept for 24 hours.",
			Schema:      &huma.Schema{Type: "string", MinLength: new(1), MaxLength: new(200)},
		})
	}
	huma.Register(api.API, described, func(ctx context.Context, in *I) (*O, error) {
		a, _ := ctx.Value(accessKey{}).(*Access)
		out, err := handle(ctx, a, in)
		if err != nil {
			return nil, api.refusal(ctx, described.OperationID, a, err)
		}
		return out, nil
	})
}

// alsoOK describes that a POST which makes something may find it there: then it answers 200 with the same body.
func (api *API) AlsoOK(path, description string) {
	responses := api.OpenAPI().Paths[path].Post.Responses
	there := *responses["201"]
	there.Description = description
	responses["200"] = &there
}

// registerPublic adds a route that needs no token.
func RegisterPublic[I, O any](api *API, op Operation, handle func(context.Context, *I) (*O, error)) {
	op.NoIdempotencyKey = true
	described := op.huma()
	described.Description = join(op.Description, "Needs no sign-in.")
	huma.Register(api.API, described, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, api.refusal(ctx, described.OperationID, nil, err)
		}
		return out, nil
	})
}

func (op Operation) huma() huma.Operation {
	described := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary,
		DefaultStatus: op.Status, MaxBodyBytes: 5 << 20, Errors: []int{401, 403, 404, 409, 422, 429, 503},
	}
	if op.NoIdempotencyKey {
		described.Metadata = map[string]any{notIdempotent: true}
	}
	return described
}

// refusal is what a handler's error looks like from outside. When the same idempotent request was served meanwhile, its
// kept reply is the answer.
func (api *API) refusal(ctx context.Context, route string, a *Access, err error) error {
	if _, ok := errors.AsType[*dynamo.DuplicateRequestError](err); ok && a != nil && a.Idempotency != nil {
		kept, keptErr := api.store.Reply(ctx, a.Idempotency.ID, a.At)
		if keptErr == nil && kept != nil && kept.BodyHash == a.Idempotency.BodyHash {
			return &replayed{kept: kept}
		}
		if keptErr == nil && kept != nil {
			return NewProblem(ErrKeyReused)
		}
		err = fault.Conflict("busy", "The same request is being served right now. Please try again in a moment.")
	}
	logFailure(ctx, route, err)
	return NewProblem(err)
}

func join(sentences ...string) string {
	var all string
	for _, s := range sentences {
		if s == "" {
			continue
		}
		if all != "" {
			all += " "
		}
		all += s
	}
	return all
}
