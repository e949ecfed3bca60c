package dynamotest

import (
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

// ErrCrashed is what calls of a dead process end with.
var ErrCrashed = errors.New("dynamotest: the process is dead")

// CrashingProcess is a function process that crashes at one of its store calls.
type CrashingProcess struct {
	mu    sync.Mutex
	left  int
	after bool
	dead  bool
}

// NewCrashingClient returns a client of the same engine that dies at its nth call, counted from 0: that call and all later ones
// fail. With after, that call takes effect first.
func NewCrashingClient(db *dynamodb.Client, n int, after bool) (*dynamodb.Client, *CrashingProcess) {
	p := &CrashingProcess{left: n, after: after}
	return dynamodb.New(db.Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Dying", p.handle), middleware.Before)
		})
	}), p
}

// Crashed reports whether the process has died.
func (p *CrashingProcess) Crashed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

func (p *CrashingProcess) handle(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	if takes, dies := p.call(); dies {
		if takes {
			_, _, err := next.HandleInitialize(ctx, in)
			return middleware.InitializeOutput{}, middleware.Metadata{}, errors.Join(ErrCrashed, err)
		}
		return middleware.InitializeOutput{}, middleware.Metadata{}, ErrCrashed
	}
	return next.HandleInitialize(ctx, in)
}

// call decides whether the next call takes effect, and whether the process dies with it or is dead.
func (p *CrashingProcess) call() (bool, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return false, true
	}
	if p.left == 0 {
		p.dead = true
		return p.after, true
	}
	p.left--
	return true, false
}
