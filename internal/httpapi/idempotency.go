package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// IdempotencyHeader is the request header whose key lets a client repeat a request without repeating its effect.
const IdempotencyHeader = "Idempotency-Key"

// noIdempotencyKey marks POST operations that take no Idempotency-Key: those that only create a link, and the public ones.
const noIdempotencyKey = "noIdempotencyKey"

// IdempotentRequest identifies a request that has an Idempotency-Key.
type IdempotentRequest struct {
	ID       string // hash of caller, route, path and key
	BodyHash string // keyed with secret: a body that holds a phone or an email could be guessed from a plain hash
	Key      string // as the client sent it
	lifetime time.Duration
	secret   string // of the caller, the route and the key, from which the encryption key of the response is derived
}

// ErrKeyReused refuses a request whose key was used with another body.
var ErrKeyReused = &fault.Error{
	Kind: fault.KindInvalid, Code: "idempotency_key_reused",
	Message: fault.NewMessage("This Idempotency-Key was used with another body. Use a new key for a new request."),
}

var idempotencyKey = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

func acceptsIdempotencyKey(op *huma.Operation) bool {
	return op.Method == http.MethodPost && op.Metadata[noIdempotencyKey] == nil
}

// replyLifetime returns how long the operation's first response to an Idempotency-Key is kept.
func replyLifetime(op *huma.Operation) time.Duration {
	if strings.HasPrefix(op.Path, "/v1/mobilizer/") {
		return dynamo.MobilizerReplyLifetime
	}
	return dynamo.ReplyLifetime
}

// replay answers a request that took effect before with the first response, and reports whether it did. Otherwise it sets
// a.Idempotency, so that Commit keeps the response.
//
// Invalid: the key is not valid, or was used with another body.
func (api *API) replay(ctx huma.Context, a *Access, op *huma.Operation, body []byte) (bool, error) {
	request, _ := humago.Unwrap(ctx)
	keys, sent := request.Header[IdempotencyHeader]
	if !sent {
		return false, nil
	}
	key := strings.Join(keys, ", ")
	if !idempotencyKey.MatchString(key) {
		return false, fault.Invalid(IdempotencyHeader, "The key is not valid. Use 1 to 200 visible ASCII characters, such as a UUID.")
	}
	url := ctx.URL()
	identity := []string{a.Issuer, a.Subject, op.Method, op.Path, url.Path, key}
	secret := distinct(identity...)
	a.Idempotency = &IdempotentRequest{
		ID:       hash(identity...),
		BodyHash: hash(secret, "body", string(body)),
		Key:      key,
		lifetime: replyLifetime(op),
		secret:   secret,
	}
	kept, err := api.keptReply(ctx.Context(), a.Idempotency, a.At)
	if err != nil || kept == nil {
		return false, err
	}
	if kept.BodyHash != a.Idempotency.BodyHash && kept.BodyHash != hash(string(body)) { // the latter of replies kept by earlier versions
		return false, ErrKeyReused
	}
	writeReply(ctx, kept)
	return true, nil
}

func writeReply(ctx huma.Context, kept *dynamo.Reply) {
	if len(kept.Body) > 0 {
		ctx.SetHeader("Content-Type", "application/json")
	}
	ctx.SetHeader("Idempotent-Replayed", "true")
	ctx.SetStatus(kept.Status)
	if _, err := ctx.BodyWriter().Write(kept.Body); err != nil {
		slog.ErrorContext(ctx.Context(), "response not written", "error", err)
	}
}

// replayedResponse is the first response, returned as the error of a handler whose commit failed because the same request
// took effect since it began.
type replayedResponse struct{ kept *dynamo.Reply }

// Error satisfies the interface error.
func (r *replayedResponse) Error() string { return "the request took effect before" }

// GetStatus returns the first response's status.
func (r *replayedResponse) GetStatus() int { return r.kept.Status }

// ContentType returns the content type of responses that are not problems.
func (r *replayedResponse) ContentType(string) string { return "application/json" }

// MarshalJSON returns the first response's body.
func (r *replayedResponse) MarshalJSON() ([]byte, error) { return r.kept.Body, nil }

// hash returns a hash of the parts that is different for every list of parts.
func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(distinct(parts...)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// distinct joins the parts to a text that is different for every list of parts.
func distinct(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%d:%s", len(p), p)
	}
	return b.String()
}
