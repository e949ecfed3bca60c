package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/kithhq/kith/internal/fault"
)

// Describe returns the API's OpenAPI 3.1 document, as in docs/openapi.json.
func (api *API) Describe() ([]byte, error) {
	compact, err := json.Marshal(api.OpenAPI())
	if err != nil {
		return nil, fault.Internal("describe: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, compact, "", "  "); err != nil {
		return nil, fault.Internal("describe: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

// RegisterDescription serves, at /, a JSON object with the address of the OpenAPI document, which the site at siteURL serves as
// /openapi.json. /v1/openapi.json redirects there.
func RegisterDescription(api *API, siteURL string) {
	document := siteURL + "/openapi.json"
	api.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_ = json.NewEncoder(w).Encode(map[string]string{"name": "Kith API", "description": document}) // the client has gone when this fails
	})
	api.mux.Handle("GET /v1/openapi.json", http.RedirectHandler(document, http.StatusTemporaryRedirect))
}
