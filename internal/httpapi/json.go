package httpapi

import "time"

// List is how every list is answered. Items is never null.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Send it as page to go on; absent at the end."`
}

// listOf makes an answer of each element.
func NewList[T, E any](elements []E, show func(E) T) List[T] {
	items := make([]T, len(elements))
	for i, e := range elements {
		items[i] = show(e)
	}
	return List[T]{Items: items}
}

// stamp writes an instant as the API does: UTC, milliseconds, Z; "" for the zero time.
func Timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// Body is an answer with a body.
type Body[T any] struct{ Body T }

func NewBody[T any](b T) *Body[T] { return &Body[T]{b} }

// Nothing is the answer 204: there is nothing to say.
type Nothing struct{}

// OrganizationPath is what every route of an organization takes.
type OrganizationPath struct {
	Organization string `path:"organization" doc:"Id of the organization."`
}

// CampaignPath is what every route of a campaign takes.
type CampaignPath struct {
	Campaign string `path:"campaign" doc:"Id of the campaign."`
}

// ContactPath is what every route about one contact takes.
type ContactPath struct {
	CampaignPath
	Contact string `path:"contact" doc:"Id of the contact in this campaign."`
}
