package invitation

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
)

// Tokens makes the secrets that links in mails carry: 160 bits each, which whoever knows the key can make again, so that
// only their hashes are stored.
type Tokens struct{ key []byte }

// NewTokens returns a maker whose key is derived from the application's secret.
func NewTokens(secret []byte) Tokens {
	key, err := hkdf.Key(sha256.New, secret, nil, "kith invitation tokens", 32)
	if err != nil {
		panic("invitation: tokens: " + err.Error()) // only for lengths that are wrong in this file
	}
	return Tokens{key}
}

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// tokenLength is the length of a token: 160 bits at 5 a letter.
const tokenLength = 32

// Accept returns the token by which the invitation of the present generation is accepted.
func (t Tokens) Accept(i *Invitation) string {
	return t.make("accept", string(i.ID), i.Generation)
}

// Unsubscribe returns the token by which the invited address is taken off the organization's mail. It is good for ever.
func (t Tokens) Unsubscribe(i *Invitation) string { return t.make("unsubscribe", string(i.ID), 1) }

func (t Tokens) make(kind, id string, generation int) string {
	mac := hmac.New(sha256.New, t.key)
	fmt.Fprintf(mac, "%d:%s%d:%s%d", len(kind), kind, len(id), id, generation)
	return letters.EncodeToString(mac.Sum(nil)[:20])
}

// Hash returns what is stored of a token.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ValidToken reports whether s has the form of a token.
func ValidToken(s string) bool {
	if len(s) != tokenLength {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// Link is what is kept of a token: where it leads.
type Link struct {
	Hash         string
	Organization organization.ID // of an invitation to administer
	Campaign     campaign.ID     // of one to a campaign
	Invitation   ID
	Generation   int // of a link that accepts; 0 of one that unsubscribes
}

// Target returns what the link's invitation leads to.
func (l *Link) Target() Target { return Target{l.Organization, l.Campaign} }

// Links returns what is to be kept of the tokens that the invitation's latest mail carries.
func (i *Invitation) Links(tokens Tokens) []*Link {
	link := Link{Campaign: i.Campaign, Invitation: i.ID}
	if i.Campaign == "" {
		link.Organization = i.Organization
	}
	accepts, unsubscribes := link, link
	accepts.Hash, accepts.Generation = i.Sendings[i.Generation-1].Hash, i.Generation
	if i.Generation > 1 {
		return []*Link{&accepts}
	}
	unsubscribes.Hash = Hash(tokens.Unsubscribe(i))
	return []*Link{&accepts, &unsubscribes}
}

// Pointer leads from an invited address to its invitation in a campaign.
type Pointer struct {
	Email      string
	Campaign   campaign.ID
	Invitation ID
}
