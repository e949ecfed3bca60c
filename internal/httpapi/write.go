package httpapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// Write runs change, commits the writes that it returns together with the response, and returns the response's body. It
// commits nothing when there are no writes and the request is not idempotent.
//
// When an item was changed by another request since it was read, Write reads the campaign and the mobilizer again and
// repeats change: two concurrent edits of different fields both take effect. When change refuses on a campaign that came
// from the cache, Write reads the campaign and runs change once more: the cache may admit, never refuse. So change must
// read what it changes, and must not keep state from one run to the next.
func Write[T any](ctx context.Context, a *Access, status int, change func() (T, []dynamo.Write, error)) (*Body[T], error) {
	var body T
	err := write(ctx, a, status, func() (any, []dynamo.Write, error) {
		changed, writes, err := change()
		body = changed
		return changed, writes, err
	})
	if err != nil {
		return nil, err
	}
	return NewBody(body), nil
}

// WriteNothing is Write for routes that answer 204.
func WriteNothing(ctx context.Context, a *Access, change func() ([]dynamo.Write, error)) (*Nothing, error) {
	err := write(ctx, a, http.StatusNoContent, func() (any, []dynamo.Write, error) {
		writes, err := change()
		return nil, writes, err
	})
	if err != nil {
		return nil, err
	}
	return &Nothing{}, nil
}

func write(ctx context.Context, a *Access, status int, change func() (any, []dynamo.Write, error)) error {
	repeated := false
	return dynamo.Retry(ctx, func() error {
		if repeated {
			if err := a.refresh(ctx); err != nil {
				return err
			}
		}
		repeated = true
		body, writes, err := change()
		if a.stale && refuses(err) {
			if err := a.RefreshCampaign(ctx); err != nil {
				return err
			}
			body, writes, err = change()
		}
		if err != nil || len(writes) == 0 && a.Idempotency == nil {
			return err
		}
		err = a.Commit(ctx, status, body, writes...)
		if dynamo.ConditionFailed(err, "slug") { // repeating change would not help
			return campaign.SlugTaken()
		}
		return err
	})
}

// refuses reports whether err is a refusal that the state of the campaign may cause.
func refuses(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindNotFound, fault.KindForbidden:
		return true
	}
	return false
}
