package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizing"
	"github.com/kithhq/kith/internal/phone"
	"github.com/kithhq/kith/internal/text"
)

func (m *mobilizerRoutes) registerContacts(api *httpapi.API) {
	const all = campaignPrefix + "/contacts"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-my-contacts", Method: http.MethodGet, Path: all,
		Summary:     "List the caller's contacts",
		Description: "In order of adding.",
	}, httpapi.CampaignMobilizer, m.listContacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-contact", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Add a contact",
		Description: "Send at least one name for a new person, or address_book_entry_id alone to copy a person from the address book. " +
			"An optional value that is not valid is left out: warnings has the reason. People in the address book with the same " +
			"name and the same phone or email are in likely_duplicates; nothing is refused for it. Fails with state_contradicts_zip if " +
			"the zip code is in another state; ask the person, then correct one of them or send confirm_place.",
	}, httpapi.CampaignMobilizer, m.createContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-contacts", Limit: httpapi.PerHour(120), Method: http.MethodPost, Path: all + "/bulk",
		Summary: "Add up to 500 contacts",
		Description: "Requires an Idempotency-Key. Adds every valid row and reports each row. After a failure, repeat the request " +
			"with the same key: nobody is added twice. Each row has warnings and likely_duplicates, as for one contact. A state that " +
			"the zip code contradicts is kept, with a warning unless the row has confirm_place.",
	}, httpapi.CampaignMobilizer, m.createContacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-my-contact", Method: http.MethodGet, Path: contactPrefix,
		Summary:     "Get a contact as its mobilizer",
		Description: "Includes its action responses.",
	}, httpapi.CampaignMobilizer, m.getContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-contact", Method: http.MethodPatch, Path: contactPrefix,
		Summary: "Update a contact",
		Description: "Updates the contact in this campaign and the address book. Fields that are left out keep their values; an empty " +
			"string unsets a field. Fails with state_contradicts_zip like joining a campaign.",
	}, httpapi.CampaignMobilizer, m.updateContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-contact", Method: http.MethodDelete, Path: contactPrefix, Status: http.StatusNoContent,
		Summary:     "Delete a contact",
		Description: "Deletes everything about the contact in this campaign. The address-book entry is deleted with its last contact.",
	}, httpapi.CampaignMobilizer, m.deleteContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-vote-plan", Method: http.MethodPut, Path: contactPrefix + "/vote-plan",
		Summary:     "Update a contact's vote plan",
		Description: "When, where and how the contact will vote. An empty text deletes the plan.",
	}, httpapi.CampaignMobilizer, m.updateVotePlan)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-address-book", Method: http.MethodGet, Path: campaignPrefix + "/address-book",
		Summary:     "List the caller's address book",
		Description: "Everyone whom the caller has added to a campaign of this organization.",
	}, httpapi.CampaignMobilizer, m.listAddressBook)
}

// ContactStatus is a contact's progress in the campaign.
type ContactStatus struct {
	ID             string                `json:"id" doc:"Id of the contact in this campaign."`
	EntryID        string                `json:"address_book_entry_id" doc:"Id of the person in the mobilizer's address book, the same in every campaign of the organization."`
	MatchStatus    string                `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter          *httpapi.MatchedVoter `json:"voter,omitempty"`
	Response       *CurrentResponse      `json:"key_question_response,omitempty" doc:"The current Key Question response. Absent when there is none."`
	VotePlan       string                `json:"vote_plan,omitempty"`
	Touchpoints    int                   `json:"relational_touchpoints" doc:"Number of notes, answers and responses."`
	Items          []string              `json:"action_item_ids" nullable:"false" doc:"Ids of the action items in use whose target includes the contact."`
	Responded      []string              `json:"responded_action_item_ids" nullable:"false" doc:"Ids of the action items with a response, including archived items."`
	AddedAt        string                `json:"added_at" format:"date-time"`
	LastActivityAt string                `json:"last_activity_at" format:"date-time"`
}

// CurrentResponse is the current Key Question response of a contact.
type CurrentResponse struct {
	ID         string `json:"id"`
	Text       string `json:"text"`
	Retired    bool   `json:"retired"`
	AnsweredAt string `json:"answered_at" format:"date-time"`
}

func newContactStatus(a *httpapi.Access, c *contact.Contact) ContactStatus {
	body := ContactStatus{
		ID: string(c.ID), EntryID: string(c.Entry), MatchStatus: string(c.Match.State()), Voter: httpapi.NewMatchedVoter(c.Match),
		VotePlan: c.VotePlan, Touchpoints: c.Touchpoints,
		Items: []string{}, Responded: []string{}, AddedAt: httpapi.Timestamp(c.AddedAt), LastActivityAt: httpapi.Timestamp(c.LastActivityAt),
	}
	if r, ok := a.Campaign.Question.ResponseByCode(c.KeyQuestionCode); ok {
		body.Response = &CurrentResponse{r.ID, a.Language.Choose(r.Text, r.TextES), r.Retired, httpapi.Timestamp(c.AnsweredAt)}
	}
	for _, i := range a.Items {
		if _, ok := c.ActionResponses[i.Code]; ok {
			body.Responded = append(body.Responded, string(i.ID))
		}
		if !i.Archived() && i.Target.Includes(c.KeyQuestionCode) {
			body.Items = append(body.Items, string(i.ID))
		}
	}
	return body
}

// MyContact is a contact as the mobilizer who added it sees it. Nobody else can read phone and email.
type MyContact struct {
	ContactStatus
	httpapi.PersonDetails
	Phone string `json:"phone,omitempty" doc:"E.164 format. Only the mobilizer can read it."`
	Email string `json:"email,omitempty" doc:"Only the mobilizer can read it."`
}

func newMyContact(a *httpapi.Access, c *contact.Contact, private contact.PrivateDetails) MyContact {
	return MyContact{newContactStatus(a, c), httpapi.NewPersonDetails(c.Details), private.Phone, private.Email}
}

func (m *mobilizerRoutes) listContacts(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[MyContact]], error) {
	cursor := m.pages.Cursor(a, "contacts")
	var after contact.ID
	if err := cursor.Position(in.Page, &after); err != nil {
		return nil, err
	}
	contacts, entries, next, err := m.service.Contacts(ctx, newCaller(a), after, in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[MyContact]{Items: make([]MyContact, len(contacts))}
	for i, c := range contacts {
		var private contact.PrivateDetails
		if e := entries[c.Entry]; e != nil {
			private = e.Private
		}
		list.Items[i] = newMyContact(a, c, private)
	}
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// NewContact is a person to add: a new one, or one from the address book.
type NewContact struct {
	EntryID string `json:"address_book_entry_id,omitempty" doc:"Id of a person in the address book. Send no other field with it."`
	httpapi.PersonDetails
	Phone string `json:"phone,omitempty" doc:"Only the mobilizer can read it."`
	Email string `json:"email,omitempty" doc:"Only the mobilizer can read it."`

	ConfirmPlace bool `json:"confirm_place,omitempty" doc:"Confirms a state that the zip code contradicts."`
}

// normalize returns the person to add, and the optional values that are left out.
//
// Invalid: a name breaks a rule, or address_book_entry_id is not sent alone.
func (n NewContact) normalize() (mobilizing.Person, []fault.Field, error) {
	p := mobilizing.Person{Entry: contact.EntryID(n.EntryID), Details: contact.Details(n.PersonDetails), Private: contact.PrivateDetails{Phone: n.Phone, Email: n.Email}}
	if n.EntryID == "" {
		var phones fault.Checker
		p.Private.Phone = phone.Check(&phones, "phone", n.Phone)
		var warnings []fault.Field
		var err error
		p.Details, p.Private, warnings, err = contact.CleanNew(p.Details, p.Private, phones.Err())
		return p, warnings, err
	}
	if p.Details != (contact.Details{}) || p.Private != (contact.PrivateDetails{}) {
		return p, nil, fault.Invalid("address_book_entry_id", "Names and place are copied from the address book. Send address_book_entry_id alone.")
	}
	if !id.Valid(n.EntryID) {
		return p, nil, mobilizing.UnknownPerson()
	}
	return p, nil, nil
}

func (m *mobilizerRoutes) createContact(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body NewContact
},
) (*httpapi.Body[AddedContact], error) {
	person, warnings, err := in.Body.normalize()
	if err == nil && !in.Body.ConfirmPlace {
		err = text.CheckPlace(person.Details.State, person.Details.Zip)
	}
	if err != nil {
		return nil, err
	}
	person.IDs = contact.NewIDs(a.At)
	return httpapi.Write(ctx, a, http.StatusCreated, func() (AddedContact, []dynamo.Write, error) {
		added, writes, err := m.service.AddContact(ctx, newCaller(a), person)
		if err != nil {
			return AddedContact{}, nil, err
		}
		return AddedContact{
			newMyContact(a, added.Contact, added.Entry.Private), httpapi.NewProblemFields(warnings, a.Language), newLikelyDuplicates(added.Duplicates),
		}, writes, nil
	})
}

// MyContactWithResponses is a contact with its action responses.
type MyContactWithResponses struct {
	MyContact
	Responses []ActionResponse `json:"action_responses" nullable:"false"`
}

func (m *mobilizerRoutes) getContact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[MyContactWithResponses], error) {
	c, err := m.service.Contact(ctx, newCaller(a), in.Contact)
	if err != nil {
		return nil, err
	}
	entry, err := m.store.AddressBookEntry(ctx, a.UserID, a.Organization, c.Entry)
	if err != nil {
		return nil, err
	}
	responses, err := m.store.ActionResponses(ctx, c.Ref())
	if err != nil {
		return nil, err
	}
	body := MyContactWithResponses{MyContact: newMyContact(a, c, entry.Private), Responses: make([]ActionResponse, len(responses))}
	for i, r := range responses {
		body.Responses[i] = newActionResponse(a.Items, r)
	}
	return httpapi.NewBody(body), nil
}

// ContactUpdate holds the fields of a contact to change. Fields that are left out keep their values; an empty string unsets a
// field.
type ContactUpdate struct {
	FirstName     *string `json:"first_name,omitempty"`
	LastName      *string `json:"last_name,omitempty"`
	PreferredName *string `json:"preferred_name,omitempty"`
	City          *string `json:"city,omitempty"`
	State         *string `json:"state,omitempty"`
	Zip           *string `json:"zip,omitempty"`
	Phone         *string `json:"phone,omitempty"`
	Email         *string `json:"email,omitempty"`
	ConfirmPlace  bool    `json:"confirm_place,omitempty" doc:"Confirms a state that the zip code contradicts."`
}

func (m *mobilizerRoutes) updateContact(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body ContactUpdate
},
) (*httpapi.Body[MyContact], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (MyContact, []dynamo.Write, error) {
		c, entry, writes, err := m.service.UpdateContact(ctx, newCaller(a), in.Contact, contact.Patch(in.Body))
		if err != nil {
			return MyContact{}, nil, err
		}
		return newMyContact(a, c, entry.Private), writes, nil
	})
}

func (m *mobilizerRoutes) deleteContact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return m.service.DeleteContact(ctx, newCaller(a), in.Contact)
	})
}

// writeStatus commits what change returns, a contact and its writes, and returns the contact's status.
func writeStatus(ctx context.Context, a *httpapi.Access, change func(*mobilizing.Caller) (*contact.Contact, []dynamo.Write, error)) (*httpapi.Body[ContactStatus], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ContactStatus, []dynamo.Write, error) {
		c, writes, err := change(newCaller(a))
		if err != nil {
			return ContactStatus{}, nil, err
		}
		return newContactStatus(a, c), writes, nil
	})
}

// VotePlanRequest holds a contact's vote plan.
type VotePlanRequest struct {
	Text string `json:"text" doc:"Kept exactly as sent; at most 1,000 characters. Empty deletes the plan."`
}

func (m *mobilizerRoutes) updateVotePlan(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body VotePlanRequest
},
) (*httpapi.Body[ContactStatus], error) {
	return writeStatus(ctx, a, func(by *mobilizing.Caller) (*contact.Contact, []dynamo.Write, error) {
		return m.service.SetVotePlan(ctx, by, in.Contact, in.Body.Text)
	})
}

// AddressBookEntry is a person in the mobilizer's address book.
type AddressBookEntry struct {
	ID string `json:"id"`
	httpapi.PersonDetails
	Phone     string `json:"phone,omitempty"`
	Email     string `json:"email,omitempty"`
	ContactID string `json:"contact_id,omitempty" doc:"Id of the contact in this campaign. Absent when the person is not in it."`
}

func (m *mobilizerRoutes) listAddressBook(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[AddressBookEntry]], error) {
	cursor := m.pages.Cursor(a, "address book")
	var after contact.EntryID
	if err := cursor.Position(in.Page, &after); err != nil {
		return nil, err
	}
	entries, next, err := m.store.AddressBook(ctx, a.UserID, a.Organization, after, in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(entries, func(e *contact.Entry) AddressBookEntry {
		return AddressBookEntry{
			string(e.ID), httpapi.NewPersonDetails(e.Details), e.Private.Phone, e.Private.Email, string(e.Targets[a.Campaign.ID]),
		}
	})
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}
