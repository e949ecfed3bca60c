// Package mobilizerapi serves mobilizers in a campaign: their membership, their contacts, and the matches, answers,
// responses, notes and vote plans of these. Joining is in joinapi.
package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/voter"
)

// mobilizerRoutes answers everything under /v1/mobilizer.
type mobilizerRoutes struct {
	store    *dynamo.Store
	pages    *httpapi.Pages
	searcher *voter.Searcher
	bulk     []byte // the key that makes the ids of contacts added many at once
}

// campaignPrefix begins the addresses of what a mobilizer does in one campaign, contactPrefix those about one contact.
const (
	campaignPrefix = "/v1/mobilizer/campaigns/{campaign}"
	contactPrefix  = campaignPrefix + "/contacts/{contact}"
)

// RegisterMobilizer adds the routes of mobilizers. Keys are derived from the application's secret.
func RegisterMobilizer(api *httpapi.API, secret []byte) {
	m := &mobilizerRoutes{store: api.Store(), pages: httpapi.NewPages(secret), searcher: voter.NewSearcher(api.Store()), bulk: httpapi.BulkKey(secret)}
	m.registerSelf(api)
	m.registerContacts(api)
	m.registerAbout(api)
	m.registerCandidates(api)
}

func (m *mobilizerRoutes) registerSelf(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "get-my-campaign", Method: http.MethodGet, Path: campaignPrefix,
		Summary:     "Get a campaign as a mobilizer",
		Description: "Returns its Key Question, its action items and the caller's membership.",
	}, httpapi.CampaignMobilizer, m.campaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-my-profile", Method: http.MethodPatch, Path: campaignPrefix + "/profile",
		Summary:     "Update the caller's profile in a campaign",
		Description: "Fields that are left out keep their values; an empty string unsets a field.",
	}, httpapi.CampaignMobilizer, m.editProfile)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-my-consent", Method: http.MethodPut, Path: campaignPrefix + "/consent",
		Summary: "Update the caller's consent",
		Description: "Consent shares email and phone with the campaign's administrators. It can be withdrawn after leaving and in a " +
			"closed campaign, too.",
	}, httpapi.CampaignMember, m.setConsent)
	httpapi.Register(api, httpapi.Operation{
		ID: "leave-campaign", Method: http.MethodPost, Path: campaignPrefix + "/leave",
		Summary: "Leave a campaign",
		Description: "With contacts=keep the contacts and the membership stay, with contacts=remove both are deleted: the membership " +
			"at once, the contacts within seconds.",
	}, leaving, m.leave)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-my-match", Method: http.MethodPut, Path: campaignPrefix + "/match",
		Summary:     "Match the caller to a voter",
		Description: matchDescription,
	}, httpapi.CampaignMobilizer, m.matchSelf)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-my-match", Method: http.MethodDelete, Path: campaignPrefix + "/match",
		Summary:     "Reset the caller's match",
		Description: "The match status becomes PENDING.",
	}, httpapi.CampaignMobilizer, m.resetSelf)
}

func (m *mobilizerRoutes) registerContacts(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "list-my-contacts", Method: http.MethodGet, Path: campaignPrefix + "/contacts",
		Summary:     "List the caller's contacts",
		Description: "In order of adding.",
	}, httpapi.CampaignMobilizer, m.contacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-contact", Method: http.MethodPost, Path: campaignPrefix + "/contacts", Status: http.StatusCreated,
		Summary: "Add a contact",
		Description: "Send at least a first or a last name for a new person, or contact_id alone to copy a person from the address " +
			"book.",
	}, httpapi.CampaignMobilizer, m.addContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-contacts", Method: http.MethodPost, Path: campaignPrefix + "/contacts/bulk",
		Summary: "Add up to 500 contacts",
		Description: "Requires an Idempotency-Key. Adds every valid row and reports each row. After a failure, repeat the request " +
			"with the same key: nobody is added twice.",
	}, httpapi.CampaignMobilizer, m.addContacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-my-contact", Method: http.MethodGet, Path: contactPrefix,
		Summary:     "Get a contact as its mobilizer",
		Description: "Returns its action responses, too.",
	}, httpapi.CampaignMobilizer, m.contact)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-contact", Method: http.MethodPatch, Path: contactPrefix,
		Summary: "Update a contact",
		Description: "Updates the contact in this campaign and the address book. Fields that are left out keep their values; an empty " +
			"string unsets a field.",
	}, httpapi.CampaignMobilizer, m.editContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-contact", Method: http.MethodDelete, Path: contactPrefix, Status: http.StatusNoContent,
		Summary:     "Delete a contact",
		Description: "Deletes everything about the contact in this campaign. The address-book entry is deleted with its last contact.",
	}, httpapi.CampaignMobilizer, m.removeContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-address-book", Method: http.MethodGet, Path: campaignPrefix + "/address-book",
		Summary:     "List the caller's address book",
		Description: "Everyone whom the caller has added to a campaign of this organization.",
	}, httpapi.CampaignMobilizer, m.addressBook)
}

func (m *mobilizerRoutes) registerAbout(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "update-contact-match", Method: http.MethodPut, Path: contactPrefix + "/match",
		Summary:     "Match a contact to a voter",
		Description: matchDescription,
	}, httpapi.CampaignMobilizer, m.matchContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-contact-match", Method: http.MethodDelete, Path: contactPrefix + "/match",
		Summary:     "Reset a contact's match",
		Description: "Its match status becomes PENDING.",
	}, httpapi.CampaignMobilizer, m.resetContact)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-key-question-answer", Method: http.MethodPut, Path: contactPrefix + "/answer",
		Summary:     "Answer the Key Question about a contact",
		Description: "Adds an answer to the history. The same response again on the same day of the campaign adds none.",
	}, httpapi.CampaignMobilizer, m.answer)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-key-question-answer", Method: http.MethodDelete, Path: contactPrefix + "/answer",
		Summary:     "Clear the Key Question answer about a contact",
		Description: "The history keeps the earlier answers.",
	}, httpapi.CampaignMobilizer, m.clear)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-key-question-answers", Method: http.MethodGet, Path: contactPrefix + "/answers",
		Summary:     "List the Key Question answers about a contact",
		Description: "Latest first.",
	}, httpapi.CampaignMobilizer, m.answers)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-action-response", Method: http.MethodPut, Path: contactPrefix + "/action-responses/{action_item}",
		Summary: "Respond to an action item for a contact",
		Description: "Creates the response or replaces it. Send the one member that fits the item's type: completed, text or " +
			"option_id.",
	}, httpapi.CampaignMobilizer, m.respond)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-action-response", Method: http.MethodDelete, Path: contactPrefix + "/action-responses/{action_item}", Status: http.StatusNoContent,
		Summary:     "Withdraw the response to an action item",
		Description: "Withdrawing a missing response changes nothing.",
	}, httpapi.CampaignMobilizer, m.withdraw)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-notes", Method: http.MethodGet, Path: contactPrefix + "/notes",
		Summary:     "List the notes about a contact",
		Description: "Latest first.",
	}, httpapi.CampaignMobilizer, m.notes)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-note", Method: http.MethodPost, Path: contactPrefix + "/notes", Status: http.StatusCreated,
		Summary:     "Create a note about a contact",
		Description: "The content is kept exactly as sent.",
	}, httpapi.CampaignMobilizer, m.writeNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-note", Method: http.MethodPatch, Path: contactPrefix + "/notes/{note}",
		Summary: "Update a note",
	}, httpapi.CampaignMobilizer, m.editNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-note", Method: http.MethodDelete, Path: contactPrefix + "/notes/{note}", Status: http.StatusNoContent,
		Summary: "Delete a note",
	}, httpapi.CampaignMobilizer, m.deleteNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-vote-plan", Method: http.MethodPut, Path: contactPrefix + "/vote-plan",
		Summary:     "Update a contact's vote plan",
		Description: "When, where and how the contact will vote. An empty text deletes the plan.",
	}, httpapi.CampaignMobilizer, m.setVotePlan)
}

// leaving lets mobilizers through, and whoever is none any more: the same request again may ask for the reply it got.
// The handler tells the others that there is no such campaign.
var leaving = httpapi.Rule{Name: "mobilizers of the campaign", Resolve: func(ctx context.Context, s *dynamo.Store, a *httpapi.Access, param func(string) string) error {
	err := httpapi.CampaignMember.Resolve(ctx, s, a, param)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}}

// write carries out a mobilizer's write: do reads what it changes, asks the rules and commits, and is repeated while
// something changed meanwhile. The campaign comes from a cache that may only let through: when do refuses, it is asked
// again with the campaign as it is.
func (m *mobilizerRoutes) write(ctx context.Context, a *httpapi.Access, do func() error) error {
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
func (m *mobilizerRoutes) current(ctx context.Context, a *httpapi.Access, do func() error) error {
	err := do()
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindNotFound, fault.KindForbidden:
		if err := a.RefreshCampaign(ctx); err != nil {
			return err
		}
		return do()
	}
	return err
}

// reread reads the mobilizer and the campaign afresh. Not found: the membership is gone.
func (m *mobilizerRoutes) reread(ctx context.Context, a *httpapi.Access) error {
	member, err := m.store.MembershipByUser(ctx, a.Campaign.ID, a.UserID)
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound("campaign")
	}
	if err != nil {
		return err
	}
	a.Mobilizer = member
	return a.RefreshCampaign(ctx)
}

// readContact reads one of the mobilizer's contacts. Not found: it is nobody's, or somebody else's.
func (m *mobilizerRoutes) readContact(ctx context.Context, a *httpapi.Access, contactID string) (*contact.Contact, error) {
	if !id.Valid(contactID) {
		return nil, fault.NotFound("contact")
	}
	return m.store.Contact(ctx, a.Campaign.ID, a.Mobilizer.ID, contact.ID(contactID))
}

// changeContact carries out a write that begins with a contact. do changes it by its rules and returns what to commit,
// with the status and the body of the reply.
func (m *mobilizerRoutes) changeContact(ctx context.Context, a *httpapi.Access, contactID string, do func(*contact.Contact) (change, error)) error {
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
