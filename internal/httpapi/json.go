package httpapi

import "time"

// List is the response of every list.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Pass as page to get the next page. Absent on the last page."`
}

// NewList returns a list of show's results. Its Items are never null.
func NewList[T, E any](elements []E, show func(E) T) List[T] {
	items := make([]T, len(elements))
	for i, e := range elements {
		items[i] = show(e)
	}
	return List[T]{Items: items}
}

// Timestamp formats an instant as everywhere in the API: UTC, milliseconds, Z; "" for the zero time.
func Timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// Body is a response with a body.
type Body[T any] struct{ Body T }

// NewBody returns a response with the body.
func NewBody[T any](b T) *Body[T] { return &Body[T]{b} }

// Nothing is the response 204, which has no body.
type Nothing struct{}

// OrganizationPath holds the path value of every route of an organization.
type OrganizationPath struct {
	Organization string `path:"organization" doc:"Id of the organization."`
}

// CampaignPath holds the path value of every route of a campaign.
type CampaignPath struct {
	Campaign string `path:"campaign" doc:"Id of the campaign."`
}

// ContactPath holds the path values of every route of a contact.
type ContactPath struct {
	CampaignPath
	Contact string `path:"contact" doc:"Id of the contact in this campaign."`
}
