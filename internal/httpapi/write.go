package httpapi

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
)

// revise applies a change to what an administrator's route is about, and commits it with the reply. When somebody else
// was faster it reads the campaign again and applies the change to that: fields that the request does not name keep what
// the other wrote, so that two writers at once lose no update. Change returns the reply's body, and no writes when there
// is nothing to change.
func Write[T any](ctx context.Context, a *Access, status int, change func() (T, []dynamo.Write, error)) (*Body[T], error) {
	var reply T
	again := false
	err := dynamo.Retry(ctx, func() error {
		if again && a.Campaign != nil {
			if err := a.Fresh(ctx); err != nil {
				return err
			}
		}
		again = true
		body, writes, err := change()
		if err != nil {
			return err
		}
		reply = body
		if len(writes) == 0 && a.Idempotency == nil {
			return nil
		}
		err = a.Commit(ctx, status, body, writes...)
		if dynamo.ConditionFailed(err, "slug") { // reading again will not help
			return campaign.SlugTaken()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return NewBody(reply), nil
}
