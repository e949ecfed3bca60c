package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// Authorizer is a JWT authorizer. It reads the issuer's configuration at the first token, caches the issuer's keys, and
// fetches them again when a token names a key that the cache lacks.
type Authorizer struct {
	Name     string
	Issuer   string
	Audience []string
	// Header names the request header that carries the token; empty for Authorization.
	Header string
	// Scopes are required on routes that name none of their own.
	Scopes []string

	mu   sync.Mutex
	keys oidc.KeySet // nil until the issuer's configuration was read
}

// issuerTimeout limits each request to the issuer.
const issuerTimeout = 5 * time.Second

// token is a verified token.
type token struct {
	claims  map[string]string
	scopes  []string
	granted []string // the route's scopes that the token has
}

// API Gateway accepts RSA signatures only.
var (
	algorithms     = []string{oidc.RS256, oidc.RS384, oidc.RS512}
	joseAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512}
)

var errNoToken = errors.New("there is no token")

// verify returns the request's token. It fails with the reason for the 401.
func (a *Authorizer) verify(r *http.Request) (*token, error) {
	header := a.Header
	if header == "" {
		header = "Authorization"
	}
	raw := r.Header.Get(header)
	if raw == "" {
		return nil, errNoToken
	}
	scheme, rest, found := strings.Cut(raw, " ")
	if found && strings.EqualFold(scheme, "Bearer") {
		raw = strings.TrimSpace(rest)
	}
	verified, err := a.verifySignature(r.Context(), raw)
	if err != nil {
		return nil, err
	}
	claims, err := claimsOf(verified)
	if err != nil {
		return nil, err
	}
	err = a.checkClaims(verified, claims, time.Now())
	if err != nil {
		return nil, err
	}
	t := &token{claims: map[string]string{}, scopes: scopesOf(claims)}
	for name, value := range claims {
		t.claims[name] = claimText(value)
	}
	return t, nil
}

// verifySignature checks that one of the issuer's keys signed the token, the issuer and the expiry. The other claims are
// checked by checkClaims: API Gateway's rules for them differ from those of an ID token.
func (a *Authorizer) verifySignature(ctx context.Context, raw string) (*oidc.IDToken, error) {
	jws, err := jose.ParseSigned(raw, joseAlgorithms)
	if err != nil {
		return nil, errors.New("the token is not a JWT with an RSA signature")
	}
	// API Gateway requires a key id; go-oidc would try every key.
	if jws.Signatures[0].Header.KeyID == "" {
		return nil, errors.New("the token has no kid")
	}
	keys, err := a.keySet(ctx)
	if err != nil {
		return nil, fmt.Errorf("the issuer's keys are not available: %w", err)
	}
	verifier := oidc.NewVerifier(a.Issuer, keys, &oidc.Config{SkipClientIDCheck: true, SupportedSigningAlgs: algorithms})
	verified, err := verifier.Verify(ctx, raw)
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return nil, errors.New("the token has expired")
	}
	if err != nil {
		return nil, fmt.Errorf("the token is invalid: %w", err)
	}
	return verified, nil
}

// keySet returns the issuer's keys. A failure to read the issuer's configuration is not cached.
func (a *Authorizer) keySet(ctx context.Context) (oidc.KeySet, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys != nil {
		return a.keys, nil
	}
	ctx = oidc.ClientContext(ctx, &http.Client{Timeout: issuerTimeout})
	provider, err := oidc.NewProvider(ctx, a.Issuer)
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller adds the context
	}
	var configuration struct {
		KeysURL string `json:"jwks_uri"`
	}
	err = provider.Claims(&configuration)
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller adds the context
	}
	a.keys = oidc.NewRemoteKeySet(ctx, configuration.KeysURL)
	return a.keys, nil
}

// claimsOf returns all claims, numbers as they are written in the token.
func claimsOf(verified *oidc.IDToken) (map[string]any, error) {
	var document json.RawMessage
	claims := map[string]any{}
	err := verified.Claims(&document)
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(document))
		decoder.UseNumber()
		err = decoder.Decode(&claims)
	}
	if err != nil {
		return nil, fmt.Errorf("read the token's claims: %w", err)
	}
	return claims, nil
}

// checkClaims checks the audience and the times that go-oidc checks differently: client_id replaces a missing aud, and nbf
// has no leeway.
func (a *Authorizer) checkClaims(verified *oidc.IDToken, claims map[string]any, now time.Time) error {
	audience := verified.Audience
	if len(audience) == 0 {
		audience = texts(claims["client_id"])
	}
	if !slices.ContainsFunc(audience, func(s string) bool { return slices.Contains(a.Audience, s) }) {
		return errors.New("the token has an invalid audience")
	}
	notBefore, ok := seconds(claims["nbf"])
	if ok && now.Before(notBefore) {
		return errors.New("the token is not valid yet")
	}
	// A second of leeway: issuer and gateway share this machine's clock, but issued-at is rounded.
	if now.Add(time.Second).Before(verified.IssuedAt) {
		return errors.New("the token was issued in the future")
	}
	return nil
}

// challenge returns the WWW-Authenticate header of a 401.
func challenge(err error) string {
	if errors.Is(err, errNoToken) {
		return "Bearer"
	}
	return `Bearer scope="" error="invalid_token" error_description="` + strings.ReplaceAll(err.Error(), `"`, `'`) + `"`
}

func scopesOf(claims map[string]any) []string {
	for _, name := range []string{"scope", "scp"} {
		switch v := claims[name].(type) {
		case string:
			return strings.Fields(v)
		case []any:
			return texts(v)
		}
	}
	return nil
}

// texts returns the strings of a claim that is a string or a list.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, item := range v {
			s, ok := item.(string)
			if ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

func seconds(value any) (time.Time, bool) {
	n, ok := value.(json.Number)
	if !ok {
		return time.Time{}, false
	}
	f, err := n.Float64()
	if err != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(f * 1000)), true
}

// claimText formats a claim as API Gateway passes it to functions: every claim is a string, a list is in brackets.
func claimText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = claimText(item)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case map[string]any:
		doc, err := json.Marshal(v)
		if err == nil {
			return string(doc)
		}
	}
	return fmt.Sprint(value)
}
