// Package docs contains the documentation, and the parts of it that programs serve.
package docs

import _ "embed" // for OpenAPI

// OpenAPI is the description of the HTTP API. It is generated from the handlers by make openapi.
//
//go:embed openapi.json
var OpenAPI []byte
