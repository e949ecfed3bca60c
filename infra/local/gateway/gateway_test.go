package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
)

// fakeFunctions responds for functions and stores the last event.
type fakeFunctions struct {
	respond func(ctx context.Context, function string, payload []byte) (lambda.Result, error)
	last    event
	name    string
}

func (f *fakeFunctions) Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error) {
	f.name, f.last = function, event{}
	err := json.Unmarshal(payload, &f.last)
	if err != nil {
		return lambda.Result{}, err
	}
	if f.respond == nil {
		return lambda.Result{Payload: []byte(`{"statusCode":200,"body":"ok"}`)}, nil
	}
	return f.respond(ctx, function, payload)
}

func (f *fakeFunctions) InvokeAsync(context.Context, string, []byte) (string, error) {
	return "", errors.New("not implemented")
}

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

var noon = fixed(time.Date(2027, 5, 4, 12, 0, 0, 123e6, time.UTC))

func newAPIFixture(t *testing.T, cfg Config) (*fakeFunctions, *httptest.Server) {
	t.Helper()
	f := &fakeFunctions{}
	cfg.Invoker, cfg.Clock, cfg.ID, cfg.Account = f, noon, "api1", "000000000000"
	api, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return f, server
}

// request sends a request and returns the response and its body.
func request(t *testing.T, method, address, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res, string(got)
}

func TestRoutes_SeveralMatch_MostSpecificWins(t *testing.T) {
	routes := []Route{}
	for _, key := range []string{
		"ANY /{proxy+}", "GET /v1/{thing}", "GET /v1/session", "ANY /v1/session", "ANY /v1/{proxy+}", "POST /v1/a/{b}/c",
		"GET /v1/{x}/b/{y}", "GET /only",
	} {
		method, path, _ := strings.Cut(key, " ")
		routes = append(routes, Route{Method: method, Path: path, Function: key})
	}
	f, server := newAPIFixture(t, Config{Routes: routes})
	for key, want := range map[string]string{
		"GET /v1/session":     "GET /v1/session",
		"POST /v1/session":    "ANY /v1/session",
		"GET /v1/other":       "GET /v1/{thing}",
		"PUT /v1/other":       "ANY /v1/{proxy+}",
		"GET /v1/a/b/c/d":     "ANY /v1/{proxy+}",
		"POST /v1/a/x/c":      "POST /v1/a/{b}/c",
		"GET /v1/a/b/c":       "GET /v1/{x}/b/{y}",
		"POST /only":          "ANY /{proxy+}",
		"GET /elsewhere":      "ANY /{proxy+}",
		"GET /v1/session/":    "ANY /v1/{proxy+}",
		"DELETE /v1/a/b/zzz/": "ANY /v1/{proxy+}",
	} {
		method, path, _ := strings.Cut(key, " ")
		f.name = ""
		res, body := request(t, method, server.URL+path, "")
		if f.name != want || f.last.RouteKey != want {
			t.Errorf("%s invoked %q, not %q: %s %s", key, f.name, want, res.Status, body)
		}
	}
	res, body := request(t, "GET", server.URL+"/", "")
	if res.StatusCode != 404 || body != `{"message":"Not Found"}` {
		t.Errorf("a path without a route: %s %s", res.Status, body)
	}
}

func TestNew_InvalidConfig_Fails(t *testing.T) {
	for want, routes := range map[string][]Route{
		"must be last":             {{Method: "GET", Path: "/{a+}/b"}},
		"is not a method":          {{Method: "GETT", Path: "/a"}},
		"must start with /":        {{Method: "GET", Path: "a"}},
		"is invalid":               {{Method: "GET", Path: "/a{b}"}},
		"match the same requests":  {{Method: "GET", Path: "/{a}"}, {Method: "GET", Path: "/{b}"}},
		"between 50 ms and 30 s":   {{Method: "GET", Path: "/a", Timeout: time.Minute}},
		"does not know $context.x": nil,
	} {
		_, err := New(Config{Routes: routes, AccessLog: map[bool]string{true: "$context.x"}[routes == nil]})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, not %s", err, want)
		}
	}
}

func TestEvent_OfRequest_HasPayloadFormat2(t *testing.T) {
	f, server := newAPIFixture(t, Config{Routes: []Route{{Method: "ANY", Path: "/v1/{proxy+}", Function: "f"}}})
	request(t, "POST", server.URL+"/v1/a%20b/c?x=1&y=2&x=3&z=%20", `{"a":"ü"}`, "Content-Type", "application/json",
		"X-Many", "1", "X-Many", "2", "Cookie", "a=1; b=2", "Cookie", "c=3", "User-Agent", "me")
	e := f.last
	if e.Version != "2.0" || e.RawPath != "/v1/a b/c" || e.RawQueryString != "x=1&y=2&x=3&z=%20" || e.Body != `{"a":"ü"}` ||
		e.IsBase64Encoded || e.PathParameters["proxy"] != "a b/c" || e.Query["x"] != "1,3" || e.Query["z"] != " " ||
		e.Headers["x-many"] != "1,2" || strings.Join(e.Cookies, "|") != "a=1|b=2|c=3" || e.Headers["cookie"] != "" {
		t.Errorf("the event is %+v", e)
	}
	c := e.RequestContext
	if c.TimeEpoch != time.Time(noon).UnixMilli() || c.Time != "04/May/2027:12:00:00 +0000" || c.HTTP.Method != "POST" ||
		c.HTTP.Path != "/v1/a b/c" || c.HTTP.SourceIP != "127.0.0.1" || c.HTTP.UserAgent != "me" || c.Stage != "$default" ||
		c.RouteKey != "ANY /v1/{proxy+}" || c.APIID != "api1" || c.AccountID != "000000000000" || c.RequestID == "" {
		t.Errorf("the request context is %+v", c)
	}
	for contentType, base64 := range map[string]bool{
		"text/csv": false, "application/json; charset=utf-8": false, "application/xml": false, "application/octet-stream": true,
		"application/x-www-form-urlencoded": true, "application/merge-patch+json": true, "": true,
	} {
		request(t, "POST", server.URL+"/v1/a", "hello", "Content-Type", contentType)
		want := map[bool]string{true: "aGVsbG8=", false: "hello"}[base64]
		if f.last.IsBase64Encoded != base64 || f.last.Body != want {
			t.Errorf("%q: base64 %t, body %q", contentType, f.last.IsBase64Encoded, f.last.Body)
		}
	}
	request(t, "GET", server.URL+"/v1/me%3Fadmin=1?a=b", "")
	if f.last.RawPath != "/v1/me" || f.last.RawQueryString != "a=b" || f.last.IsBase64Encoded {
		t.Errorf("a path is truncated at a decoded question mark: %q %q", f.last.RawPath, f.last.RawQueryString)
	}
}

func TestResponse_OfFunction_BecomesHTTP(t *testing.T) {
	f, server := newAPIFixture(t, Config{Routes: []Route{{Method: "ANY", Path: "/{proxy+}", Function: "f", Timeout: 60 * time.Millisecond}}})
	for name, c := range map[string]struct {
		payload, functionError string
		err                    error
		status                 int
		body                   string
	}{
		"ordinary":         {payload: `{"statusCode":201,"headers":{"x-a":"b"},"body":"hi"}`, status: 201, body: "hi"},
		"base64":           {payload: `{"statusCode":200,"isBase64Encoded":true,"body":"AAE="}`, status: 200, body: "\x00\x01"},
		"no status":        {payload: `{"hello":"world"}`, status: 200, body: `{"hello":"world"}`},
		"text":             {payload: `"hello"`, status: 200, body: "hello"},
		"number as text":   {payload: `{"statusCode":"204"}`, status: 204, body: ""},
		"not a number":     {payload: `{"statusCode":"teapot"}`, status: 500, body: `{"message":"Internal Server Error"}`},
		"invalid base64":   {payload: `{"statusCode":200,"isBase64Encoded":true,"body":"?"}`, status: 500, body: `{"message":"Internal Server Error"}`},
		"failed":           {payload: `{"errorMessage":"x"}`, functionError: "Unhandled", status: 500, body: `{"message":"Internal Server Error"}`},
		"throttled":        {err: lambda.ErrThrottled, status: 503, body: `{"message":"Service Unavailable"}`},
		"event too large":  {err: lambda.ErrTooLarge, status: 413, body: `{"message":"Request Entity Too Large"}`},
		"longer than 30 s": {err: context.DeadlineExceeded, status: 503, body: `{"message":"Service Unavailable"}`},
		"stopping":         {err: lambda.ErrStopped, status: 503, body: `{"message":"Service Unavailable"}`},
	} {
		f.respond = func(ctx context.Context, _ string, _ []byte) (lambda.Result, error) {
			if errors.Is(c.err, context.DeadlineExceeded) {
				<-ctx.Done()
			}
			return lambda.Result{Payload: []byte(c.payload), FunctionError: c.functionError}, c.err
		}
		res, body := request(t, "GET", server.URL+"/x", "")
		if res.StatusCode != c.status || body != c.body || res.Header.Get("Apigw-Requestid") == "" {
			t.Errorf("%s: %s %q %v", name, res.Status, body, res.Header)
		}
	}
	f.respond = func(context.Context, string, []byte) (lambda.Result, error) {
		return lambda.Result{Payload: []byte(`{"statusCode":302,"headers":{"Location":"/y","x-n":5},"multiValueHeaders":{"x-m":["1","2"]},"cookies":["a=1","b=2; Path=/"]}`)}, nil
	}
	res, _ := request(t, "GET", server.URL+"/x", "")
	h := res.Header
	if h.Get("Location") != "/y" || h.Get("X-N") != "5" || h.Get("X-M") != "1,2" || len(h["Set-Cookie"]) != 2 {
		t.Errorf("headers %v", h)
	}
	res, body := request(t, "POST", server.URL+"/x", strings.Repeat("x", maxBody+1))
	if res.StatusCode != 413 || body != `{"message":"Request Entity Too Large"}` {
		t.Errorf("over 10 MB: %s %s", res.Status, body)
	}
}

func TestCORS_AnyOrigin_FollowsTheTemplate(t *testing.T) {
	f, server := newAPIFixture(t, Config{
		Routes: []Route{
			{Method: "GET", Path: "/plain", Function: "f"},
			{Method: "ANY", Path: "/any", Function: "f", Authorizer: &Authorizer{}},
		},
		CORS: &CORS{
			Origins: []string{"http://127.0.0.1:9"}, Methods: []string{"GET", "POST"}, Headers: []string{"authorization"},
			Expose: []string{"location"}, MaxAge: 600,
		},
	})
	f.respond = func(context.Context, string, []byte) (lambda.Result, error) {
		return lambda.Result{Payload: []byte(`{"statusCode":200,"headers":{"access-control-allow-origin":"*"}}`)}, nil
	}
	preflight := []string{"Origin", "http://127.0.0.1:9", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization"}
	res, _ := request(t, "OPTIONS", server.URL+"/plain", "", preflight...)
	h := res.Header
	if res.StatusCode != 204 || h.Get("Access-Control-Allow-Origin") != "http://127.0.0.1:9" ||
		h.Get("Access-Control-Allow-Methods") != "GET,POST" || h.Get("Access-Control-Allow-Headers") != "authorization" ||
		h.Get("Access-Control-Max-Age") != "600" || f.name != "" {
		t.Errorf("a preflight: %s %v, function %q", res.Status, h, f.name)
	}
	res, _ = request(t, "OPTIONS", server.URL+"/plain", "", "Origin", "http://evil", "Access-Control-Request-Method", "GET")
	if res.Header.Get("Access-Control-Allow-Origin") != "" || res.Header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("a preflight of another origin: %v", res.Header)
	}
	res, _ = request(t, "OPTIONS", server.URL+"/any", "", preflight...)
	if res.StatusCode != 401 {
		t.Errorf("a route for ANY method matches the preflight, as on AWS, and requires a token: %s", res.Status)
	}
	res, _ = request(t, "GET", server.URL+"/plain", "", "Origin", "http://127.0.0.1:9")
	if res.Header.Get("Access-Control-Allow-Origin") != "http://127.0.0.1:9" || res.Header.Get("Access-Control-Expose-Headers") != "location" {
		t.Errorf("the gateway's headers replace the function's: %v", res.Header)
	}
	res, _ = request(t, "GET", server.URL+"/plain", "")
	if res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without an origin: %v", res.Header)
	}
}

func TestThrottle_AboveBurst_Answers429(t *testing.T) {
	_, server := newAPIFixture(t, Config{
		Routes: []Route{{Method: "GET", Path: "/a", Function: "f"}, {Method: "GET", Path: "/other", Function: "f", Rate: 0.001, Burst: 1}}, Rate: 0.001, Burst: 2,
	})
	var got []int
	for range 3 {
		res, _ := request(t, "GET", server.URL+"/a", "")
		got = append(got, res.StatusCode)
	}
	if got[0] != 200 || got[1] != 200 || got[2] != 429 {
		t.Errorf("statuses with a burst of two: %v", got)
	}
	if res, _ := request(t, "GET", server.URL+"/other", ""); res.StatusCode != 200 {
		t.Errorf("another route with a limit of its own: %d", res.StatusCode)
	}
}

func TestAccessLog_AnyRequest_HasTheRouteNotThePath(t *testing.T) {
	var line string
	_, server := newAPIFixture(t, Config{
		Routes:    []Route{{Method: "GET", Path: "/i/{token}", Function: "f"}},
		AccessLog: `{"route":"$context.routeKey","status":"$context.status","error":"$context.error.message"}`,
		LogLine:   func(_, text string) { line = text },
	})
	request(t, "GET", server.URL+"/i/secret", "")
	if line != `{"route":"GET /i/{token}","status":"200","error":"-"}` {
		t.Errorf("the line is %s", line)
	}
}
