package dynamotest

import (
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

// ErrCrashed is the error of calls after a crash.
var ErrCrashed = errors.New("dynamotest: the process has crashed")

// CrashingProcess is a process that crashes at one of its store calls.
type CrashingProcess struct {
	mu        sync.Mutex
	callsLeft int
	after     bool
	crashed   bool
}

// NewCrashingClient returns a client of the same engine whose process crashes at its nth call, counted from 0: that call and
// all later ones fail. With after, the crash comes after that call has taken effect.
func NewCrashingClient(db *dynamodb.Client, n int, after bool) (*dynamodb.Client, *CrashingProcess) {
	p := &CrashingProcess{callsLeft: n, after: after}
	return dynamodb.New(db.Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Crash", p.handle), middleware.Before)
		})
	}), p
}

// Crashed reports whether the process has crashed.
func (p *CrashingProcess) Crashed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.crashed
}

func (p *CrashingProcess) handle(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	takesEffect, crashes := p.call()
	if !crashes {
		return next.HandleInitialize(ctx, in)
	}
	err := ErrCrashed
	if takesEffect {
		_, _, failure := next.HandleInitialize(ctx, in)
		err = errors.Join(ErrCrashed, failure)
	}
	return middleware.InitializeOutput{}, middleware.Metadata{}, err
}

// call decides whether the next call takes effect, and whether the process crashes with it or has crashed.
func (p *CrashingProcess) call() (takesEffect, crashes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.crashed {
		return false, true
	}
	if p.callsLeft == 0 {
		p.crashed = true
		return p.after, true
	}
	p.callsLeft--
	return true, false
}
