package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
)

func (m *mobilizerRoutes) contacts(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[MyContact]], error) {
	cursor := m.pages.Cursor(a, "contacts")
	var after contact.ID
	if err := cursor.Position(in.Page, &after); err != nil {
		return nil, err
	}
	found, next, err := m.store.MobilizerContacts(ctx, a.Campaign.ID, a.Mobilizer.ID, after, in.Limit)
	if err != nil {
		return nil, err
	}
	ids := make([]contact.EntryID, len(found))
	for i, c := range found {
		ids[i] = c.Entry
	}
	entries, err := m.store.AddressBookEntries(ctx, a.UserID, a.Organization, ids)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[MyContact]{Items: make([]MyContact, len(found))}
	for i, c := range found {
		var private contact.PrivateDetails
		if e := entries[c.Entry]; e != nil {
			private = e.Private
		}
		list.Items[i], err = m.showContact(ctx, a, c, private)
		if err != nil {
			return nil, err
		}
	}
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

func (m *mobilizerRoutes) addressBook(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[AddressBookEntry]], error) {
	cursor := m.pages.Cursor(a, "address book")
	var after contact.EntryID
	if err := cursor.Position(in.Page, &after); err != nil {
		return nil, err
	}
	found, next, err := m.store.AddressBook(ctx, a.UserID, a.Organization, after, in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(found, func(e *contact.Entry) AddressBookEntry { return showEntry(a.Campaign.ID, e) })
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// NewContact is somebody to be added: new, or from the address book.
type NewContact struct {
	ContactID string `json:"contact_id,omitempty" doc:"Of somebody in the address book; then nothing else is given."`
	httpapi.PersonDetails
	Phone string `json:"phone,omitempty" doc:"Only the mobilizer ever sees it."`
	Email string `json:"email,omitempty" doc:"Only the mobilizer ever sees it."`
}

// checked returns what to keep of somebody new. Somebody from the address book brings everything along.
//
// Invalid: a field breaks a rule, or contact_id does not come alone.
func (n NewContact) checked() (contact.Details, contact.PrivateDetails, error) {
	details, private := contact.Details(n.PersonDetails), contact.PrivateDetails{Phone: n.Phone, Email: n.Email}
	if n.ContactID == "" {
		return contact.Clean(details, private)
	}
	if details != (contact.Details{}) || private != (contact.PrivateDetails{}) {
		return details, private, fault.Invalid("contact_id", "Send contact_id alone: names and place are copied from the address book.")
	}
	if !id.Valid(n.ContactID) {
		return details, private, unknownEntry()
	}
	return details, private, nil
}

func unknownEntry() error {
	return fault.Invalid("contact_id", "There is no such person in your address book.")
}

func (m *mobilizerRoutes) addContact(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body NewContact
},
) (*httpapi.Body[MyContact], error) {
	details, private, err := in.Body.checked()
	if err != nil {
		return nil, err
	}
	ids := contact.NewIDs(a.At)
	var shown MyContact
	err = m.write(ctx, a, func() error {
		if err := a.Mobilizer.CanAct(a.Campaign); err != nil {
			return err
		}
		entry := contact.NewEntry(a.Mobilizer, details, private, ids, a.At)
		if in.Body.ContactID != "" {
			entry, err = m.store.AddressBookEntry(ctx, a.UserID, a.Organization, contact.EntryID(in.Body.ContactID))
			if fault.Is(err, fault.KindNotFound) {
				return unknownEntry()
			}
			if err != nil {
				return err
			}
		}
		added, err := entry.AddToCampaign(a.Mobilizer, ids.Contact, a.Moment())
		if err != nil {
			return err
		}
		shown, err = m.showContact(ctx, a, added, entry.Private)
		if err != nil {
			return err
		}
		return a.Commit(ctx, http.StatusCreated, shown, m.store.CreateContact(added, entry)...)
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(shown), nil
}

// MyContactWithResponses is a contact with its action item responses.
type MyContactWithResponses struct {
	MyContact
	Responses []ActionResponse `json:"action_responses" nullable:"false"`
}

func (m *mobilizerRoutes) contact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[MyContactWithResponses], error) {
	c, err := m.readContact(ctx, a, in.Contact)
	if err != nil {
		return nil, err
	}
	entry, err := m.store.AddressBookEntry(ctx, a.UserID, a.Organization, c.Entry)
	if err != nil {
		return nil, err
	}
	found, err := m.store.ActionResponses(ctx, c.Ref())
	if err != nil {
		return nil, err
	}
	shown, err := m.showContact(ctx, a, c, entry.Private)
	if err != nil {
		return nil, err
	}
	with := MyContactWithResponses{MyContact: shown, Responses: make([]ActionResponse, len(found))}
	for i, r := range found {
		with.Responses[i] = showResponse(a.Items, r)
	}
	return httpapi.NewBody(with), nil
}

// ContactUpdate says what to change of a contact. Fields that are left out stay; an empty string makes one unset.
type ContactUpdate struct {
	FirstName     *string `json:"first_name,omitempty"`
	LastName      *string `json:"last_name,omitempty"`
	PreferredName *string `json:"preferred_name,omitempty"`
	City          *string `json:"city,omitempty"`
	State         *string `json:"state,omitempty"`
	Zip           *string `json:"zip,omitempty"`
	Phone         *string `json:"phone,omitempty"`
	Email         *string `json:"email,omitempty"`
}

func (m *mobilizerRoutes) editContact(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body ContactUpdate
},
) (*httpapi.Body[MyContact], error) {
	var shown MyContact
	err := m.changeContact(ctx, a, in.Contact, func(c *contact.Contact) (change, error) {
		entry, err := m.store.AddressBookEntry(ctx, a.UserID, a.Organization, c.Entry)
		if err != nil {
			return change{}, err
		}
		changed, err := c.Update(entry, contact.Patch(in.Body), a.Moment())
		if err != nil {
			return change{}, err
		}
		shown, err = m.showContact(ctx, a, c, entry.Private)
		if err != nil {
			return change{}, err
		}
		writes := m.store.UpdateContact(c)
		if changed {
			writes = append(writes, m.store.PutAddressBookEntry(entry)...)
		}
		return change{http.StatusOK, shown, writes}, nil
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(shown), nil
}

func (m *mobilizerRoutes) removeContact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Nothing, error) {
	err := m.changeContact(ctx, a, in.Contact, func(c *contact.Contact) (change, error) {
		entry, err := m.store.AddressBookEntry(ctx, a.UserID, a.Organization, c.Entry)
		if fault.Is(err, fault.KindNotFound) {
			return change{}, &dynamo.ConditionFailedError{Entity: "entry"} // both went since the contact was read
		}
		if err != nil {
			return change{}, err
		}
		gone := entry.RemoveFromCampaign(a.Campaign.ID)
		return change{http.StatusNoContent, nil, m.store.DeleteContact(c, entry, gone)}, nil
	})
	return &httpapi.Nothing{}, err
}
