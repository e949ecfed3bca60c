package lambda

import (
	"context"
	"errors"
)

// Result is the response of a function to an event.
type Result struct {
	// Payload is the response, or the error document if FunctionError is set.
	Payload []byte
	// FunctionError is empty for a response and "Unhandled" for an error, a crash, a timeout or a failed start.
	FunctionError string
	// RequestID is the id that the function received. Its log lines have it.
	RequestID string
	// Log is the end of the log of this event, at most 4 KB.
	Log []byte
}

// Errors of an invocation that did not reach the function.
var (
	// ErrNoFunction is the error for an unknown function.
	ErrNoFunction = errors.New("no such function")
	// ErrTooLarge is the error for an event above Lambda's limit: 6 MB, or 1 MB for an asynchronous event.
	ErrTooLarge = errors.New("the event is too large")
	// ErrThrottled is the error if the function's reserved concurrency is in use.
	ErrThrottled = errors.New("the function's reserved concurrency is in use")
	// ErrStopped is the error while the local cloud stops.
	ErrStopped = errors.New("the local cloud is stopping")
)

// Invoker invokes functions; event sources use it.
type Invoker interface {
	// Invoke invokes a function and waits for its response. A failure of the function is in the Result; the error is one
	// of the above, or the context's.
	Invoke(ctx context.Context, function string, payload []byte) (Result, error)
	// InvokeAsync queues an asynchronous event: it is retried twice and then sent to the function's on-failure
	// destination. It returns the request id.
	InvokeAsync(ctx context.Context, function string, payload []byte) (string, error)
}
