// Package invitationapi serves administrators who invite people: invitations to campaigns and to roles, invitation lists,
// access requests and the organization's mail status. Accepting an invitation is in joinapi.
package invitationapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// invitations answers what the Invitations page asks.
type invitations struct {
	store   *dynamo.Store
	pages   *httpapi.Pages
	tokens  invitation.Tokens
	pageURL string // of landing pages, without the slug
	life    time.Duration
}

// RegisterInvitations adds inviting people to a campaign. The address is the public one of the pages; an invitation is open
// for life after its latest mail was sent.
func RegisterInvitations(api *httpapi.API, secret []byte, publicURL string, life time.Duration) {
	h := &invitations{api.Store(), httpapi.NewPages(secret), invitation.NewTokens(secret), publicURL + "/j/", life}
	const all = "/v1/admin/campaigns/{campaign}/invitations"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-invitation", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an invitation to a campaign",
		Description: "Sends an email that invites a person to be a mobilizer. An address has one invitation per campaign: while it is " +
			"open, the request fails with invitation_open and names the invitation and its resend path; afterwards the same " +
			"invitation is opened again. An address on the suppression list gets no email: delivery_status says so at once. " +
			"Joining from the landing page accepts the invitation, too.",
	}, httpapi.CampaignAdmin, h.invite)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-invitations", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's invitations",
		Description: "Latest first. A page examines at most 6,000 invitations: with filters it may hold fewer than limit, or none, " +
			"and still have a next page.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "resend-invitation", Method: http.MethodPost, Path: all + "/{invitation}/resend",
		Summary: "Resend an invitation",
		Description: "Sends a new link, invalidates the earlier ones and opens the invitation for its full lifetime. Fails with " +
			"address_suppressed if the address is on the suppression list; the earlier links then keep working.",
	}, httpapi.CampaignAdmin, h.resend)
	httpapi.Register(api, httpapi.Operation{
		ID: "revoke-invitation", Method: http.MethodPost, Path: all + "/{invitation}/revoke",
		Summary:     "Revoke an invitation",
		Description: "Its links stop working. Revoking a revoked invitation changes nothing.",
	}, httpapi.CampaignAdmin, h.revoke)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-invitation", Method: http.MethodGet, Path: all + "/{invitation}",
		Summary: "Get an invitation",
	}, httpapi.CampaignAdmin, h.read)
	h.registerAsks(api)
	h.registerAdministrators(api)
	h.registerLists(api, all)
}

// InvitationRequest is who is invited.
type InvitationRequest struct {
	Email     string `json:"email" example:"ana@example.org"`
	FirstName string `json:"first_name" example:"Ana"`
	LastName  string `json:"last_name" example:"Lee"`
	Language  string `json:"language,omitempty" enum:"en,es" default:"en" doc:"Of the mail and its page."`
}

// Invitation is an invitation as its campaign's administrators see it.
type Invitation struct {
	ID string `json:"id"`
	InvitationRequest
	InvitedBy     Inviter `json:"invited_by"`
	State         string  `json:"status" enum:"open,accepted,expired,revoked"`
	DeliveryState string  `json:"delivery_status" enum:"queued,sent,delivered,bounced,complained,rejected,suppressed,unsubscribed" doc:"What became of the latest mail. suppressed and unsubscribed: it was not sent. unsubscribed: whoever has the address wants no mail of the organization. suppressed: mail to the address came back or was called spam, or the invitation was accepted or revoked, or the campaign over, when the mail's turn came."`
	MailHeld      string  `json:"mail_held_reason,omitempty" doc:"Why the mail waits and what to do, while the organization's mail is stopped."`
	CreatedAt     string  `json:"created_at" format:"date-time"`
	FirstSentAt   string  `json:"first_sent_at,omitempty" format:"date-time"`
	SentAt        string  `json:"sent_at,omitempty" format:"date-time" doc:"Of the latest mail that went out."`
	ExpiresAt     string  `json:"expires_at" format:"date-time" doc:"Until when the link works. While the mail is queued, the invitation stays open, and this is when it would end if the mail had gone out at once: its time runs from the sending."`
	AcceptedAt    string  `json:"accepted_at,omitempty" format:"date-time"`
	Mobilizer     string  `json:"mobilizer_id,omitempty" doc:"Id of the membership of whoever accepted."`
	AskedAt       string  `json:"resend_requested_at,omitempty" format:"date-time" doc:"When somebody with a link that works no more asked for a new one; absent once one was sent."`
	Role          string  `json:"role,omitempty" enum:"owner,admin" doc:"Of an invitation to administer the organization."`
}

// Inviter is who invited last.
type Inviter struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func showInvitation(i *invitation.Invitation, at time.Time) Invitation {
	asked := ""
	if i.NewRequestedGeneration == i.Generation {
		asked = httpapi.Timestamp(i.NewRequestedAt)
	}
	return Invitation{
		ID:                string(i.ID),
		InvitationRequest: InvitationRequest{i.Email, i.FirstName, i.LastName, string(i.Language)},
		InvitedBy:         Inviter{i.InvitedBy.Name, i.InvitedBy.Email}, State: string(i.State(at)), DeliveryState: string(i.Delivery),
		CreatedAt: httpapi.Timestamp(i.CreatedAt), FirstSentAt: httpapi.Timestamp(i.FirstSent()), SentAt: httpapi.Timestamp(i.LastSent()),
		ExpiresAt: httpapi.Timestamp(i.ExpiresAt), AcceptedAt: httpapi.Timestamp(i.AcceptedAt), Mobilizer: string(i.Membership),
		AskedAt: asked, Role: string(i.Role),
	}
}

// shown is an invitation with why its mail is held, if it is.
func (h *invitations) shown(ctx context.Context, i *invitation.Invitation, at time.Time) (Invitation, error) {
	standing, err := h.store.MailStatus(ctx, i.Organization)
	if err != nil {
		return Invitation{}, err
	}
	return held(showInvitation(i, at), standing), nil
}

// held adds why a mail that waits is held, if it is.
func held(r Invitation, standing *email.MailStatus) Invitation {
	if r.DeliveryState == string(invitation.Queued) && r.State == string(invitation.Open) {
		r.MailHeld = standing.Explanation()
	}
	return r
}

// InvitationCreate is what inviting takes.
type InvitationCreate struct {
	httpapi.CampaignPath
	Body InvitationRequest
}

func (h *invitations) invite(ctx context.Context, a *httpapi.Access, in *InvitationCreate) (*httpapi.Body[Invitation], error) {
	guest, err := invitation.Invitee{
		Email: in.Body.Email, FirstName: in.Body.FirstName, LastName: in.Body.LastName,
		Language: invitation.Language(in.Body.Language),
	}.Normalize()
	if err != nil {
		return nil, err
	}
	return httpapi.Write(ctx, a, http.StatusCreated, func() (Invitation, []dynamo.Write, error) {
		i, writes, err := h.open(ctx, a, guest)
		if err != nil {
			return Invitation{}, nil, err
		}
		record, err := h.shown(ctx, i, a.At)
		return record, writes, err
	})
}

// open opens the invitation of an address, a new one or the one it has, and returns the writes that keep it and ask for
// its mail.
//
// Conflict: the campaign takes nobody, the address has an open invitation, or a mobilizer of the campaign has it.
func (h *invitations) open(ctx context.Context, a *httpapi.Access, g invitation.Invitee) (*invitation.Invitation, []dynamo.Write, error) {
	if err := invitation.CanInvite(a.Campaign); err != nil {
		return nil, nil, err
	}
	if err := h.isNoMobilizer(ctx, a.Campaign.ID, g.Email); err != nil {
		return nil, nil, err
	}
	i, err := h.store.InvitationByEmail(ctx, invitation.Target{Campaign: a.Campaign.ID}, g.Email)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, nil, err
	}
	suppressed, err := h.store.Suppression(ctx, a.Organization, g.Email)
	if err != nil {
		return nil, nil, err
	}
	return h.opened(a, g, "", list.Known{Invitation: i, Suppression: suppressed})
}

// opened opens an address's invitation, or a new one when there is none: to the campaign, or to a role. Its mail is asked
// for, unless the address gets none: then the invitation says so.
//
// Conflict: it is open.
func (h *invitations) opened(a *httpapi.Access, g invitation.Invitee, role organization.Role, k list.Known) (*invitation.Invitation, []dynamo.Write, error) {
	i, keep := k.Invitation, h.store.UpdateInvitation
	switch {
	case i != nil:
		if err := i.Reinvite(g, inviter(a.User), k.Suppression, h.tokens, h.life, a.At); err != nil {
			return nil, nil, offerResend(i, k, err)
		}
	case role != "":
		i, keep = invitation.NewAdministrator(g, a.Organization, role, inviter(a.User), h.tokens, h.life, a.At), h.store.CreateInvitation
	default:
		i, keep = invitation.New(g, a.Campaign, inviter(a.User), h.tokens, h.life, a.At), h.store.CreateInvitation
	}
	i.Role = role
	if k.Suppression != nil {
		i.RecordSuppressed(k.Suppression)
		return i, keep(i, i.Links(h.tokens)...), nil
	}
	return i, append(keep(i, i.Links(h.tokens)...), h.mail(i, a)...), nil
}

// offerResend adds to the refusal of a second invitation what can be done instead, unless nothing can.
func offerResend(i *invitation.Invitation, k list.Known, refusal error) error {
	if k.Suppression != nil {
		return refusal
	}
	return httpapi.WithMembers(refusal, httpapi.ProblemMembers{Invitation: string(i.ID), Resend: invitationsOf(i) + "/" + string(i.ID) + "/resend"})
}

// invitationsOf is the path of the invitations that an invitation is one of.
func invitationsOf(i *invitation.Invitation) string {
	if i.Campaign == "" {
		return "/v1/admin/organizations/" + string(i.Organization) + "/invitations"
	}
	return "/v1/admin/campaigns/" + string(i.Campaign) + "/invitations"
}

func inviter(u *user.User) invitation.Inviter {
	return invitation.Inviter{User: u.ID, Name: u.Name, Email: u.Email}
}

func (h *invitations) isNoMobilizer(ctx context.Context, c campaign.ID, email string) error {
	owner, err := h.store.VerifiedEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	member, err := h.store.MembershipByUser(ctx, c, owner.User)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !member.HasLeft() {
		return fault.Conflict("already_mobilizer", "Somebody with this address is a mobilizer of this campaign already.")
	}
	return nil
}

// mail asks for the invitation's mail, in the transaction that makes it wanted.
func (h *invitations) mail(i *invitation.Invitation, a *httpapi.Access) []dynamo.Write {
	return h.store.CreateJob(job.New(job.InvitationEmail, string(i.Organization), string(i.Campaign), string(i.ID), a.At, time.Now()))
}

// InvitationList is what listing invitations takes.
type InvitationList struct {
	httpapi.CampaignPath
	httpapi.PageQuery
	State  string `query:"status" enum:"open,accepted,expired,revoked" doc:"Only these."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of the e-mail address; accents and case make no difference."`
}

// InvitationsPage is a page of invitations, with what else stands on the dashboard's page.
type InvitationsPage struct {
	httpapi.List[Invitation]
	Examined       int    `json:"examined" doc:"Invitations looked at for this page: at most 6,000, so that in a campaign with more a page may hold fewer than asked for, or none, and go on."`
	LandingPageURL string `json:"landing_page_url,omitempty" doc:"Where people join the campaign without an invitation."`
	MailHeld       string `json:"mail_held_reason,omitempty" doc:"Why the organization's mail is stopped and what to do. Absent while it goes out."`
}

// mostExamined is how many rows a page looks at: a whole list of guests and some more, so that whoever looks for one of
// them gets the row and no empty pages. 5,000 took 1.1 s (2026-11-22, two cores, the engine on them too).
const mostExamined = list.MaxRows + 1000

func (h *invitations) list(ctx context.Context, a *httpapi.Access, in *InvitationList) (*httpapi.Body[InvitationsPage], error) {
	page, err := h.page(ctx, a, in.PageQuery, in.State, in.Search)
	page.LandingPageURL = h.pageURL + a.Campaign.Slug
	return httpapi.NewBody(page), err
}

// page is a page of the invitations to what the route is about.
func (h *invitations) page(ctx context.Context, a *httpapi.Access, of httpapi.PageQuery, state, search string) (InvitationsPage, error) {
	to := targetOf(a)
	cursor := h.pages.Cursor(a, "list-invitations", string(to.Organization), state, search)
	var before string
	if err := cursor.Position(of.Page, &before); err != nil {
		return InvitationsPage{}, err
	}
	found, examined, last, err := h.store.Invitations(ctx, to, before, of.Limit, mostExamined, dynamo.InvitationFilter{
		State: invitation.State(state), At: a.At, Search: search,
	})
	if err != nil {
		return InvitationsPage{}, err
	}
	standing, err := h.store.MailStatus(ctx, a.Organization)
	if err != nil {
		return InvitationsPage{}, err
	}
	page := InvitationsPage{
		List:     httpapi.NewList(found, func(i *invitation.Invitation) Invitation { return held(showInvitation(i, a.At), standing) }),
		Examined: examined, MailHeld: standing.Explanation(),
	}
	page.Next, err = cursor.TokenAfter(last)
	return page, err
}

// InvitationPath is what every route of one invitation takes.
type InvitationPath struct {
	httpapi.CampaignPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

// of returns an invitation to what the route is about.
func (h *invitations) of(ctx context.Context, a *httpapi.Access, wanted string) (*invitation.Invitation, error) {
	if !id.Valid(wanted) {
		return nil, fault.NotFound("invitation")
	}
	return h.store.Invitation(ctx, targetOf(a), invitation.ID(wanted))
}

// targetOf is what invitations lead to that the route is about: the campaign, or administering the organization.
func targetOf(a *httpapi.Access) invitation.Target {
	if a.Campaign == nil {
		return invitation.Target{Organization: a.Organization}
	}
	return invitation.Target{Organization: a.Organization, Campaign: a.Campaign.ID}
}

func (h *invitations) read(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[Invitation], error) {
	i, err := h.of(ctx, a, in.Invitation)
	if err != nil {
		return nil, err
	}
	record, err := h.shown(ctx, i, a.At)
	return httpapi.NewBody(record), err
}

func (h *invitations) resend(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[Invitation], error) {
	return h.sendAgain(ctx, a, in.Invitation)
}

func (h *invitations) sendAgain(ctx context.Context, a *httpapi.Access, wanted string) (*httpapi.Body[Invitation], error) {
	return h.change(ctx, a, wanted, func(i *invitation.Invitation) ([]dynamo.Write, error) {
		if a.Campaign != nil {
			if err := invitation.CanInvite(a.Campaign); err != nil {
				return nil, err
			}
		}
		suppressed, err := h.store.InvitationSuppression(ctx, i)
		if err != nil {
			return nil, err
		}
		if err := i.Resend(inviter(a.User), suppressed, h.tokens, h.life, a.At); err != nil {
			return nil, err
		}
		writes := append(h.store.UpdateInvitation(i, i.Links(h.tokens)...), h.mail(i, a)...)
		return append(writes, h.store.CheckNotSuppressed(i)...), nil
	})
}

func (h *invitations) revoke(ctx context.Context, a *httpapi.Access, in *InvitationPath) (*httpapi.Body[Invitation], error) {
	return h.takeBack(ctx, a, in.Invitation)
}

func (h *invitations) takeBack(ctx context.Context, a *httpapi.Access, wanted string) (*httpapi.Body[Invitation], error) {
	return h.change(ctx, a, wanted, func(i *invitation.Invitation) ([]dynamo.Write, error) {
		if err := i.Revoke(a.At); err != nil {
			return nil, err
		}
		return h.store.UpdateInvitation(i), nil
	})
}

// change changes an invitation of the route's, and returns it. An invitation to be an owner is for owners to change.
func (h *invitations) change(ctx context.Context, a *httpapi.Access, wanted string, do func(*invitation.Invitation) ([]dynamo.Write, error)) (*httpapi.Body[Invitation], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Invitation, []dynamo.Write, error) {
		i, err := h.of(ctx, a, wanted)
		if err != nil {
			return Invitation{}, nil, err
		}
		if err := mayDecide(a, i); err != nil {
			return Invitation{}, nil, err
		}
		writes, err := do(i)
		if err != nil {
			return Invitation{}, nil, err
		}
		record, err := h.shown(ctx, i, a.At)
		return record, writes, err
	})
}

// mayDecide says whether the caller may decide about an invitation: about one to a role, who may give the role.
func mayDecide(a *httpapi.Access, i *invitation.Invitation) error {
	if i.Role == "" {
		return nil
	}
	return a.Admin.CanAppoint(i.Role)
}
