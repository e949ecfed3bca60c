package httpapi

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// pageTokenLifetime is how long a page token is accepted.
const pageTokenLifetime = 24 * time.Hour

// PageQuery holds the parameters of every list that has pages.
type PageQuery struct {
	Page  string `query:"page" doc:"The next of the previous page. Leave it out for the first page."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Maximum number of items per page."`
}

// Pages encrypts positions in lists into the page tokens that clients send back. Sort keys hold names, so a token is
// encrypted and bound to its list, caller and filters: nobody can read it, change it, or use it elsewhere.
type Pages struct {
	aead cipher.AEAD
	now  func() time.Time // expiry goes by the machine's clock
}

// NewPages returns Pages with a key derived from the application's secret.
func NewPages(secret []byte) *Pages {
	block, err := aes.NewCipher(deriveKey(secret, "kith page tokens"))
	if err != nil {
		panic("httpapi: page tokens: " + err.Error()) // only a length that is wrong in keys.go fails
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("httpapi: page tokens: " + err.Error())
	}
	return &Pages{aead: aead, now: time.Now}
}

// Cursor reads and makes the page tokens of one list.
type Cursor struct {
	pages *Pages
	bound []byte // what a token is valid for
}

// Cursor returns the cursor of a list, whose tokens are valid for the caller, the campaign and the filters of this request.
func (p *Pages) Cursor(a *Access, list string, filters ...string) *Cursor {
	bound := []string{list, a.Caller(), ""}
	if a.Campaign != nil {
		bound[2] = string(a.Campaign.ID)
	}
	return p.cursor(append(bound, filters...)...)
}

func (p *Pages) cursor(bound ...string) *Cursor {
	var b strings.Builder
	for _, part := range bound {
		fmt.Fprintf(&b, "%d:%s", len(part), part)
	}
	return &Cursor{p, []byte(b.String())}
}

type pageToken struct {
	Until    int64           `json:"u"` // Unix seconds
	Position json.RawMessage `json:"p"`
}

// Token returns the page token of a position, which may be anything that JSON can hold.
func (c *Cursor) Token(position any) (string, error) {
	inner, err := json.Marshal(position)
	if err != nil {
		return "", fault.Internal("page token: %w", err)
	}
	plain, err := json.Marshal(pageToken{Until: c.pages.now().Add(pageTokenLifetime).Unix(), Position: inner})
	if err != nil {
		return "", fault.Internal("page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(c.pages.aead.Seal(nil, nil, plain, c.bound)), nil
}

// TokenAfter returns the page token of the page after the last key of this one; "" when there is none.
func (c *Cursor) TokenAfter(last string) (string, error) {
	if last == "" {
		return "", nil
	}
	return c.Token(last)
}

// Position decodes a page token into position. It leaves position unchanged when the token is empty: the first page.
//
// Invalid, naming the field page: the token was not made by this cursor's list, caller or filters, or is older than a day.
func (c *Cursor) Position(token string, position any) error {
	if token == "" {
		return nil
	}
	refused := fault.Invalid("page", "This page token belongs to another list. Start again without one.")
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(sealed) < c.pages.aead.Overhead() {
		return refused
	}
	plain, err := c.pages.aead.Open(nil, nil, sealed, c.bound)
	if err != nil {
		return refused
	}
	var page pageToken
	if err := json.Unmarshal(plain, &page); err != nil {
		return refused
	}
	if c.pages.now().Unix() > page.Until {
		return fault.Invalid("page", "This page token is older than a day. Start again without one.")
	}
	if err := json.Unmarshal(page.Position, position); err != nil {
		return refused
	}
	return nil
}
