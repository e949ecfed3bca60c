package apigw

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestHandler_AnyRequest_RoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		segment := rapid.StringMatching(`[^/\x00]{1,12}`).Draw(t, "segment")
		query := url.Values{"q": rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "query")}
		target := url.URL{Scheme: "http", Host: "api.test", Path: "/v1/" + segment, RawQuery: query.Encode()}
		sent := httptest.NewRequest(http.MethodPost, target.String(), bytes.NewReader(body))
		sent.Header.Set("X-Word", "one")
		at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at")).UTC()
		claims := map[string]string{"sub": "s"}

		event, err := Event(sent, at, claims)
		if err != nil {
			t.Fatal(err)
		}
		var seen *http.Request
		var seenBody []byte
		reply, err := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen = r
			seenBody, _ = io.ReadAll(r.Body)
			w.Header().Set("X-Answer", "two")
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write(seenBody)
		}), "")(context.Background(), event)
		if err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(body, seenBody, cmp.Transformer("", func(b []byte) string { return string(b) })); diff != "" {
			t.Fatalf("body: %s", diff)
		}
		if seen.URL.Path != sent.URL.Path || seen.URL.Query().Encode() != query.Encode() {
			t.Fatalf("sent %s, the handler received %s", sent.URL, seen.URL)
		}
		if seen.Header.Get("X-Word") != "one" || seen.Method != http.MethodPost {
			t.Fatalf("the handler received the headers %v and the method %s", seen.Header, seen.Method)
		}
		call := RequestContextOf(seen.Context())
		if !call.At.Equal(at) || call.Claims["sub"] != "s" || !bytes.Equal(call.Body, body) {
			t.Fatalf("the request context is %+v", call)
		}
		if reply.StatusCode != http.StatusTeapot || reply.Headers["x-answer"] != "two" {
			t.Fatalf("the reply is %+v", reply)
		}
		if reply.IsBase64Encoded == (reply.Body == string(body)) && len(body) > 0 {
			t.Fatalf("reply body %q (base64 %v) for %q", reply.Body, reply.IsBase64Encoded, body)
		}
	})
}
