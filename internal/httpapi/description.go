package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
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

// RegisterDescription serves the OpenAPI document at /v1/openapi.json, and at / a JSON object that names it.
func RegisterDescription(api *API, document []byte) {
	api.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = io.WriteString(w, `{"name":"Kith API","description":"/v1/openapi.json"}`) // the client has gone when this fails
	})
	api.mux.HandleFunc("GET /v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(document) // the client has gone when this fails
	})
}
