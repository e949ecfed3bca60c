// Package identitytest provides an OpenID Connect issuer for tests: an HTTP server with a key, which signs any claims.
package identitytest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/go-jose/go-jose/v4"
)

// ClientID is the audience of tokens, unless their claims have another one.
const ClientID = "kith-dashboard"

// KeyID is the id of the issuer's key.
const KeyID = "k1"

// Issuer signs ID tokens.
type Issuer struct {
	URL    string
	Key    *rsa.PrivateKey
	Broken atomic.Bool // whether it answers every request with status 500
}

// key is shared by the issuers of a test process, since generating one is slow.
var key = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Start returns an issuer that runs until the test ends.
func Start(t testing.TB) *Issuer {
	t.Helper()
	own, err := key()
	if err != nil {
		t.Fatal(err)
	}
	issuer := &Issuer{Key: own}
	server := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: own.Public(), KeyID: KeyID, Algorithm: "RS256"}}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if issuer.Broken.Load() {
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	server.SetIssuer(front.URL)
	issuer.URL = front.URL
	return issuer
}

// Claims are the claims of a token.
type Claims map[string]any

// Claims returns the claims of a token for a subject, with changes.
func (i *Issuer) Claims(subject, email, name string, changes Claims) Claims {
	all := Claims{
		"iss": i.URL, "aud": ClientID, "sub": subject, "exp": time.Now().Add(time.Hour).Unix(),
		"iat": time.Now().Unix(), "auth_time": time.Now().Unix(), "email": email, "email_verified": true, "name": name,
	}
	maps.Copy(all, changes)
	return all
}

// Token returns an ID token with the claims, signed with the issuer's key.
func (i *Issuer) Token(t testing.TB, c Claims) string {
	t.Helper()
	return Sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.Key, KeyID: KeyID}}, c)
}

// Sign returns a token with the claims, signed with any key.
func Sign(t testing.TB, with jose.SigningKey, c Claims) string {
	t.Helper()
	signer, err := jose.NewSigner(with, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}
