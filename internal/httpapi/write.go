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
	_, body, err := WriteStatus(ctx, a, func() (int, T, []dynamo.Write, error) {
		body, writes, err := change()
		return status, body, writes, err
	})
	if err != nil {
		return nil, err
	}
	return NewBody(body), nil
}

// WriteNothing is Write for routes that answer 204.
func WriteNothing(ctx context.Context, a *Access, change func() ([]dynamo.Write, error)) (*Nothing, error) {
	_, _, err := WriteStatus(ctx, a, func() (int, any, []dynamo.Write, error) {
		writes, err := change()
		return http.StatusNoContent, nil, writes, err
	})
	if err != nil {
		return nil, err
	}
	return &Nothing{}, nil
}

// WriteStatus is Write for routes with more than one status on success. It returns the status and the body that change
// returned.
func WriteStatus[T any](ctx context.Context, a *Access, change func() (int, T, []dynamo.Write, error)) (int, T, error) {
	var (
		status   int
		body     T
		repeated bool
	)
	err := dynamo.Retry(ctx, func() error {
		if repeated {
			if err := a.refresh(ctx); err != nil {
				return err
			}
		}
		repeated = true
		var (
			writes []dynamo.Write
			err    error
		)
		status, body, writes, err = change()
		if a.stale && refuses(err) {
			if err := a.RefreshCampaign(ctx); err != nil {
				return err
			}
			status, body, writes, err = change()
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
	return status, body, err
}

// refuses reports whether err is a refusal that the state of the campaign may cause.
func refuses(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindNotFound, fault.KindForbidden:
		return true
	}
	return false
}
