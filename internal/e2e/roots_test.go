package e2e

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// getText returns the status and the text at an address.
func getText(t *testing.T, address string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestRoot_OfAPI_NamesTheDescription(t *testing.T) {
	var root struct{ Name, Description string }
	err := kith.Public(t.Context(), http.MethodGet, "/", nil, &root)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{root.Description, kith.Cloud().API + "/v1/openapi.json"} { // the second redirects
		status, text := getText(t, address)
		if status != http.StatusOK || !strings.Contains(text, `"openapi": "3.1.0"`) {
			t.Errorf("GET %s: %d %.300s", address, status, text)
		}
	}
}

func TestRoot_OfSite_IsAPage(t *testing.T) {
	status, text := getText(t, kith.Cloud().Site+"/")
	if status != http.StatusOK || !strings.Contains(text, "<!doctype html>") {
		t.Errorf("%d: %.300s", status, text)
	}
}

func TestRoot_OfIssuer_NamesTheApp(t *testing.T) {
	status, text := getText(t, kith.Cloud().Issuer+"/")
	if status != http.StatusOK || !strings.Contains(text, `href="`+kith.Cloud().Site+`/"`) {
		t.Errorf("%d: %.300s", status, text)
	}
}

// The description is a file of the site, so that CloudFront compresses it and a browser stores it; no function sends it.
func TestDescription_OfSite_IsTheDocumentCompressed(t *testing.T) {
	want, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	get := func(address, encoding string) (*http.Response, string) {
		t.Helper()
		return roundTrip(t, "127.0.0.1", http.MethodGet, address, nil, map[string]string{"Accept-Encoding": encoding})
	}
	address := kith.Cloud().Site + "/openapi.json"
	plain, text := get(address, "identity")
	packed, zipped := get(address, "gzip")
	reader, err := gzip.NewReader(strings.NewReader(zipped))
	if err != nil {
		t.Fatalf("%s is not compressed: %v", address, err)
	}
	unpacked, err := io.ReadAll(reader)
	if err != nil || text != string(want) || string(unpacked) != string(want) {
		t.Errorf("%s has %d bytes, compressed %d, and not the %d of docs/openapi.json; make dashboard/dist/manifest.json copies them: %v", address, len(text), len(unpacked), len(want), err)
	}
	if len(zipped) > len(want)/5 {
		t.Errorf("%d bytes are compressed to %d", len(want), len(zipped))
	}
	for _, response := range []*http.Response{plain, packed} {
		h := response.Header
		if response.StatusCode != http.StatusOK || h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-cache" ||
			h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s with the headers %v", response.Status, h)
		}
	}
	moved, _ := get(kith.Cloud().API+"/v1/openapi.json", "gzip")
	if moved.StatusCode != http.StatusTemporaryRedirect || moved.Header.Get("Location") != address {
		t.Errorf("the API answers %s and leads to %q, want %s", moved.Status, moved.Header.Get("Location"), address)
	}
}
