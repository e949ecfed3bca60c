package e2e

import (
	"io"
	"net/http"
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
