// Package apiclient speaks Kith's HTTP API as any other program would: it signs people in at the issuer, keeps their
// tokens and sends requests. The end-to-end tests and the demo use it. It knows nothing of how the API is made.
package apiclient

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Cloud is where a running Kith can be reached: what the local cloud says of itself in one line of JSON.
type Cloud struct {
	API         string            `json:"api"`
	ExecuteAPI  string            `json:"execute_api"` // the API's address past the distribution of an own domain
	Site        string            `json:"site"`
	Issuer      string            `json:"issuer"`
	ClientID    string            `json:"client_id"`
	Scope       string            `json:"scope"`
	Audience    string            `json:"audience"`
	RedirectURI string            `json:"redirect_uri"`
	DynamoDB    string            `json:"dynamodb"`
	Streams     string            `json:"streams"`
	S3          string            `json:"s3"`
	Lambda      string            `json:"lambda"`
	Inbox       string            `json:"inbox"`
	Mail        string            `json:"mail"`
	Control     string            `json:"control"`
	Tables      map[string]string `json:"tables"`
	Buckets     map[string]string `json:"buckets"`
	Env         map[string]string `json:"env"`
	Secrets     map[string]string `json:"secrets"` // ARNs
	Functions   []string          `json:"functions"`
}

// Client sends requests to one Kith.
type Client struct {
	cloud Cloud
	http  *http.Client
}

// New returns a client of the Kith at the addresses.
func New(cloud Cloud) *Client {
	transport := http.DefaultTransport
	if t, ok := transport.(*http.Transport); ok {
		own := t.Clone()
		own.MaxIdleConnsPerHost = 64
		transport = own
	}
	return &Client{cloud: cloud, http: &http.Client{Transport: transport, Timeout: time.Minute}}
}

// Cloud returns the addresses that the client was made with.
func (c *Client) Cloud() Cloud { return c.cloud }

// Problem is a refusal: problem details as in RFC 9457, with Kith's code.
type Problem struct {
	Method string         `json:"-"`
	Path   string         `json:"-"`
	Status int            `json:"status"`
	Title  string         `json:"title"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Errors []ProblemField `json:"errors"`

	retryAfter time.Duration
}

// ProblemField names an input that can't be accepted, and why.
type ProblemField struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error returns request, status and what the API said.
func (p *Problem) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s: %d %s: %s", p.Method, p.Path, p.Status, p.Code, p.Detail)
	for _, field := range p.Errors {
		fmt.Fprintf(&text, " [%s: %s]", field.Field, field.Message)
	}
	return text.String()
}

// Refused returns the problem inside err, nil when err is none.
func Refused(err error) *Problem {
	p, _ := errors.AsType[*Problem](err)
	return p
}

// Status returns the HTTP status of an error: 200 for nil, 0 when there was no answer at all.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	if p := Refused(err); p != nil {
		return p.Status
	}
	return 0
}

// Header is one request header.
type Header struct{ Name, Value string }

// Key makes a POST repeatable: the API does what it asks for once, however often it arrives.
func Key(key string) Header { return Header{"Idempotency-Key", key} }

// NewKey returns a key that nobody has used.
func NewKey() Header { return Key(strings.ToLower(rand.Text())) }

// Public sends a request that needs no sign-in. It returns a *Problem when the API refuses.
func (c *Client) Public(ctx context.Context, method, path string, in, out any, headers ...Header) error {
	return c.send(ctx, "", method, path, in, out, headers)
}

// tries is how often a request is sent that may be sent again.
const tries = 8

// send sends a request, again where that can't repeat an effect: when the API says that it did nothing (busy, rate
// limited for less than two seconds), and for everything but PATCH and POST without a key when the answer was lost.
func (c *Client) send(ctx context.Context, token, method, path string, in, out any, headers []Header) error {
	body, raw := in.([]byte)
	if in != nil && !raw {
		encoded, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		body = encoded
	}
	for try := 1; ; try++ {
		err := c.once(ctx, token, method, path, body, out, headers)
		if err == nil || try == tries || ctx.Err() != nil || !repeatable(method, headers, err) {
			return err
		}
		wait := time.Duration(try*try) * 25 * time.Millisecond
		if p := Refused(err); p != nil && p.retryAfter > 0 {
			wait = p.retryAfter
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func repeatable(method string, headers []Header, err error) bool {
	p := Refused(err)
	if p != nil && p.Status == http.StatusTooManyRequests {
		return p.retryAfter > 0 && p.retryAfter < 2*time.Second
	}
	if p != nil && p.Code == "busy" {
		return true
	}
	if p != nil && p.Status < http.StatusInternalServerError {
		return false
	}
	switch method {
	case http.MethodPatch:
		return false
	case http.MethodPost:
		for _, h := range headers {
			if strings.EqualFold(h.Name, "Idempotency-Key") {
				return true
			}
		}
		return false
	}
	return true
}

func (c *Client) once(ctx context.Context, token, method, path string, body []byte, out any, headers []Header) error {
	req, err := http.NewRequestWithContext(ctx, method, c.cloud.API+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		req.Header.Set(h.Name, h.Value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	answer, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", method, path, err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return problem(method, path, res, answer)
	}
	if out == nil || len(answer) == 0 {
		return nil
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = answer
		return nil
	}
	err = json.Unmarshal(answer, out)
	if err != nil {
		return fmt.Errorf("%s %s: %w in %.300s", method, path, err, answer)
	}
	return nil
}

// problem reads a refusal. The gateway's own answers are no problem details: their text becomes the detail.
func problem(method, path string, res *http.Response, answer []byte) *Problem {
	p := &Problem{}
	if err := json.Unmarshal(answer, p); err != nil || p.Status == 0 {
		p = &Problem{Detail: strings.TrimSpace(string(answer))}
	}
	p.Method, p.Path, p.Status = method, path, res.StatusCode
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err == nil {
		p.retryAfter = time.Duration(seconds) * time.Second
	}
	return p
}
