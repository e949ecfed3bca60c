package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
)

func (h *public) registerInvitations(api *httpapi.API) {
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "get-invitation-preview", Method: http.MethodGet, Path: "/v1/public/invitations/{token}",
		Summary: "Get the preview of an invitation",
		Description: "Returns who invites to what, for the page that a link in an email opens. An invitation that was accepted, " +
			"revoked, replaced or has expired fails with a code of its own.",
	}, h.preview)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "create-resend-request", Method: http.MethodPost, Path: "/v1/public/invitations/{token}/resend-requests", Status: http.StatusAccepted,
		Summary: "Request a new invitation",
		Description: "For the holder of a link that has expired. The inviter, or the owners in their place, get one email per sent " +
			"invitation, however often this is requested. Returns 202 for every token, known or not.",
	}, h.askForNew)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "unsubscribe", Method: http.MethodPost, Path: "/v1/public/unsubscribe/{unsubscribe}", Status: http.StatusNoContent,
		Summary:     "Unsubscribe from an organization's email",
		Description: "One-click POST of RFC 8058: the body is ignored. Unsubscribing twice changes nothing.",
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
	Organization string `json:"organization_name" doc:"Name."`
	Campaign     string `json:"campaign_name,omitempty" doc:"Name; absent in an invitation to administer the organization."`
	Role         string `json:"role,omitempty" enum:"owner,admin" doc:"Of an invitation to administer the organization."`
	Language     string `json:"language" enum:"en,es"`
	ExpiresAt    string `json:"expires_at" format:"date-time"`
}

func (h *public) preview(ctx context.Context, in *TokenPath) (*httpapi.Body[InvitationPreview], error) {
	link, err := linkOf(ctx, h.store, in.Token)
	if err != nil {
		return nil, err
	}
	i, c, err := invitationAt(ctx, h.store, link)
	if err != nil {
		return nil, err
	}
	if err := i.CheckLink(c, link.Generation, apigw.RequestContextOf(ctx).At.UTC()); err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, i.Organization)
	if err != nil {
		return nil, err
	}
	shown := InvitationPreview{
		InvitedBy: i.InvitedBy.Name, Organization: o.Name, Role: string(i.Role), Language: string(i.Language), ExpiresAt: httpapi.Timestamp(i.ExpiresAt),
	}
	if c != nil {
		shown.Campaign = c.Name
	}
	return httpapi.NewBody(shown), nil
}

// askForNew tells nobody whether a link ever was one: every answer is the same.
func (h *public) askForNew(ctx context.Context, in *TokenPath) (*httpapi.Nothing, error) {
	link, err := linkOf(ctx, h.store, in.Token)
	if fault.Is(err, fault.KindNotFound) {
		return &httpapi.Nothing{}, nil
	}
	if err != nil {
		return nil, err
	}
	at := apigw.RequestContextOf(ctx).At.UTC()
	return &httpapi.Nothing{}, dynamo.Retry(ctx, func() error {
		i, c, err := invitationAt(ctx, h.store, link)
		if err != nil {
			return err
		}
		if !i.RequestNew(c, link.Generation, at) {
			return nil
		}
		mails, err := notices(ctx, h.store, i, "", at)
		if err != nil {
			return err
		}
		return h.store.Commit(ctx, append(h.store.UpdateInvitation(i), mails...)...)
	})
}

func (h *public) unsubscribe(ctx context.Context, in *UnsubscribePath) (*httpapi.Nothing, error) {
	if !invitation.ValidToken(in.Token) {
		return nil, invitation.UnknownLink()
	}
	link, err := h.store.Link(ctx, invitation.Hash(in.Token))
	if fault.Is(err, fault.KindNotFound) || err == nil && link.Generation != 0 {
		return nil, invitation.UnknownLink()
	}
	if err != nil {
		return nil, err
	}
	return &httpapi.Nothing{}, dynamo.Retry(ctx, func() error {
		i, err := h.store.Invitation(ctx, link.Target(), link.Invitation)
		if err != nil {
			return err
		}
		known, err := h.store.InvitationSuppression(ctx, i)
		if err != nil || known != nil {
			return err
		}
		suppressed := i.Unsubscribe(apigw.RequestContextOf(ctx).At.UTC())
		return h.store.Commit(ctx, append(h.store.UpdateInvitation(i), h.store.Suppress(suppressed)...)...)
	})
}
