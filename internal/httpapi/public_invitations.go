package httpapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

func (h *public) registerInvitations(api *API) {
	registerPublic(api, operation{
		id: "preview-invitation", method: http.MethodGet, path: "/v1/public/invitations/{token}",
		summary: "Read who invites to what",
		description: "Nothing else is shown. An invitation that was used, revoked or replaced, or has expired, is refused with a code of " +
			"its own and says what to do.",
	}, h.preview)
	registerPublic(api, operation{
		id: "unsubscribe", method: http.MethodPost, path: "/v1/public/unsubscribe/{unsubscribe}", status: http.StatusNoContent,
		summary:     "Get no more mail from the organization",
		description: "The one-click POST of RFC 8058; the body does not matter. Twice is harmless.",
	}, h.unsubscribe)
}

// TokenPath is what routes take that a link in a mail leads to.
type TokenPath struct {
	Token string `path:"token" doc:"From the link in the mail."`
}

// UnsubscribePath is what getting no more mail takes.
type UnsubscribePath struct {
	Token string `path:"unsubscribe" doc:"From the link in the mail."`
}

// InvitationPreview is what an invitation's page shows before signing in.
type InvitationPreview struct {
	InvitedBy    string `json:"invited_by" doc:"Name of the inviter."`
	Organization string `json:"organization" doc:"Name."`
	Campaign     string `json:"campaign" doc:"Name."`
	Language     string `json:"language" enum:"en,es"`
	ExpiresAt    string `json:"expires_at" format:"date-time"`
}

func (h *public) preview(ctx context.Context, in *TokenPath) (*Body[InvitationPreview], error) {
	link, err := linkOf(ctx, h.store, in.Token)
	if err != nil {
		return nil, err
	}
	i, err := h.store.Invitation(ctx, link.Campaign, link.Invitation)
	if err != nil {
		return nil, err
	}
	content, err := h.store.Content(ctx, i.Campaign)
	if err != nil {
		return nil, err
	}
	if err := i.Shows(content.Campaign, link.Generation, apigw.CallOf(ctx).At.UTC()); err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, i.Organization)
	if err != nil {
		return nil, err
	}
	return bodyOf(InvitationPreview{
		InvitedBy: i.By.Name, Organization: o.Name, Campaign: content.Campaign.Name, Language: string(i.Language),
		ExpiresAt: stamp(i.ExpiresAt),
	}), nil
}

func (h *public) unsubscribe(ctx context.Context, in *UnsubscribePath) (*Nothing, error) {
	if !invitation.ValidToken(in.Token) {
		return nil, invitation.Unknown()
	}
	link, err := h.store.Link(ctx, invitation.Hash(in.Token))
	if fault.Is(err, fault.KindNotFound) || err == nil && link.Generation != 0 {
		return nil, invitation.Unknown()
	}
	if err != nil {
		return nil, err
	}
	return &Nothing{}, dynamo.Retry(ctx, func() error {
		i, err := h.store.Invitation(ctx, link.Campaign, link.Invitation)
		if err != nil {
			return err
		}
		known, err := h.store.SuppressedFor(ctx, i)
		if err != nil || known != nil {
			return err
		}
		suppressed := i.Unsubscribe(apigw.CallOf(ctx).At.UTC())
		return h.store.Commit(ctx, append(h.store.PutInvitation(i), h.store.Suppress(suppressed)...)...)
	})
}
