package adminapi

import (
	"errors"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
)

// Revisioned is embedded in the requests of updates that replace values on condition that the caller has read them.
type Revisioned struct {
	Revision string `json:"revision" minLength:"1" doc:"The revision that you read."`
}

// check returns err, the failure of an update of a resource that had the revision before and has the revision after. An
// update that leaves the resource as it is, such as a repetition, may be based on another revision.
//
// Conflict: the resource was updated since the caller read it. The problem contains it as it was before the update.
func (r Revisioned) check(before, after string, resource any, err error) error {
	if r.Revision == before || err == nil && after == before {
		return err
	}
	changed := fault.Conflict("changed_meanwhile", "Another administrator has changed this since you opened it. Load it again, then repeat your change.")
	return httpapi.WithMembers(changed, httpapi.ProblemMembers{Current: resource})
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
