package e2e

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestGateway_GzipAccepted_SendsCompressedBody(t *testing.T) {
	fx := newFixture(t)
	var made struct{ ID string }
	description := strings.Repeat("Talk to the people you know. ", 50)
	fx.post(fx.owner, "/v1/admin/organizations/"+fx.organization+"/campaigns", body{
		"name": "Letters", "slug": "letters-" + fx.tag, "time_zone": "America/New_York", "description": description,
	}, &made)
	tokens, err := fx.owner.Tokens(t.Context())
	fx.ok(err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, kith.Cloud().API+"/v1/admin/campaigns/"+made.ID, nil)
	fx.ok(err)
	request.Header.Set("Authorization", "Bearer "+tokens.Access)
	request.Header.Set("Accept-Encoding", "gzip") // set here, so that the client does not decompress
	response, err := http.DefaultClient.Do(request)
	fx.ok(err)
	defer func() { _ = response.Body.Close() }()
	if response.Header.Get("Content-Encoding") != "gzip" || response.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%s with the headers %v", response.Status, response.Header)
	}
	reader, err := gzip.NewReader(response.Body)
	fx.ok(err)
	text, err := io.ReadAll(reader)
	if err != nil || !strings.Contains(string(text), strings.TrimSpace(description)) {
		t.Errorf("the body is %.100q: %v", text, err)
	}
}
