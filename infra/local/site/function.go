package site

import (
	"errors"
	"fmt"
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

// Rewrite returns the path that the function gives a GET request. It fails if the function throws or returns no request.
func (f *Function) Rewrite(path string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	request := map[string]any{"method": "GET", "uri": path, "querystring": map[string]any{}, "headers": map[string]any{}, "cookies": map[string]any{}}
	event := map[string]any{"version": "1.0", "context": map[string]any{"eventType": "viewer-request"}, "viewer": map[string]any{}, "request": request}
	value, err := f.handler(goja.Undefined(), f.engine.ToValue(event))
	if err != nil {
		return "", fmt.Errorf("run the CloudFront function: %w", err)
	}
	if !goja.IsUndefined(value) && !goja.IsNull(value) {
		uri := value.ToObject(f.engine).Get("uri")
		if uri != nil {
			return uri.String(), nil
		}
	}
	return "", errors.New("the local cloud supports only CloudFront functions that return the request")
}
