package adminapi

import (
	"errors"

	"github.com/kithhq/kith/internal/fault"
)

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

// set takes a field over when the request has it.
func set[T any](field *T, sent *T) {
	if sent != nil {
		*field = *sent
	}
}
