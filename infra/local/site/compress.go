package site

import (
	"bytes"
	"compress/gzip"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// The sizes between which CloudFront compresses a file.
const (
	compressedFrom = 1_000
	compressedTo   = 10_000_000
)

// compressedTypes are those of the types that CloudFront compresses which a web app has.
var compressedTypes = []string{
	"application/javascript", "application/json", "application/manifest+json", "image/svg+xml", "text/css", "text/html", "text/javascript", "text/plain",
	"text/xml",
}

// compress returns the body compressed by gzip, and sets the header that says so. It returns the body as it is if CloudFront
// would not compress it, or the client does not accept gzip.
func compress(h http.Header, r *http.Request, o Object) []byte {
	kind, _, err := mime.ParseMediaType(o.ContentType)
	if err != nil || !slices.Contains(compressedTypes, kind) || len(o.Body) < compressedFrom || len(o.Body) > compressedTo {
		return o.Body
	}
	h.Add("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return o.Body
	}
	var zipped bytes.Buffer
	zipper := gzip.NewWriter(&zipped)
	_, _ = zipper.Write(o.Body) // writes to a buffer never fail
	_ = zipper.Close()
	h.Set("Content-Encoding", "gzip")
	return zipped.Bytes()
}
