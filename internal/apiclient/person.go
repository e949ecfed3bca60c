package apiclient

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"sync"
)

// Person is somebody with an account at the issuer. Methods may be called from several goroutines.
type Person struct {
	Email string
	Name  string

	client *Client
	mu     sync.Mutex
	tokens Tokens
}

// Person returns the person with the e-mail address. They sign in, and start a session, with their first request.
func (c *Client) Person(email, name string) *Person {
	return &Person{Email: email, Name: name, client: c}
}

// Session is who the API takes a person for, and where they belong.
type Session struct {
	User struct {
		ID    string `json:"id"`
		Email string `json:"email"`
		Name  string `json:"name"`
	} `json:"user"`
	Organizations []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Role string `json:"role"`
	} `json:"organizations"`
	Campaigns []struct {
		ID           string  `json:"id"`
		Name         string  `json:"name"`
		Status       string  `json:"status"`
		MembershipID string  `json:"membership_id"`
		LeftAt       *string `json:"left_at"`
	} `json:"campaigns"`
}

// Start signs the person in and starts a session. It returns a *Problem when the API refuses.
func (p *Person) Start(ctx context.Context) (*Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.start(ctx)
}

func (p *Person) start(ctx context.Context) (*Session, error) {
	tokens, err := p.client.SignIn(ctx, p.Email, p.Name)
	if err != nil {
		return nil, err
	}
	session := &Session{}
	err = p.client.send(ctx, tokens.Access, http.MethodPost, "/v1/session", map[string]string{"id_token": tokens.ID}, session, nil)
	if err != nil {
		return nil, fmt.Errorf("session of %s: %w", p.Email, err)
	}
	p.tokens = tokens
	return session, nil
}

// Tokens returns the person's tokens, signing in first when there are none.
func (p *Person) Tokens(ctx context.Context) (Tokens, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tokens.Access == "" {
		if _, err := p.start(ctx); err != nil {
			return Tokens{}, err
		}
	}
	return p.tokens, nil
}

// Do sends a request as the person, signing in first, or again when the token has expired. The body is JSON made of in, or
// in itself when it is bytes. The answer is decoded into out unless that is nil; bytes get it as it is. It returns a *Problem when the API refuses.
func (p *Person) Do(ctx context.Context, method, path string, in, out any, headers ...Header) error {
	tokens, err := p.Tokens(ctx)
	if err != nil {
		return err
	}
	err = p.client.send(ctx, tokens.Access, method, path, in, out, headers)
	if Status(err) != http.StatusUnauthorized {
		return err
	}
	p.mu.Lock()
	if p.tokens == tokens {
		_, err = p.start(ctx)
	}
	fresh := p.tokens
	p.mu.Unlock()
	if err != nil && fresh == tokens {
		return err
	}
	return p.client.send(ctx, fresh.Access, method, path, in, out, headers)
}

// Get reads a path as the person.
func (p *Person) Get(ctx context.Context, path string, out any) error {
	return p.Do(ctx, http.MethodGet, path, nil, out)
}

// Post sends a body as the person, under a key of its own so that it can be repeated.
func (p *Person) Post(ctx context.Context, path string, in, out any) error {
	return p.Do(ctx, http.MethodPost, path, in, out, NewKey())
}

// Put sends a body as the person.
func (p *Person) Put(ctx context.Context, path string, in, out any) error {
	return p.Do(ctx, http.MethodPut, path, in, out)
}

// Patch sends a change as the person.
func (p *Person) Patch(ctx context.Context, path string, in, out any) error {
	return p.Do(ctx, http.MethodPatch, path, in, out)
}

// Update sends a change that is based on the current revision of the resource at the path.
func (p *Person) Update(ctx context.Context, path string, change map[string]any, out any) error {
	var read struct{ Revision string }
	err := p.Get(ctx, path, &read)
	if err != nil {
		return err
	}
	return p.Patch(ctx, path, based(change, read.Revision), out)
}

// UpdateKeyQuestion replaces the Key Question of the campaign at the path, based on its current revision.
func (p *Person) UpdateKeyQuestion(ctx context.Context, campaign string, question map[string]any, out any) error {
	var read struct {
		KeyQuestion struct{ Revision string } `json:"key_question"`
	}
	err := p.Get(ctx, campaign, &read)
	if err != nil {
		return err
	}
	return p.Put(ctx, campaign+"/key-question", based(question, read.KeyQuestion.Revision), out)
}

// based returns a change that is based on a revision.
func based(change map[string]any, revision string) map[string]any {
	based := maps.Clone(change)
	based["revision"] = revision
	return based
}

// Delete removes what a path names as the person.
func (p *Person) Delete(ctx context.Context, path string) error {
	return p.Do(ctx, http.MethodDelete, path, nil, nil)
}

// All reads a list page by page to its end. The query is part of path.
func All[T any](ctx context.Context, p *Person, path string) ([]T, error) {
	address, err := url.Parse(path)
	if err != nil {
		return nil, err
	}
	var all []T
	for {
		var page struct {
			Items []T    `json:"items"`
			Next  string `json:"next"`
		}
		err := p.Get(ctx, address.String(), &page)
		if err != nil {
			return nil, err
		}
		if page.Items == nil {
			return nil, fmt.Errorf("GET %s: items is null", path)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all, nil
		}
		query := address.Query()
		query.Set("page", page.Next)
		address.RawQuery = query.Encode()
	}
}
