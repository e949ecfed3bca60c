package apigw

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestHandler_AcceptEncoding_CompressesLongBodies(t *testing.T) {
	long := strings.Repeat("José ", 300)
	for _, c := range []struct {
		accept, body, encoding string
		compressed             bool
	}{
		{"gzip, deflate, br", long, "", true},
		{"br;q=1.0, GZIP;q=0.5", long, "", true},
		{"*", long, "", true},
		{"", long, "", false},
		{"br", long, "", false},
		{"gzip;q=0", long, "", false},
		{"gzip; q=0.000, *", long, "", false},
		{"identity, gzip", strings.Repeat("x", 1024), "", false},
		{"gzip", strings.Repeat("x", 1025), "", true},
		{"gzip", long, "br", false}, // it is encoded already
	} {
		handler := Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.encoding != "" {
				w.Header().Set("Content-Encoding", c.encoding)
			}
			_, _ = io.WriteString(w, c.body)
		}), "")
		event := events.APIGatewayV2HTTPRequest{RawPath: "/", Headers: map[string]string{"accept-encoding": c.accept}}
		event.RequestContext.HTTP.Method = http.MethodGet
		reply, err := handler(context.Background(), event)
		if err != nil {
			t.Fatal(err)
		}
		if got := reply.Headers["content-encoding"] == "gzip"; got != c.compressed || reply.IsBase64Encoded != c.compressed {
			t.Errorf("%q, %d bytes: headers %v, base64 %t", c.accept, len(c.body), reply.Headers, reply.IsBase64Encoded)
			continue
		}
		if reply.Headers["vary"] != "Accept-Encoding" {
			t.Errorf("%q: vary %q", c.accept, reply.Headers["vary"])
		}
		body := reply.Body
		if c.compressed {
			body = unzip(t, body)
		}
		if body != c.body {
			t.Errorf("%q: the body is %.60q", c.accept, body)
		}
	}
}

// unzip returns the text of a compressed body in base64.
func unzip(t *testing.T, body string) string {
	t.Helper()
	compressed, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
