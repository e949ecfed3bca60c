package adminapi

import (
	"errors"

	"github.com/kithhq/kith/internal/fault"
)

// checkRevision returns nil when an edit is based on the current revision, or on no revision at all.
//
// Conflict: the item was updated since the caller read it.
func checkRevision(sent, current string) error {
	if sent == "" || sent == current {
		return nil
	}
	return fault.Conflict("changed_meanwhile", "Another administrator has changed this since you opened it. Load it again, then repeat your change.")
}

// prefixFields returns an error with a prefix before the names of its fields, for input that is nested in another input.
func prefixFields(prefix string, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	prefixed := *f
	prefixed.Fields = make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		prefixed.Fields[i] = fault.Field{Name: prefix + field.Name, Message: field.Message}
	}
	return &prefixed
}

// setIfSent sets a field to the value in the request; nil leaves it as it is.
func setIfSent[T any](field *T, sent *T) {
	if sent != nil {
		*field = *sent
	}
}
