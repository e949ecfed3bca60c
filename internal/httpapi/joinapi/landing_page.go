package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
)

type public struct {
	store     *dynamo.Store
	publicURL string
}

// RegisterPublic adds the routes that require no sign-in: landing pages and the links of invitations. publicURL is that of the
// pages.
func RegisterPublic(api *httpapi.API, publicURL string) {
	h := &public{api.Store(), publicURL}
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "get-landing-page", Method: http.MethodGet, Path: "/v1/public/campaigns/{slug}",
		Summary: "Get a landing page",
		Description: "Of an active campaign, by its slug, an earlier one or the campaign's id. The slug in the response is the present one, to " +
			"which a page redirects. A closed campaign fails with campaign_closed; a draft is not found.",
	}, h.getLandingPage)
	h.registerInvitations(api)
}

// LandingPage is what a landing page shows.
type LandingPage struct {
	ID           string `json:"id" doc:"Id of the campaign."`
	Slug         string `json:"slug" doc:"The present one, also if the request has an earlier one."`
	Name         string `json:"name"`
	Description  string `json:"description,omitempty" doc:"Markdown."`
	Organization struct {
		Name        string `json:"name"`
		Website     string `json:"website,omitempty"`
		Description string `json:"description,omitempty"`
	} `json:"organization"`
	TimeZone         string `json:"time_zone" doc:"Of the campaign, for the times in refusals to join." example:"America/New_York"`
	RequiresPasscode bool   `json:"requires_passcode" doc:"Whether joining requires a passcode."`
}

// LandingPageRequest holds the path value and the header of a landing page's route.
type LandingPageRequest struct {
	Slug           string `path:"slug" doc:"Of the landing page, or the campaign's id."`
	AcceptLanguage string `header:"Accept-Language" doc:"Language of the campaign's name and description."`
}

func (h *public) getLandingPage(ctx context.Context, in *LandingPageRequest) (*httpapi.Body[LandingPage], error) {
	if !campaign.ValidSlug(in.Slug) {
		return nil, fault.NotFound("campaign")
	}
	content, err := h.readCampaign(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	c := content.Campaign
	switch c.Status {
	case campaign.Draft:
		return nil, fault.NotFound("campaign")
	case campaign.Closed, campaign.Active:
	}
	o, err := h.store.Organization(ctx, c.Organization)
	if err != nil {
		return nil, err
	}
	language := httpapi.LanguageOf(ctx)
	if c.Status == campaign.Closed {
		refusal := fault.Conflict("campaign_closed", "“%s” is over. Thank you for your interest!", language.Choose(c.Name, c.NameES))
		return nil, httpapi.WithMembers(refusal, httpapi.ProblemMembers{
			Organization: o.Name, Campaign: language.Choose(c.Name, c.NameES), TimeZone: c.TimeZone,
		})
	}
	page := LandingPage{
		ID: string(c.ID), Slug: c.Slug, Name: language.Choose(c.Name, c.NameES),
		Description: language.Choose(c.Description, c.DescriptionES), TimeZone: c.TimeZone, RequiresPasscode: c.PasscodeMAC != "",
	}
	page.Organization.Name, page.Organization.Website, page.Organization.Description = o.Name, o.Website, o.Description
	return httpapi.NewBody(page), nil
}

// readCampaign returns the campaign with an id, or else with a slug. The id comes first, so that nobody can take another campaign's
// id as a slug. An id is as public as a slug, and harder to guess: a landing page has it, and so has the address of the app.
func (h *public) readCampaign(ctx context.Context, slugOrID string) (*dynamo.Content, error) {
	if id.Valid(slugOrID) {
		content, err := h.store.Content(ctx, campaign.ID(slugOrID))
		if !fault.Is(err, fault.KindNotFound) {
			return content, err
		}
	}
	return h.store.CampaignBySlug(ctx, slugOrID)
}
