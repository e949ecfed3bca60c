package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
)

// adminCampaign begins the addresses of what administrators do in one campaign.
const adminCampaign = "/v1/admin/campaigns/{campaign}"

type campaigns struct {
	store     *dynamo.Store
	passcodes []byte // the key that passcodes are kept under
	pageURL   string // what a slug is appended to for the address of a landing page
}

// RegisterCampaigns adds campaigns with their Key Question and passcode. The address is the public one of the pages.
func RegisterCampaigns(api *httpapi.API, secret []byte, publicURL string) {
	h := &campaigns{store: api.Store(), passcodes: httpapi.PasscodeKey(secret), pageURL: publicURL + "/j/"}
	const all = "/v1/admin/organizations/{organization}/campaigns"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-campaign", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create a campaign",
		Description: "It starts as a draft, which mobilizers cannot see, with five default Key Question responses.",
	}, httpapi.OrganizationAdmin, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-campaigns", Method: http.MethodGet, Path: all,
		Summary:     "List an organization's campaigns",
		Description: "Oldest first.",
	}, httpapi.OrganizationAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-campaign", Method: http.MethodGet, Path: adminCampaign,
		Summary:     "Get a campaign",
		Description: "Returns the details with the Key Question.",
	}, httpapi.CampaignAdmin, h.read)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-campaign", Method: http.MethodPatch, Path: adminCampaign,
		Summary: "Update a campaign's details",
		Description: "Fields that are left out keep their values, also when another request changes them at the same time; an empty " +
			"string unsets a field. The time zone is fixed once the campaign was active. A closed campaign keeps its slug.",
	}, httpapi.CampaignAdmin, h.edit)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-passcode", Method: http.MethodPost, Path: adminCampaign + "/passcode", NoIdempotencyKey: true,
		Summary:     "Create a passcode for joining",
		Description: "Generates a passcode that replaces any earlier one. It is returned only here; only its MAC is stored.",
	}, httpapi.CampaignAdmin, h.setPasscode)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-passcode", Method: http.MethodDelete, Path: adminCampaign + "/passcode", Status: http.StatusNoContent,
		Summary:     "Delete a campaign's passcode",
		Description: "Joining then requires none.",
	}, httpapi.CampaignAdmin, h.dropPasscode)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-key-question", Method: http.MethodPut, Path: adminCampaign + "/key-question",
		Summary: "Update the Key Question",
		Description: "Replaces the text and the responses in order: responses with an id are updated, retired or moved, responses " +
			"without one are added, responses left out are deleted. A response that was answered can only be retired. Send " +
			"the revision that you read: if the question was updated since, the request fails with changed_meanwhile.",
	}, httpapi.CampaignAdmin, h.ask)
	httpapi.Register(api, httpapi.Operation{
		ID: "publish-campaign", Method: http.MethodPost, Path: adminCampaign + "/publish",
		Summary: "Publish a draft campaign",
		Description: "People can join from then on. Fails if the draft lacks something and names it. Publishing an active campaign " +
			"changes nothing.",
	}, httpapi.CampaignAdmin, h.publish)
	httpapi.Register(api, httpapi.Operation{
		ID: "close-campaign", Method: http.MethodPost, Path: adminCampaign + "/close",
		Summary:     "Close an active campaign",
		Description: "Mobilizers can only read it from then on. Closing cannot be undone.",
	}, httpapi.CampaignAdmin, h.close)
}

// Campaign is a campaign as administrators see it.
type Campaign struct {
	ID           string      `json:"id"`
	Organization string      `json:"organization_id" doc:"Id of the organization."`
	Name         string      `json:"name"`
	Description  string      `json:"description,omitempty" doc:"Markdown."`
	Slug         string      `json:"slug"`
	LandingPage  string      `json:"landing_page" doc:"The address to share."`
	HasPasscode  bool        `json:"has_passcode"`
	TimeZone     string      `json:"time_zone" doc:"Days are counted in it." example:"America/New_York"`
	Status       string      `json:"status" enum:"draft,active,closed"`
	Question     KeyQuestion `json:"key_question"`
	CreatedAt    string      `json:"created_at" format:"date-time"`
	PublishedAt  string      `json:"published_at,omitempty" format:"date-time"`
	ClosedAt     string      `json:"closed_at,omitempty" format:"date-time"`
}

// KeyQuestion is the Key Question as administrators see it.
type KeyQuestion struct {
	Text      string                `json:"text" doc:"Blank until it is written."`
	Responses []KeyQuestionResponse `json:"responses" nullable:"false" doc:"In order, retired ones included."`
	Revision  string                `json:"revision" doc:"Changes whenever the question or a response is edited."`
}

// KeyQuestionResponse is one response of the Key Question.
type KeyQuestionResponse struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Value   int    `json:"value"`
	Retired bool   `json:"retired" doc:"No longer offered; contacts that hold it keep it."`
	Used    bool   `json:"used" doc:"Has been answered, so it can't be deleted."`
}

func (h *campaigns) body(c *campaign.Campaign) Campaign {
	q := KeyQuestion{Text: c.Question.Text, Responses: []KeyQuestionResponse{}, Revision: c.Question.Revision()}
	for _, r := range c.Question.Responses {
		q.Responses = append(q.Responses, KeyQuestionResponse{r.ID, r.Text, r.Value, r.Retired, r.Used})
	}
	return Campaign{
		ID: string(c.ID), Organization: string(c.Organization), Name: c.Name, Description: c.Description, Slug: c.Slug,
		LandingPage: h.pageURL + c.Slug, HasPasscode: c.PasscodeMAC != "", TimeZone: c.TimeZone, Status: string(c.Status),
		Question: q, CreatedAt: httpapi.Timestamp(c.CreatedAt), PublishedAt: httpapi.Timestamp(c.PublishedAt), ClosedAt: httpapi.Timestamp(c.ClosedAt),
	}
}

// CampaignCreate is what creating a campaign takes.
type CampaignCreate struct {
	httpapi.OrganizationPath
	Body struct {
		Name        string            `json:"name" doc:"At most 200 characters."`
		Description string            `json:"description,omitempty" doc:"Markdown, at most 10,000 characters."`
		Slug        string            `json:"slug" doc:"Where the landing page stands: 3 to 60 small letters, digits and single hyphens." example:"neighbors-2026"`
		TimeZone    string            `json:"time_zone,omitempty" doc:"IANA name; UTC when left out." example:"America/New_York"`
		Question    *KeyQuestionInput `json:"key_question,omitempty"`
	}
}

func (h *campaigns) create(ctx context.Context, a *httpapi.Access, in *CampaignCreate) (*httpapi.Body[Campaign], error) {
	b := in.Body
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Campaign, []dynamo.Write, error) {
		details := campaign.Details{Name: b.Name, Description: b.Description, Slug: b.Slug, TimeZone: b.TimeZone}
		c, err := campaign.New(a.Organization, details, a.At)
		if err != nil {
			return Campaign{}, nil, err
		}
		if b.Question != nil {
			if err := c.SetInitialKeyQuestion(b.Question.edit(), a.At); err != nil {
				return Campaign{}, nil, within("key_question.", err)
			}
		}
		return h.body(c), h.store.CreateCampaign(c), nil
	})
}

func (h *campaigns) list(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[httpapi.List[Campaign]], error) {
	all, err := h.store.Campaigns(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(all, h.body)), nil
}

func (h *campaigns) read(_ context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Campaign], error) {
	return httpapi.NewBody(h.body(a.Campaign)), nil
}

// CampaignUpdate is what editing a campaign's details takes.
type CampaignUpdate struct {
	httpapi.CampaignPath
	Body struct {
		Name        *string `json:"name,omitempty"`
		Description *string `json:"description,omitempty"`
		Slug        *string `json:"slug,omitempty"`
		TimeZone    *string `json:"time_zone,omitempty"`
	}
}

func (h *campaigns) edit(ctx context.Context, a *httpapi.Access, in *CampaignUpdate) (*httpapi.Body[Campaign], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Campaign, []dynamo.Write, error) {
		before := a.Campaign.Slug
		details := a.Campaign.Details()
		set(&details.Name, in.Body.Name)
		set(&details.Description, in.Body.Description)
		set(&details.Slug, in.Body.Slug)
		set(&details.TimeZone, in.Body.TimeZone)
		if err := a.Campaign.SetDetails(details); err != nil {
			return Campaign{}, nil, err
		}
		if a.Campaign.Slug == before {
			return h.body(a.Campaign), h.store.UpdateCampaign(a.Campaign), nil
		}
		return h.body(a.Campaign), h.store.UpdateCampaignSlug(a.Campaign, before), nil
	})
}

// Passcode is a passcode, the only time that it is shown.
type Passcode struct {
	Passcode string `json:"passcode" doc:"8 characters, in capitals; people may type small letters, spaces and hyphens." example:"7G2K9QZD"`
}

func (h *campaigns) setPasscode(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Passcode], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Passcode, []dynamo.Write, error) {
		passcode := campaign.NewPasscode()
		if err := a.Campaign.SetPasscode(h.passcodes, passcode); err != nil {
			return Passcode{}, nil, err
		}
		return Passcode{passcode}, h.store.UpdateCampaign(a.Campaign), nil
	})
}

func (h *campaigns) dropPasscode(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		if err := a.Campaign.RemovePasscode(); err != nil {
			return nil, err
		}
		return h.store.UpdateCampaign(a.Campaign), nil
	})
}

// KeyQuestionInput is the Key Question as it is wanted.
type KeyQuestionInput struct {
	Text      string                     `json:"text" doc:"At most 500 characters."`
	Responses []KeyQuestionResponseInput `json:"responses,omitempty" doc:"2 to 10 in the order wanted, retired ones included, with different texts and values. A new campaign gets five default ones when they are left out."`
	Revision  string                     `json:"revision,omitempty" doc:"As read before editing."`
}

// KeyQuestionResponseInput is a response as it is wanted.
type KeyQuestionResponseInput struct {
	ID      string `json:"id,omitempty" doc:"Of a response that there is; left out for a new one."`
	Text    string `json:"text" doc:"At most 100 characters."`
	Value   int    `json:"value" doc:"A whole number from -9,999 to 9,999."`
	Retired bool   `json:"retired,omitempty"`
}

func (e *KeyQuestionInput) edit() campaign.KeyQuestionInput {
	edit := campaign.KeyQuestionInput{Text: e.Text, Responses: make([]campaign.ResponseInput, len(e.Responses))}
	for i, r := range e.Responses {
		edit.Responses[i] = campaign.ResponseInput(r)
	}
	return edit
}

// KeyQuestionSet is what setting the Key Question takes.
type KeyQuestionSet struct {
	httpapi.CampaignPath
	Body KeyQuestionInput
}

func (h *campaigns) ask(ctx context.Context, a *httpapi.Access, in *KeyQuestionSet) (*httpapi.Body[Campaign], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Campaign, []dynamo.Write, error) {
		if err := sameRevision(in.Body.Revision, a.Campaign.Question.Revision()); err != nil {
			return Campaign{}, nil, err
		}
		targets := map[campaign.Code]string{}
		for _, item := range a.Items {
			for _, code := range item.Target.Responses {
				targets[code] = item.Title
			}
		}
		deleted, err := a.Campaign.SetKeyQuestion(in.Body.edit(), targets, a.At)
		if err != nil {
			return Campaign{}, nil, err
		}
		writes := h.store.UpdateCampaign(a.Campaign)
		if deleted { // no target may come to name a response that goes
			for _, item := range a.Items {
				writes = append(writes, h.store.CheckActionItem(item)...)
			}
		}
		return h.body(a.Campaign), writes, nil
	})
}

func (h *campaigns) publish(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Campaign], error) {
	return h.advance(ctx, a, func(c *campaign.Campaign) error { return c.Publish(a.At) })
}

func (h *campaigns) close(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Campaign], error) {
	return h.advance(ctx, a, func(c *campaign.Campaign) error { return c.Close(a.At) })
}

func (h *campaigns) advance(ctx context.Context, a *httpapi.Access, step func(*campaign.Campaign) error) (*httpapi.Body[Campaign], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Campaign, []dynamo.Write, error) {
		before := a.Campaign.Status
		if err := step(a.Campaign); err != nil {
			return Campaign{}, nil, err
		}
		if a.Campaign.Status == before {
			return h.body(a.Campaign), nil, nil
		}
		return h.body(a.Campaign), h.store.UpdateCampaign(a.Campaign), nil
	})
}
