// Package gateway implements an API Gateway HTTP API: routes and their precedence, the JWT authorizer, CORS, events and
// responses in payload format 2.0, the 30 s limit, throttling, access logs and the error responses of AWS.
package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
)

const (
	maxBody    = 10 << 20 // bytes of a request
	maxTimeout = 30 * time.Second
)

// Route maps a method and a path to a function.
type Route struct {
	Method   string // or ANY
	Path     string // {name} matches a segment, {name+} the rest; or $default
	Function string
	// Authorizer is nil for an open route. A token needs at least one of Scopes.
	Authorizer *Authorizer
	Scopes     []string
	Timeout    time.Duration // 0 for the maximum, 30 s
	// Burst and Rate limit the requests of the route in place of those of the API; a Rate of 0 leaves them.
	Burst int
	Rate  float64
}

// Key returns the route key, as events and access logs have it.
func (r Route) Key() string { return r.Method + " " + r.Path }

// Clock gives the time of requests.
type Clock interface {
	Now() time.Time
}

// Config configures an API.
type Config struct {
	ID, Account, Region string
	Routes              []Route
	CORS                *CORS
	// Burst and Rate limit the requests of each route, as the default settings of a stage do; a Rate of 0 is no limit.
	Burst int
	Rate  float64
	// Domains are the API's own domains. Disabled rejects requests to other hosts: its endpoint at execute-api.
	Domains  []string
	Disabled bool
	// AccessLog is the format of access log lines, with $context variables. LogLine receives each line.
	AccessLog string
	LogLine   func(requestID, line string)
	// Ended, if set, is called after each request.
	Ended   func(status int, latency time.Duration)
	Invoker lambda.Invoker
	Clock   Clock
}

// API is an http.Handler.
type API struct {
	cfg    Config
	routes []route
}

// New returns an API. It fails for an invalid route, for two routes that match the same requests, and for an access log
// format that is not supported.
func New(cfg Config) (*API, error) {
	a := &API{cfg: cfg}
	seen := map[string]bool{}
	for _, r := range cfg.Routes {
		if r.Timeout == 0 {
			r.Timeout = maxTimeout
		}
		if r.Timeout < 50*time.Millisecond || r.Timeout > maxTimeout {
			return nil, fmt.Errorf("route %s: the timeout must be between 50 ms and 30 s, not %s", r.Key(), r.Timeout)
		}
		parsed, err := parseRoute(r)
		if err != nil {
			return nil, err
		}
		if seen[parsed.pattern()] {
			return nil, fmt.Errorf("two routes match the same requests: %s", r.Key())
		}
		seen[parsed.pattern()] = true
		if r.Rate > 0 {
			parsed.throttle = newBucket(r.Rate, r.Burst)
		} else if cfg.Rate > 0 {
			parsed.throttle = newBucket(cfg.Rate, cfg.Burst)
		}
		a.routes = append(a.routes, parsed)
	}
	err := checkFormat(cfg.AccessLog)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(a.routes, moreSpecific)
	return a, nil
}

// exchange is the state of a request.
type exchange struct {
	id               string
	began            time.Time // by the machine's clock
	at               time.Time // by the shifted clock
	route            *route
	values           map[string]string // of the path variables
	token            *token
	status           int
	length           int
	gatewayError     string // the message of a response of the gateway itself
	authorizerError  string
	integrationError string // of the function
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{id: requestID(), began: time.Now(), at: a.cfg.Clock.Now()}
	w.Header().Set("Apigw-Requestid", x.id)
	a.serve(w, r, x)
	if a.cfg.AccessLog != "" && a.cfg.LogLine != nil {
		a.cfg.LogLine(x.id, x.format(a.cfg, r))
	}
	if a.cfg.Ended != nil {
		a.cfg.Ended(x.status, time.Since(x.began))
	}
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, x *exchange) {
	if host, _, _ := strings.Cut(r.Host, ":"); a.cfg.Disabled && !slices.Contains(a.cfg.Domains, host) {
		x.fail(w, http.StatusForbidden, "Forbidden")
		return
	}
	if a.cfg.CORS != nil {
		a.cfg.CORS.addTo(w.Header(), r)
	}
	path := decodedPath(r)
	x.route, x.values = a.find(r.Method, path)
	if x.route == nil {
		// The gateway answers a preflight request only if no route matches OPTIONS. A route for ANY method does.
		if a.cfg.CORS != nil && isPreflight(r) {
			x.status = http.StatusNoContent
			a.cfg.CORS.preflight(w, r)
			return
		}
		x.fail(w, http.StatusNotFound, "Not Found")
		return
	}
	if x.route.throttle != nil && !x.route.throttle.take() {
		x.fail(w, http.StatusTooManyRequests, "Too Many Requests")
		return
	}
	if x.route.Authorizer != nil {
		t, status := a.authorize(w, r, x)
		if status != 0 {
			x.fail(w, status, http.StatusText(status))
			return
		}
		x.token = t
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		x.fail(w, http.StatusBadRequest, "Bad Request")
		return
	}
	if len(body) > maxBody {
		x.fail(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	event, err := json.Marshal(a.event(r, x, path, body))
	if err != nil {
		x.fail(w, http.StatusBadRequest, "Bad Request")
		return
	}
	a.invoke(w, r, x, event)
}

// authorize returns the request's token. The status is 401 or 403 if the request is not authorized, else 0.
func (a *API) authorize(w http.ResponseWriter, r *http.Request, x *exchange) (*token, int) {
	t, err := x.route.Authorizer.verify(r)
	if err != nil {
		x.authorizerError = err.Error()
		w.Header().Set("Www-Authenticate", challenge(err))
		return nil, http.StatusUnauthorized
	}
	required := x.route.Scopes
	if len(required) == 0 {
		required = x.route.Authorizer.Scopes
	}
	if len(required) == 0 {
		return t, 0
	}
	for _, scope := range required {
		if slices.Contains(t.scopes, scope) {
			t.granted = append(t.granted, scope)
		}
	}
	if len(t.granted) == 0 {
		x.authorizerError = "the token lacks the scope " + strings.Join(required, " or ")
		w.Header().Set("Www-Authenticate", `Bearer scope="`+strings.Join(required, " ")+
			`" error="insufficient_scope" error_description="the token does not have the required scopes"`)
		return nil, http.StatusForbidden
	}
	return t, 0
}

// invoke invokes the function and sends its response.
func (a *API) invoke(w http.ResponseWriter, r *http.Request, x *exchange, event []byte) {
	ctx, cancel := context.WithTimeout(r.Context(), x.route.Timeout)
	defer cancel()
	result, err := a.cfg.Invoker.Invoke(ctx, x.route.Function, event)
	switch {
	case errors.Is(err, lambda.ErrTooLarge):
		x.integrationError = err.Error()
		x.fail(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	case errors.Is(err, lambda.ErrThrottled), errors.Is(err, lambda.ErrStopped), ctx.Err() != nil:
		x.integrationError = errorText(err)
		x.fail(w, http.StatusServiceUnavailable, "Service Unavailable")
		return
	case err != nil:
		x.integrationError = err.Error()
		x.fail(w, http.StatusInternalServerError, "Internal Server Error")
		return
	case result.FunctionError != "":
		x.integrationError = string(result.Payload)
		x.fail(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	response, err := parseResponse(result.Payload)
	if err != nil {
		x.integrationError = "invalid response of the function: " + err.Error()
		x.fail(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	x.status, x.length = response.status, len(response.body)
	response.write(w, a.cfg.CORS != nil)
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// fail sends an error response of the gateway.
func (x *exchange) fail(w http.ResponseWriter, status int, message string) {
	body, err := json.Marshal(map[string]string{"message": message})
	if err != nil {
		body = []byte("{}")
	}
	x.status, x.length, x.gatewayError = status, len(body), message
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func requestID() string {
	b := make([]byte, 11)
	_, _ = rand.Read(b)
	return base64.URLEncoding.EncodeToString(b)
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
