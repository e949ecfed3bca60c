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

func TestVerify_Tokens_AcceptedOrRejected(t *testing.T) {
	issuer := identitytest.Start(t)
	newClaims := func(changes identitytest.Claims) identitytest.Claims {
		return issuer.Claims("ana", "ana@example.org", "Ana López", changes)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := newClaims(nil)
	token := sign(t, issuer.Key, "k1", jose.RS256, good)
	parts := strings.Split(token, ".")
	verifier := NewIssuer(issuer.URL, identitytest.ClientID)
	for _, c := range []struct {
		name  string
		token string
		want  fault.Kind
	}{
		{"valid", token, ""},
		{"email_verified as a string", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"email_verified": "true"})), ""},
		{"several audiences, authorized for this client", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"aud": []string{"x", "kith-dashboard"}, "azp": "kith-dashboard"})), ""},
		{"several audiences, authorized for another client", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"aud": []string{"x", "kith-dashboard"}, "azp": "x"})), fault.KindUnauthenticated},
		{"several audiences, no authorized party", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"aud": []string{"x", "kith-dashboard"}})), fault.KindUnauthenticated},
		{"no token", "", fault.KindUnauthenticated},
		{"malformed", "a.b.c", fault.KindUnauthenticated},
		{"signed by another key", sign(t, other, "k1", jose.RS256, good), fault.KindUnauthenticated},
		{"signed by an unknown key", sign(t, other, "k2", jose.RS256, good), fault.KindUnauthenticated},
		{"another algorithm", sign(t, issuer.Key, "k1", jose.RS512, good), fault.KindUnauthenticated},
		{"signed with a shared secret", sign(t, []byte(strings.Repeat("k", 64)), "k1", jose.HS256, good), fault.KindUnauthenticated},
		{"not signed", "eyJhbGciOiJub25lIn0." + parts[1] + ".", fault.KindUnauthenticated},
		{"another payload", parts[0] + "." + strings.Split(sign(t, other, "k1", jose.RS256, newClaims(identitytest.Claims{"email": "boss@example.org"})), ".")[1] + "." + parts[2], fault.KindUnauthenticated},
		{"another issuer", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"iss": "https://example.org"})), fault.KindUnauthenticated},
		{"another audience", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"aud": "x"})), fault.KindUnauthenticated},
		{"expired", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"exp": time.Now().Add(-time.Minute).Unix()})), fault.KindUnauthenticated},
		{"another person", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"sub": "ben"})), fault.KindUnauthenticated},
		{"email not verified", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"email_verified": false})), fault.KindForbidden},
		{"email not verified, as a string", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"email_verified": "false"})), fault.KindForbidden},
		{"no email_verified", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"email_verified": nil})), fault.KindForbidden},
		{"email_verified of another type", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"email_verified": identitytest.Claims{"a": 1}})), fault.KindForbidden},
		{"no email", sign(t, issuer.Key, "k1", jose.RS256, newClaims(identitytest.Claims{"email": ""})), fault.KindForbidden},
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

func TestVerifyFresh_RefreshedToken_IsAsOldAsItsSignIn(t *testing.T) {
	issuer := identitytest.Start(t)
	verifier := NewIssuer(issuer.URL, identitytest.ClientID)
	for _, c := range []struct {
		name     string
		authTime any
		want     fault.Kind
	}{
		{"recent sign-in", time.Now().Add(-9 * time.Minute).Unix(), ""},
		{"refreshed token", time.Now().Add(-11 * time.Minute).Unix(), fault.KindUnauthenticated},
		{"no auth_time", nil, fault.KindUnauthenticated},
		{"auth_time of another type", "now", fault.KindUnauthenticated},
	} {
		token := issuer.Token(t, issuer.Claims("ana", "ana@example.org", "Ana", identitytest.Claims{"auth_time": c.authTime}))
		if _, err := verifier.VerifyFresh(t.Context(), token, "ana", 10*time.Minute); fault.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestVerify_IssuerDown_RetriesDiscovery(t *testing.T) {
	issuer := identitytest.Start(t)
	newClaims := func(changes identitytest.Claims) identitytest.Claims {
		return issuer.Claims("ana", "ana@example.org", "Ana López", changes)
	}
	token := sign(t, issuer.Key, "k1", jose.RS256, newClaims(nil))
	verifier := NewIssuer(issuer.URL, "kith-dashboard")
	issuer.Broken.Store(true)
	if _, err := verifier.Verify(context.Background(), token, "ana"); !fault.Is(err, fault.KindUnavailable) {
		t.Fatalf("while the issuer is down: %v", err)
	}
	issuer.Broken.Store(false)
	if _, err := verifier.Verify(context.Background(), token, "ana"); err != nil {
		t.Fatalf("after it is up again: %v", err)
	}
	issuer.Broken.Store(true)
	if _, err := verifier.Verify(context.Background(), token, "ana"); err != nil {
		t.Fatalf("with cached keys: %v", err)
	}
	unknown := sign(t, issuer.Key, "k2", jose.RS256, newClaims(nil))
	// A call directly after the last fetch may still use its result: the library marks the fetch as finished a moment later.
	for deadline := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		_, err := verifier.Verify(context.Background(), unknown, "ana")
		if fault.Is(err, fault.KindUnavailable) {
			break
		}
		if !fault.Is(err, fault.KindUnauthenticated) || time.Now().After(deadline) {
			t.Fatalf("a new key while the issuer is down: %v", err)
		}
	}
}
