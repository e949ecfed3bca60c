package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// pendingReply is what Access.Commit needs to keep the reply of an idempotent request.
type IdempotentRequest struct {
	ID       string // hash of who asks for what under which key
	BodyHash string
	Key      string // the client's own key
}

// idempotencyHeader is the request header under which a client may repeat a request without repeating its effect.
const IdempotencyHeader = "Idempotency-Key"

// notIdempotent marks operations that take no Idempotency-Key: those that only mint a link, and the public ones.
const notIdempotent = "notIdempotent"

var idempotencyKey = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

func idempotent(op *huma.Operation) bool {
	return op.Method == http.MethodPost && op.Metadata[notIdempotent] == nil
}

// replay answers a request whose reply is kept, and reports whether it did. Otherwise it prepares keeping the reply.
// Another body under the same key is refused.
func (api *API) replay(ctx huma.Context, a *Access, op *huma.Operation, body []byte) (bool, error) {
	key := ctx.Header(IdempotencyHeader)
	if key == "" {
		return false, nil
	}
	if !idempotencyKey.MatchString(key) {
		return false, fault.Invalid(IdempotencyHeader, "Use 1 to 200 visible ASCII characters, a UUID for example.")
	}
	url := ctx.URL()
	a.Idempotency = &IdempotentRequest{
		ID:       hash(a.Issuer, a.Subject, op.Method, op.Path, url.Path, key),
		BodyHash: hash(string(body)),
		Key:      key,
	}
	kept, err := api.store.Reply(ctx.Context(), a.Idempotency.ID, a.At)
	if err != nil || kept == nil {
		return false, err
	}
	return true, writeKept(ctx, a.Idempotency, kept)
}

// replayed is a kept reply in the place of an error: the answer of a handler that lost the race against its own twin.
type replayed struct{ kept *dynamo.Reply }

// Error says what happened.
func (r *replayed) Error() string { return "the request was served before" }

// GetStatus returns the first reply's status.
func (r *replayed) GetStatus() int { return r.kept.Status }

// ContentType is that of every reply which is no problem.
func (r *replayed) ContentType(string) string { return "application/json" }

// MarshalJSON returns the first reply's body.
func (r *replayed) MarshalJSON() ([]byte, error) { return r.kept.Body, nil }

var ErrKeyReused = &fault.Error{
	Kind: fault.KindInvalid, Code: "idempotency_key_reused",
	Message: "This Idempotency-Key was used with another body. Use a new key for a new request.",
}

func writeKept(ctx huma.Context, pending *IdempotentRequest, kept *dynamo.Reply) error {
	if kept.BodyHash != pending.BodyHash {
		return ErrKeyReused
	}
	if len(kept.Body) > 0 {
		ctx.SetHeader("Content-Type", "application/json")
	}
	ctx.SetHeader("Idempotent-Replayed", "true")
	ctx.SetStatus(kept.Status)
	if _, err := ctx.BodyWriter().Write(kept.Body); err != nil {
		slog.ErrorContext(ctx.Context(), "reply not written", "error", err)
	}
	return nil
}

// hash joins the parts so that no two lists of parts give the same text, and hashes it.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
