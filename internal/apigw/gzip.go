package apigw

import (
	"compress/gzip"
	"strconv"
	"strings"
)

// compressedFrom is the length from which a body is compressed, in bytes. Shorter ones gain nothing.
const compressedFrom = 1025

// compress compresses a long body if the client accepts gzip. The gateway decodes the base64 in which Lambda replies with
// binary bodies, and sends the compressed bytes.
func (w *buffer) compress(accepted string) {
	w.header.Add("Vary", "Accept-Encoding")
	if w.body.Len() < compressedFrom || w.header.Get("Content-Encoding") != "" || !acceptsGzip(accepted) {
		return
	}
	plain := w.body.String()
	w.body.Reset()
	zipper := gzip.NewWriter(&w.body)
	_, _ = zipper.Write([]byte(plain)) // writes to a buffer never fail
	_ = zipper.Close()
	w.header.Set("Content-Encoding", "gzip")
	w.header.Del("Content-Length")
}

// acceptsGzip reports whether the value of an Accept-Encoding header accepts gzip: by name, or by * if it does not name it.
func acceptsGzip(accepted string) bool {
	wildcard := false
	for part := range strings.SplitSeq(accepted, ",") {
		coding, parameters, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		weight, isWeight := strings.CutPrefix(strings.TrimSpace(parameters), "q=")
		quality, err := strconv.ParseFloat(weight, 64)
		accepts := !isWeight || err == nil && quality > 0
		switch strings.TrimSpace(coding) {
		case "gzip":
			return accepts
		case "*":
			wildcard = accepts
		}
	}
	return wildcard
}
