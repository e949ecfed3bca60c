package mobilizerapi

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/phone"
)

// The number of address-book entries, and of contacts, that are read at once.
const (
	entriesPage  = 1000
	contactsPage = 100
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

// duplicatesOf returns the people in the caller's address book who are likely the same as one of them.
func (m *mobilizerRoutes) duplicatesOf(ctx context.Context, a *httpapi.Access, one *contact.Entry) ([]LikelyDuplicate, error) {
	if one.Private == (contact.PrivateDetails{}) {
		return nil, nil
	}
	all, err := m.readAddressBook(ctx, a)
	if err != nil {
		return nil, err
	}
	return likelyDuplicates(a, one, all), nil
}

func likelyDuplicates(a *httpapi.Access, one *contact.Entry, all []*contact.Entry) []LikelyDuplicate {
	var duplicates []LikelyDuplicate
	for _, e := range all {
		if same := contact.LikenessOf(one, e); same != "" && e.ID != one.ID {
			duplicates = append(duplicates, LikelyDuplicate{
				string(e.Targets[a.Campaign.ID]), string(e.ID), e.Details.FirstName, e.Details.LastName, string(same),
			})
		}
	}
	return duplicates
}

// duplicatesByVoter returns the caller's other contacts in the campaign that are matched to the voter of one.
func (m *mobilizerRoutes) duplicatesByVoter(ctx context.Context, a *httpapi.Access, one *contact.Contact) ([]LikelyDuplicate, error) {
	var duplicates []LikelyDuplicate
	for after := contact.ID(""); ; {
		page, next, err := m.store.MobilizerContacts(ctx, a.Campaign.ID, a.Mobilizer.ID, after, contactsPage)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if c.ID != one.ID && contact.IsSameVoter(c, one) {
				duplicates = append(duplicates, LikelyDuplicate{
					string(c.ID), string(c.Entry), c.Details.FirstName, c.Details.LastName, string(contact.SameVoter),
				})
			}
		}
		if next == "" {
			return duplicates, nil
		}
		after = next
	}
}

// readAddressBook returns all entries of the caller's address book.
func (m *mobilizerRoutes) readAddressBook(ctx context.Context, a *httpapi.Access) ([]*contact.Entry, error) {
	var all []*contact.Entry
	for after := contact.EntryID(""); ; {
		page, next, err := m.store.AddressBook(ctx, a.UserID, a.Organization, after, entriesPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" {
			return all, nil
		}
		after = next
	}
}

// normalizePhone returns a phone number of an update in E.164; nil if it is not updated.
//
// Invalid: it cannot be dialed.
func normalizePhone(input *string) (*string, error) {
	if input == nil {
		return nil, nil
	}
	var check fault.Checker
	number := phone.Check(&check, "phone", *input)
	return &number, check.Err()
}
