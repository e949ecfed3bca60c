// Package docs holds what the documentation gives to programs.
package docs

import _ "embed" // of the description

// OpenAPI describes the HTTP API. It is generated from the handlers: go test ./internal/httpapi/httpapitest -update.
//
//go:embed openapi.json
var OpenAPI []byte
