package adminapi

import (
	"errors"

	"github.com/kithhq/kith/internal/fault"
)

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
