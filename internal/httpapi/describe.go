package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/kithhq/kith/internal/fault"
)

// Describe returns the OpenAPI 3.1 document of the API, as docs/openapi.json has it.
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

// RegisterDescription serves the description of the whole API.
func RegisterDescription(api *API, document []byte) {
	api.mux.HandleFunc("GET /v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(document) // nobody is left to tell when this fails
	})
}
