package apiclient

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// Tokens is what the issuer gave a person.
type Tokens struct {
	Access string `json:"access_token"`
	ID     string `json:"id_token"`
}

// SignIn signs a person in as a browser does: authorization code with PKCE, through the pages of the issuer. It fails
// when the issuer asks for anything but e-mail and name.
func (c *Client) SignIn(ctx context.Context, email, name string) (Tokens, error) {
	tokens, err := c.signIn(ctx, email, name)
	if err != nil {
		return Tokens{}, fmt.Errorf("sign in as %s: %w", email, err)
	}
	return tokens, nil
}

func (c *Client) signIn(ctx context.Context, email, name string) (Tokens, error) {
	endpoints, err := c.discover(ctx)
	if err != nil {
		return Tokens{}, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Tokens{}, err
	}
	// The journey ends at the redirect URI, where nobody needs to listen.
	var landed *url.URL
	browser := &http.Client{
		Transport: c.http.Transport, Timeout: c.http.Timeout, Jar: jar,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), c.cloud.RedirectURI) {
				landed = r.URL
				return http.ErrUseLastResponse
			}
			if len(via) > 10 {
				return errors.New("the issuer redirects in circles")
			}
			return nil
		},
	}
	state, verifier := rand.Text(), rand.Text()+rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	ask := url.Values{
		"response_type": {"code"}, "client_id": {c.cloud.ClientID}, "redirect_uri": {c.cloud.RedirectURI},
		"scope": {c.cloud.Scope}, "resource": {c.cloud.Audience}, "state": {state}, "nonce": {rand.Text()},
		"code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])},
	}
	page, at, err := visit(ctx, browser, http.MethodGet, endpoints.Authorization+"?"+ask.Encode(), nil)
	for step := 0; err == nil && landed == nil && step < 4; step++ {
		var action string
		var fields url.Values
		action, fields, err = form(page, at)
		if err != nil {
			break
		}
		fields.Set("email", email)
		fields.Set("name", name)
		page, at, err = visit(ctx, browser, http.MethodPost, action, fields)
	}
	if err != nil {
		return Tokens{}, err
	}
	if landed == nil {
		return Tokens{}, fmt.Errorf("never came back from %s", at)
	}
	back := landed.Query()
	if back.Get("error") != "" {
		return Tokens{}, fmt.Errorf("the issuer refused: %s: %s", back.Get("error"), back.Get("error_description"))
	}
	if back.Get("state") != state {
		return Tokens{}, errors.New("the issuer answered another request")
	}
	var tokens Tokens
	exchange := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {c.cloud.ClientID}, "redirect_uri": {c.cloud.RedirectURI},
		"code": {back.Get("code")}, "code_verifier": {verifier}, "resource": {c.cloud.Audience},
	}
	answer, _, err := visit(ctx, c.http, http.MethodPost, endpoints.Token, exchange)
	if err != nil {
		return Tokens{}, err
	}
	err = json.Unmarshal(answer, &tokens)
	if err != nil {
		return Tokens{}, fmt.Errorf("tokens: %w", err)
	}
	return tokens, nil
}

type endpoints struct {
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
}

func (c *Client) discover(ctx context.Context) (endpoints, error) {
	answer, _, err := visit(ctx, c.http, http.MethodGet, strings.TrimSuffix(c.cloud.Issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return endpoints{}, err
	}
	var found endpoints
	err = json.Unmarshal(answer, &found)
	if err != nil {
		return endpoints{}, fmt.Errorf("issuer's description: %w", err)
	}
	return found, nil
}

// visit returns a page and its address after redirects.
func visit(ctx context.Context, browser *http.Client, method, address string, fields url.Values) ([]byte, *url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		return nil, nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := browser.Do(req)
	if err != nil {
		return nil, nil, err
	}
	page, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, nil, err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return nil, nil, fmt.Errorf("%s %s: %s: %.300s", method, res.Request.URL.Path, res.Status, page)
	}
	return page, res.Request.URL, nil
}

var (
	formTag   = regexp.MustCompile(`(?is)<form\b[^>]*>`)
	inputTag  = regexp.MustCompile(`(?is)<input\b[^>]*>`)
	attribute = regexp.MustCompile(`(?is)([a-z-]+)\s*=\s*"([^"]*)"`)
)

// form returns where a page's form goes and the fields that it sends anyway.
func form(page []byte, at *url.URL) (string, url.Values, error) {
	tag := formTag.Find(page)
	if tag == nil {
		return "", nil, fmt.Errorf("no form on %s: %.300s", at, page)
	}
	action, err := at.Parse(attributes(tag)["action"])
	if err != nil {
		return "", nil, fmt.Errorf("form on %s: %w", at, err)
	}
	fields := url.Values{}
	for _, tag := range inputTag.FindAll(page, -1) {
		input := attributes(tag)
		if input["type"] == "hidden" {
			fields.Set(input["name"], input["value"])
		}
	}
	return action.String(), fields, nil
}

func attributes(tag []byte) map[string]string {
	found := map[string]string{}
	for _, match := range attribute.FindAllSubmatch(tag, -1) {
		found[strings.ToLower(string(match[1]))] = html.UnescapeString(string(match[2]))
	}
	return found
}
