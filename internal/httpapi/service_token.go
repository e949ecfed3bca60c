package httpapi

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/servicetoken"
)

// campaignServiceToken admits programs that send a service token of the campaign. It is read on every request, past any
// cache: a revoked token is refused at once. For a token of another campaign the campaign does not exist.
var campaignServiceToken = Rule{"programs with a service token of the campaign", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := resolveServiceToken(ctx, s, a, campaign.ID(param("campaign"))); err != nil {
		return err
	}
	content, err := s.Content(ctx, a.Token.Campaign)
	if err != nil {
		return err
	}
	a.Organization = a.Token.Organization
	a.setContent(content)
	return nil
}}

// authenticateServiceToken takes the token from the Authorization header. The gateway does not check it on these routes.
//
// Unauthenticated: there is no bearer token, or it does not have the form of a service token.
func authenticateServiceToken(ctx huma.Context, a *Access) error {
	scheme, token, _ := strings.Cut(ctx.Header("Authorization"), " ")
	a.secret = servicetoken.Secret(strings.TrimSpace(token))
	if !strings.EqualFold(scheme, "Bearer") || a.secret == "" {
		return &fault.Error{
			Kind: fault.KindUnauthenticated, Code: "token_required",
			Message: fault.NewMessage("This request has no service token. Send one of this campaign as Authorization: Bearer kith_… . An owner of the organization can create it."),
		}
	}
	if !a.secret.Valid() {
		return unknownToken()
	}
	return nil
}

// resolveServiceToken resolves the token that was sent and records that it was used.
//
// Unauthenticated: it does not exist or was revoked. Not found: it belongs to another campaign.
func resolveServiceToken(ctx context.Context, s *dynamo.Store, a *Access, c campaign.ID) error {
	hash := a.secret.Hash()
	return dynamo.Retry(ctx, func() error {
		if !id.Valid(string(c)) {
			return tokenOfAnotherCampaign(ctx, s, hash)
		}
		t, err := s.ServiceToken(ctx, c, hash)
		if fault.Is(err, fault.KindNotFound) {
			return tokenOfAnotherCampaign(ctx, s, hash)
		}
		if err != nil {
			return err
		}
		if err := t.CheckUsable(); err != nil {
			return err
		}
		if t.RecordUse(a.At) { // the write fails if the token was revoked since it was read
			if err := s.Commit(ctx, s.UpdateServiceToken(t)...); err != nil {
				return err
			}
			t.Version++
		}
		a.Token, a.Subject = t, string(t.ID)
		return nil
	})
}

// tokenOfAnotherCampaign returns why a token that is not of the campaign is refused.
func tokenOfAnotherCampaign(ctx context.Context, s *dynamo.Store, hash string) error {
	at, err := s.ServiceTokenCampaign(ctx, hash)
	if fault.Is(err, fault.KindNotFound) {
		return unknownToken()
	}
	if err != nil {
		return err
	}
	t, err := s.ServiceToken(ctx, at.Campaign, hash)
	if fault.Is(err, fault.KindNotFound) {
		return unknownToken()
	}
	if err != nil {
		return err
	}
	if err := t.CheckUsable(); err != nil {
		return err
	}
	return &fault.Error{
		Kind:    fault.KindNotFound,
		Message: fault.NewMessage("This service token is not valid for this campaign. Use a token that was created in it."),
	}
}

func unknownToken() error {
	return &fault.Error{
		Kind: fault.KindUnauthenticated, Code: "token_unknown",
		Message: fault.NewMessage("This service token does not exist. Send all of it: kith_ and 32 letters and digits."),
	}
}
