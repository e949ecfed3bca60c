package httpapi

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/pipeline"
)

// serviceToken lets programs through that send a service token of the campaign. It is looked up on every request, past
// any cache, so that a revoked one is refused at once. To a token of another campaign there is no such campaign.
var CampaignServiceToken = Rule{"programs with a service token of the campaign", func(ctx context.Context, s *dynamo.Store, a *Access, param func(string) string) error {
	if err := showToken(ctx, s, a, campaign.ID(param("campaign"))); err != nil {
		return err
	}
	content, err := s.Content(ctx, a.Token.Campaign)
	if err != nil {
		return err
	}
	a.Organization, a.Campaign, a.Items = a.Token.Organization, content.Campaign, content.Items
	return nil
}}

// byServiceToken takes the token from the request's Authorization header. On routes for programs the gateway looks at none.
//
// Unauthenticated: there is none, or something else.
func byServiceToken(ctx huma.Context, a *Access) error {
	scheme, token, _ := strings.Cut(ctx.Header("Authorization"), " ")
	a.secret = pipeline.Secret(strings.TrimSpace(token))
	if !strings.EqualFold(scheme, "Bearer") || a.secret == "" {
		return &fault.Error{
			Kind: fault.KindUnauthenticated, Code: "token_required",
			Message: "Send a service token of this campaign as Authorization: Bearer kith_… . An owner of the organization can make one.",
		}
	}
	if !a.secret.Valid() {
		return unknownToken()
	}
	return nil
}

// showToken finds the token that was sent, and notes that it was used.
//
// Unauthenticated: there is none like it, or it was revoked. Not found: it is good for another campaign.
func showToken(ctx context.Context, s *dynamo.Store, a *Access, c campaign.ID) error {
	hash := a.secret.Hash()
	return dynamo.Retry(ctx, func() error {
		if !id.Valid(string(c)) {
			return tokenElsewhere(ctx, s, hash)
		}
		t, err := s.ServiceToken(ctx, c, hash)
		if fault.Is(err, fault.KindNotFound) {
			return tokenElsewhere(ctx, s, hash)
		}
		if err != nil {
			return err
		}
		if err := t.Good(); err != nil {
			return err
		}
		if t.Use(a.At) { // over what was read: when it was revoked meanwhile, it is read again
			if err := s.Commit(ctx, s.UpdateServiceToken(t)...); err != nil {
				return err
			}
			t.Version++
		}
		a.Token, a.Subject = t, string(t.ID)
		return nil
	})
}

// tokenElsewhere says why a token is not good for a campaign in which it wasn't found.
func tokenElsewhere(ctx context.Context, s *dynamo.Store, hash string) error {
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
	if err := t.Good(); err != nil {
		return err
	}
	return &fault.Error{
		Kind:    fault.KindNotFound,
		Message: "There is no such campaign for this service token. A token is good for the one campaign that it was made for.",
	}
}

func unknownToken() error {
	return &fault.Error{
		Kind: fault.KindUnauthenticated, Code: "token_unknown",
		Message: "There is no such service token. Look whether all of it was sent: kith_ and 32 letters and digits.",
	}
}
