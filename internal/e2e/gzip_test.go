package e2e

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestGateway_GzipAccepted_SendsCompressedBody(t *testing.T) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, kith.Cloud().API+"/v1/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "gzip") // set here, so that the client does not decompress
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.Header.Get("Content-Encoding") != "gzip" || response.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%s with the headers %v", response.Status, response.Header)
	}
	reader, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil || !strings.Contains(string(text), `"openapi": "3.1.0"`) {
		t.Errorf("the body is %.100q: %v", text, err)
	}
}
