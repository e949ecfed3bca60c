package exportapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/administration"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/servicetoken"
)

// serviceTokenRoutes holds what the routes of service tokens need.
type serviceTokenRoutes struct {
	store   *dynamo.Store
	service *administration.Service
}

// RegisterServiceTokens adds the routes of service tokens.
func RegisterServiceTokens(api *httpapi.API) {
	r := &serviceTokenRoutes{api.Store(), administration.NewService(api.Store())}
	const all = "/v1/admin/campaigns/{campaign}/service-tokens"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-service-token", Method: http.MethodPost, Path: all, Status: http.StatusCreated, NoIdempotencyKey: true,
		Summary: "Create a service token",
		Description: "A program that has the token can create, get and download exports of this campaign under /v1/pipeline/, and do " +
			"nothing else. " +
			"The token is returned only here; only its hash is stored. Takes no Idempotency-Key, because a kept response " +
			"would contain the token. A repeated request fails, because the name is in use.",
	}, httpapi.CampaignOwner, r.createServiceToken)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-service-tokens", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's service tokens",
		Description: "Latest first, including revoked tokens. A campaign has at most 100 tokens: creating another one deletes the oldest " +
			"revoked token.",
	}, httpapi.CampaignAdmin, r.listServiceTokens)
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-service-token", Method: http.MethodPost, Path: all + "/{service_token}/revoke",
		Summary: "Revoke a service token",
		Description: "Requests with the token are refused at once. It cannot be restored. Download links created with it work until they " +
			"expire. Revoking a revoked token changes nothing.",
	}, httpapi.CampaignOwner, r.revokeServiceToken)
}

// ServiceTokenRequest holds the name of a service token.
type ServiceTokenRequest struct {
	Name string `json:"name" doc:"Name of the program that uses the token. It is the requester of the exports that the program requests." example:"nightly warehouse load"`
}

// ServiceToken is a service token without its secret.
type ServiceToken struct {
	ID string `json:"id"`
	ServiceTokenRequest
	CreatedBy  string `json:"created_by" doc:"Name of the user."`
	CreatedAt  string `json:"created_at" format:"date-time"`
	LastUsedAt string `json:"last_used_at,omitempty" format:"date-time" doc:"Precise to a minute. Absent before the first use."`
	RevokedBy  string `json:"revoked_by,omitempty" doc:"Name of the user."`
	RevokedAt  string `json:"revoked_at,omitempty" format:"date-time" doc:"Absent unless revoked."`
}

// ServiceTokenWithSecret is a service token with its secret, which only the response to its creation has.
type ServiceTokenWithSecret struct {
	ServiceToken
	Token string `json:"token" doc:"Send it in the header Authorization: Bearer kith_…. Store it like a password." example:"kith_mfrggzdfmztwq2lknnwg23tpoayaeaya"`
}

func newServiceToken(t *servicetoken.Token) ServiceToken {
	return ServiceToken{
		ID: string(t.ID), ServiceTokenRequest: ServiceTokenRequest{t.Name}, CreatedBy: t.CreatedByName, CreatedAt: httpapi.Timestamp(t.CreatedAt),
		LastUsedAt: httpapi.Timestamp(t.LastUsedAt), RevokedBy: t.RevokedBy, RevokedAt: httpapi.Timestamp(t.RevokedAt),
	}
}

func (r *serviceTokenRoutes) createServiceToken(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ServiceTokenRequest
},
) (*httpapi.Body[ServiceTokenWithSecret], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ServiceTokenWithSecret, []dynamo.Write, error) {
		if err := a.CheckOwner(); err != nil {
			return ServiceTokenWithSecret{}, nil, err
		}
		t, secret, writes, err := r.service.CreateServiceToken(ctx, newAdministrationCaller(a), a.Campaign, a.Admin, in.Body.Name)
		if err != nil {
			return ServiceTokenWithSecret{}, nil, err
		}
		return ServiceTokenWithSecret{newServiceToken(t), string(secret)}, writes, nil
	})
}

func newAdministrationCaller(a *httpapi.Access) administration.Caller {
	return administration.Caller{User: a.User, At: a.At}
}

func (r *serviceTokenRoutes) listServiceTokens(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ServiceToken]], error) {
	tokens, err := r.store.ServiceTokens(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(tokens, newServiceToken)), nil
}

// ServiceTokenPath holds the path values of the routes of a service token.
type ServiceTokenPath struct {
	httpapi.CampaignPath
	Token string `path:"service_token" doc:"Id of the service token."`
}

func (r *serviceTokenRoutes) revokeServiceToken(ctx context.Context, a *httpapi.Access, in *ServiceTokenPath) (*httpapi.Body[ServiceToken], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ServiceToken, []dynamo.Write, error) {
		t, writes, err := r.service.RevokeServiceToken(ctx, newAdministrationCaller(a), a.Campaign, in.Token)
		if err != nil {
			return ServiceToken{}, nil, err
		}
		return newServiceToken(t), writes, nil
	})
}
