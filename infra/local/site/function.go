package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/dop251/goja"
)

// Function is a CloudFront function for viewer requests: JavaScript that may change the path of a request.
type Function struct {
	mu      sync.Mutex // the engine runs one request at a time
	engine  *goja.Runtime
	handler goja.Callable
}

// NewFunction compiles a function. It fails for code that does not declare handler.
func NewFunction(code string) (*Function, error) {
	f := &Function{engine: goja.New()}
	_, err := f.engine.RunString(code)
	if err != nil {
		return nil, fmt.Errorf("compile the CloudFront function: %w", err)
	}
	handler, ok := goja.AssertFunction(f.engine.Get("handler"))
	if !ok {
		return nil, errors.New("a CloudFront function must declare a function named handler")
	}
	f.handler = handler
	return f, nil
}

// Rewrite returns the path that the function gives a GET request, or the address to which it redirects the client. It fails
// if the function throws or returns neither.
func (f *Function) Rewrite(host, path string, query map[string][]string) (uri, location string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	request := map[string]any{
		"method": "GET", "uri": path, "querystring": fields(query), "cookies": map[string]any{},
		"headers": map[string]any{"host": map[string]any{"value": host}},
	}
	event := map[string]any{"version": "1.0", "context": map[string]any{"eventType": "viewer-request"}, "viewer": map[string]any{}, "request": request}
	value, err := f.handler(goja.Undefined(), f.engine.ToValue(event))
	if err != nil {
		return "", "", fmt.Errorf("run the CloudFront function: %w", err)
	}
	var answer struct {
		URI        string `json:"uri"`
		StatusCode int    `json:"statusCode"`
		Headers    struct {
			Location struct {
				Value string `json:"value"`
			} `json:"location"`
		} `json:"headers"`
	}
	encoded, err := json.Marshal(value.Export())
	if err == nil {
		err = json.Unmarshal(encoded, &answer)
	}
	switch {
	case err == nil && answer.StatusCode == http.StatusFound && answer.Headers.Location.Value != "":
		return "", answer.Headers.Location.Value, nil
	case err == nil && answer.URI != "":
		return answer.URI, "", nil
	}
	return "", "", errors.New("the local cloud supports only CloudFront functions that return the request or a redirect with status 302")
}

// fields returns the parameters of a query as CloudFront shows them to a function, not decoded.
func fields(query map[string][]string) map[string]any {
	all := map[string]any{}
	for name, values := range query {
		several := make([]any, len(values))
		for i, value := range values {
			several[i] = map[string]any{"value": url.QueryEscape(value)}
		}
		all[url.QueryEscape(name)] = map[string]any{"value": url.QueryEscape(values[0]), "multiValue": several}
	}
	return all
}
