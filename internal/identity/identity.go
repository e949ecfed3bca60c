// Package identity verifies ID tokens: what an OpenID Connect issuer says of a person who signed in. It knows nothing
// of users and roles. Access tokens are verified by the gateway's authorizer, not here.
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

// Issuer verifies the ID tokens that one issuer makes for one client.
type Issuer struct {
	url      string
	clientID string
	http     *http.Client
	now      func() time.Time // token expiry goes by the machine's clock

	mu   sync.Mutex
	keys oidc.KeySet // nil until the issuer has told where its keys are
}

// NewIssuer returns a verifier. It asks the issuer nothing before the first token.
func NewIssuer(url, clientID string) *Issuer {
	return &Issuer{url: url, clientID: clientID, http: &http.Client{Timeout: 5 * time.Second}, now: time.Now}
}

// Verify returns what the issuer says of the subject whose access token came with the request. The token must be signed
// with RS256 by one of the issuer's keys, made for our client, not expired, and about that subject; the e-mail address
// must be verified.
//
// Unauthenticated: the token is not that. Forbidden: the e-mail address is not verified. Unavailable: the issuer's keys
// can't be had.
func (i *Issuer) Verify(ctx context.Context, token, subject string) (user.Claims, error) {
	verified, err := i.verify(ctx, token, subject)
	if err != nil {
		return user.Claims{}, err
	}
	return i.claims(verified)
}

// VerifyFresh is Verify for what needs a new proof of the e-mail address: the token must not be older than age either.
//
// Unauthenticated, with the code sign_in_again: it is older.
func (i *Issuer) VerifyFresh(ctx context.Context, token, subject string, age time.Duration) (user.Claims, error) {
	verified, err := i.verify(ctx, token, subject)
	if err != nil {
		return user.Claims{}, err
	}
	if i.now().Sub(verified.IssuedAt) > age {
		message := "Sign in again: this needs a sign-in of the last few minutes."
		return user.Claims{}, &fault.Error{
			Kind: fault.KindUnauthenticated, Code: "sign_in_again", Message: message,
			Fields: []fault.Field{{Name: "id_token", Message: message}},
		}
	}
	return i.claims(verified)
}

func (i *Issuer) verify(ctx context.Context, token, subject string) (*oidc.IDToken, error) {
	keys, err := i.keySet(ctx)
	if err != nil {
		return nil, err
	}
	watched := &watchedKeys{KeySet: keys}
	verifier := oidc.NewVerifier(i.url, watched, &oidc.Config{
		ClientID: i.clientID, SupportedSigningAlgs: []string{oidc.RS256}, Now: i.now,
	})
	verified, err := verifier.Verify(ctx, token)
	if watched.unreachable != nil {
		return nil, fault.Unavailable(watched.unreachable)
	}
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return nil, refused("Your sign-in is too old. Sign in again.")
	}
	if err != nil {
		return nil, refused("This ID token is not one that our sign-in made for this application.")
	}
	if verified.Subject != subject || subject == "" {
		return nil, refused("The ID token and the access token belong to different people.")
	}
	return verified, nil
}

func refused(message string) error {
	return &fault.Error{
		Kind: fault.KindUnauthenticated, Code: "id_token_refused", Message: message,
		Fields: []fault.Field{{Name: "id_token", Message: message}},
	}
}

func (i *Issuer) claims(token *oidc.IDToken) (user.Claims, error) {
	var said struct {
		Email         string `json:"email"`
		EmailVerified any    `json:"email_verified"` // a boolean, or Cognito's text
		Name          string `json:"name"`
		AuthorizedFor string `json:"azp"`
	}
	if err := token.Claims(&said); err != nil {
		return user.Claims{}, refused("The ID token's claims can't be read.")
	}
	if said.AuthorizedFor != "" && said.AuthorizedFor != i.clientID || said.AuthorizedFor == "" && len(token.Audience) > 1 {
		return user.Claims{}, refused("This ID token was made for another application.")
	}
	if verified := said.EmailVerified == true || said.EmailVerified == "true"; !verified || said.Email == "" {
		return user.Claims{}, &fault.Error{
			Kind: fault.KindForbidden, Code: "email_not_verified",
			Message: "Your e-mail address is not verified yet. Verify it where you sign in, then sign in again.",
		}
	}
	return user.Claims{Email: said.Email, Name: said.Name}, nil
}

// keySet finds out where the issuer's keys are, once. A failure is not kept.
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
	var told struct {
		KeysURL string `json:"jwks_uri"`
	}
	if err := provider.Claims(&told); err != nil {
		return nil, fault.Unavailable(err)
	}
	i.keys = oidc.NewRemoteKeySet(ctx, told.KeysURL)
	return i.keys, nil
}

// watchedKeys tells a signature that is wrong from keys that could not be fetched.
type watchedKeys struct {
	oidc.KeySet
	unreachable error
}

// VerifySignature returns the payload of a token signed with one of the keys.
func (w *watchedKeys) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := w.KeySet.VerifySignature(ctx, token)
	if errors.Unwrap(err) != nil { // a wrong signature has no cause, a failed fetch has
		w.unreachable = err
	}
	return payload, err
}
