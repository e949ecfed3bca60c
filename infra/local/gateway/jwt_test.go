package gateway

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
)

// issuer signs tokens and serves its keys.
type issuer struct {
	url string
	key *rsa.PrivateKey
	kid string
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, kid: "one"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var doc any = map[string]string{"issuer": i.url, "jwks_uri": i.url + "/keys"}
		if r.URL.Path == "/keys" {
			doc = map[string]any{"keys": []map[string]string{{
				"kty": "RSA", "kid": i.kid, "n": encode(i.key.N.Bytes()), "e": encode(big.NewInt(int64(i.key.E)).Bytes()),
			}}}
		}
		_ = json.NewEncoder(w).Encode(doc)
	}))
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (i *issuer) sign(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	parts := make([]string, 2)
	for n, part := range []map[string]any{header, claims} {
		doc, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		parts[n] = encode(doc)
	}
	text := strings.Join(parts, ".")
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

func TestAuthorizer_AnyToken_IsVerified(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	f, server := newAPIFixture(t, Config{Routes: []Route{{
		Method: "GET", Path: "/a", Function: "f", Scopes: []string{"kith/api"},
		Authorizer: &Authorizer{Name: "Issuer", Issuer: i.url, Audience: []string{"client"}},
	}}})
	now := time.Now().Unix()
	good := func() map[string]any {
		return map[string]any{
			"iss": i.url, "aud": "client", "exp": now + 60, "iat": now, "scope": "openid kith/api", "sub": "s",
			"list": []any{"a", "b"}, "yes": true, "number": 12345678901,
		}
	}
	with := func(key string, value any) map[string]any {
		c := good()
		if value == nil {
			delete(c, key)
		} else {
			c[key] = value
		}
		return c
	}
	header := map[string]any{"alg": "RS256", "kid": "one"}
	for name, c := range map[string]struct {
		token  string
		status int
	}{
		"good":              {i.sign(t, header, good()), 200},
		"no token":          {"", 401},
		"no JWT":            {"abc", 401},
		"not base64":        {"?.?.?", 401},
		"other signature":   {other.sign(t, header, good()), 401},
		"unknown key":       {i.sign(t, map[string]any{"alg": "RS256", "kid": "two"}, good()), 401},
		"no kid":            {i.sign(t, map[string]any{"alg": "RS256"}, good()), 401},
		"no algorithm":      {i.sign(t, map[string]any{"alg": "none", "kid": "one"}, good()), 401},
		"HMAC":              {i.sign(t, map[string]any{"alg": "HS256", "kid": "one"}, good()), 401},
		"other issuer":      {i.sign(t, header, with("iss", "http://other")), 401},
		"other audience":    {i.sign(t, header, with("aud", "other")), 401},
		"one of audiences":  {i.sign(t, header, with("aud", []any{"other", "client"})), 200},
		"expired":           {i.sign(t, header, with("exp", now-1)), 401},
		"no expiry":         {i.sign(t, header, with("exp", nil)), 401},
		"not yet valid":     {i.sign(t, header, with("nbf", now+60)), 401},
		"from the future":   {i.sign(t, header, with("iat", now+60)), 401},
		"no scope":          {i.sign(t, header, with("scope", nil)), 403},
		"other scope":       {i.sign(t, header, with("scope", "openid kith/apis")), 403},
		"scp list":          {i.sign(t, header, func() map[string]any { c := with("scope", nil); c["scp"] = []any{"kith/api"}; return c }()), 200},
		"client_id, no aud": {i.sign(t, header, func() map[string]any { c := with("aud", nil); c["client_id"] = "client"; return c }()), 200},
		"client_id and aud": {i.sign(t, header, func() map[string]any { c := with("aud", "other"); c["client_id"] = "client"; return c }()), 401},
	} {
		headers := []string{}
		if c.token != "" {
			headers = []string{"Authorization", "Bearer " + c.token}
		}
		f.name = ""
		res, body := request(t, "GET", server.URL+"/a", "", headers...)
		want := map[int]string{200: "ok", 401: `{"message":"Unauthorized"}`, 403: `{"message":"Forbidden"}`}[c.status]
		if res.StatusCode != c.status || body != want {
			t.Errorf("%s: %s %s", name, res.Status, body)
		}
		if c.status != 200 && (f.name != "" || res.Header.Get("Www-Authenticate") == "") {
			t.Errorf("%s: the function was invoked, or there is no challenge: %v", name, res.Header)
		}
	}
	request(t, "GET", server.URL+"/a", "", "Authorization", "Bearer "+i.sign(t, header, good()))
	jwt := f.last.RequestContext.Authorizer.JWT
	if jwt.Claims["list"] != "[a b]" || jwt.Claims["yes"] != "true" || jwt.Claims["number"] != "12345678901" ||
		jwt.Claims["sub"] != "s" || strings.Join(jwt.Scopes, " ") != "kith/api" {
		t.Errorf("the event has %+v", jwt)
	}
}

func TestAuthorizer_NewKey_IsFetched(t *testing.T) {
	i := newIssuer(t)
	a := &Authorizer{Issuer: i.url, Audience: []string{"client"}}
	_, server := newAPIFixture(t, Config{Routes: []Route{{Method: "GET", Path: "/a", Function: "f", Authorizer: a}}})
	claims := map[string]any{"iss": i.url, "aud": "client", "exp": time.Now().Unix() + 60}
	request(t, "GET", server.URL+"/a", "", "Authorization", i.sign(t, map[string]any{"alg": "RS256", "kid": "one"}, claims))
	i.kid = "two"
	res, _ := request(t, "GET", server.URL+"/a", "", "Authorization", i.sign(t, map[string]any{"alg": "RS256", "kid": "two"}, claims))
	if res.StatusCode != 200 {
		t.Errorf("a token of a new key: %s", res.Status)
	}
}

func TestAccessLog_RefusedRequest_HasTheSubjectOfItsToken(t *testing.T) {
	i := newIssuer(t)
	var line string
	f, server := newAPIFixture(t, Config{
		Routes:    []Route{{Method: "GET", Path: "/a", Function: "f", Authorizer: &Authorizer{Issuer: i.url, Audience: []string{"client"}}}},
		AccessLog: `{"status":"$context.status","subject":"$context.authorizer.claims.sub"}`,
		LogLine:   func(_, text string) { line = text },
	})
	f.respond = func(context.Context, string, []byte) (lambda.Result, error) {
		return lambda.Result{Payload: []byte(`{"statusCode":404}`)}, nil
	}
	token := i.sign(t, map[string]any{"alg": "RS256", "kid": "one"}, map[string]any{
		"iss": i.url, "aud": "client", "exp": time.Now().Unix() + 60, "sub": "person-1",
	})
	for authorization, want := range map[string]string{
		"Bearer " + token: `{"status":"404","subject":"person-1"}`, "Bearer x": `{"status":"401","subject":"-"}`,
	} {
		request(t, "GET", server.URL+"/a", "", "Authorization", authorization)
		if line != want {
			t.Errorf("the line is %s, want %s", line, want)
		}
	}
}
