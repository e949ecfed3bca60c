package gateway

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// event is an event in payload format 2.0.
type event struct {
	Version         string            `json:"version"`
	RouteKey        string            `json:"routeKey"`
	RawPath         string            `json:"rawPath"`
	RawQueryString  string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies,omitempty"`
	Headers         map[string]string `json:"headers"`
	Query           map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext  requestContext    `json:"requestContext"`
	Body            string            `json:"body,omitempty"`
	PathParameters  map[string]string `json:"pathParameters,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	APIID        string      `json:"apiId"`
	Authorizer   *authorizer `json:"authorizer,omitempty"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         httpPart    `json:"http"`
	RequestID    string      `json:"requestId"`
	RouteKey     string      `json:"routeKey"`
	Stage        string      `json:"stage"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"`
}

type authorizer struct {
	JWT jwtPart `json:"jwt"`
}

type jwtPart struct {
	Claims map[string]string `json:"claims"`
	Scopes []string          `json:"scopes"`
}

type httpPart struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// decodedPath returns the path as an HTTP API passes it on: percent-decoded, and truncated at a decoded question mark.
func decodedPath(r *http.Request) string {
	path, err := url.PathUnescape(r.URL.EscapedPath())
	if err != nil {
		path = r.URL.Path
	}
	path, _, _ = strings.Cut(path, "?")
	return path
}

// event returns the event for a request.
func (a *API) event(r *http.Request, x *exchange, path string, body []byte) event {
	host, _, _ := strings.Cut(r.Host, ":")
	prefix, _, _ := strings.Cut(host, ".")
	e := event{
		Version: "2.0", RouteKey: x.route.Key(), RawPath: path, RawQueryString: r.URL.RawQuery,
		Headers: map[string]string{}, PathParameters: x.values,
		RequestContext: requestContext{
			AccountID: a.cfg.Account, APIID: a.cfg.ID, DomainName: host, DomainPrefix: prefix, RequestID: x.id,
			RouteKey: x.route.Key(), Stage: "$default", Time: x.at.Format("02/Jan/2006:15:04:05 -0700"),
			TimeEpoch: x.at.UnixMilli(),
			HTTP: httpPart{
				Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: sourceIP(r), UserAgent: r.UserAgent(),
			},
		},
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			for _, line := range values {
				for cookie := range strings.SplitSeq(line, ";") {
					e.Cookies = append(e.Cookies, strings.TrimSpace(cookie))
				}
			}
			continue
		}
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	e.Headers["host"] = r.Host
	e.Headers["content-length"] = strconv.Itoa(len(body))
	e.Headers["x-forwarded-for"] = strings.TrimPrefix(e.Headers["x-forwarded-for"]+", "+sourceIP(r), ", ")
	e.Headers["x-forwarded-port"] = "443"
	e.Headers["x-forwarded-proto"] = "https"
	e.Headers["x-amzn-trace-id"] = fmt.Sprintf("Root=1-%08x-%024x", x.began.Unix(), x.began.UnixNano())
	query := r.URL.Query()
	if len(query) > 0 {
		e.Query = map[string]string{}
		for name, values := range query {
			e.Query[name] = strings.Join(values, ",")
		}
	}
	if x.token != nil {
		e.RequestContext.Authorizer = &authorizer{JWT: jwtPart{Claims: x.token.claims, Scopes: x.token.granted}}
	}
	if len(body) > 0 {
		e.Body = string(body)
		if !isText(r.Header.Get("Content-Type")) || !utf8.Valid(body) {
			e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
		}
	}
	return e
}

// isText reports whether a body of this type is passed on as text. All other bodies are base64, including forms and those
// without a type.
func isText(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	switch media {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(media, "text/")
}

// response is the response of a function.
type response struct {
	status  int
	headers map[string]string
	cookies []string
	body    []byte
}

// parseResponse parses payload format 2.0. As on AWS, a response without a status code is the body.
func parseResponse(payload []byte) (response, error) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal(payload, &fields)
	if err != nil || fields["statusCode"] == nil {
		var text string
		if json.Unmarshal(payload, &text) == nil {
			payload = []byte(text)
		}
		return response{
			status: http.StatusOK, body: payload, headers: map[string]string{"content-type": "application/json"},
		}, nil
	}
	var a struct {
		StatusCode      json.Number
		Headers         map[string]any
		Multi           map[string][]any `json:"multiValueHeaders"`
		Body            *string
		IsBase64Encoded bool
		Cookies         []string
	}
	err = json.Unmarshal(payload, &a)
	if err != nil {
		return response{}, fmt.Errorf("not of payload format 2.0: %w", err)
	}
	status, err := strconv.Atoi(a.StatusCode.String())
	if err != nil || status < 100 || status > 599 {
		return response{}, fmt.Errorf("the status code is %q", a.StatusCode.String())
	}
	out := response{status: status, headers: map[string]string{}, cookies: a.Cookies}
	for name, value := range a.Headers {
		out.headers[name] = fmt.Sprint(value)
	}
	for name, values := range a.Multi {
		var all []string
		for _, value := range values {
			all = append(all, fmt.Sprint(value))
		}
		out.headers[name] = strings.Join(all, ",")
	}
	if a.Body == nil {
		return out, nil
	}
	out.body = []byte(*a.Body)
	if a.IsBase64Encoded {
		out.body, err = base64.StdEncoding.DecodeString(*a.Body)
		if err != nil {
			return response{}, errors.New("the body is not base64")
		}
	}
	return out, nil
}

// write sends the response. If the gateway has set CORS headers, those of the function are ignored.
func (a response) write(w http.ResponseWriter, hasCORS bool) {
	h := w.Header()
	for _, name := range slices.Sorted(maps.Keys(a.headers)) {
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case hasCORS && strings.HasPrefix(canonical, "Access-Control-"):
		case canonical == "Content-Length", canonical == "Connection", canonical == "Transfer-Encoding":
		default:
			h.Set(canonical, a.headers[name])
		}
	}
	for _, cookie := range a.cookies {
		h.Add("Set-Cookie", cookie)
	}
	if h.Get("Content-Type") == "" && len(a.body) > 0 {
		h.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified && a.status >= 200 {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}
