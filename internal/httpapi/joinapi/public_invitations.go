package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/joining"
)

func (h *public) registerInvitations(api *httpapi.API) {
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "get-invitation-preview", Method: http.MethodGet, Path: "/v1/public/invitations/{token}",
		Summary: "Get the preview of an invitation",
		Description: "Returns who invites to what, for the page that a link in an email opens. An invitation that was accepted, " +
			"revoked, replaced or has expired fails with a code of its own.",
	}, h.getInvitationPreview)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "create-resend-request", Method: http.MethodPost, Path: "/v1/public/invitations/{token}/resend-requests", Status: http.StatusAccepted,
		Summary: "Request a new invitation",
		Description: "For the holder of a link that has expired. The inviter, or the owners in their place, get one email per sent " +
			"invitation, however often this is requested. Returns 202 for every token, known or not.",
	}, h.createResendRequest)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "unsubscribe", Method: http.MethodPost, Path: "/v1/public/unsubscribe/{unsubscribe}", Status: http.StatusNoContent,
		Summary:     "Unsubscribe from an organization's email",
		Description: "One-click POST of RFC 8058: the body is ignored. Unsubscribing twice changes nothing.",
	}, h.unsubscribe)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "get-unsubscribe-page", Method: http.MethodGet, Path: "/v1/public/unsubscribe/{unsubscribe}", Status: http.StatusSeeOther,
		Summary:     "Open the page that unsubscribes",
		Description: "Redirects to the page on which people confirm. It changes nothing: email programs open links, too.",
	}, h.openUnsubscribePage)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "get-unsubscribe-preview", Method: http.MethodGet, Path: "/v1/public/unsubscribe/{unsubscribe}/preview",
		Summary:     "Get the preview of an unsubscription",
		Description: "Returns whose email the link unsubscribes from, for the page on which people confirm.",
	}, h.getUnsubscribePreview)
	httpapi.RegisterPublic(api, httpapi.Operation{
		ID: "undo-unsubscribe", Method: http.MethodPost, Path: "/v1/public/unsubscribe/{unsubscribe}/undo", Status: http.StatusNoContent,
		Summary:     "Undo an unsubscription",
		Description: "The organization may send to the address again. It changes nothing if the address is not unsubscribed.",
	}, h.undoUnsubscribe)
}

// TokenPath holds the path value of the routes of an invitation's link.
type TokenPath struct {
	Token string `path:"token" doc:"From the link in the email."`
}

// UnsubscribePath holds the path value of the route that unsubscribes.
type UnsubscribePath struct {
	Token string `path:"unsubscribe" doc:"From the link in the email."`
}

// InvitationPreview is what the page of an invitation shows before signing in.
type InvitationPreview struct {
	InvitedBy    string `json:"invited_by" doc:"Name of the inviter."`
	Organization string `json:"organization_name"`
	Campaign     string `json:"campaign_name,omitempty" doc:"In the invitation's language. Absent in an invitation to administer the organization."`
	Role         string `json:"role,omitempty" enum:"owner,admin" doc:"Of an invitation to administer the organization."`
	Description  string `json:"campaign_description,omitempty" doc:"Markdown, in the invitation's language."`
	FirstName    string `json:"first_name" doc:"Of the invited person, as the inviter entered it."`
	LastName     string `json:"last_name,omitempty" doc:"Of the invited person, as the inviter entered it."`
	Language     string `json:"language" enum:"en,es"`
	ExpiresAt    string `json:"expires_at" format:"date-time"`
	TimeZone     string `json:"time_zone,omitempty" doc:"Of the campaign, to show expires_at in." example:"America/New_York"`
}

func (h *public) getInvitationPreview(ctx context.Context, in *TokenPath) (*httpapi.Body[InvitationPreview], error) {
	link, err := joining.ReadLink(ctx, h.store, in.Token)
	if err != nil {
		return nil, err
	}
	i, c, err := joining.ReadInvitation(ctx, h.store, link)
	if err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, i.Organization)
	if err != nil {
		return nil, err
	}
	preview := InvitationPreview{
		InvitedBy: i.InvitedBy.Name, Organization: o.Name, Role: string(i.Role), FirstName: i.FirstName, LastName: i.LastName,
		Language: string(i.Language), ExpiresAt: httpapi.Timestamp(i.ExpiresAt),
	}
	if c != nil {
		preview.Campaign, preview.Description = i.Language.Choose(c.Name, c.NameES), i.Language.Choose(c.Description, c.DescriptionES)
		preview.TimeZone = c.TimeZone
	}
	if err := i.CheckLink(c, link.Generation, apigw.RequestContextOf(ctx).At.UTC()); err != nil {
		return nil, httpapi.WithMembers(err, httpapi.ProblemMembers{Organization: o.Name, Campaign: preview.Campaign, TimeZone: preview.TimeZone})
	}
	return httpapi.NewBody(preview), nil
}

// createResendRequest answers the same for every token: it does not reveal whether the token belongs to an invitation.
func (h *public) createResendRequest(ctx context.Context, in *TokenPath) (*httpapi.Nothing, error) {
	err := joining.RequestNew(ctx, h.store, in.Token, apigw.RequestContextOf(ctx).At.UTC())
	return &httpapi.Nothing{}, err
}

// SeeOther is the response that redirects to a page.
type SeeOther struct {
	Status   int
	Location string `header:"Location"`
}

func (h *public) openUnsubscribePage(_ context.Context, in *UnsubscribePath) (*SeeOther, error) {
	if !invitation.ValidToken(in.Token) {
		return nil, invitation.UnknownLink()
	}
	return &SeeOther{http.StatusSeeOther, h.publicURL + "/u/" + in.Token}, nil
}

// UnsubscribePreview is what the page that unsubscribes shows.
type UnsubscribePreview struct {
	Organization string `json:"organization_name"`
	Language     string `json:"language" enum:"en,es" doc:"Of the email that has the link."`
	Unsubscribed bool   `json:"unsubscribed" doc:"Whether the address is unsubscribed already."`
}

func (h *public) getUnsubscribePreview(ctx context.Context, in *UnsubscribePath) (*httpapi.Body[UnsubscribePreview], error) {
	i, unsubscribed, err := joining.ReadUnsubscription(ctx, h.store, in.Token)
	if err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, i.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(UnsubscribePreview{o.Name, string(i.Language), unsubscribed}), nil
}

func (h *public) undoUnsubscribe(ctx context.Context, in *UnsubscribePath) (*httpapi.Nothing, error) {
	err := joining.UndoUnsubscribe(ctx, h.store, in.Token, apigw.RequestContextOf(ctx).At.UTC())
	return &httpapi.Nothing{}, err
}

func (h *public) unsubscribe(ctx context.Context, in *UnsubscribePath) (*httpapi.Nothing, error) {
	err := joining.Unsubscribe(ctx, h.store, in.Token, apigw.RequestContextOf(ctx).At.UTC())
	return &httpapi.Nothing{}, err
}
