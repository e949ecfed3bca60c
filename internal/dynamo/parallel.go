package dynamo

import (
	"context"
	"sync"
)

// InParallel calls do for 0 to count-1, at most width at a time. It returns the first failure, after which the context
// of the others ends and no further ones begin.
func InParallel(ctx context.Context, width, count int, do func(context.Context, int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var calls sync.WaitGroup
	slots := make(chan struct{}, width)
	for n := range count {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		calls.Go(func() {
			defer func() { <-slots }()
			if err := do(ctx, n); err != nil {
				stop(err)
			}
		})
	}
	calls.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
