package lambda

import (
	"context"
	"errors"
)

// Result is what a function answered to one event.
type Result struct {
	// Payload is the answer, or the error document when FunctionError is set.
	Payload []byte
	// FunctionError is empty for an answer and "Unhandled" for an error, a crash, a timeout or a failed start.
	FunctionError string
	// RequestID is the id that the function saw and that stands on its log lines.
	RequestID string
	// Log is the end of what the function logged for this event, at most 4 KB.
	Log []byte
}

// Errors of an invocation that never reached the function.
var (
	// ErrNoFunction says that the template has no such function.
	ErrNoFunction = errors.New("no such function")
	// ErrTooLarge says that the event is over Lambda's limit: 6 MB, or 1 MB for an asynchronous one.
	ErrTooLarge = errors.New("the event is too large")
	// ErrThrottled says that all the concurrency which the template reserves for the function is in use.
	ErrThrottled = errors.New("the function's reserved concurrency is in use")
	// ErrStopped says that the local cloud is ending.
	ErrStopped = errors.New("the local cloud is ending")
)

// Invoker is what event sources need of a Pool.
type Invoker interface {
	// Invoke hands payload to a function and waits for its answer. A function's own failure is in the Result; the
	// error is one of the above, or the context's.
	Invoke(ctx context.Context, function string, payload []byte) (Result, error)
	// InvokeAsync queues payload for a function as Lambda does for an asynchronous call: retried twice, then handed
	// to the function's on-failure destination. It returns the request id.
	InvokeAsync(ctx context.Context, function string, payload []byte) (string, error)
}
