package httpapi

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// pageLife is how long a page token is accepted.
const pageLife = 24 * time.Hour

// Pages seals where a list goes on into the tokens that clients send back. Sort keys hold names, so a token is
// encrypted, and bound to what it was made for: nobody can read it, change it, or use it elsewhere.
type Pages struct {
	aead cipher.AEAD
	now  func() time.Time // expiry goes by the machine's clock
}

// NewPages returns a sealer whose key is derived from the application's secret.
func NewPages(secret []byte) *Pages {
	key, err := hkdf.Key(sha256.New, secret, nil, "kith page tokens", 32)
	if err != nil {
		panic("httpapi: page tokens: " + err.Error()) // only for lengths that are wrong in this file
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("httpapi: page tokens: " + err.Error())
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("httpapi: page tokens: " + err.Error())
	}
	return &Pages{aead: aead, now: time.Now}
}

// binding is what a page token is good for: the route, the caller, the campaign, and each filter and sort in turn.
func PageBinding(route, caller, campaign string, filters ...string) []byte {
	var b strings.Builder
	for _, part := range append([]string{route, caller, campaign}, filters...) {
		fmt.Fprintf(&b, "%d:%s", len(part), part)
	}
	return []byte(b.String())
}

type sealedPage struct {
	Until    int64           `json:"u"` // Unix seconds
	Position json.RawMessage `json:"p"`
}

// seal returns the token of a position, which may be anything that JSON can hold.
func (p *Pages) Seal(bound []byte, position any) (string, error) {
	inner, err := json.Marshal(position)
	if err != nil {
		return "", fault.Internal("page token: %w", err)
	}
	plain, err := json.Marshal(sealedPage{Until: p.now().Add(pageLife).Unix(), Position: inner})
	if err != nil {
		return "", fault.Internal("page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(p.aead.Seal(nil, nil, plain, bound)), nil
}

// open reads the position that a token was sealed with. Invalid, naming the input "page": the token is not ours, is
// older than a day, or was made for another list, filter or caller.
func (p *Pages) Open(bound []byte, token string, position any) error {
	refused := fault.Invalid("page", "This page token does not belong to this list. Start again without one.")
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(sealed) < p.aead.Overhead() {
		return refused
	}
	plain, err := p.aead.Open(nil, nil, sealed, bound)
	if err != nil {
		return refused
	}
	var page sealedPage
	if err := json.Unmarshal(plain, &page); err != nil {
		return refused
	}
	if p.now().Unix() > page.Until {
		return fault.Invalid("page", "This page token is older than a day. Start again without one.")
	}
	if err := json.Unmarshal(page.Position, position); err != nil {
		return refused
	}
	return nil
}

// from reads the position that a page begins after. Without a token it leaves the position as it is.
func (p *Pages) From(bound []byte, token string, position any) error {
	if token == "" {
		return nil
	}
	return p.Open(bound, token, position)
}

// PageQuery is what every list takes.
type PageQuery struct {
	Page  string `query:"page" doc:"The next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Most items to answer."`
}
