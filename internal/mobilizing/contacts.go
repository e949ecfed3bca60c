package mobilizing

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// Person is a person to add: a new one, or one from the address book.
type Person struct {
	IDs     contact.IDs     // of a new person and contact
	Entry   contact.EntryID // in the address book; "" for a new person
	Details contact.Details
	Private contact.PrivateDetails
}

// Added is a new contact with its address-book entry, and the people who are likely the same.
type Added struct {
	*contact.Contact
	Entry      *contact.Entry
	Duplicates []Duplicate
}

// AddContact returns a new contact and the writes that store it with its address-book entry.
//
// Forbidden, conflict: the mobilizer has left, the campaign is not active, or the person is a contact in it already. Invalid:
// the address book has no such person.
func (s *Service) AddContact(ctx context.Context, by *Caller, p Person) (*Added, []dynamo.Write, error) {
	if err := by.Mobilizer.CanAct(by.Campaign); err != nil {
		return nil, nil, err
	}
	entry := contact.NewEntry(by.Mobilizer, p.Details, p.Private, p.IDs, by.At)
	if p.Entry != "" {
		var err error
		entry, err = s.store.AddressBookEntry(ctx, by.Mobilizer.User, by.Mobilizer.Organization, p.Entry)
		if fault.Is(err, fault.KindNotFound) {
			return nil, nil, UnknownPerson()
		}
		if err != nil {
			return nil, nil, err
		}
	}
	c, err := entry.AddToCampaign(by.Mobilizer, p.IDs.Contact, by.moment())
	if err != nil {
		return nil, nil, err
	}
	duplicates, err := s.duplicatesOf(ctx, by, entry)
	if err != nil {
		return nil, nil, err
	}
	return &Added{c, entry, duplicates}, s.store.CreateContact(c, entry), nil
}

// UnknownPerson is the refusal of a person whom the address book does not have.
func UnknownPerson() error {
	return fault.Invalid("address_book_entry_id", "Your address book has no such person. Choose a person from it.")
}

// UpdateContact returns a changed contact with its address-book entry, and the writes that store both.
//
// Not found: there is none, or it is another mobilizer's. Forbidden, conflict: the mobilizer has left or the campaign is not
// active. Invalid: a field breaks its format or limit.
func (s *Service) UpdateContact(ctx context.Context, by *Caller, contactID string, patch contact.Patch) (*contact.Contact, *contact.Entry, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, nil, err
	}
	entry, err := s.store.AddressBookEntry(ctx, by.Mobilizer.User, by.Mobilizer.Organization, c.Entry)
	if err != nil {
		return nil, nil, nil, err
	}
	if patch.Phone, err = normalizePhone(patch.Phone); err != nil {
		return nil, nil, nil, err
	}
	entryChanged, err := c.Update(entry, patch, by.moment())
	if err != nil {
		return nil, nil, nil, err
	}
	writes := s.store.UpdateContact(c)
	if entryChanged {
		writes = append(writes, s.store.PutAddressBookEntry(entry)...)
	}
	return c, entry, writes, nil
}

// DeleteContact returns the writes that delete a contact, and its address-book entry if the person is in no other campaign.
//
// It fails as UpdateContact does.
func (s *Service) DeleteContact(ctx context.Context, by *Caller, contactID string) ([]dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, err
	}
	entry, err := s.store.AddressBookEntry(ctx, by.Mobilizer.User, by.Mobilizer.Organization, c.Entry)
	if fault.Is(err, fault.KindNotFound) {
		return nil, &dynamo.ConditionFailedError{Entity: "entry"} // both were deleted since the contact was read
	}
	if err != nil {
		return nil, err
	}
	last := entry.RemoveFromCampaign(by.Campaign.ID)
	return s.store.DeleteContact(c, entry, last), nil
}

// SetVotePlan returns a contact with a vote plan, "" for none, and the writes that store it.
//
// It fails as UpdateContact does.
func (s *Service) SetVotePlan(ctx context.Context, by *Caller, contactID, plan string) (*contact.Contact, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, err
	}
	if err := c.SetVotePlan(plan, by.moment()); err != nil {
		return nil, nil, err
	}
	return c, s.store.UpdateContact(c), nil
}
