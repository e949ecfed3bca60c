// Package pipeline owns service tokens: what a program shows in the place of a person to export one campaign, without a
// browser. It does not know how tokens travel, nor what an export is.
package pipeline

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

// Secret is a service token as its program keeps it. It is shown once and stored nowhere.
type Secret string

// prefix tells people, and programs that look for leaked secrets, what they have before them.
const prefix = "kith_"

// letters are those of base 32; a Secret has 32 of them, of 5 bits each.
const letters = "abcdefghijklmnopqrstuvwxyz234567"

var encoding = base32.NewEncoding(letters).WithPadding(base32.NoPadding)

// NewSecret returns a secret of 160 random bits.
func NewSecret() Secret {
	var bits [20]byte
	if _, err := rand.Read(bits[:]); err != nil {
		panic("pipeline: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return Secret(prefix + encoding.EncodeToString(bits[:]))
}

// Valid reports whether the secret has the form of one.
func (s Secret) Valid() bool {
	code, ok := strings.CutPrefix(string(s), prefix)
	return ok && len(code) == 32 && strings.Trim(code, letters) == ""
}

// Hash returns what is stored of the secret. No salt and no slow hash is needed: nobody can guess 160 random bits.
func (s Secret) Hash() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// String keeps the secret out of logs and error texts.
func (s Secret) String() string { return prefix + "…" }

// TokenID identifies a token to people, who never see its hash.
type TokenID string

// Token is what is kept of a service token.
type Token struct {
	ID           TokenID
	Organization organization.ID
	Campaign     campaign.ID // the only one it is good for
	Hash         string      // of its secret
	Name         string      // what is to use it
	By           user.ID
	ByName       string
	CreatedAt    time.Time
	LastUsedAt   time.Time // to the minute; zero while never
	RevokedAt    time.Time // zero while it is good
	RevokedBy    string    // name of who revoked it
	Version      int
}

// Pointer leads from a secret's hash to the campaign that the token is good for.
type Pointer struct {
	Hash     string
	Campaign campaign.ID
}

// Limits.
const (
	most      = 20  // tokens of a campaign that are good at once
	kept      = 100 // tokens of a campaign that are listed, revoked ones included
	nameLimit = 100 // characters
)

// New makes a token of a campaign. There are the campaign's tokens so far, the latest first. Those returned beside it
// were revoked so long ago that their place is needed: they go when it comes.
//
// Invalid: it has no name, or that of a token in use. Conflict: the campaign has as many as it may have.
func New(name string, secret Secret, of *campaign.Campaign, there []*Token, by *user.User, at time.Time) (*Token, []*Token, error) {
	var check fault.Checker
	name = text.RequiredLine(&check, "name", name, nameLimit, "Say what is to use the token, such as nightly warehouse load.")
	good := 0
	for _, t := range there {
		if t.Revoked() {
			continue
		}
		good++
		check.Check(!text.Same(t.Name, name), "name",
			"A token of this name is in use. Choose another name; if you never got to see that one, revoke it first.")
	}
	if err := check.Err(); err != nil {
		return nil, nil, err
	}
	if good >= most {
		return nil, nil, fault.Conflict("too_many_tokens", "A campaign has at most 20 service tokens. Revoke one that is no longer used.")
	}
	at = at.UTC().Truncate(time.Millisecond)
	made := &Token{
		ID: TokenID(id.At(at)), Organization: of.Organization, Campaign: of.ID, Hash: secret.Hash(), Name: name,
		By: by.ID, ByName: by.Name, CreatedAt: at,
	}
	return made, outdated(there), nil
}

// outdated returns the revoked tokens that leave no room for one more.
func outdated(there []*Token) []*Token {
	var gone []*Token
	for n := len(there) - 1; n >= 0 && len(there)-len(gone) >= kept; n-- {
		if there[n].Revoked() {
			gone = append(gone, there[n])
		}
	}
	return gone
}

// Revoked reports whether the token is no longer good.
func (t *Token) Revoked() bool { return !t.RevokedAt.IsZero() }

// Revoke ends the token for good, and reports whether that changes anything.
func (t *Token) Revoke(by *user.User, at time.Time) bool {
	if t.Revoked() {
		return false
	}
	t.RevokedAt, t.RevokedBy = at.UTC().Truncate(time.Millisecond), by.Name
	return true
}

// Good returns nil unless the token was revoked: then unauthenticated.
func (t *Token) Good() error {
	if !t.Revoked() {
		return nil
	}
	return &fault.Error{
		Kind: fault.KindUnauthenticated, Code: "token_revoked",
		Message: "This service token was revoked. Ask an owner of the organization for another one.",
	}
}

// Use notes that the token was shown, at most once a minute, and reports whether there is anything new to keep.
func (t *Token) Use(at time.Time) bool {
	if at.Sub(t.LastUsedAt) < time.Minute {
		return false
	}
	t.LastUsedAt = at.UTC().Truncate(time.Millisecond)
	return true
}
