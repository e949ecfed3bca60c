package identity

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/identity/identitytest"
	"github.com/kithhq/kith/internal/user"
)

func sign(t *testing.T, key any, id string, algorithm jose.SignatureAlgorithm, c identitytest.Claims) string {
	t.Helper()
	return identitytest.Sign(t, jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, c)
}

func TestVerify(t *testing.T) {
	issuer := identitytest.Start(t)
	said := func(changes identitytest.Claims) identitytest.Claims {
		return issuer.Claims("ana", "ana@example.org", "Ana López", changes)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := said(nil)
	token := sign(t, issuer.Key, "k1", jose.RS256, good)
	parts := strings.Split(token, ".")
	verifier := NewIssuer(issuer.URL, identitytest.ClientID)
	for _, c := range []struct {
		name  string
		token string
		want  fault.Kind
	}{
		{"as it should be", token, ""},
		{"verified in Cognito's words", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"email_verified": "true"})), ""},
		{"for several, but made for us", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"aud": []string{"x", "kith-dashboard"}, "azp": "kith-dashboard"})), ""},
		{"for several, made for another", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"aud": []string{"x", "kith-dashboard"}, "azp": "x"})), fault.KindUnauthenticated},
		{"for several, made for nobody knows whom", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"aud": []string{"x", "kith-dashboard"}})), fault.KindUnauthenticated},
		{"no token", "", fault.KindUnauthenticated},
		{"rubbish", "a.b.c", fault.KindUnauthenticated},
		{"signed by another key", sign(t, other, "k1", jose.RS256, good), fault.KindUnauthenticated},
		{"signed by a key nobody knows", sign(t, other, "k2", jose.RS256, good), fault.KindUnauthenticated},
		{"signed otherwise", sign(t, issuer.Key, "k1", jose.RS512, good), fault.KindUnauthenticated},
		{"signed with a shared secret", sign(t, []byte(strings.Repeat("k", 64)), "k1", jose.HS256, good), fault.KindUnauthenticated},
		{"not signed", "eyJhbGciOiJub25lIn0." + parts[1] + ".", fault.KindUnauthenticated},
		{"another payload", parts[0] + "." + strings.Split(sign(t, other, "k1", jose.RS256, said(identitytest.Claims{"email": "boss@example.org"})), ".")[1] + "." + parts[2], fault.KindUnauthenticated},
		{"another issuer", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"iss": "https://example.org"})), fault.KindUnauthenticated},
		{"another audience", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"aud": "x"})), fault.KindUnauthenticated},
		{"expired", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"exp": time.Now().Add(-time.Minute).Unix()})), fault.KindUnauthenticated},
		{"another person", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"sub": "ben"})), fault.KindUnauthenticated},
		{"e-mail not verified", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"email_verified": false})), fault.KindForbidden},
		{"e-mail not verified, in words", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"email_verified": "false"})), fault.KindForbidden},
		{"nothing said about the e-mail", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"email_verified": nil})), fault.KindForbidden},
		{"an odd word about the e-mail", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"email_verified": identitytest.Claims{"a": 1}})), fault.KindForbidden},
		{"no e-mail", sign(t, issuer.Key, "k1", jose.RS256, said(identitytest.Claims{"email": ""})), fault.KindForbidden},
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
	issuer := identitytest.Start(t)
	said := func(changes identitytest.Claims) identitytest.Claims {
		return issuer.Claims("ana", "ana@example.org", "Ana López", changes)
	}
	token := sign(t, issuer.Key, "k1", jose.RS256, said(nil))
	verifier := NewIssuer(issuer.URL, "kith-dashboard")
	issuer.Broken.Store(true)
	if _, err := verifier.Verify(context.Background(), token, "ana"); !fault.Is(err, fault.KindUnavailable) {
		t.Fatalf("while the issuer is down: %v", err)
	}
	issuer.Broken.Store(false)
	if _, err := verifier.Verify(context.Background(), token, "ana"); err != nil {
		t.Fatalf("once it is up: %v", err)
	}
	issuer.Broken.Store(true)
	if _, err := verifier.Verify(context.Background(), token, "ana"); err != nil {
		t.Fatalf("with the keys at hand: %v", err)
	}
	unknown := sign(t, issuer.Key, "k2", jose.RS256, said(nil))
	// Whoever comes right behind the fetch above may still be judged by its keys: the library notes a moment later that it is over.
	for patience := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		_, err := verifier.Verify(context.Background(), unknown, "ana")
		if fault.Is(err, fault.KindUnavailable) {
			break
		}
		if !fault.Is(err, fault.KindUnauthenticated) || time.Now().After(patience) {
			t.Fatalf("a new key while the issuer is down: %v", err)
		}
	}
}
