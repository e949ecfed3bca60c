// Package identity verifies the ID tokens of an OpenID Connect issuer. It does not verify access tokens (the gateway's
// authorizer does) and knows no users or roles.
package identity

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

// Issuer verifies the ID tokens that one issuer creates for one client. It is safe for concurrent use.
type Issuer struct {
	url      string
	clientID string
	http     *http.Client
	now      func() time.Time // expiry is compared with the machine's clock

	mu   sync.Mutex
	keys oidc.KeySet // nil until discovery has succeeded
}

// NewIssuer returns a verifier. It sends no request to the issuer before the first token.
func NewIssuer(url, clientID string) *Issuer {
	return &Issuer{url: url, clientID: clientID, http: &http.Client{Timeout: 5 * time.Second}, now: time.Now}
}

// Verify verifies an ID token and returns its claims. The token must be signed with RS256 by one of the issuer's keys, be
// created for the client, not be expired, and have the subject, which the request's access token has; its email address
// must be verified.
//
// Unauthenticated: the token does not satisfy this. Forbidden: the email address is not verified. Unavailable: the
// issuer's keys could not be fetched.
func (i *Issuer) Verify(ctx context.Context, token, subject string) (user.Claims, error) {
	verified, err := i.verify(ctx, token, subject)
	if err != nil {
		return user.Claims{}, err
	}
	return i.claims(verified)
}

// VerifyFresh is like Verify, but also requires that the user signed in at most maxAge ago. The time is the token's auth_time,
// which a refreshed token keeps, not iat, which is new in every token.
//
// Unauthenticated, with the code sign_in_again: the sign-in is older, or the token has no auth_time.
func (i *Issuer) VerifyFresh(ctx context.Context, token, subject string, maxAge time.Duration) (user.Claims, error) {
	verified, err := i.verify(ctx, token, subject)
	if err != nil {
		return user.Claims{}, err
	}
	var claims struct {
		AuthTime float64 `json:"auth_time"` // seconds
	}
	if err := verified.Claims(&claims); err != nil {
		return user.Claims{}, tokenError(fault.NewMessage("The ID token's claims can't be read. Sign in again."))
	}
	if i.now().Sub(time.Unix(int64(claims.AuthTime), 0)) > maxAge {
		return user.Claims{}, refuse("sign_in_again", fault.NewMessage("Your sign-in is more than a few minutes old. Sign in again."))
	}
	return i.claims(verified)
}

func (i *Issuer) verify(ctx context.Context, token, subject string) (*oidc.IDToken, error) {
	keys, err := i.keySet(ctx)
	if err != nil {
		return nil, err
	}
	recording := &recordingKeySet{KeySet: keys}
	verifier := oidc.NewVerifier(i.url, recording, &oidc.Config{
		ClientID: i.clientID, SupportedSigningAlgs: []string{oidc.RS256}, Now: i.now,
	})
	verified, err := verifier.Verify(ctx, token)
	if recording.fetchErr != nil {
		return nil, fault.Unavailable(recording.fetchErr)
	}
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return nil, tokenError(fault.NewMessage("Your sign-in is too old. Sign in again."))
	}
	if err != nil {
		return nil, tokenError(fault.NewMessage("This ID token is not valid for this application. Sign in again."))
	}
	if verified.Subject != subject || subject == "" {
		return nil, tokenError(fault.NewMessage("The ID token and the access token belong to different people. Sign in again."))
	}
	return verified, nil
}

func tokenError(message fault.Message) error { return refuse("id_token_refused", message) }

func refuse(code string, message fault.Message) error {
	refusal := &fault.Error{Kind: fault.KindUnauthenticated, Code: code, Message: message}
	return refusal.AtField("id_token")
}

func (i *Issuer) claims(token *oidc.IDToken) (user.Claims, error) {
	var claims struct {
		Email         string `json:"email"`
		EmailVerified any    `json:"email_verified"` // a boolean, or a string from Cognito
		Name          string `json:"name"`
		AuthorizedFor string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return user.Claims{}, tokenError(fault.NewMessage("The ID token's claims can't be read. Sign in again."))
	}
	if claims.AuthorizedFor != "" && claims.AuthorizedFor != i.clientID || claims.AuthorizedFor == "" && len(token.Audience) > 1 {
		return user.Claims{}, tokenError(fault.NewMessage("This ID token was created for another application. Sign in again."))
	}
	if verified := claims.EmailVerified == true || claims.EmailVerified == "true"; !verified || claims.Email == "" {
		return user.Claims{}, &fault.Error{
			Kind: fault.KindForbidden, Code: "email_not_verified",
			Message: fault.NewMessage("Your email address is not verified yet. Verify it where you sign in, then sign in again."),
		}
	}
	return user.Claims{Email: claims.Email, Name: claims.Name}, nil
}

// keySet returns the issuer's keys. It discovers their address once; a failed discovery is repeated by the next call.
func (i *Issuer) keySet(ctx context.Context) (oidc.KeySet, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.keys != nil {
		return i.keys, nil
	}
	ctx = oidc.ClientContext(ctx, i.http)
	provider, err := oidc.NewProvider(ctx, i.url)
	if err != nil {
		return nil, fault.Unavailable(err)
	}
	var metadata struct {
		KeysURL string `json:"jwks_uri"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return nil, fault.Unavailable(err)
	}
	i.keys = oidc.NewRemoteKeySet(ctx, metadata.KeysURL)
	return i.keys, nil
}

// recordingKeySet records whether keys could not be fetched, which the verifier does not distinguish from a wrong
// signature.
type recordingKeySet struct {
	oidc.KeySet
	fetchErr error
}

// VerifySignature returns the payload of a token that is signed with one of the keys.
func (w *recordingKeySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := w.KeySet.VerifySignature(ctx, token)
	if errors.Unwrap(err) != nil { // a wrong signature has no cause, a failed fetch has
		w.fetchErr = err
	}
	return payload, err
}
