package httpapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

// mobilizerRoutes answers everything under /v1/mobilizer.
type mobilizerRoutes struct {
	store     *dynamo.Store
	pages     *Pages
	passcodes []byte // the key that passcodes are compared under
	bulk      []byte // the key that makes the ids of contacts added many at once
}

// campaignPrefix begins the addresses of what a mobilizer does in one campaign, contactPrefix those about one contact.
const (
	joinPath       = "/v1/mobilizer/join"
	campaignPrefix = "/v1/mobilizer/campaigns/{campaign}"
	contactPrefix  = campaignPrefix + "/contacts/{contact}"
)

// RegisterMobilizer adds the routes of mobilizers. Keys are derived from the application's secret.
func RegisterMobilizer(api *API, secret []byte) {
	m := &mobilizerRoutes{store: api.store, pages: NewPages(secret), passcodes: passcodeKey(secret), bulk: bulkKey(secret)}
	m.registerSelf(api)
	m.registerContacts(api)
	m.registerAbout(api)
}

func (m *mobilizerRoutes) registerSelf(api *API) {
	register(api, operation{
		id: "join-campaign", method: http.MethodPost, path: joinPath, status: http.StatusCreated,
		summary:     "Join a campaign, or come back to it",
		description: "Who is a mobilizer of the campaign already is simply there: 200 with the membership as it is.",
	}, signedIn, m.join)
	api.alsoOK(joinPath, "Was a mobilizer already, or is one again")
	register(api, operation{
		id: "get-my-campaign", method: http.MethodGet, path: campaignPrefix,
		summary: "Show a campaign with its Key Question and action items, and the own membership",
	}, mobilizerOf, m.campaign)
	register(api, operation{
		id: "edit-my-profile", method: http.MethodPatch, path: campaignPrefix + "/profile",
		summary:     "Edit the own profile in a campaign",
		description: "Fields that are left out stay; an empty string makes one unset.",
	}, mobilizerOf, m.editProfile)
	register(api, operation{
		id: "set-my-consent", method: http.MethodPut, path: campaignPrefix + "/consent",
		summary:     "Give or withdraw consent to share e-mail and phone with the campaign's administrators",
		description: "Withdrawing is possible after leaving and in a closed campaign, too.",
	}, memberOf, m.setConsent)
	register(api, operation{
		id: "leave-campaign", method: http.MethodPost, path: campaignPrefix + "/leave",
		summary:     "Leave a campaign, with or without the contacts",
		description: "With contacts \"remove\" the membership goes at once and everything of theirs shortly after.",
	}, leaving, m.leave)
	register(api, operation{
		id: "match-myself", method: http.MethodPut, path: campaignPrefix + "/match",
		summary: "Match oneself to a voter, or say why there is none",
	}, mobilizerOf, m.matchSelf)
	register(api, operation{
		id: "reset-my-match", method: http.MethodDelete, path: campaignPrefix + "/match",
		summary: "Make the own match pending again",
	}, mobilizerOf, m.resetSelf)
}

func (m *mobilizerRoutes) registerContacts(api *API) {
	register(api, operation{
		id: "list-my-contacts", method: http.MethodGet, path: campaignPrefix + "/contacts",
		summary: "List the own contacts of a campaign, in order of adding",
	}, mobilizerOf, m.contacts)
	register(api, operation{
		id: "add-contact", method: http.MethodPost, path: campaignPrefix + "/contacts", status: http.StatusCreated,
		summary:     "Add a contact, new or from the address book",
		description: "Give at least a first or a last name, or contact_id alone to copy somebody from the address book.",
	}, mobilizerOf, m.addContact)
	register(api, operation{
		id: "add-contacts", method: http.MethodPost, path: campaignPrefix + "/contacts/bulk",
		summary: "Add up to 500 contacts at once",
		description: "Needs an Idempotency-Key. Rows are checked one by one: those that can be added are, and the report " +
			"says of each row what became of it. After a failure, repeat the request under the same key.",
	}, mobilizerOf, m.addContacts)
	register(api, operation{
		id: "get-my-contact", method: http.MethodGet, path: contactPrefix,
		summary: "Show a contact with its action item responses",
	}, mobilizerOf, m.contact)
	register(api, operation{
		id: "edit-contact", method: http.MethodPatch, path: contactPrefix,
		summary:     "Edit a contact, here and in the address book",
		description: "Fields that are left out stay; an empty string makes one unset.",
	}, mobilizerOf, m.editContact)
	register(api, operation{
		id: "remove-contact", method: http.MethodDelete, path: contactPrefix, status: http.StatusNoContent,
		summary: "Remove a contact and everything about it from the campaign",
	}, mobilizerOf, m.removeContact)
	register(api, operation{
		id: "list-my-address-book", method: http.MethodGet, path: campaignPrefix + "/address-book",
		summary: "List everybody the mobilizer wrote down in campaigns of this organization",
	}, mobilizerOf, m.addressBook)
}

func (m *mobilizerRoutes) registerAbout(api *API) {
	register(api, operation{
		id: "match-contact", method: http.MethodPut, path: contactPrefix + "/match",
		summary: "Match a contact to a voter, or say why there is none",
	}, mobilizerOf, m.matchContact)
	register(api, operation{
		id: "reset-contact-match", method: http.MethodDelete, path: contactPrefix + "/match",
		summary: "Make a contact's match pending again",
	}, mobilizerOf, m.resetContact)
	register(api, operation{
		id: "answer-key-question", method: http.MethodPut, path: contactPrefix + "/answer",
		summary:     "Answer the Key Question about a contact",
		description: "The same response again on the same day of the campaign is not a new answer.",
	}, mobilizerOf, m.answer)
	register(api, operation{
		id: "clear-key-question", method: http.MethodDelete, path: contactPrefix + "/answer",
		summary: "Take the Key Question answer about a contact back",
	}, mobilizerOf, m.clear)
	register(api, operation{
		id: "list-my-answers", method: http.MethodGet, path: contactPrefix + "/answers",
		summary: "List the Key Question answers about a contact, the latest first",
	}, mobilizerOf, m.answers)
	register(api, operation{
		id: "respond-to-action-item", method: http.MethodPut, path: contactPrefix + "/responses/{item}",
		summary:     "Respond to an action item for a contact, or change the response",
		description: "Send the one field that fits the item's type: completed, text or option.",
	}, mobilizerOf, m.respond)
	register(api, operation{
		id: "withdraw-response", method: http.MethodDelete, path: contactPrefix + "/responses/{item}", status: http.StatusNoContent,
		summary: "Withdraw the response to an action item",
	}, mobilizerOf, m.withdraw)
	register(api, operation{
		id: "list-my-notes", method: http.MethodGet, path: contactPrefix + "/notes",
		summary: "List the notes about a contact, the latest first",
	}, mobilizerOf, m.notes)
	register(api, operation{
		id: "write-note", method: http.MethodPost, path: contactPrefix + "/notes", status: http.StatusCreated,
		summary: "Write a note about a contact",
	}, mobilizerOf, m.writeNote)
	register(api, operation{
		id: "edit-note", method: http.MethodPatch, path: contactPrefix + "/notes/{note}",
		summary: "Edit a note",
	}, mobilizerOf, m.editNote)
	register(api, operation{
		id: "delete-note", method: http.MethodDelete, path: contactPrefix + "/notes/{note}", status: http.StatusNoContent,
		summary: "Delete a note",
	}, mobilizerOf, m.deleteNote)
	register(api, operation{
		id: "set-vote-plan", method: http.MethodPut, path: contactPrefix + "/vote-plan",
		summary:     "Record when, where and how a contact will vote",
		description: "An empty text removes the plan.",
	}, mobilizerOf, m.setVotePlan)
}

// leaving lets mobilizers through, and whoever is none any more: the same request again may ask for the reply it got.
// The handler tells the others that there is no such campaign.
var leaving = rule{"mobilizers of the campaign", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	err := memberOf.resolve(ctx, s, a, param)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}}

// ContactPath is what every route about one contact takes.
type ContactPath struct {
	CampaignPath
	Contact string `path:"contact" doc:"Id of the contact in this campaign."`
}

// write carries out a mobilizer's write: do reads what it changes, asks the rules and commits, and is repeated while
// something changed meanwhile. The campaign comes from a cache that may only let through: when do refuses, it is asked
// again with the campaign as it is.
func (m *mobilizerRoutes) write(ctx context.Context, a *Access, do func() error) error {
	again := false
	return dynamo.Retry(ctx, func() error {
		if again {
			if err := m.reread(ctx, a); err != nil {
				return err
			}
		}
		again = true
		return m.current(ctx, a, do)
	})
}

// current runs do, and once more with the campaign as it is when do refuses.
func (m *mobilizerRoutes) current(ctx context.Context, a *Access, do func() error) error {
	err := do()
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindNotFound, fault.KindForbidden:
		if err := a.Fresh(ctx); err != nil {
			return err
		}
		return do()
	}
	return err
}

// reread reads the mobilizer and the campaign afresh. Not found: the membership is gone.
func (m *mobilizerRoutes) reread(ctx context.Context, a *Access) error {
	member, err := m.store.MembershipByUser(ctx, a.Campaign.ID, a.UserID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound("campaign")
	}
	if err != nil {
		return err
	}
	a.Mobilizer = member
	return a.Fresh(ctx)
}

// readContact reads one of the mobilizer's contacts. Not found: it is nobody's, or somebody else's.
func (m *mobilizerRoutes) readContact(ctx context.Context, a *Access, contactID string) (*contact.Contact, error) {
	if !id.Valid(contactID) {
		return nil, fault.NotFound("contact")
	}
	return m.store.Contact(ctx, a.Campaign.ID, a.Mobilizer.ID, contact.ID(contactID))
}

// changeContact carries out a write that begins with a contact. do changes it by its rules and returns what to commit,
// with the status and the body of the reply.
func (m *mobilizerRoutes) changeContact(ctx context.Context, a *Access, contactID string, do func(*contact.Contact) (change, error)) error {
	return m.write(ctx, a, func() error {
		c, err := m.readContact(ctx, a, contactID)
		if err != nil {
			return err
		}
		if err := a.Mobilizer.CanAct(a.Campaign); err != nil {
			return err
		}
		made, err := do(c)
		if err != nil {
			return err
		}
		return a.Commit(ctx, made.status, made.body, made.writes...)
	})
}

// change is what a handler commits, and what it replies.
type change struct {
	status int
	body   any
	writes []dynamo.Write
}
