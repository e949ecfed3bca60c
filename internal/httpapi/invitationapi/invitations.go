// Package invitationapi serves administrators who invite people: invitations to campaigns and to roles, invitation lists,
// access requests and the organization's mail status. Accepting an invitation is in joinapi.
package invitationapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/inviting"
	"github.com/kithhq/kith/internal/secret"
)

const (
	campaignInvitations     = "/v1/admin/campaigns/{campaign}/invitations"
	organizationInvitations = "/v1/admin/organizations/{organization}/invitations"
)

type invitations struct {
	store           *dynamo.Store
	service         *inviting.Service
	pages           *httpapi.Pages
	landingPagesURL string // without the slug
}

// RegisterInvitations adds the routes of invitations. publicURL is that of the pages; an invitation is open for the lifetime
// after its latest email was sent.
func RegisterInvitations(api *httpapi.API, secrets *secret.Reader, publicURL string, lifetime time.Duration) {
	h := &invitations{
		store: api.Store(), service: inviting.NewService(api.Store(), secrets, lifetime),
		pages: httpapi.NewPages(secrets), landingPagesURL: publicURL + "/j/",
	}
	h.registerCampaignInvitations(api)
	h.registerCampaignAccessRequests(api)
	h.registerAdministratorInvitations(api)
	h.registerLists(api)
}

func (h *invitations) registerCampaignInvitations(api *httpapi.API) {
	const all, one = campaignInvitations, campaignInvitations + "/{invitation}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-invitation", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an invitation to a campaign",
		Description: "Sends an email that invites a person to be a mobilizer. An address has one invitation per campaign: while it is " +
			"open, the request fails with invitation_open and names the invitation and its resend path; afterwards the same " +
			"invitation is opened again. An address on the suppression list gets no email: delivery_status says so at once. " +
			"Joining from the landing page accepts the invitation, too.",
	}, httpapi.CampaignAdmin, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-invitations", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's invitations",
		Description: "Latest first. A page examines at most 6,000 invitations: with filters it may hold fewer than limit, or none, " +
			"and still have a next page.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-invitation", Method: http.MethodGet, Path: one, Summary: "Get an invitation",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[Invitation], error) {
		return h.get(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "resend-invitation", Method: http.MethodPost, Path: one + "/resend",
		Summary: "Resend an invitation",
		Description: "Sends a new link, invalidates the earlier ones and opens the invitation for its full lifetime. Fails with " +
			"address_suppressed if the address is on the suppression list; the earlier links then keep working.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[Invitation], error) {
		return h.resend(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-invitation", Method: http.MethodPost, Path: one + "/revoke",
		Summary:     "Revoke an invitation",
		Description: "Its links stop working. Revoking a revoked invitation changes nothing.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[Invitation], error) {
		return h.revoke(ctx, a, in.Invitation)
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-invitation", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary: "Delete an invitation that was never accepted",
		Description: "It is in no list and no export any more, its links stop working, and a pending email is not sent. The person can " +
			"be invited again, and can still unsubscribe by the emails they got. Fails with invitation_accepted.",
	}, httpapi.CampaignAdmin, func(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Nothing, error) {
		return h.delete(ctx, a, in.Invitation)
	})
}

// InvitationRequest is the person to invite.
type InvitationRequest struct {
	Email     string `json:"email" example:"ana@example.org"`
	FirstName string `json:"first_name" example:"Ana"`
	LastName  string `json:"last_name,omitempty" example:"Lee"`
	Language  string `json:"language,omitempty" enum:"en,es" default:"en" doc:"Of the email and its page."`
}

// normalize returns the person to invite.
//
// Invalid: a field breaks a rule.
func (r InvitationRequest) normalize() (invitation.Invitee, error) {
	return invitation.Invitee{
		Email: r.Email, FirstName: r.FirstName, LastName: r.LastName, Language: invitation.Language(r.Language),
	}.Normalize()
}

// Invitation is an invitation as administrators see it.
type Invitation struct {
	ID string `json:"id"`
	InvitationRequest
	InvitedBy         Person `json:"invited_by" doc:"The administrator who sent the latest email."`
	Status            string `json:"status" enum:"open,accepted,expired,revoked"`
	DeliveryStatus    string `json:"delivery_status" enum:"queued,sent,delivered,bounced,complained,rejected,suppressed,unsubscribed" doc:"Of the latest email. suppressed and unsubscribed: it was not sent, because the address is on the suppression list, or because the invitation was accepted or revoked or the campaign closed before the email was sent."`
	NotSentReason     string `json:"not_sent_reason,omitempty" enum:"unwritable,address,content,elsewhere,address_limit" doc:"Why the latest email was not sent: no email can be written from the names and the address, the email service refuses the address or the content, the address is on the suppression list of another organization and this one is new, or all organizations together have sent many emails to the address."`
	NotSentMessage    string `json:"not_sent_message,omitempty" doc:"Why the latest email was not sent, and what to do."`
	MailHeld          string `json:"mail_held_reason,omitempty" doc:"Why the email is held, and what to do. Only while the organization's email is stopped."`
	CreatedAt         string `json:"created_at" format:"date-time"`
	FirstSentAt       string `json:"first_sent_at,omitempty" format:"date-time"`
	SentAt            string `json:"sent_at,omitempty" format:"date-time" doc:"When the latest email was sent."`
	ExpiresAt         string `json:"expires_at" format:"date-time" doc:"When the link stops working. While the email is queued, this is an estimate: the lifetime starts when it is sent."`
	AcceptedAt        string `json:"accepted_at,omitempty" format:"date-time"`
	Mobilizer         string `json:"mobilizer_id,omitempty" doc:"Id of the membership of the user who accepted."`
	ResendRequestedAt string `json:"resend_requested_at,omitempty" format:"date-time" doc:"When the holder of a link that no longer works requested a new invitation. Absent once one was sent."`
	Role              string `json:"role,omitempty" enum:"owner,admin" doc:"Of an invitation to administer the organization."`
}

// Person is an administrator who invited or decided.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func newInvitation(a *httpapi.Access, i *invitation.Invitation, mail *email.MailStatus) Invitation {
	body := Invitation{
		ID:                string(i.ID),
		InvitationRequest: InvitationRequest{i.Email, i.FirstName, i.LastName, string(i.Language)},
		InvitedBy:         Person{i.InvitedBy.Name, i.InvitedBy.Email}, Status: string(i.State(a.At)), DeliveryStatus: string(i.Delivery),
		NotSentReason: string(i.NotSentReason()), NotSentMessage: a.Translate(i.NotSentMessage()),
		CreatedAt: httpapi.Timestamp(i.CreatedAt), FirstSentAt: httpapi.Timestamp(i.FirstSent()), SentAt: httpapi.Timestamp(i.LastSent()),
		ExpiresAt: httpapi.Timestamp(i.ExpiresAt), AcceptedAt: httpapi.Timestamp(i.AcceptedAt), Mobilizer: string(i.Membership),
		Role: string(i.Role),
	}
	if i.NewRequestedGeneration == i.Generation {
		body.ResendRequestedAt = httpapi.Timestamp(i.NewRequestedAt)
	}
	if i.Delivery == invitation.Queued && i.State(a.At) == invitation.Open {
		body.MailHeld = a.Translate(mail.Explanation())
	}
	return body
}

// readBody returns an invitation as JSON, with the organization's mail status.
func (h *invitations) readBody(ctx context.Context, a *httpapi.Access, i *invitation.Invitation) (Invitation, error) {
	mail, err := h.store.MailStatus(ctx, i.Organization)
	if err != nil {
		return Invitation{}, err
	}
	return newInvitation(a, i, mail), nil
}

func inviter(a *httpapi.Access) inviting.Inviter { return inviting.Inviter{User: a.User, At: a.At} }

// InvitationCreate is a request to invite a person to a campaign.
type InvitationCreate struct {
	httpapi.CampaignPath
	Body InvitationRequest
}

func (h *invitations) create(ctx context.Context, a *httpapi.Access, in *InvitationCreate) (*httpapi.Body[Invitation], error) {
	invitee, err := in.Body.normalize()
	if err != nil {
		return nil, err
	}
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Invitation, []dynamo.Write, error) {
		if err := inviting.CountInvitations(ctx, h.store, inviter(a), 1); err != nil {
			return Invitation{}, nil, err
		}
		i, writes, err := h.service.Invite(ctx, inviter(a), a.Campaign, invitee)
		if err != nil {
			return Invitation{}, nil, withResendPath(err)
		}
		body, err := h.readBody(ctx, a, i)
		return body, writes, err
	})
}

// withResendPath adds to the refusal of a second invitation the path that resends the first one.
func withResendPath(err error) error {
	open, ok := errors.AsType[*inviting.OpenError](err)
	if !ok {
		return err
	}
	i := open.Invitation
	all := "/v1/admin/campaigns/" + string(i.Campaign)
	if i.Campaign == "" {
		all = "/v1/admin/organizations/" + string(i.Organization)
	}
	return httpapi.WithMembers(err, httpapi.ProblemMembers{
		Invitation: string(i.ID), Resend: all + "/invitations/" + string(i.ID) + "/resend",
	})
}

// InvitationQuery holds the filters of lists of invitations.
type InvitationQuery struct {
	httpapi.PageQuery
	Status   string `query:"status" enum:"open,accepted,expired,revoked" doc:"Only invitations with this status."`
	Delivery string `query:"delivery_status" enum:"queued,sent,delivered,bounced,complained,rejected,suppressed,unsubscribed" doc:"Only invitations whose latest email has this status."`
	Search   string `query:"search" maxLength:"200" doc:"Part of a name or of the email address. Accents and case make no difference."`
}

// InvitationListQuery holds the parameters of the list of a campaign's invitations.
type InvitationListQuery struct {
	httpapi.CampaignPath
	InvitationQuery
}

// InvitationsPage is a page of invitations.
type InvitationsPage struct {
	httpapi.List[Invitation]
	Examined       int    `json:"examined" doc:"Number of invitations examined for this page, at most 6,000: with filters the page may hold fewer than limit, or none, and still have a next page."`
	LandingPageURL string `json:"landing_page_url,omitempty" doc:"URL where people join the campaign without an invitation."`
	MailHeld       string `json:"mail_held_reason,omitempty" doc:"Why the organization's email is stopped, and what to do. Absent while it is sent."`
}

// maxExamined is the number of rows that a page examines: a whole invitation list and more, so that a search for one row of
// it gets no empty pages. 5,000 took 1.1 s (2026-11-22, two cores that also ran the engine).
const maxExamined = list.MaxRows + 1000

func (h *invitations) list(ctx context.Context, a *httpapi.Access, in *InvitationListQuery) (*httpapi.Body[InvitationsPage], error) {
	page, err := h.readPage(ctx, a, &in.InvitationQuery)
	page.LandingPageURL = h.landingPagesURL + a.Campaign.Slug
	return httpapi.NewBody(page), err
}

// readPage returns a page of the invitations to the route's campaign or organization.
func (h *invitations) readPage(ctx context.Context, a *httpapi.Access, in *InvitationQuery) (InvitationsPage, error) {
	target := targetOf(a)
	cursor := h.pages.Cursor(a, "list-invitations", string(target.Organization), in.Status, in.Delivery, in.Search)
	var before string
	if err := cursor.Position(in.Page, &before); err != nil {
		return InvitationsPage{}, err
	}
	found, examined, last, err := h.store.Invitations(ctx, target, before, in.Limit, maxExamined, dynamo.InvitationFilter{
		State: invitation.State(in.Status), Delivery: invitation.DeliveryState(in.Delivery), At: a.At, Search: in.Search,
	})
	if err != nil {
		return InvitationsPage{}, err
	}
	mail, err := h.store.MailStatus(ctx, a.Organization)
	if err != nil {
		return InvitationsPage{}, err
	}
	page := InvitationsPage{
		List:     httpapi.NewList(found, func(i *invitation.Invitation) Invitation { return newInvitation(a, i, mail) }),
		Examined: examined, MailHeld: a.Translate(mail.Explanation()),
	}
	page.Next, err = cursor.TokenAfter(last)
	return page, err
}

// InvitationPath holds the path values of the routes of an invitation to a campaign.
type InvitationPath struct {
	httpapi.CampaignPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

// targetOf returns what the route's invitations are to: the campaign, or to administer the organization.
func targetOf(a *httpapi.Access) invitation.Target {
	if a.Campaign == nil {
		return invitation.Target{Organization: a.Organization}
	}
	return invitation.Target{Organization: a.Organization, Campaign: a.Campaign.ID}
}

// read returns an invitation to the route's campaign or organization.
//
// Not found: there is none with the id.
func (h *invitations) read(ctx context.Context, a *httpapi.Access, invitationID string) (*invitation.Invitation, error) {
	if !id.Valid(invitationID) {
		return nil, fault.NotFound("invitation")
	}
	return h.store.Invitation(ctx, targetOf(a), invitation.ID(invitationID))
}

// readEditable returns an invitation that the caller may change.
//
// Not found: there is none with the id. Forbidden: it is to a role that the caller cannot grant.
func (h *invitations) readEditable(ctx context.Context, a *httpapi.Access, invitationID string) (*invitation.Invitation, error) {
	i, err := h.read(ctx, a, invitationID)
	if err != nil || i.Role == "" {
		return i, err
	}
	return i, a.Admin.CanAppoint(i.Role)
}

func (h *invitations) get(ctx context.Context, a *httpapi.Access, invitationID string) (*httpapi.Body[Invitation], error) {
	i, err := h.read(ctx, a, invitationID)
	if err != nil {
		return nil, err
	}
	body, err := h.readBody(ctx, a, i)
	return httpapi.NewBody(body), err
}

func (h *invitations) resend(ctx context.Context, a *httpapi.Access, invitationID string) (*httpapi.Body[Invitation], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Invitation, []dynamo.Write, error) {
		i, err := h.readEditable(ctx, a, invitationID)
		if err != nil {
			return Invitation{}, nil, err
		}
		if err := inviting.CountInvitations(ctx, h.store, inviter(a), 1); err != nil {
			return Invitation{}, nil, err
		}
		writes, err := h.service.Resend(ctx, inviter(a), a.Campaign, i)
		if err != nil {
			return Invitation{}, nil, err
		}
		body, err := h.readBody(ctx, a, i)
		return body, writes, err
	})
}

func (h *invitations) delete(ctx context.Context, a *httpapi.Access, invitationID string) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		i, err := h.readEditable(ctx, a, invitationID)
		if err != nil {
			return nil, err
		}
		return h.service.Delete(ctx, inviter(a), i)
	})
}

func (h *invitations) revoke(ctx context.Context, a *httpapi.Access, invitationID string) (*httpapi.Body[Invitation], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Invitation, []dynamo.Write, error) {
		i, err := h.readEditable(ctx, a, invitationID)
		if err != nil {
			return Invitation{}, nil, err
		}
		writes, err := h.service.Revoke(inviter(a), i)
		if err != nil {
			return Invitation{}, nil, err
		}
		body, err := h.readBody(ctx, a, i)
		return body, writes, err
	})
}
