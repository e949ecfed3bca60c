package httpapi

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// maxBodyBytes is the size of the largest request body that is read.
const maxBodyBytes = 5 << 20

// Operation describes one route. The ID names it in the description and in logs.
type Operation struct {
	ID               string
	Method           string
	Path             string
	Summary          string
	Description      string
	Status           int   // on success; 200 when zero
	NoIdempotencyKey bool  // takes no Idempotency-Key although it is a POST
	Limit            Limit // of each caller; none when zero
}

// Register adds a route that requires an access token. The rule decides who may use it and resolves what it is about.
func Register[I, O any](api *API, op Operation, rule Rule, handle func(context.Context, *Access, *I) (*O, error)) {
	described := op.describe()
	described.Security = []map[string][]string{{"signIn": {"kith/api"}}}
	register(api, op, described, rule, authenticateAccessToken, handle)
}

// RegisterForServiceToken adds a route that requires a service token of the campaign in its path.
func RegisterForServiceToken[I, O any](api *API, op Operation, handle func(context.Context, *Access, *I) (*O, error)) {
	described := op.describe()
	described.Security = []map[string][]string{{"serviceToken": {}}}
	register(api, op, described, campaignServiceToken, authenticateServiceToken, handle)
}

func register[I, O any](
	api *API, op Operation, described huma.Operation, rule Rule, authenticate func(huma.Context, *Access) error,
	handle func(context.Context, *Access, *I) (*O, error),
) {
	described.Description = joinSentences(op.Description, "For "+rule.Name+".")
	described.Middlewares = huma.Middlewares{api.authorize(rule, authenticate, &described, op.Limit)}
	if acceptsIdempotencyKey(&described) {
		described.Parameters = append(described.Parameters, &huma.Param{
			Name: IdempotencyHeader, In: "header",
			Description: "Repeat the request with the same key and it takes effect once; the first response is kept for " +
				map[time.Duration]string{dynamo.ReplyLifetime: "24 hours", dynamo.MobilizerReplyLifetime: "30 days"}[replyLifetime(&described)] + ".",
			Schema: &huma.Schema{Type: "string", MinLength: new(1), MaxLength: new(200)},
		})
	}
	huma.Register(api.API, described, func(ctx context.Context, in *I) (*O, error) {
		a, _ := ctx.Value(accessKey{}).(*Access)
		out, err := handle(ctx, a, in)
		if err != nil {
			return nil, api.responseTo(ctx, described.OperationID, a, err)
		}
		return out, nil
	})
	api.describeGateway(described.Method, described.Path)
}

// GatewayError is the body of the errors that API Gateway answers itself.
type GatewayError struct {
	Message string `json:"message" example:"Unauthorized"`
}

// describeGateway adds to the description of a route the bodies with which API Gateway refuses a request before it reaches the
// route: without a valid access token, and with more than 6 MB.
func (api *API) describeGateway(method, path string) {
	item := api.OpenAPI().Paths[path]
	responses := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[method].Responses
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[GatewayError](), true, "")
	for status, description := range map[string]string{
		"429": "The caller has made too many requests; Retry-After has the seconds to wait. API Gateway itself answers when a route gets too many, as application/json and without Retry-After.",
		"401": "No valid access token. API Gateway itself answers a token that is missing, expired or wrong, as application/json.",
		"413": "The body is larger than 5 MB. API Gateway itself answers one of more than 6 MB, as application/json.",
	} {
		if response := responses[status]; response != nil {
			response.Description = description
			response.Content["application/json"] = &huma.MediaType{Schema: schema}
		}
	}
}

// RegisterPublic adds a route that requires no token.
func RegisterPublic[I, O any](api *API, op Operation, handle func(context.Context, *I) (*O, error)) {
	op.NoIdempotencyKey = true
	described := op.describe()
	described.Description = joinSentences(op.Description, "Requires no sign-in.")
	huma.Register(api.API, described, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, api.responseTo(ctx, described.OperationID, nil, err)
		}
		return out, nil
	})
}

// AlsoOK adds to the description of a POST that answers 201 that it may answer 200 with the same body.
func (api *API) AlsoOK(path, description string) {
	responses := api.OpenAPI().Paths[path].Post.Responses
	ok := *responses["201"]
	ok.Description = description
	responses["200"] = &ok
}

func (op Operation) describe() huma.Operation {
	described := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary,
		DefaultStatus: op.Status, MaxBodyBytes: maxBodyBytes, Errors: []int{401, 403, 404, 409, 422, 429, 503},
	}
	if op.Method != http.MethodGet && op.Method != http.MethodDelete {
		described.Errors = append(described.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if op.NoIdempotencyKey {
		described.Metadata = map[string]any{noIdempotencyKey: true}
	}
	return described
}

// responseTo returns the response to a handler's error: a problem, or the first response when the same idempotent request
// took effect since this one began.
func (api *API) responseTo(ctx context.Context, operation string, a *Access, err error) error {
	if _, ok := errors.AsType[*dynamo.DuplicateRequestError](err); ok && a != nil && a.Idempotency != nil {
		kept, keptErr := api.keptReply(ctx, a.Idempotency, a.At)
		if keptErr == nil && kept != nil && kept.BodyHash == a.Idempotency.BodyHash {
			return &replayedResponse{kept: kept}
		}
		if keptErr == nil && kept != nil {
			return NewProblem(ErrKeyReused, LanguageOf(ctx))
		}
		err = fault.Conflict("busy", "The same request is in progress. Try again in a moment.")
	}
	logFailure(ctx, operation, err)
	return NewProblem(err, LanguageOf(ctx))
}

// joinSentences joins those of the sentences that are not empty.
func joinSentences(sentences ...string) string {
	return strings.TrimSpace(strings.Join(sentences, " "))
}
