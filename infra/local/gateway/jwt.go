package gateway

import (
	"context"
	"crypto"
	"crypto/rsa"
	_ "crypto/sha256" // for RS256
	_ "crypto/sha512" // for RS384 and RS512
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Authorizer is a JWT authorizer. It keeps the issuer's keys and fetches them again when a token names one it lacks.
type Authorizer struct {
	Name     string
	Issuer   string
	Audience []string
	// Header is where the token stands, by default Authorization.
	Header string
	// Scopes are asked for on routes that name none of their own.
	Scopes []string

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey
	fetched time.Time
}

// refetch is how soon the keys may be asked for again.
const refetch = time.Second

// token is a token that was found good.
type token struct {
	claims  map[string]string
	scopes  []string
	granted []string // those that the route asks for
}

var algorithms = map[string]crypto.Hash{"RS256": crypto.SHA256, "RS384": crypto.SHA384, "RS512": crypto.SHA512}

// check returns the request's token, or an error that says why the gateway answers 401.
func (a *Authorizer) check(r *http.Request) (*token, error) {
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
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, errors.New("the token is not a JWT")
	}
	err := a.verify(r.Context(), parts)
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	decoder := json.NewDecoder(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(parts[1])))
	decoder.UseNumber()
	err = decoder.Decode(&claims)
	if err != nil {
		return nil, errors.New("the token's claims can't be read")
	}
	err = a.checkClaims(claims, time.Now())
	if err != nil {
		return nil, err
	}
	t := &token{claims: map[string]string{}, scopes: scopesOf(claims)}
	for name, value := range claims {
		t.claims[name] = claimText(value)
	}
	return t, nil
}

var errNoToken = errors.New("there is no token")

// challenge is the WWW-Authenticate header of a refusal.
func challenge(err error) string {
	if errors.Is(err, errNoToken) {
		return "Bearer"
	}
	return `Bearer scope="" error="invalid_token" error_description="` + strings.ReplaceAll(err.Error(), `"`, `'`) + `"`
}

func (a *Authorizer) verify(ctx context.Context, parts []string) error {
	var header struct {
		Alg string `json:"alg"`
		Kid string `json:"kid"`
	}
	plain, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return errors.New("the token's header can't be read")
	}
	err = json.Unmarshal(plain, &header)
	if err != nil {
		return errors.New("the token's header can't be read")
	}
	hash, ok := algorithms[header.Alg]
	if !ok {
		return errors.New("the token is not signed with RSA")
	}
	key, err := a.key(ctx, header.Kid)
	if err != nil {
		return err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return errors.New("the signature can't be read")
	}
	h := hash.New()
	_, _ = h.Write([]byte(parts[0] + "." + parts[1]))
	err = rsa.VerifyPKCS1v15(key, hash, h.Sum(nil), signature)
	if err != nil {
		return errors.New("the signature is invalid")
	}
	return nil
}

func (a *Authorizer) checkClaims(claims map[string]any, now time.Time) error {
	if claims["iss"] != a.Issuer {
		return errors.New("the token's issuer does not match the authorizer's")
	}
	audience := texts(claims["aud"])
	if len(audience) == 0 {
		audience = texts(claims["client_id"])
	}
	if !slices.ContainsFunc(audience, func(s string) bool { return slices.Contains(a.Audience, s) }) {
		return errors.New("the token has an invalid audience")
	}
	exp, ok := seconds(claims["exp"])
	if !ok || !now.Before(exp) {
		return errors.New("the token has expired")
	}
	nbf, ok := seconds(claims["nbf"])
	if ok && now.Before(nbf) {
		return errors.New("the token is not valid yet")
	}
	iat, ok := seconds(claims["iat"])
	// A second of grace: both clocks are this machine's, but issued-at is rounded.
	if ok && now.Add(time.Second).Before(iat) {
		return errors.New("the token was issued in the future")
	}
	return nil
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

// claimText writes a claim as the gateway hands it on: all claims are strings, a list stands in brackets.
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

// key returns the issuer's key of that id.
func (a *Authorizer) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := a.keys[id]
	if key != nil {
		return key, nil
	}
	if time.Since(a.fetched) > refetch {
		keys, err := a.fetch(ctx)
		if err != nil {
			return nil, fmt.Errorf("the issuer's keys could not be had: %w", err)
		}
		a.keys, a.fetched = keys, time.Now()
	}
	key = a.keys[id]
	if key == nil {
		return nil, errors.New("the issuer has no key of the token's kid")
	}
	return key, nil
}

func (a *Authorizer) fetch(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var about struct {
		JWKS string `json:"jwks_uri"`
	}
	err := get(ctx, strings.TrimSuffix(a.Issuer, "/")+"/.well-known/openid-configuration", &about)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []struct{ Kty, Kid, N, E string }
	}
	err = get(ctx, about.JWKS, &set)
	if err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(k.N)
		e, errE := base64.RawURLEncoding.DecodeString(k.E)
		if k.Kty != "RSA" || errN != nil || errE != nil || len(e) > 4 {
			continue
		}
		keys[k.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	return keys, nil
}

func get(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, res.Status)
	}
	err = json.NewDecoder(res.Body).Decode(into)
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", address, err)
	}
	return nil
}
