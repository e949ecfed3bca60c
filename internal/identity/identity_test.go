package identity

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

// testIssuer is a real issuer over HTTP with one key.
type testIssuer struct {
	url    string
	key    *rsa.PrivateKey
	broken atomic.Bool // answers 500
}

func startIssuer(t *testing.T) *testIssuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	server := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k1", Algorithm: "RS256"}}}
	issuer := &testIssuer{key: key}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if issuer.broken.Load() {
			http.Error(w, "out of order", http.StatusInternalServerError)
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	server.SetIssuer(front.URL)
	issuer.url = front.URL
	return issuer
}

type claims map[string]any

func (i *testIssuer) claims(change claims) claims {
	all := claims{
		"iss": i.url, "aud": "kith-dashboard", "sub": "ana", "exp": time.Now().Add(time.Hour).Unix(),
		"iat": time.Now().Unix(), "email": "ana@example.org", "email_verified": true, "name": "Ana López",
	}
	for name, value := range change {
		all[name] = value
	}
	return all
}

func sign(t *testing.T, key crypto.PrivateKey, id string, algorithm jose.SignatureAlgorithm, c claims) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
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

func TestVerify(t *testing.T) {
	issuer := startIssuer(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := issuer.claims(nil)
	token := sign(t, issuer.key, "k1", jose.RS256, good)
	parts := strings.Split(token, ".")
	verifier := NewIssuer(issuer.url, "kith-dashboard")
	for _, c := range []struct {
		name  string
		token string
		want  fault.Kind
	}{
		{"as it should be", token, ""},
		{"verified in Cognito's words", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"email_verified": "true"})), ""},
		{"for several, but made for us", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"aud": []string{"x", "kith-dashboard"}, "azp": "kith-dashboard"})), ""},
		{"for several, made for another", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"aud": []string{"x", "kith-dashboard"}, "azp": "x"})), fault.KindUnauthenticated},
		{"for several, made for nobody knows whom", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"aud": []string{"x", "kith-dashboard"}})), fault.KindUnauthenticated},
		{"no token", "", fault.KindUnauthenticated},
		{"rubbish", "a.b.c", fault.KindUnauthenticated},
		{"signed by another key", sign(t, other, "k1", jose.RS256, good), fault.KindUnauthenticated},
		{"signed by a key nobody knows", sign(t, other, "k2", jose.RS256, good), fault.KindUnauthenticated},
		{"signed otherwise", sign(t, issuer.key, "k1", jose.RS512, good), fault.KindUnauthenticated},
		{"signed with a shared secret", sign(t, []byte(strings.Repeat("k", 64)), "k1", jose.HS256, good), fault.KindUnauthenticated},
		{"not signed", "eyJhbGciOiJub25lIn0." + parts[1] + ".", fault.KindUnauthenticated},
		{"another payload", parts[0] + "." + strings.Split(sign(t, other, "k1", jose.RS256, issuer.claims(claims{"email": "boss@example.org"})), ".")[1] + "." + parts[2], fault.KindUnauthenticated},
		{"another issuer", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"iss": "https://example.org"})), fault.KindUnauthenticated},
		{"another audience", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"aud": "x"})), fault.KindUnauthenticated},
		{"expired", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"exp": time.Now().Add(-time.Minute).Unix()})), fault.KindUnauthenticated},
		{"another person", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"sub": "ben"})), fault.KindUnauthenticated},
		{"e-mail not verified", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"email_verified": false})), fault.KindForbidden},
		{"e-mail not verified, in words", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"email_verified": "false"})), fault.KindForbidden},
		{"nothing said about the e-mail", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"email_verified": nil})), fault.KindForbidden},
		{"an odd word about the e-mail", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"email_verified": claims{"a": 1}})), fault.KindForbidden},
		{"no e-mail", sign(t, issuer.key, "k1", jose.RS256, issuer.claims(claims{"email": ""})), fault.KindForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := verifier.Verify(t.Context(), c.token, "ana")
			if fault.KindOf(err) != c.want {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if want := (user.Claims{Email: "ana@example.org", Name: "Ana López"}); c.want == "" && cmp.Diff(want, got) != "" {
				t.Error(cmp.Diff(want, got))
			}
		})
	}
	if _, err := verifier.Verify(t.Context(), token, ""); !fault.Is(err, fault.KindUnauthenticated) {
		t.Errorf("without an access token: %v", err)
	}
}

func TestAnIssuerThatIsDownIsAskedAgain(t *testing.T) {
	issuer := startIssuer(t)
	token := sign(t, issuer.key, "k1", jose.RS256, issuer.claims(nil))
	verifier := NewIssuer(issuer.url, "kith-dashboard")
	issuer.broken.Store(true)
	if _, err := verifier.Verify(context.Background(), token, "ana"); !fault.Is(err, fault.KindUnavailable) {
		t.Fatalf("while the issuer is down: %v", err)
	}
	issuer.broken.Store(false)
	if _, err := verifier.Verify(context.Background(), token, "ana"); err != nil {
		t.Fatalf("once it is up: %v", err)
	}
	issuer.broken.Store(true)
	if _, err := verifier.Verify(context.Background(), token, "ana"); err != nil {
		t.Fatalf("with the keys at hand: %v", err)
	}
	unknown := sign(t, issuer.key, "k2", jose.RS256, issuer.claims(nil))
	if _, err := verifier.Verify(context.Background(), unknown, "ana"); !fault.Is(err, fault.KindUnavailable) {
		t.Fatalf("a new key while the issuer is down: %v", err)
	}
}
