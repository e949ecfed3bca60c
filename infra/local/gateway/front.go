package gateway

import (
	"net/http"
	"strings"
)

// edge is the address from which CloudFront sends requests to the API.
const edge = "192.0.2.1:443"

// Front is the CloudFront distribution in front of an API. It passes requests on with the headers of the distribution, and
// with those of its origin request policy. As on AWS, a client can't send these headers itself.
type Front struct {
	// Domain is the own domain of the API, which it gets as Host.
	Domain string
	// Headers are those that the distribution adds, CloudFront the names of those that its policy adds.
	Headers    map[string]string
	CloudFront []string
	API        http.Handler
}

// ServeHTTP passes a request on.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	passed := r.Clone(r.Context())
	passed.Host, passed.RemoteAddr = f.Domain, edge
	for name := range passed.Header {
		if strings.HasPrefix(name, "Cloudfront-") || name == "Cookie" {
			passed.Header.Del(name)
		}
	}
	passed.Header.Set("X-Forwarded-For", strings.TrimPrefix(r.Header.Get("X-Forwarded-For")+", "+sourceIP(r), ", "))
	for name, value := range f.Headers {
		passed.Header.Set(name, value)
	}
	for _, name := range f.CloudFront {
		if strings.EqualFold(name, "CloudFront-Viewer-Address") {
			passed.Header.Set(name, r.RemoteAddr)
		}
	}
	f.API.ServeHTTP(w, passed)
}
