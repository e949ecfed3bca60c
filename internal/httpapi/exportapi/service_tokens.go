package exportapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/servicetoken"
)

// serviceTokens answers who may export a campaign without being a person.
type serviceTokens struct{ store *dynamo.Store }

// RegisterServiceTokens adds making, listing and revoking the service tokens of a campaign.
func RegisterServiceTokens(api *httpapi.API) {
	h := &serviceTokens{api.Store()}
	const all = "/v1/admin/campaigns/{campaign}/tokens"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-service-token", Method: http.MethodPost, Path: all, Status: http.StatusCreated, NoIdempotencyKey: true,
		Summary: "Make a service token, with which a program exports this campaign",
		Description: "The token is in this answer and never shown again; only its hash is kept. It can ask for, poll and download " +
			"exports of this campaign under /v1/pipeline/, and nothing else. Takes no Idempotency-Key, since a kept reply would " +
			"keep the token; repeating is refused, because the name is in use then.",
	}, httpapi.CampaignOwner, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-service-tokens", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's service tokens, the latest first",
		Description: "Revoked ones are listed too; a hundred altogether, of which the oldest revoked ones go first.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-service-token", Method: http.MethodPost, Path: all + "/{service_token}/revoke",
		Summary:     "Revoke a service token: it is refused from this moment on",
		Description: "For good. Revoking twice is harmless. Links that were made with it work until their few minutes are over.",
	}, httpapi.CampaignOwner, h.revoke)
}

// ServiceTokenRequest is what a service token is made for.
type ServiceTokenRequest struct {
	Name string `json:"name" doc:"What is to use it; exports that it asks for carry this name." example:"nightly warehouse load"`
}

// ServiceTokenRecord is a service token as administrators see it.
type ServiceTokenRecord struct {
	ID string `json:"id"`
	ServiceTokenRequest
	CreatedBy  string `json:"created_by" doc:"Name of the user."`
	CreatedAt  string `json:"created_at" format:"date-time"`
	LastUsedAt string `json:"last_used_at,omitempty" format:"date-time" doc:"To the minute; absent while it was never used."`
	RevokedBy  string `json:"revoked_by,omitempty" doc:"Name of the user."`
	RevokedAt  string `json:"revoked_at,omitempty" format:"date-time" doc:"Absent while it is good."`
}

// NewServiceToken is a service token with its secret, the only time that it is shown.
type NewServiceToken struct {
	ServiceTokenRecord
	Token string `json:"token" doc:"To be sent as Authorization: Bearer kith_…; keep it like a password." example:"kith_mfrggzdfmztwq2lknnwg23tpoayaeaya"`
}

func showServiceToken(t *servicetoken.Token) ServiceTokenRecord {
	return ServiceTokenRecord{
		ID: string(t.ID), ServiceTokenRequest: ServiceTokenRequest{t.Name}, CreatedBy: t.CreatedByName, CreatedAt: httpapi.Timestamp(t.CreatedAt),
		LastUsedAt: httpapi.Timestamp(t.LastUsedAt), RevokedBy: t.RevokedBy, RevokedAt: httpapi.Timestamp(t.RevokedAt),
	}
}

// ServiceTokenCreate is what making a service token takes.
type ServiceTokenCreate struct {
	httpapi.CampaignPath
	Body ServiceTokenRequest
}

func (h *serviceTokens) create(ctx context.Context, a *httpapi.Access, in *ServiceTokenCreate) (*httpapi.Body[NewServiceToken], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (NewServiceToken, []dynamo.Write, error) {
		there, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
		if err != nil {
			return NewServiceToken{}, nil, err
		}
		secret := servicetoken.NewSecret()
		t, outdated, err := servicetoken.New(in.Body.Name, secret, a.Campaign, there, a.User, a.At)
		if err != nil {
			return NewServiceToken{}, nil, err
		}
		// Writing the campaign as it was read lets one token be made at a time, so that two owners at once don't pass the
		// limit or take the same name.
		writes := append(h.store.CreateServiceToken(t), h.store.UpdateCampaign(a.Campaign)...)
		for _, old := range outdated {
			writes = append(writes, h.store.DeleteServiceToken(old)...)
		}
		return NewServiceToken{showServiceToken(t), string(secret)}, writes, nil
	})
}

func (h *serviceTokens) list(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ServiceTokenRecord]], error) {
	tokens, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(tokens, showServiceToken)), nil
}

// ServiceTokenPath is what every route of one service token takes.
type ServiceTokenPath struct {
	httpapi.CampaignPath
	Token string `path:"service_token" doc:"Id of the service token."`
}

func (h *serviceTokens) revoke(ctx context.Context, a *httpapi.Access, in *ServiceTokenPath) (*httpapi.Body[ServiceTokenRecord], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ServiceTokenRecord, []dynamo.Write, error) {
		tokens, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
		if err != nil {
			return ServiceTokenRecord{}, nil, err
		}
		n := slices.IndexFunc(tokens, func(t *servicetoken.Token) bool { return string(t.ID) == in.Token })
		if n < 0 {
			return ServiceTokenRecord{}, nil, fault.NotFound("service token")
		}
		if !tokens[n].Revoke(a.User, a.At) {
			return showServiceToken(tokens[n]), nil, nil
		}
		return showServiceToken(tokens[n]), h.store.UpdateServiceToken(tokens[n]), nil
	})
}
