package invitation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
)

// Tokens derives the secrets in links: 160 bits each, derived from the application's secret, the invitation and the generation.
// Only their hashes are stored; the sender derives them again, with the same version of the secret (SecretVersion).
type Tokens struct {
	version int
	key     []byte
}

// NewTokens returns Tokens whose key is derived from a version of the application's secret.
func NewTokens(version secret.Version) Tokens {
	return Tokens{version.Number, version.Key("kith invitation tokens")}
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

var encoding = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// tokenLength is the length of a token: 160 bits, 5 in a letter.
const tokenLength = 32

// Accept returns the token that accepts the invitation in its current generation.
func (t Tokens) Accept(i *Invitation) string {
	return t.derive("accept", string(i.ID), i.Generation)
}

// Unsubscribe returns the token that unsubscribes the invited address from the organization. It never expires.
func (t Tokens) Unsubscribe(i *Invitation) string { return t.derive("unsubscribe", string(i.ID), 1) }

func (t Tokens) derive(kind, id string, generation int) string {
	mac := hmac.New(sha256.New, t.key)
	fmt.Fprintf(mac, "%d:%s%d:%s%d", len(kind), kind, len(id), id, generation)
	return encoding.EncodeToString(mac.Sum(nil)[:20])
}

// Hash returns the hash of a token, which is what is stored.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ValidToken reports whether s has the form of a token.
func ValidToken(s string) bool { return len(s) == tokenLength && strings.Trim(s, alphabet) == "" }

// Link is the record of a token: the invitation that it belongs to.
type Link struct {
	Hash         string
	Organization organization.ID // of an invitation to administer
	Campaign     campaign.ID     // of an invitation to a campaign
	Invitation   ID
	Generation   int // of a link that accepts; 0 of one that unsubscribes
}

// Target returns the target of the link's invitation.
func (l *Link) Target() Target { return Target{l.Organization, l.Campaign} }

// SecretVersion returns the version of the secret that the tokens of the invitation's latest email are derived from.
func (i *Invitation) SecretVersion() int { return i.Sendings[i.Generation-1].SecretVersion }

// Links returns the records of the tokens that are new in the invitation's latest email: the token to unsubscribe only in the
// first email, and in the first one that is derived from another version of the secret. Earlier ones stay valid.
func (i *Invitation) Links(tokens Tokens) []*Link {
	link := Link{Campaign: i.Campaign, Invitation: i.ID}
	if i.Campaign == "" {
		link.Organization = i.Organization
	}
	accept, unsubscribe := link, link
	accept.Hash, accept.Generation = i.Sendings[i.Generation-1].Hash, i.Generation
	if i.Generation > 1 && i.Sendings[i.Generation-2].SecretVersion == i.SecretVersion() {
		return []*Link{&accept}
	}
	unsubscribe.Hash = Hash(tokens.Unsubscribe(i))
	return []*Link{&accept, &unsubscribe}
}

// Pointer points from an invited address to its invitation.
type Pointer struct {
	Email      string
	Campaign   campaign.ID
	Invitation ID
}
