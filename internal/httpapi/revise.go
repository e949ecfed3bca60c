package httpapi

import (
	"context"
	"errors"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// revise applies a change to what an administrator's route is about, and commits it with the reply. When somebody else
// was faster it reads the campaign again and applies the change to that: fields that the request does not name keep what
// the other wrote, so that two writers at once lose no update. Change returns the reply's body, and no writes when there
// is nothing to change.
func revise[T any](ctx context.Context, a *Access, status int, change func() (T, []dynamo.Write, error)) (*Body[T], error) {
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
		if len(writes) == 0 && a.reply == nil {
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
	return bodyOf(reply), nil
}

// sameRevision refuses an edit of something that was edited since it was read. Without a revision the edit wins.
func sameRevision(read, now string) error {
	if read == "" || read == now {
		return nil
	}
	return fault.Conflict("changed_meanwhile", "Somebody else has edited this since you opened it. Look at their version, then make your change again.")
}

// within puts a prefix before the names of the fields of a refusal, for input that stands inside another one.
func within(prefix string, err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	inner := *refusal
	inner.Fields = make([]fault.Field, len(refusal.Fields))
	for i, f := range refusal.Fields {
		inner.Fields[i] = fault.Field{Name: prefix + f.Name, Message: f.Message}
	}
	return &inner
}
