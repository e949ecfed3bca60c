package httpapitest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/user"
)

// Client sends requests as one user or with one service token.
type Client struct {
	f         *Fixture
	Name      string
	User      *user.User
	JoinReply *Reply // to joining the fixture's campaign

	Secret  string      // service token; then there is no user
	Header  http.Header // sent with every request
	Address netip.Addr  // from which the gateway receives the requests; none by default
}

// JoinBody returns a request to join the campaign with the slug.
func JoinBody(slug string) map[string]any {
	return map[string]any{"slug": slug, "first_name": "Ana", "last_name": "Núñez", "zip": "02139", "consent": true}
}

// Reply is the response to one request.
type Reply struct {
	t       *testing.T
	Request string // method and path
	Status  int
	Header  http.Header
	Body    map[string]any
	Raw     string
}

// Do sends a request and decodes the JSON of its response. A key is sent as Idempotency-Key.
func (c *Client) Do(method, path string, body any, key string) *Reply {
	c.f.T.Helper()
	w := c.Serve(method, path, body, key)
	got := &Reply{t: c.f.T, Request: method + " " + path, Status: w.Code, Header: w.Header(), Raw: w.Body.String()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &got.Body); err != nil {
			c.f.T.Fatalf("%s: %v: %s", got.Request, err, got.Raw)
		}
	}
	return got
}

// Serve sends a request and returns the response as it is. A body of bytes is sent as it is.
func (c *Client) Serve(method, path string, body any, key string) *httptest.ResponseRecorder {
	c.f.T.Helper()
	encoded, ok := body.([]byte)
	if body != nil && !ok {
		var err error
		encoded, err = json.Marshal(body)
		if err != nil {
			c.f.T.Fatal(err)
		}
	}
	c.f.mu.Lock()
	at := c.f.Now
	c.f.mu.Unlock()
	call := apigw.RequestContext{At: at, Body: encoded, Client: c.Address}
	if c.Secret == "" {
		call.Claims = map[string]string{"iss": "https://issuer.test", "sub": c.Name}
	}
	ctx := apigw.WithRequestContext(context.Background(), call)
	if c.f.Timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, c.f.Timeout)
		defer cancel()
		ctx = limited
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(encoded))
	if err != nil {
		c.f.T.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set(httpapi.IdempotencyHeader, key)
	}
	maps.Copy(r.Header, c.Header)
	if c.Secret != "" {
		r.Header.Set("Authorization", "Bearer "+c.Secret)
	}
	w := httptest.NewRecorder()
	c.f.API.ServeHTTP(w, r)
	return w
}

// Get sends a GET.
func (c *Client) Get(path string) *Reply { return c.Do(http.MethodGet, path, nil, "") }

// Post sends a POST.
func (c *Client) Post(path string, body any) *Reply {
	return c.Do(http.MethodPost, path, body, "")
}

// Put sends a PUT.
func (c *Client) Put(path string, body any) *Reply { return c.Do(http.MethodPut, path, body, "") }

// Patch sends a PATCH.
func (c *Client) Patch(path string, body any) *Reply {
	return c.Do(http.MethodPatch, path, body, "")
}

// Update sends a PATCH that is based on the current revision of the resource at the path.
func (c *Client) Update(path string, body map[string]any) *Reply {
	return c.Patch(path, c.withRevision(path, body, "revision"))
}

// UpdateKeyQuestion sends a PUT of a campaign's Key Question that is based on its current revision.
func (c *Client) UpdateKeyQuestion(campaign string, body map[string]any) *Reply {
	return c.Put(campaign+"/key-question", c.withRevision(campaign, body, "key_question", "revision"))
}

// withRevision returns a body with the revision at a path of member names of a resource.
func (c *Client) withRevision(resource string, body map[string]any, names ...string) map[string]any {
	based := map[string]any{"revision": c.Get(resource).Text(names...)}
	maps.Copy(based, body)
	return based
}

// Delete sends a DELETE.
func (c *Client) Delete(path string) *Reply { return c.Do(http.MethodDelete, path, nil, "") }

// Path returns a mobilizer's path in the fixture's campaign, such as Path("contacts").
func (c *Client) Path(parts ...string) string {
	return c.f.mobilizerRoute + strings.Join(append([]string{""}, parts...), "/")
}

// AddContact adds a contact and returns its path.
func (c *Client) AddContact(first string) string {
	c.f.T.Helper()
	added := c.Post(c.Path("contacts"), map[string]any{"first_name": first, "last_name": "García", "phone": "617 555 0123", "email": "x@example.org"})
	return c.Path("contacts", added.ExpectStatus(http.StatusCreated).Text("id"))
}

// ExpectStatus fails the test unless the reply has the status.
func (r *Reply) ExpectStatus(status int) *Reply {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("%s: status %d, want %d: %s", r.Request, r.Status, status, r.Raw)
	}
	return r
}

// ExpectProblem fails the test unless the reply is a problem with the status and the code that contains says.
func (r *Reply) ExpectProblem(status int, code, says string) *Reply {
	r.t.Helper()
	if r.ExpectStatus(status); r.Text("code") != code || !strings.Contains(r.Raw, says) {
		r.t.Fatalf("%s: problem %s; want the code %s and %q", r.Request, r.Raw, code, says)
	}
	return r
}

// Value returns the value at a path of member names; nil when there is none.
func (r *Reply) Value(path ...string) any {
	var at any = r.Body
	for _, name := range path {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[name]
	}
	return at
}

// Text returns the string at a path.
func (r *Reply) Text(path ...string) string {
	s, _ := r.Value(path...).(string)
	return s
}

// Number returns the number at a path.
func (r *Reply) Number(path ...string) int {
	n, _ := r.Value(path...).(float64)
	return int(n)
}

// List returns the objects of the array at a path.
func (r *Reply) List(path ...string) []map[string]any {
	items, _ := r.Value(path...).([]any)
	list := make([]map[string]any, len(items))
	for i, item := range items {
		list[i], _ = item.(map[string]any)
	}
	return list
}

// Concurrently runs do count times at once and returns the replies.
func Concurrently(count int, do func(n int) *Reply) []*Reply {
	replies := make([]*Reply, count)
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() { replies[n] = do(n) })
	}
	all.Wait()
	return replies
}
