// Package mobilizerapi serves mobilizers in a campaign: their membership, their contacts, and the matches, answers,
// responses, notes and vote plans of these. Joining is in joinapi.
package mobilizerapi

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/contactimport"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizing"
	"github.com/kithhq/kith/internal/secret"
)

// mobilizerRoutes holds what the handlers use.
type mobilizerRoutes struct {
	store    *dynamo.Store
	pages    *httpapi.Pages
	service  *mobilizing.Service
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
func RegisterMobilizer(api *httpapi.API, secrets *secret.Reader, publicURL string) {
	m := &mobilizerRoutes{
		store: api.Store(), pages: httpapi.NewPages(secrets), service: mobilizing.NewService(api.Store()),
		importer:        contactimport.NewImporter(api.Store(), secrets),
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

// newCaller returns the caller of a request as use cases know it.
func newCaller(a *httpapi.Access) *mobilizing.Caller {
	by := &mobilizing.Caller{Mobilizer: a.Mobilizer, Campaign: a.Campaign, Items: a.Items, At: a.At}
	by.Refresh = func(ctx context.Context) error {
		err := a.RefreshCampaign(ctx)
		by.Campaign, by.Items = a.Campaign, a.Items
		return err
	}
	return by
}

// openHistory returns the reference of a contact whose history is listed, the position after which the page begins, and the
// list's cursor.
func (m *mobilizerRoutes) openHistory(ctx context.Context, a *httpapi.Access, list, contactID, page string) (contact.Ref, string, *httpapi.Cursor, error) {
	c, err := m.service.Contact(ctx, newCaller(a), contactID)
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
