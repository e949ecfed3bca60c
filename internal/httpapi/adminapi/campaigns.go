package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contentedit"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/secret"
)

// campaignPrefix is the prefix of the routes of a campaign.
const campaignPrefix = "/v1/admin/campaigns/{campaign}"

// campaignRoutes holds what the routes of campaigns need.
type campaignRoutes struct {
	store           *dynamo.Store
	secrets         *secret.Reader
	landingPagesURL string // without the slug
}

// RegisterCampaigns adds the routes of campaigns, their Key Questions and passcodes. publicURL is that of the pages.
func RegisterCampaigns(api *httpapi.API, secrets *secret.Reader, publicURL string) {
	r := &campaignRoutes{store: api.Store(), secrets: secrets, landingPagesURL: publicURL + "/j/"}
	const all = "/v1/admin/organizations/{organization}/campaigns"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-campaign", Limit: httpapi.PerDay(100), Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create a campaign",
		Description: "The campaign is a draft, which mobilizers cannot see. Without key_question it gets five default Key Question " +
			"responses. Fails with slug_taken if another campaign has or had the slug.",
	}, httpapi.OrganizationAdmin, r.createCampaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-campaigns", Method: http.MethodGet, Path: all,
		Summary:     "List an organization's campaigns",
		Description: "Oldest first. With totals=true each campaign has its totals, which lag behind writes by about a second.",
	}, httpapi.OrganizationAdmin, r.listCampaigns)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-campaign", Method: http.MethodGet, Path: campaignPrefix,
		Summary:     "Get a campaign",
		Description: "Includes the Key Question.",
	}, httpapi.CampaignAdmin, r.getCampaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-campaign", Method: http.MethodPatch, Path: campaignPrefix,
		Summary: "Update a campaign's details",
		Description: "Fields that are left out keep their values; an empty string unsets a field. The time zone of a published campaign " +
			"and the slug of a closed one cannot change. Earlier slugs, at most 20, stay reserved for the campaign and lead to its landing " +
			"page; it can take them back. Fails with slug_taken if another campaign has or had the slug, and with " +
			"changed_meanwhile, which contains the campaign as it is now, if its details were updated since you read the revision.",
	}, httpapi.CampaignAdmin, r.updateCampaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-passcode", Method: http.MethodPost, Path: campaignPrefix + "/passcode", NoIdempotencyKey: true,
		Summary:     "Create a passcode for joining",
		Description: "Replaces any earlier passcode. It is returned only here; only its MAC is stored.",
	}, httpapi.CampaignAdmin, r.createPasscode)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-passcode", Method: http.MethodDelete, Path: campaignPrefix + "/passcode", Status: http.StatusNoContent,
		Summary:     "Delete a campaign's passcode",
		Description: "Joining then requires no passcode.",
	}, httpapi.CampaignAdmin, r.deletePasscode)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-key-question", Method: http.MethodPut, Path: campaignPrefix + "/key-question",
		Summary: "Update the Key Question",
		Description: "Replaces the text and the responses in order: responses with an id are updated, retired or moved, responses " +
			"without one are added, responses left out are deleted. A response that was answered can only be retired. Fails with " +
			"changed_meanwhile, which contains the campaign as it is now, if the Key Question was updated since you read its revision.",
	}, httpapi.CampaignAdmin, r.updateKeyQuestion)
	httpapi.Register(api, httpapi.Operation{
		ID: "publish-campaign", Method: http.MethodPost, Path: campaignPrefix + "/publish",
		Summary: "Publish a draft campaign",
		Description: "People can join from then on. Fails with campaign_incomplete, which names the missing fields, and with " +
			"campaign_closed. Publishing an active campaign changes nothing.",
	}, httpapi.CampaignAdmin, r.publishCampaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "close-campaign", Method: http.MethodPost, Path: campaignPrefix + "/close",
		Summary: "Close an active campaign",
		Description: "Mobilizers can only read it from then on: joins and consent are refused at once, other writes after at most five " +
			"seconds. Closing cannot be undone. Fails with campaign_draft if the campaign was " +
			"never published. Closing a closed campaign changes nothing.",
	}, httpapi.CampaignAdmin, r.closeCampaign)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-campaign", Method: http.MethodDelete, Path: campaignPrefix, Status: http.StatusNoContent,
		Summary: "Delete a draft campaign",
		Description: "Its action items and exports are deleted, too, and its slugs are free again. Fails with campaign_published once it was " +
			"published; with campaign_in_use while a service token or an export in progress needs it; and with changed_meanwhile if its " +
			"details were updated since you read the revision that you send.",
	}, httpapi.CampaignAdmin, r.deleteCampaign)
}

// Campaign is a campaign with the fields that administrators see.
type Campaign struct {
	ID            string          `json:"id"`
	Organization  string          `json:"organization_id" doc:"Id of the organization."`
	Name          string          `json:"name"`
	Description   string          `json:"description,omitempty" doc:"Markdown."`
	NameES        string          `json:"name_es,omitempty" doc:"For readers of Spanish, like every field that ends in _es."`
	DescriptionES string          `json:"description_es,omitempty"`
	Slug          string          `json:"slug"`
	LandingPage   string          `json:"landing_page" doc:"URL of the landing page."`
	HasPasscode   bool            `json:"has_passcode"`
	TimeZone      string          `json:"time_zone" doc:"IANA name. Analytics count days in this time zone." example:"America/New_York"`
	Status        string          `json:"status" enum:"draft,active,closed"`
	Question      KeyQuestion     `json:"key_question"`
	CreatedAt     string          `json:"created_at" format:"date-time"`
	PublishedAt   string          `json:"published_at,omitempty" format:"date-time"`
	ClosedAt      string          `json:"closed_at,omitempty" format:"date-time"`
	Revision      string          `json:"revision" doc:"Changes with every update of the details. The Key Question has its own."`
	Totals        *CampaignTotals `json:"totals,omitempty" doc:"In the list of an organization's campaigns with totals=true."`
}

// CampaignTotals holds the totals of a campaign, as its analytics have them.
type CampaignTotals struct {
	Mobilizers  int `json:"mobilizers"`
	Contacts    int `json:"contacts"`
	Touchpoints int `json:"relational_touchpoints"`
}

func (r *campaignRoutes) newCampaign(c *campaign.Campaign) Campaign {
	q := KeyQuestion{Text: c.Question.Text, TextES: c.Question.TextES, Responses: []KeyQuestionResponse{}, Revision: c.Question.Revision()}
	for _, response := range c.Question.Responses {
		q.Responses = append(q.Responses, KeyQuestionResponse{response.ID, response.Text, response.TextES, response.Value, response.Retired, response.Used})
	}
	return Campaign{
		ID: string(c.ID), Organization: string(c.Organization), Name: c.Name, Description: c.Description, NameES: c.NameES, DescriptionES: c.DescriptionES, Slug: c.Slug,
		LandingPage: r.landingPagesURL + c.Slug, HasPasscode: c.PasscodeMAC != "", TimeZone: c.TimeZone, Status: string(c.Status),
		Question: q, CreatedAt: httpapi.Timestamp(c.CreatedAt), PublishedAt: httpapi.Timestamp(c.PublishedAt), ClosedAt: httpapi.Timestamp(c.ClosedAt),
		Revision: c.Details().Revision(),
	}
}

// CreateCampaignRequest holds the fields of a new campaign.
type CreateCampaignRequest struct {
	Name          string            `json:"name" doc:"At most 200 characters."`
	Description   string            `json:"description,omitempty" doc:"Markdown, at most 10,000 characters."`
	NameES        string            `json:"name_es,omitempty" doc:"For readers of Spanish, like every field that ends in _es. Their limits are those of the primary texts."`
	DescriptionES string            `json:"description_es,omitempty"`
	Slug          string            `json:"slug" doc:"Last part of the landing page's URL: 3 to 60 lowercase letters, digits and single hyphens." example:"neighbors-2026"`
	TimeZone      string            `json:"time_zone,omitempty" doc:"IANA name; UTC when left out." example:"America/New_York"`
	Question      *KeyQuestionInput `json:"key_question,omitempty"`
}

func (r *campaignRoutes) createCampaign(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.OrganizationPath
	Body CreateCampaignRequest
},
) (*httpapi.Body[Campaign], error) {
	b := in.Body
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Campaign, []dynamo.Write, error) {
		details := campaign.Details{
			Name: b.Name, Description: b.Description, NameES: b.NameES, DescriptionES: b.DescriptionES, Slug: b.Slug, TimeZone: b.TimeZone,
		}
		var question *campaign.KeyQuestionInput
		if b.Question != nil {
			parsed := b.Question.parse()
			question = &parsed
		}
		c, err := campaign.NewWithQuestion(a.Organization, details, question, a.At)
		if err != nil {
			return Campaign{}, nil, err
		}
		return r.newCampaign(c), r.store.CreateCampaign(c), nil
	})
}

func (r *campaignRoutes) listCampaigns(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.OrganizationPath
	Totals bool `query:"totals" doc:"Whether each campaign has its totals."`
},
) (*httpapi.Body[httpapi.List[Campaign]], error) {
	campaigns, err := r.store.Campaigns(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(campaigns, r.newCampaign)
	if !in.Totals {
		return httpapi.NewBody(list), nil
	}
	ids := make([]campaign.ID, len(campaigns))
	for n, c := range campaigns {
		ids[n] = c.ID
	}
	totals, err := r.store.CampaignTotals(ctx, ids)
	if err != nil {
		return nil, err
	}
	for n, cells := range totals {
		list.Items[n].Totals = &CampaignTotals{cells[metrics.Mobilizers], cells[metrics.Contacts], cells[metrics.Touchpoints]}
	}
	return httpapi.NewBody(list), nil
}

func (r *campaignRoutes) getCampaign(_ context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Campaign], error) {
	return httpapi.NewBody(r.newCampaign(a.Campaign)), nil
}

// UpdateCampaignRequest holds the details of a campaign to change; nil leaves a field as it is.
type UpdateCampaignRequest struct {
	Name          *string `json:"name,omitempty"`
	Description   *string `json:"description,omitempty"`
	NameES        *string `json:"name_es,omitempty"`
	DescriptionES *string `json:"description_es,omitempty"`
	Slug          *string `json:"slug,omitempty"`
	TimeZone      *string `json:"time_zone,omitempty"`
	httpapi.Revisioned
}

func (r *campaignRoutes) updateCampaign(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body UpdateCampaignRequest
},
) (*httpapi.Body[Campaign], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Campaign, []dynamo.Write, error) {
		before := r.newCampaign(a.Campaign)
		details := a.Campaign.Details()
		httpapi.SetIfSent(&details.Name, in.Body.Name)
		httpapi.SetIfSent(&details.Description, in.Body.Description)
		httpapi.SetIfSent(&details.NameES, in.Body.NameES)
		httpapi.SetIfSent(&details.DescriptionES, in.Body.DescriptionES)
		httpapi.SetIfSent(&details.Slug, in.Body.Slug)
		httpapi.SetIfSent(&details.TimeZone, in.Body.TimeZone)
		writes, err := newEditor(r.store, a).SetDetails(details, func(err error) error {
			return in.Body.Check(before.Revision, a.Campaign.Details().Revision(), before, err)
		})
		if err != nil {
			return Campaign{}, nil, err
		}
		return r.newCampaign(a.Campaign), writes, nil
	})
}

// DeleteCampaignQuery holds the parameters of the deletion of a campaign.
type DeleteCampaignQuery struct {
	httpapi.CampaignPath
	httpapi.RevisionQuery
}

func (r *campaignRoutes) deleteCampaign(ctx context.Context, a *httpapi.Access, in *DeleteCampaignQuery) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return newEditor(r.store, a).DeleteCampaign(ctx, func() error {
			body := r.newCampaign(a.Campaign)
			return in.Check(body.Revision, body)
		})
	})
}

// newEditor returns the editor of the campaign of a request.
func newEditor(store *dynamo.Store, a *httpapi.Access) *contentedit.Editor {
	return &contentedit.Editor{Store: store, Campaign: a.Campaign, Items: a.Items, At: a.At}
}

// Passcode is the response that contains a new passcode.
type Passcode struct {
	Passcode string `json:"passcode" doc:"8 uppercase characters. When it is entered, case, spaces and hyphens do not matter." example:"7G2K9QZD"`
}

func (r *campaignRoutes) createPasscode(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Passcode], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Passcode, []dynamo.Write, error) {
		passcode := campaign.NewPasscode()
		version, err := r.secrets.Current(ctx)
		if err != nil {
			return Passcode{}, nil, err
		}
		if err := a.Campaign.SetPasscode(version, passcode); err != nil {
			return Passcode{}, nil, err
		}
		return Passcode{passcode}, r.store.UpdateCampaign(a.Campaign), nil
	})
}

func (r *campaignRoutes) deletePasscode(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		if err := a.Campaign.RemovePasscode(); err != nil {
			return nil, err
		}
		return r.store.UpdateCampaign(a.Campaign), nil
	})
}

func (r *campaignRoutes) publishCampaign(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Campaign], error) {
	return r.changeStatus(ctx, a, func(c *campaign.Campaign) error { return c.Publish(a.At) })
}

func (r *campaignRoutes) closeCampaign(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Campaign], error) {
	return r.changeStatus(ctx, a, func(c *campaign.Campaign) error { return c.Close(a.At) })
}

// changeStatus commits a transition of the campaign, unless it leaves the status as it is.
func (r *campaignRoutes) changeStatus(ctx context.Context, a *httpapi.Access, transition func(*campaign.Campaign) error) (*httpapi.Body[Campaign], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Campaign, []dynamo.Write, error) {
		oldStatus := a.Campaign.Status
		if err := transition(a.Campaign); err != nil {
			return Campaign{}, nil, err
		}
		if a.Campaign.Status == oldStatus {
			return r.newCampaign(a.Campaign), nil, nil
		}
		return r.newCampaign(a.Campaign), r.store.UpdateCampaign(a.Campaign), nil
	})
}
