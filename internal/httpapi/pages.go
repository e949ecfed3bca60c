package httpapi

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/secret"
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
	secrets *secret.Reader
	now     func() time.Time // the machine's clock, which expiry uses
}

// NewPages returns Pages with keys derived from the application's secret.
func NewPages(secrets *secret.Reader) *Pages { return &Pages{secrets, time.Now} }

func pageCipher(version secret.Version) cipher.AEAD {
	return newCipher(version.Key("kith page tokens"))
}

// newCipher returns AES-256-GCM with random nonces under a key of 32 bytes.
func newCipher(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("httpapi: cipher: " + err.Error()) // only for a wrong length of the key
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("httpapi: cipher: " + err.Error())
	}
	return aead
}

// Cursor reads and makes the page tokens of one list in one request.
type Cursor struct {
	ctx   context.Context // of the request, for reading the secret
	pages *Pages
	bound []byte // what a token is valid for
}

// Cursor returns the cursor of a list, whose tokens are valid for the caller, the campaign and the filters of this request.
func (p *Pages) Cursor(a *Access, list string, filters ...string) *Cursor {
	bound := []string{list, a.Caller(), ""}
	if a.Campaign != nil {
		bound[2] = string(a.Campaign.ID)
	}
	return p.cursor(a.ctx, append(bound, filters...)...)
}

func (p *Pages) cursor(ctx context.Context, bound ...string) *Cursor {
	return &Cursor{ctx, p, []byte(distinct(bound...))}
}

type pageToken struct {
	Until    int64           `json:"u"` // Unix seconds
	Position json.RawMessage `json:"p"`
}

// Token returns the page token of a position, which may be anything that JSON can hold: "version of the secret.ciphertext".
func (c *Cursor) Token(position any) (string, error) {
	inner, err := json.Marshal(position)
	if err != nil {
		return "", fault.Internal("page token: %w", err)
	}
	plain, err := json.Marshal(pageToken{Until: c.pages.now().Add(pageTokenLifetime).Unix(), Position: inner})
	if err != nil {
		return "", fault.Internal("page token: %w", err)
	}
	version, err := c.pages.secrets.Current(c.ctx)
	if err != nil {
		return "", err
	}
	sealed := pageCipher(version).Seal(nil, nil, plain, c.bound)
	return fmt.Sprintf("%d.%s", version.Number, base64.RawURLEncoding.EncodeToString(sealed)), nil
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
	name, ciphertext, _ := strings.Cut(token, ".")
	number, err := strconv.Atoi(name)
	if err != nil {
		return refused
	}
	sealed, err := base64.RawURLEncoding.DecodeString(ciphertext)
	if err != nil {
		return refused
	}
	version, err := c.pages.secrets.Version(c.ctx, number)
	if errors.Is(err, secret.ErrUnknownVersion) {
		return refused
	}
	if err != nil {
		return err
	}
	plain, err := pageCipher(version).Open(nil, nil, sealed, c.bound)
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
