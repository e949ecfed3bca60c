package httpapi

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// cipher returns the cipher of the response that is kept for the request. Its key is derived from the caller, the route and the
// key that the client sent, which are not stored: a copy of the table does not reveal the personal data of a response, as far as
// clients send keys that cannot be guessed.
func (r *IdempotentRequest) cipher() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(r.secret), nil, "kith kept replies", 32)
	if err != nil {
		return nil, fault.Internal("key of a kept reply: %w", err)
	}
	return newCipher(key), nil
}

// seal encrypts the body of the response to the request.
func (r *IdempotentRequest) seal(body []byte) ([]byte, error) {
	aead, err := r.cipher()
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, body, []byte(r.ID)), nil
}

// keptReply returns the first response to a request, nil when there is none or it has expired.
func (api *API) keptReply(ctx context.Context, r *IdempotentRequest, at time.Time) (*dynamo.Reply, error) {
	kept, err := api.store.Reply(ctx, r.ID, at)
	if err != nil || kept == nil {
		return nil, err
	}
	aead, err := r.cipher()
	if err != nil {
		return nil, err
	}
	body, err := aead.Open(nil, nil, kept.Body, []byte(r.ID))
	switch {
	case err == nil:
		kept.Body = body
	case len(kept.Body) == 0 || json.Valid(kept.Body): // kept before responses were encrypted
	default:
		return nil, fault.Internal("open a kept reply: %w", err)
	}
	return kept, nil
}
