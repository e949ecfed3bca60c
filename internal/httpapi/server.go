// Package httpapi is the kit of the HTTP API: server, registration of routes, access rules, problems, page tokens, idempotency
// and the JSON that groups of routes share. The routes are in its groups, such as adminapi; the kit knows none of them.
// Rules are in the domain packages, storage in dynamo.
package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// API serves routes over one store. A function registers the groups of routes it serves.
type API struct {
	huma.API
	mux   *http.ServeMux
	store *dynamo.Store
}

// The settings of huma are those of the whole program.
func init() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return newHumaError(status, message, text.English, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		l := LanguageOf(ctx.Context())
		ctx.SetHeader("Content-Language", string(l)) // huma does not call GetHeaders here
		return newHumaError(status, message, l, errs)
	}
	huma.ValidateStrictCasing = true // {"NAME":…} is no field of any body
}

// New returns an API without routes. A nil store suffices to generate the description.
func New(store *dynamo.Store) *API {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Kith", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema links in bodies
	config.Info.Description = "Relational organizing: campaigns, mobilizers, contacts, analytics and exports. " +
		"Mobilizers and landing pages get a campaign's texts in the language that Accept-Language prefers, English or Spanish: where a " +
		"text has no Spanish version, they get the primary one. Administrators get both. Messages for people are in that language, too: " +
		"the detail of a problem, the messages of its errors, and the reasons of failures, rejected rows and warnings."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"signIn": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An access token with the scope kith/api."},
		"serviceToken": { //nolint:gosec // G101: the name of a kind of token, not one
			Type: "http", Scheme: "bearer", BearerFormat: "kith_ and 32 letters and digits",
			Description: "A service token of the campaign, created by an owner of its organization. It is looked up on every request: a " +
				"revoked token is refused at once.",
		},
	}
	api := &API{API: humago.New(mux, config), mux: mux, store: store}
	mux.HandleFunc("/", writeNoRoute)
	return api
}

// Store returns the store that the API was created with.
func (api *API) Store() *dynamo.Store { return api.store }

// ServeHTTP answers one request. Responses are not cached, send no referrer, and run nothing in a browser that opens them.
func (api *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	language := text.PreferredLanguage(r.Header.Get("Accept-Language"))
	r = r.WithContext(context.WithValue(r.Context(), languageKey{}, language))
	if !isCleanPath(r.URL.Path) {
		writeNoRoute(w, r) // the mux would redirect to the clean path
		return
	}
	if media, parameters, found := strings.Cut(r.Header.Get("Content-Type"), ";"); media != "" {
		media = strings.ToLower(strings.TrimSpace(media)) // huma compares media types with case
		if found {
			media += ";" + parameters
		}
		r.Header.Set("Content-Type", media)
	}
	api.mux.ServeHTTP(w, r)
}

type languageKey struct{}

// LanguageOf returns the language of the messages in the response to a request, by its Accept-Language.
func LanguageOf(ctx context.Context) text.Language {
	if l, ok := ctx.Value(languageKey{}).(text.Language); ok {
		return l
	}
	return text.English
}

// isCleanPath reports whether a path has no empty segment, "." or "..".
func isCleanPath(p string) bool {
	segments := strings.Split(strings.TrimPrefix(p, "/"), "/")
	for i, s := range segments {
		if s == "." || s == ".." || s == "" && i < len(segments)-1 {
			return false
		}
	}
	return true
}

// writeNoRoute answers a request for which there is no route.
func writeNoRoute(w http.ResponseWriter, r *http.Request) {
	p := NewProblem(&fault.Error{
		Kind: fault.KindNotFound, Message: fault.NewMessage("%s %s is not a route of this API. Its routes are in /v1/openapi.json.", r.Method, r.URL.Path),
	}, LanguageOf(r.Context()))
	w.Header().Set("Content-Language", string(p.language))
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client has gone when this fails
}
