package mobilizerapi

import (
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizing"
)

// AddedContact is a new contact, with the values that were left out and the people who are likely the same.
type AddedContact struct {
	MyContact
	Warnings   []httpapi.ProblemField `json:"warnings,omitempty" doc:"The optional values that are left out, with the reason."`
	Duplicates []LikelyDuplicate      `json:"likely_duplicates,omitempty" doc:"People in the address book who are likely the same person."`
}

// LikelyDuplicate is a person who is likely the same as another: both have something in common that two people rarely share.
type LikelyDuplicate struct {
	ContactID string `json:"contact_id,omitempty" doc:"Id of the contact in this campaign. Absent when the person is not in it."`
	EntryID   string `json:"address_book_entry_id" doc:"Id of the person in the mobilizer's address book."`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Same      string `json:"same" enum:"phone,email,voter" doc:"phone or email: both have the name and this value in common. voter: both contacts are matched to this voter."`
}

func newLikelyDuplicates(duplicates []mobilizing.Duplicate) []LikelyDuplicate {
	var body []LikelyDuplicate
	for _, d := range duplicates {
		body = append(body, LikelyDuplicate{string(d.Contact), string(d.Entry), d.Details.FirstName, d.Details.LastName, string(d.Same)})
	}
	return body
}
