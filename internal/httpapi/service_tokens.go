package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/pipeline"
)

// serviceTokens answers who may export a campaign without being a person.
type serviceTokens struct{ store *dynamo.Store }

// RegisterServiceTokens adds making, listing and revoking the service tokens of a campaign.
func RegisterServiceTokens(api *API) {
	h := &serviceTokens{api.store}
	const all = "/v1/admin/campaigns/{campaign}/tokens"
	register(api, operation{
		id: "create-service-token", method: http.MethodPost, path: all, status: http.StatusCreated, noReplay: true,
		summary: "Make a service token, with which a program exports this campaign",
		description: "The token is in this answer and never shown again; only its hash is kept. It can ask for, poll and download " +
			"exports of this campaign under /v1/pipeline/, and nothing else. Takes no Idempotency-Key, since a kept reply would " +
			"keep the token; repeating is refused, because the name is in use then.",
	}, ownerOfCampaign, h.create)
	register(api, operation{
		id: "list-service-tokens", method: http.MethodGet, path: all,
		summary:     "List a campaign's service tokens, the latest first",
		description: "Revoked ones are listed too; a hundred altogether, of which the oldest revoked ones go first.",
	}, adminOfCampaign, h.list)
	register(api, operation{
		id: "revoke-service-token", method: http.MethodPost, path: all + "/{service_token}/revoke",
		summary:     "Revoke a service token: it is refused from this moment on",
		description: "For good. Revoking twice is harmless. Links that were made with it work until their few minutes are over.",
	}, ownerOfCampaign, h.revoke)
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

func showServiceToken(t *pipeline.Token) ServiceTokenRecord {
	return ServiceTokenRecord{
		ID: string(t.ID), ServiceTokenRequest: ServiceTokenRequest{t.Name}, CreatedBy: t.ByName, CreatedAt: stamp(t.CreatedAt),
		LastUsedAt: stamp(t.LastUsedAt), RevokedBy: t.RevokedBy, RevokedAt: stamp(t.RevokedAt),
	}
}

// ServiceTokenCreate is what making a service token takes.
type ServiceTokenCreate struct {
	CampaignPath
	Body ServiceTokenRequest
}

func (h *serviceTokens) create(ctx context.Context, a *Access, in *ServiceTokenCreate) (*Body[NewServiceToken], error) {
	return revise(ctx, a, http.StatusCreated, func() (NewServiceToken, []dynamo.Write, error) {
		there, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
		if err != nil {
			return NewServiceToken{}, nil, err
		}
		secret := pipeline.NewSecret()
		t, outdated, err := pipeline.New(in.Body.Name, secret, a.Campaign, there, a.User, a.At)
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

func (h *serviceTokens) list(ctx context.Context, a *Access, _ *CampaignPath) (*Body[List[ServiceTokenRecord]], error) {
	tokens, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	return bodyOf(listOf(tokens, showServiceToken)), nil
}

// ServiceTokenPath is what every route of one service token takes.
type ServiceTokenPath struct {
	CampaignPath
	Token string `path:"service_token" doc:"Id of the service token."`
}

func (h *serviceTokens) revoke(ctx context.Context, a *Access, in *ServiceTokenPath) (*Body[ServiceTokenRecord], error) {
	return revise(ctx, a, http.StatusOK, func() (ServiceTokenRecord, []dynamo.Write, error) {
		tokens, err := h.store.ServiceTokens(ctx, a.Campaign.ID)
		if err != nil {
			return ServiceTokenRecord{}, nil, err
		}
		n := slices.IndexFunc(tokens, func(t *pipeline.Token) bool { return string(t.ID) == in.Token })
		if n < 0 {
			return ServiceTokenRecord{}, nil, fault.NotFound("service token")
		}
		if !tokens[n].Revoke(a.User, a.At) {
			return showServiceToken(tokens[n]), nil, nil
		}
		return showServiceToken(tokens[n]), h.store.UpdateServiceToken(tokens[n]), nil
	})
}
