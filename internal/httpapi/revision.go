package httpapi

import "github.com/kithhq/kith/internal/fault"

// Revisioned is embedded in the requests of updates that replace values on condition that the caller has read them.
type Revisioned struct {
	Revision string `json:"revision" minLength:"1" doc:"The revision that you read."`
}

// Check returns err, the failure of an update of a resource that had the revision before and has the revision after. An
// update that leaves the resource as it is, such as a repetition, may be based on another revision.
//
// Conflict: the resource was updated since the caller read it. The problem contains it as it was before the update.
func (r Revisioned) Check(before, after string, resource any, err error) error {
	if r.Revision == before || err == nil && after == before {
		return err
	}
	return changedMeanwhile(resource)
}

// RevisionQuery is embedded in the requests of deletions.
type RevisionQuery struct {
	Revision string `query:"revision" doc:"The revision that you read. The deletion then fails if it has changed since."`
}

// Check fails if a revision was sent that is not the present one.
//
// Conflict: the resource was updated since the caller read it. The problem contains it.
func (q RevisionQuery) Check(present string, resource any) error {
	if q.Revision == "" || q.Revision == present {
		return nil
	}
	return changedMeanwhile(resource)
}

func changedMeanwhile(resource any) error {
	changed := fault.Conflict("changed_meanwhile", "Another administrator has changed this since you opened it. Load it again, then repeat your change.")
	return WithMembers(changed, ProblemMembers{Current: resource})
}

// SetIfSent sets a field to the value in the request; nil leaves it as it is.
func SetIfSent[T any](field *T, sent *T) {
	if sent != nil {
		*field = *sent
	}
}
