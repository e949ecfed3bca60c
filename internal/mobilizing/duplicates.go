package mobilizing

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
)

// The number of address-book entries, and of contacts, that are read at once.
const (
	entriesPage  = 1000
	contactsPage = 100
)

// Duplicate is a person who is likely the same as another: both have something in common that two people rarely share.
type Duplicate struct {
	Contact contact.ID // in the campaign; "" if the person is not in it
	Entry   contact.EntryID
	Details contact.Details
	Same    contact.Likeness
}

// Duplicates returns the people among others who are likely the same as one of them.
func Duplicates(c campaign.ID, one *contact.Entry, others []*contact.Entry) []Duplicate {
	var duplicates []Duplicate
	for _, e := range others {
		if same := contact.LikenessOf(one, e); same != "" && e.ID != one.ID {
			duplicates = append(duplicates, Duplicate{e.Targets[c], e.ID, e.Details, same})
		}
	}
	return duplicates
}

// duplicatesOf returns the people in the caller's address book who are likely the same as one of them.
func (s *Service) duplicatesOf(ctx context.Context, by *Caller, one *contact.Entry) ([]Duplicate, error) {
	if one.Private == (contact.PrivateDetails{}) {
		return nil, nil
	}
	all, err := s.AddressBook(ctx, by)
	if err != nil {
		return nil, err
	}
	return Duplicates(by.Campaign.ID, one, all), nil
}

// duplicatesByVoter returns the caller's other contacts in the campaign that are matched to the voter of one.
func (s *Service) duplicatesByVoter(ctx context.Context, by *Caller, one *contact.Contact) ([]Duplicate, error) {
	var duplicates []Duplicate
	for after := contact.ID(""); ; {
		page, next, err := s.store.MobilizerContacts(ctx, by.Campaign.ID, by.Mobilizer.ID, after, contactsPage)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if c.ID != one.ID && contact.IsSameVoter(c, one) {
				duplicates = append(duplicates, Duplicate{c.ID, c.Entry, c.Details, contact.SameVoter})
			}
		}
		if next == "" {
			return duplicates, nil
		}
		after = next
	}
}

// AddressBook returns all entries of the caller's address book.
func (s *Service) AddressBook(ctx context.Context, by *Caller) ([]*contact.Entry, error) {
	var all []*contact.Entry
	for after := contact.EntryID(""); ; {
		page, next, err := s.store.AddressBook(ctx, by.Mobilizer.User, by.Mobilizer.Organization, after, entriesPage)
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
