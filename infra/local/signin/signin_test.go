package signin_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/infra/local/signin"
)

const (
	client   = "kith-dashboard"
	resource = "https://api.kith.example"
	callback = "http://127.0.0.1:4321/callback"
)

func newServerFixture(t *testing.T, state, address string) *signin.Server {
	t.Helper()
	s, err := signin.Start(context.Background(), signin.Config{
		Address: address, Resource: resource, Scopes: []string{"kith/api"}, State: state, Packages: "..", Log: t.Output(),
		Clients: []signin.Client{{ID: client, Redirects: []string{"http://127.0.0.1/callback"}, Logouts: []string{"http://127.0.0.1/"}, Rotate: true}},
		People:  []signin.Person{{Email: "ada@example.org", Name: "Ada Adler"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := s.Close()
		if err != nil {
			t.Error(err)
		}
	})
	return s
}

// browser keeps cookies and does not follow redirects to the client's address.
type browser struct {
	t         *testing.T
	s         *signin.Server
	http      *http.Client
	discovery map[string]any
	verifier  string
}

func newBrowser(t *testing.T, s *signin.Server) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, s: s, verifier: strings.Repeat("v", 43)}
	b.http = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), "http://127.0.0.1:4321/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	_, _, text := b.do(http.MethodGet, s.Issuer()+"/.well-known/openid-configuration", nil)
	b.decode(text, &b.discovery)
	return b
}

func (b *browser) decode(text string, v any) {
	b.t.Helper()
	err := json.Unmarshal([]byte(text), v)
	if err != nil {
		b.t.Fatalf("%v: %s", err, text)
	}
}

// do sends a request and returns the status, the last address (the Location of a redirect to the client, else the page's
// address) and the text.
func (b *browser) do(method, address string, form url.Values) (int, *url.URL, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	err = res.Body.Close()
	if err != nil {
		b.t.Fatal(err)
	}
	at := res.Request.URL
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		at, err = res.Location()
		if err != nil {
			b.t.Fatal(err)
		}
	}
	return res.StatusCode, at, string(text)
}

func (b *browser) authorize(change url.Values) (int, *url.URL, string) {
	b.t.Helper()
	sum := sha256.Sum256([]byte(b.verifier))
	q := url.Values{
		"response_type": {"code"}, "client_id": {client}, "redirect_uri": {callback}, "scope": {"openid email profile kith/api"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
	for k, v := range change {
		q[k] = v
		if v == nil {
			q.Del(k)
		}
	}
	return b.do(http.MethodGet, b.discovery["authorization_endpoint"].(string)+"?"+q.Encode(), nil)
}

var (
	action = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	hidden = regexp.MustCompile(`name="xsrf" value="([^"]+)"`)
)

// signIn submits the sign-in form and returns the code.
func (b *browser) signIn(change, form url.Values) string {
	b.t.Helper()
	status, _, text := b.authorize(change)
	m := action.FindStringSubmatch(text)
	if status != http.StatusOK || m == nil || strings.Contains(text, "<script") {
		b.t.Fatalf("%d: %s", status, text)
	}
	_, at, text := b.do(http.MethodPost, b.s.Issuer()+m[1], form)
	// Another person in the same browser: the first one is signed out, with a form that a script submits.
	if xsrf := hidden.FindStringSubmatch(text); xsrf != nil {
		_, at, text = b.do(http.MethodPost, b.s.Issuer()+"/logout/confirm", url.Values{"xsrf": {xsrf[1]}, "logout": {"yes"}})
	}
	if at.Query().Get("code") == "" || at.Query().Get("state") != "s" {
		b.t.Fatalf("signing in redirected to %s: %s", at, text)
	}
	return at.Query().Get("code")
}

type tokens struct {
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	Refresh string `json:"refresh_token"`
	Expires int    `json:"expires_in"`
	Error   string `json:"error"`
}

func (b *browser) token(form url.Values) tokens {
	b.t.Helper()
	form.Set("client_id", client)
	_, _, text := b.do(http.MethodPost, b.discovery["token_endpoint"].(string), form)
	var out tokens
	b.decode(text, &out)
	return out
}

func (b *browser) exchange(code string) tokens {
	b.t.Helper()
	return b.token(url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {b.verifier},
	})
}

// claims verifies a token's signature with the issuer's keys and returns the claims.
func (b *browser) claims(token string) map[string]any {
	b.t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		b.t.Fatalf("%q is not a JWT", token)
	}
	raw := make([][]byte, 3)
	for i, p := range parts {
		var err error
		raw[i], err = base64.RawURLEncoding.DecodeString(p)
		if err != nil {
			b.t.Fatal(err)
		}
	}
	var head struct{ Alg, Kid string }
	b.decode(string(raw[0]), &head)
	_, _, text := b.do(http.MethodGet, b.discovery["jwks_uri"].(string), nil)
	var set struct {
		Keys []struct{ Kid, N, E, D string }
	}
	b.decode(text, &set)
	for _, k := range set.Keys {
		if k.D != "" {
			b.t.Error("the private key is published")
		}
		if k.Kid != head.Kid || head.Alg != "RS256" {
			continue
		}
		n, errN := base64.RawURLEncoding.DecodeString(k.N)
		e, errE := base64.RawURLEncoding.DecodeString(k.E)
		if errN != nil || errE != nil {
			b.t.Fatal(errN, errE)
		}
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], raw[2])
		if err != nil {
			b.t.Fatal(err)
		}
		var claims map[string]any
		b.decode(string(raw[1]), &claims)
		return claims
	}
	b.t.Fatalf("no key %q with %s among %s", head.Kid, head.Alg, text)
	return nil
}

func person() url.Values {
	return url.Values{"email": {fmt.Sprintf("zoe-%s@example.org", rand.Text())}, "name": {`Zoë O'Brien <&>`}}
}

func TestSignIn_WithPKCE_IssuesTokens(t *testing.T) {
	s := newServerFixture(t, t.TempDir(), "127.0.0.1:0")
	b := newBrowser(t, s)
	form := person()
	got := b.exchange(b.signIn(nil, form))
	if got.Expires != 3600 || got.Refresh == "" {
		t.Errorf("tokens: %+v", got)
	}
	id := b.claims(got.ID)
	if id["iss"] != s.Issuer() || id["aud"] != client || id["email"] != form.Get("email") || id["email_verified"] != true ||
		id["name"] != form.Get("name") || id["nonce"] != "n" || id["token_use"] != "id" || id["auth_time"] == nil {
		t.Errorf("ID token says %v", id)
	}
	access := b.claims(got.Access)
	if access["iss"] != s.Issuer() || access["client_id"] != client || access["aud"] != client || access["token_use"] != "access" ||
		access["sub"] != id["sub"] || access["username"] != id["sub"] {
		t.Errorf("access token says %v", access)
	}
	if scope, _ := access["scope"].(string); !strings.Contains(" "+scope+" ", " kith/api ") {
		t.Errorf("access token's scope is %q", scope)
	}
	if life := access["exp"].(float64) - access["iat"].(float64); life != 3600 {
		t.Errorf("access token is valid for %v s", life)
	}

	again := b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got.Refresh}})
	if b.claims(again.Access)["sub"] != id["sub"] || b.claims(again.ID)["email"] != form.Get("email") {
		t.Errorf("refreshed: %+v", again)
	}

	_, at, _ := b.authorize(nil)
	if at.Query().Get("code") == "" {
		t.Errorf("a person who is signed in must sign in again: %s", at)
	}
	other := b.exchange(b.signIn(url.Values{"prompt": {"login"}}, url.Values{"person": {subjectOfAda(b)}}))
	if b.claims(other.ID)["email"] != "ada@example.org" {
		t.Errorf("a known person signed in as %v", b.claims(other.ID))
	}
}

func TestToken_RefreshTokenUsedTwice_EndsTheSession(t *testing.T) {
	b := newBrowser(t, newServerFixture(t, t.TempDir(), "127.0.0.1:0"))
	first := b.exchange(b.signIn(nil, person()))
	second := b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.Refresh}})
	if second.Access == "" || second.Refresh == "" || second.Refresh == first.Refresh {
		t.Fatalf("the first use returns %+v", second)
	}
	for _, token := range []string{first.Refresh, second.Refresh} { // somebody who has the first may have the second too
		if again := b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}); again.Access != "" {
			t.Errorf("a refresh token works after one was used twice: %+v", again)
		}
	}
}

// subjectOfAda returns the value of the button of the configured person.
func subjectOfAda(b *browser) string {
	_, _, text := b.authorize(url.Values{"prompt": {"login"}})
	return regexp.MustCompile(`name="person" value="([^"]+)"[^>]*>Ada Adler`).FindStringSubmatch(text)[1]
}

func TestAuthorize_InvalidRequest_IsRejected(t *testing.T) {
	s := newServerFixture(t, t.TempDir(), "127.0.0.1:0")
	b := newBrowser(t, s)
	for name, change := range map[string]url.Values{
		"no challenge": {"code_challenge": nil, "code_challenge_method": nil},
		"plain":        {"code_challenge_method": {"plain"}},
		"scope":        {"prompt": {"none"}},
		"resource":     {"resource": {"https://elsewhere.example"}},
	} {
		_, at, text := b.authorize(change)
		if at.Query().Get("error") == "" {
			t.Errorf("%s: redirected to %s: %s", name, at, text)
		}
	}
	status, _, _ := b.authorize(url.Values{"redirect_uri": {"http://127.0.0.1:4321/elsewhere"}})
	if status != http.StatusBadRequest {
		t.Errorf("an unregistered redirect address: %d", status)
	}
	code := b.signIn(nil, person())
	b.verifier = strings.Repeat("w", 43)
	if got := b.exchange(code); got.Error != "invalid_grant" {
		t.Errorf("another verifier: %+v", got)
	}
}

func TestSignInForm_InvalidInput_ShowsTheError(t *testing.T) {
	b := newBrowser(t, newServerFixture(t, t.TempDir(), "127.0.0.1:0"))
	_, _, text := b.authorize(nil)
	to := b.s.Issuer() + action.FindStringSubmatch(text)[1]
	status, _, text := b.do(http.MethodPost, to, url.Values{"email": {"nobody"}})
	if status != http.StatusBadRequest || !strings.Contains(text, "Enter an email address.") {
		t.Errorf("%d: %s", status, text)
	}
	_, at, _ := b.do(http.MethodPost, to, url.Values{"email": {"un@example.org"}, "name": {"Un"}, "verified": {"false"}})
	if id := b.claims(b.exchange(at.Query().Get("code")).ID); id["email_verified"] != false {
		t.Errorf("an unverified address: %v", id)
	}
}

func TestSignOut_SignedIn_EndsTheSession(t *testing.T) {
	b := newBrowser(t, newServerFixture(t, t.TempDir(), "127.0.0.1:0"))
	got := b.exchange(b.signIn(nil, person()))
	out := b.discovery["end_session_endpoint"].(string) + "?" + url.Values{
		"id_token_hint": {got.ID}, "post_logout_redirect_uri": {"http://127.0.0.1:4321/"},
	}.Encode()
	_, _, text := b.do(http.MethodGet, out, nil)
	m := action.FindStringSubmatch(text)
	x := hidden.FindStringSubmatch(text)
	if m == nil || x == nil {
		t.Fatal(text)
	}
	_, at, _ := b.do(http.MethodPost, m[1], url.Values{"xsrf": {x[1]}, "logout": {"yes"}})
	if at.String() != "http://127.0.0.1:4321/" {
		t.Errorf("signing out redirected to %s", at)
	}
	_, at, _ = b.authorize(nil)
	if at.Query().Get("code") != "" {
		t.Error("still signed in")
	}
}

func TestServer_Restart_KeepsKeysPeopleAndSessions(t *testing.T) {
	state := t.TempDir()
	s := newServerFixture(t, state, "127.0.0.1:0")
	b := newBrowser(t, s)
	form := person()
	first := b.exchange(b.signIn(nil, form))
	err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	newServerFixture(t, state, strings.TrimPrefix(s.Issuer(), "http://"))
	b.claims(first.Access)
	again := b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.Refresh}})
	if b.claims(again.ID)["email"] != form.Get("email") {
		t.Errorf("refreshed after a restart: %+v", again)
	}
	_, _, text := newBrowser(t, s).authorize(nil)
	if !strings.Contains(text, "Zo") {
		t.Error("the person is missing")
	}
	if at := time.Unix(int64(b.claims(again.Access)["iat"].(float64)), 0); time.Since(at) > time.Minute {
		t.Errorf("new token is from %s", at)
	}
}

func TestRoot_OfIssuer_NamesTheApps(t *testing.T) {
	b := newBrowser(t, newServerFixture(t, t.TempDir(), "127.0.0.1:0"))
	status, _, text := b.do(http.MethodGet, b.s.Issuer()+"/", nil)
	if status != http.StatusOK || !strings.Contains(text, `<a href="http://127.0.0.1/">`) {
		t.Errorf("%d: %s", status, text)
	}
}
