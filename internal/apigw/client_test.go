package apigw

import (
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestHandler_ClientAddress_IsCloudFrontsOnlyWithTheOriginKey(t *testing.T) {
	t.Parallel()
	const key, peer = "the key", "192.0.2.7"
	for name, test := range map[string]struct {
		originKey, sentKey, viewer, peer string
		want                             string
	}{
		"without a distribution":          {"", "", "", peer, peer},
		"a header without a distribution": {"", "", "198.51.100.10:46532", peer, peer},
		"an empty key":                    {"", key, "198.51.100.10:46532", peer, peer},
		"through CloudFront":              {key, key, "198.51.100.10:46532", peer, "198.51.100.10"},
		"through CloudFront, IPv6":        {key, key, "2001:db8:0:1::5:46532", peer, "2001:db8:0:1::5"},
		"through CloudFront, in brackets": {key, key, "[2001:db8:0:1::5]:46532", peer, "2001:db8:0:1::5"},
		"past CloudFront":                 {key, "", "198.51.100.10:46532", peer, peer},
		"past CloudFront, a guessed key":  {key, "the kez", "198.51.100.10:46532", peer, peer},
		"CloudFront without the header":   {key, key, "", peer, "invalid IP"},
		"CloudFront, no address":          {key, key, "unknown", peer, "invalid IP"},
		"IPv4 in IPv6":                    {"", "", "", "::ffff:192.0.2.7", peer},
		"no address":                      {"", "", "", "", "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			event := events.APIGatewayV2HTTPRequest{RawPath: "/v1", Headers: map[string]string{}}
			event.RequestContext.HTTP.Method = http.MethodGet
			event.RequestContext.HTTP.SourceIP = test.peer
			if test.sentKey != "" {
				event.Headers["x-kith-origin-key"] = test.sentKey
			}
			if test.viewer != "" {
				event.Headers["cloudfront-viewer-address"] = test.viewer
			}
			_, err := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if got := RequestContextOf(r.Context()).Client.String(); got != test.want {
					t.Errorf("the client's address is %s, want %s", got, test.want)
				}
				if r.Header.Get("X-Kith-Origin-Key") != "" {
					t.Error("the handler can read the key")
				}
			}), test.originKey)(t.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
