package httpapitest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/user"
)

// caller is somebody with a login.
type Client struct {
	f         *Fixture
	Name      string
	User      *user.User
	JoinReply *Reply // of joining the fixture's campaign

	Secret string      // of a service token: a program, without a login
	Header http.Header // sent with every request
}

func JoinBody(slug string) map[string]any {
	return map[string]any{"slug": slug, "first_name": "Ana", "last_name": "Núñez", "zip": "02139", "consent": true}
}

// reply is what a caller got.
type Reply struct {
	t       *testing.T
	Request string
	Status  int
	Header  http.Header
	Body    map[string]any
	Raw     string
}

// request is one request; a key makes it idempotent.
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

// download is a request whose answer may be anything.
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
	call := apigw.RequestContext{At: at, Body: encoded}
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

func (c *Client) Get(path string) *Reply { return c.Do(http.MethodGet, path, nil, "") }

func (c *Client) Post(path string, body any) *Reply {
	return c.Do(http.MethodPost, path, body, "")
}

func (c *Client) Put(path string, body any) *Reply { return c.Do(http.MethodPut, path, body, "") }

func (c *Client) Patch(path string, body any) *Reply {
	return c.Do(http.MethodPatch, path, body, "")
}
func (c *Client) Delete(path string) *Reply { return c.Do(http.MethodDelete, path, nil, "") }

// at is the address of something in the fixture's campaign.
func (c *Client) Path(parts ...string) string {
	return c.f.mobilizerRoute + strings.Join(append([]string{""}, parts...), "/")
}

// adds adds a contact and returns the address of it.
func (c *Client) AddContact(first string) string {
	c.f.T.Helper()
	added := c.Post(c.Path("contacts"), map[string]any{"first_name": first, "last_name": "García", "phone": "617 555 0123", "email": "x@example.org"})
	return c.Path("contacts", added.ExpectStatus(http.StatusCreated).Text("id"))
}

// is fails the test unless the reply has the status.
func (r *Reply) ExpectStatus(status int) *Reply {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("%s: answers %d, want %d: %s", r.Request, r.Status, status, r.Raw)
	}
	return r
}

// refused fails the test unless the reply is the refusal, and says so much.
func (r *Reply) ExpectProblem(status int, code, says string) *Reply {
	r.t.Helper()
	if r.ExpectStatus(status); r.Text("code") != code || !strings.Contains(r.Raw, says) {
		r.t.Fatalf("%s: refuses with %s; want %s and %q", r.Request, r.Raw, code, says)
	}
	return r
}

// value returns what stands under a path of names.
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

func (r *Reply) Text(path ...string) string {
	s, _ := r.Value(path...).(string)
	return s
}

func (r *Reply) Number(path ...string) int {
	n, _ := r.Value(path...).(float64)
	return int(n)
}

func (r *Reply) List(path ...string) []map[string]any {
	items, _ := r.Value(path...).([]any)
	list := make([]map[string]any, len(items))
	for i, item := range items {
		list[i], _ = item.(map[string]any)
	}
	return list
}

// atOnce does all of it side by side and returns when all is done.
func Concurrently(count int, do func(n int) *Reply) []*Reply {
	replies := make([]*Reply, count)
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() { replies[n] = do(n) })
	}
	all.Wait()
	return replies
}
