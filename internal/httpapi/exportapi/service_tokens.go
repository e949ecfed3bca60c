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
	const all = "/v1/admin/campaigns/{campaign}/service-tokens"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-service-token", Method: http.MethodPost, Path: all, Status: http.StatusCreated, NoIdempotencyKey: true,
		Summary: "Create a service token",
		Description: "With it a program creates, gets and downloads exports of this campaign under /v1/pipeline/, and nothing else. " +
			"The token is returned only here; only its hash is stored. Takes no Idempotency-Key, because a kept response " +
			"would store the token: a repeated request fails because the name is in use.",
	}, httpapi.CampaignOwner, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-service-tokens", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's service tokens",
		Description: "Latest first, revoked ones included. A campaign keeps 100; the oldest revoked ones are deleted first.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-service-token", Method: http.MethodPost, Path: all + "/{service_token}/revoke",
		Summary: "Revoke a service token",
		Description: "It is refused from the next request on and cannot be restored. Download links created with it work until they " +
			"expire. Revoking a revoked token changes nothing.",
	}, httpapi.CampaignOwner, h.revoke)
}

// ServiceTokenRequest is what a service token is made for.
type ServiceTokenRequest struct {
	Name string `json:"name" doc:"What is to use it; exports that it asks for carry this name." example:"nightly warehouse load"`
}

// ServiceToken is a service token as administrators see it.
type ServiceToken struct {
	ID string `json:"id"`
	ServiceTokenRequest
	CreatedBy  string `json:"created_by" doc:"Name of the user."`
	CreatedAt  string `json:"created_at" format:"date-time"`
	LastUsedAt string `json:"last_used_at,omitempty" format:"date-time" doc:"To the minute; absent while it was never used."`
	RevokedBy  string `json:"revoked_by,omitempty" doc:"Name of the user."`
	RevokedAt  string `json:"revoked_at,omitempty" format:"date-time" doc:"Absent while it is good."`
}

// ServiceTokenWithSecret is a service token with its secret, the only time that it is shown.
type ServiceTokenWithSecret struct {
	ServiceToken
	Token string `json:"token" doc:"To be sent as Authorization: Bearer kith_…; keep it like a password." example:"kith_mfrggzdfmztwq2lknnwg23tpoayaeaya"`
}

func showServiceToken(t *servicetoken.Token) ServiceToken {
	return ServiceToken{
		ID: string(t.ID), ServiceTokenRequest: ServiceTokenRequest{t.Name}, CreatedBy: t.CreatedByName, CreatedAt: httpapi.Timestamp(t.CreatedAt),
		LastUsedAt: httpapi.Timestamp(t.LastUsedAt), RevokedBy: t.RevokedBy, RevokedAt: httpapi.Timestamp(t.RevokedAt),
	}
}

// ServiceTokenCreate is what making a service token takes.
type ServiceTokenCreate struct {
	httpapi.CampaignPath
	Body ServiceTokenRequest
}

func (h *serviceTokens) create(ctx context.Context, a *httpapi.Access, in *ServiceTokenCreate) (*httpapi.Body[ServiceTokenWithSecret], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ServiceTokenWithSecret, []dynamo.Write, error) {
		there, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
		if err != nil {
			return ServiceTokenWithSecret{}, nil, err
		}
		secret := servicetoken.NewSecret()
		t, outdated, err := servicetoken.New(in.Body.Name, secret, a.Campaign, there, a.User, a.At)
		if err != nil {
			return ServiceTokenWithSecret{}, nil, err
		}
		// Writing the campaign as it was read lets one token be made at a time, so that two owners at once don't pass the
		// limit or take the same name.
		writes := append(h.store.CreateServiceToken(t), h.store.UpdateCampaign(a.Campaign)...)
		for _, old := range outdated {
			writes = append(writes, h.store.DeleteServiceToken(old)...)
		}
		return ServiceTokenWithSecret{showServiceToken(t), string(secret)}, writes, nil
	})
}

func (h *serviceTokens) list(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ServiceToken]], error) {
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

func (h *serviceTokens) revoke(ctx context.Context, a *httpapi.Access, in *ServiceTokenPath) (*httpapi.Body[ServiceToken], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ServiceToken, []dynamo.Write, error) {
		tokens, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
		if err != nil {
			return ServiceToken{}, nil, err
		}
		n := slices.IndexFunc(tokens, func(t *servicetoken.Token) bool { return string(t.ID) == in.Token })
		if n < 0 {
			return ServiceToken{}, nil, fault.NotFound("service token")
		}
		if !tokens[n].Revoke(a.User, a.At) {
			return showServiceToken(tokens[n]), nil, nil
		}
		return showServiceToken(tokens[n]), h.store.UpdateServiceToken(tokens[n]), nil
	})
}
