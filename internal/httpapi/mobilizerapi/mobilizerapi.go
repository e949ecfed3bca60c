// Package mobilizerapi serves mobilizers in a campaign: their membership, their contacts, and the matches, answers,
// responses, notes and vote plans of these. Joining is in joinapi.
package mobilizerapi

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/contactimport"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/voter"
)

// mobilizerRoutes holds what the handlers use.
type mobilizerRoutes struct {
	store    *dynamo.Store
	pages    *httpapi.Pages
	searcher *voter.Searcher
	importer *contactimport.Importer

	landingPagesURL string // without the slug
}

// campaignPrefix is the prefix of the paths in one campaign, contactPrefix that of the paths of one contact.
const (
	campaignPrefix = "/v1/mobilizer/campaigns/{campaign}"
	contactPrefix  = campaignPrefix + "/contacts/{contact}"
)

// RegisterMobilizer adds the routes of mobilizers. Keys are derived from the application's secret; publicURL is that of
// the pages.
func RegisterMobilizer(api *httpapi.API, secret []byte, publicURL string) {
	m := &mobilizerRoutes{
		store: api.Store(), pages: httpapi.NewPages(secret), searcher: voter.NewSearcher(api.Store()),
		importer:        contactimport.NewImporter(api.Store(), httpapi.BulkKey(secret)),
		landingPagesURL: publicURL + "/j/",
	}
	m.registerMembership(api)
	m.registerContacts(api)
	m.registerMatches(api)
	m.registerKeyQuestion(api)
	m.registerActionResponses(api)
	m.registerNotes(api)
	m.registerCandidates(api)
}

// readContact returns one of the caller's contacts.
//
// Not found: there is none, or it is another mobilizer's.
func (m *mobilizerRoutes) readContact(ctx context.Context, a *httpapi.Access, contactID string) (*contact.Contact, error) {
	if !id.Valid(contactID) {
		return nil, fault.NotFound("contact")
	}
	c, err := m.store.Contact(ctx, a.Campaign.ID, a.Mobilizer.ID, contact.ID(contactID))
	if err != nil {
		return nil, err
	}
	return c, refreshIfStale(ctx, a, c)
}

// readEditableContact returns one of the caller's contacts, to change it.
//
// Not found: there is none, or it is another mobilizer's. Forbidden, conflict: the mobilizer has left or the campaign is not
// active.
func (m *mobilizerRoutes) readEditableContact(ctx context.Context, a *httpapi.Access, contactID string) (*contact.Contact, error) {
	c, err := m.readContact(ctx, a, contactID)
	if err != nil {
		return nil, err
	}
	return c, a.Mobilizer.CanAct(a.Campaign)
}

// refreshIfStale reads the campaign past the cache if it lacks the contact's Key Question response or one of the action
// items that the contact has a response to.
func refreshIfStale(ctx context.Context, a *httpapi.Access, c *contact.Contact) error {
	_, complete := a.Campaign.Question.ResponseByCode(c.KeyQuestionCode)
	complete = complete || c.KeyQuestionCode == ""
	items := 0
	for _, i := range a.Items {
		if _, ok := c.ActionResponses[i.Code]; ok {
			items++
		}
	}
	if complete && items == len(c.ActionResponses) {
		return nil
	}
	return a.RefreshCampaign(ctx)
}

// openHistory returns the reference of a contact whose history is listed, the position after which the page begins, and the
// list's cursor.
func (m *mobilizerRoutes) openHistory(ctx context.Context, a *httpapi.Access, list, contactID, page string) (contact.Ref, string, *httpapi.Cursor, error) {
	c, err := m.readContact(ctx, a, contactID)
	if err != nil {
		return contact.Ref{}, "", nil, err
	}
	cursor := m.pages.Cursor(a, list, contactID)
	var before string
	if err := cursor.Position(page, &before); err != nil {
		return contact.Ref{}, "", nil, err
	}
	return c.Ref(), before, cursor, nil
}
