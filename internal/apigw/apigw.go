// Package apigw converts between API Gateway's HTTP API events (payload format 2.0) and net/http, in both directions. It
// knows no routes and nothing of the product.
package apigw

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// RequestContext is the gateway's information about a request in addition to HTTP.
type RequestContext struct {
	At     time.Time         // when the gateway received the request
	Claims map[string]string // of the access token; nil for routes without an authorizer
	ID     string            // the gateway's request id
	Client netip.Addr        // address of the client; invalid if the event has none
	Body   []byte            // the whole body, decoded
}

type callKey struct{}

// RequestContextOf returns the request context in ctx, or the zero value if there is none.
func RequestContextOf(ctx context.Context) RequestContext {
	call, _ := ctx.Value(callKey{}).(RequestContext)
	return call
}

// WithRequestContext returns a context with the request context.
func WithRequestContext(ctx context.Context, call RequestContext) context.Context {
	return context.WithValue(ctx, callKey{}, call)
}

// Handler returns a Lambda handler that calls an http.Handler, and compresses long responses for clients that accept gzip.
// originKey is the key that CloudFront adds to requests (see clientAddress), empty for an API without a distribution. It
// fails if the event's body should be base64 and is not, or if its path or method is invalid.
func Handler(h http.Handler, originKey string) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		r, err := Request(ctx, event, originKey)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		w := &buffer{header: http.Header{}, status: http.StatusOK}
		h.ServeHTTP(w, r)
		w.compress(r.Header.Get("Accept-Encoding"))
		return w.reply(), nil
	}
}

// buffer is an http.ResponseWriter that buffers the response, since Lambda responses are not streamed.
type buffer struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
}

// Header returns the response's headers.
func (w *buffer) Header() http.Header { return w.header }

// WriteHeader sets the status. Only the first call has an effect.
func (w *buffer) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
}

// Write appends to the body. It never fails.
func (w *buffer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Request returns the http.Request of an event. Its context contains the RequestContext. It fails as Handler does.
func Request(ctx context.Context, event events.APIGatewayV2HTTPRequest, originKey string) (*http.Request, error) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return nil, fmt.Errorf("apigw: body: %w", err)
		}
		body = decoded
	}
	call := RequestContext{
		At: time.UnixMilli(event.RequestContext.TimeEpoch).UTC(), ID: event.RequestContext.RequestID,
		Client: clientAddress(event, originKey), Body: body,
	}
	if a := event.RequestContext.Authorizer; a != nil && a.JWT != nil {
		call.Claims = a.JWT.Claims
	}
	// rawPath is percent-decoded already.
	target := url.URL{Path: event.RawPath, RawQuery: event.RawQueryString}
	r, err := http.NewRequestWithContext(WithRequestContext(ctx, call), event.RequestContext.HTTP.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("apigw: request: %w", err)
	}
	for name, value := range event.Headers {
		r.Header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	r.Host = event.RequestContext.DomainName
	r.Header.Del(originKeyHeader)
	r.RemoteAddr = event.RequestContext.HTTP.SourceIP
	return r, nil
}

// reply returns the response as a reply of Lambda: UTF-8 bodies as they are, others in base64.
func (w *buffer) reply() events.APIGatewayV2HTTPResponse {
	reply := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		if name == "Set-Cookie" {
			reply.Cookies = w.header[name]
			continue
		}
		reply.Headers[strings.ToLower(name)] = strings.Join(w.header[name], ", ")
	}
	if utf8.Valid(w.body.Bytes()) {
		reply.Body = w.body.String()
		return reply
	}
	reply.Body, reply.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	return reply
}

// Event returns the event that the gateway would send for a request at an instant, with the claims of its token. Tests and
// benchmarks call handlers with it.
func Event(r *http.Request, at time.Time, claims map[string]string) (events.APIGatewayV2HTTPRequest, error) {
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: r.URL.Path,
		RawQueryString: r.URL.RawQuery, Headers: map[string]string{},
	}
	event.RequestContext.TimeEpoch = at.UnixMilli()
	event.RequestContext.Time = at.UTC().Format("02/Jan/2006:15:04:05 +0000")
	event.RequestContext.DomainName = r.Host
	event.RequestContext.HTTP.Method = r.Method
	event.RequestContext.HTTP.Path = event.RawPath
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		event.RequestContext.HTTP.SourceIP = from.Addr().String()
	}
	event.RequestContext.HTTP.Protocol = "HTTP/1.1"
	if claims != nil {
		event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			event.Cookies = strings.Split(strings.Join(values, "; "), "; ")
			continue
		}
		event.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if r.Body == nil {
		return event, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return event, fmt.Errorf("apigw: read body: %w", err)
	}
	event.Body = string(body)
	if !utf8.Valid(body) {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return event, nil
}
