// Package servicetoken owns the tokens by which programs export a campaign without a person. It does not know how tokens are
// sent, nor what they give access to.
package servicetoken

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// Secret is the text that a program sends. It is shown once and never stored.
type Secret string

// prefix identifies a secret to people and to programs that search for leaked secrets.
const prefix = "kith_"

// alphabet is that of base 32 in lower case. A Secret has 32 of its characters, 5 bits each.
const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

var encoding = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// NewSecret returns a secret of 160 random bits.
func NewSecret() Secret {
	var bits [20]byte
	if _, err := rand.Read(bits[:]); err != nil {
		panic("servicetoken: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return Secret(prefix + encoding.EncodeToString(bits[:]))
}

// Valid reports whether the text has the form of a secret.
func (s Secret) Valid() bool {
	code, ok := strings.CutPrefix(string(s), prefix)
	return ok && len(code) == 32 && strings.Trim(code, alphabet) == ""
}

// Hash returns the hash of the secret, which is stored. It needs no salt and no slow function: 160 random bits can't be guessed.
func (s Secret) Hash() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// String returns a placeholder, which keeps the secret out of logs and error texts.
func (s Secret) String() string { return prefix + "…" }

// ID identifies a token to people, who never see its hash.
type ID string

// Token is the record of a service token.
type Token struct {
	ID            ID
	Organization  organization.ID
	Campaign      campaign.ID // the only one that it gives access to
	Hash          string      // of its secret
	Name          string      // of the program that uses it
	CreatedBy     user.ID
	CreatedByName string
	CreatedAt     time.Time
	LastUsedAt    time.Time // to the minute; zero before the first use
	RevokedAt     time.Time // zero while it is usable
	RevokedBy     string    // name of the person who revoked it
	Version       int
}

// Pointer refers from the hash of a secret to the campaign of its token.
type Pointer struct {
	Hash     string
	Campaign campaign.ID
}

// Limits.
const (
	maxUsable = 20  // tokens of a campaign that are not revoked
	maxListed = 100 // tokens of a campaign, revoked ones included
	nameLimit = 100 // characters
)

// New returns a new token of a campaign. The existing tokens are the campaign's, the latest first. It also returns the oldest
// revoked tokens beyond the maximum, which are to be deleted.
//
// Invalid: the name is blank, or in use by a token that is not revoked. Conflict: the campaign has the maximum of tokens.
func New(name string, secret Secret, of *campaign.Campaign, existing []*Token, by *user.User, at time.Time) (*Token, []*Token, error) {
	var check fault.Checker
	name = text.RequiredLine(&check, "name", name, nameLimit, "Enter the name of the program, such as nightly warehouse load.")
	usable := 0
	for _, t := range existing {
		if t.Revoked() {
			continue
		}
		usable++
		check.Check(!text.Same(t.Name, name), "name",
			"Another token has this name. Choose another name, or revoke that token if its secret was lost.")
	}
	if err := check.Err(); err != nil {
		return nil, nil, err
	}
	if usable >= maxUsable {
		return nil, nil, fault.Conflict("too_many_tokens", "This campaign has %d service tokens, the maximum. Revoke one that is no longer used.", maxUsable)
	}
	at = at.UTC().Truncate(time.Millisecond)
	created := &Token{
		ID: ID(id.At(at)), Organization: of.Organization, Campaign: of.ID, Hash: secret.Hash(), Name: name,
		CreatedBy: by.ID, CreatedByName: by.Name, CreatedAt: at,
	}
	return created, excess(existing), nil
}

// excess returns the oldest revoked tokens that leave no room for one more.
func excess(existing []*Token) []*Token {
	var oldest []*Token
	for n := len(existing) - 1; n >= 0 && len(existing)-len(oldest) >= maxListed; n-- {
		if existing[n].Revoked() {
			oldest = append(oldest, existing[n])
		}
	}
	return oldest
}

// Revoked reports whether the token was revoked.
func (t *Token) Revoked() bool { return !t.RevokedAt.IsZero() }

// Revoke makes the token unusable for good. It reports whether the token has changed: false if it was revoked before.
func (t *Token) Revoke(by *user.User, at time.Time) bool {
	if t.Revoked() {
		return false
	}
	t.RevokedAt, t.RevokedBy = at.UTC().Truncate(time.Millisecond), by.Name
	return true
}

// CheckUsable returns nil if the token may be used.
//
// Unauthenticated: it was revoked.
func (t *Token) CheckUsable() error {
	if !t.Revoked() {
		return nil
	}
	return &fault.Error{
		Kind: fault.KindUnauthenticated, Code: "token_revoked",
		Message: fault.NewMessage("This service token was revoked. Ask an owner of the organization for another one."),
	}
}

// RecordUse records a use of the token, at most once a minute. It reports whether the token has changed.
func (t *Token) RecordUse(at time.Time) bool {
	if at.Sub(t.LastUsedAt) < time.Minute {
		return false
	}
	t.LastUsedAt = at.UTC().Truncate(time.Millisecond)
	return true
}
