package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/user"
)

// invitations answers what the Invitations page asks.
type invitations struct {
	store   *dynamo.Store
	pages   *Pages
	tokens  invitation.Tokens
	pageURL string // of landing pages, without the slug
	life    time.Duration
}

// RegisterInvitations adds inviting people to a campaign. The address is the public one of the pages; an invitation is open
// for life after its latest mail.
func RegisterInvitations(api *API, secret []byte, publicURL string, life time.Duration) {
	h := &invitations{api.store, NewPages(secret), invitation.NewTokens(secret), publicURL + "/j/", life}
	const all = "/v1/admin/campaigns/{campaign}/invitations"
	register(api, operation{
		id: "invite", method: http.MethodPost, path: all, status: http.StatusCreated,
		summary: "Invite somebody to be a mobilizer of a campaign, by e-mail",
		description: "An address has one invitation in a campaign: while that is open, inviting it again is refused with the code " +
			"invitation_open, and it can be sent again; afterwards the same one is opened anew.",
	}, adminOfCampaign, h.invite)
	register(api, operation{
		id: "list-invitations", method: http.MethodGet, path: all, summary: "List a campaign's invitations, the latest first",
		description: "A page looks at 1,000 invitations at most and then answers what it has found.",
	}, adminOfCampaign, h.list)
	register(api, operation{
		id: "resend-invitation", method: http.MethodPost, path: all + "/{invitation}/resend",
		summary:     "Send an invitation again",
		description: "With a new link; those before stop working. It is open again for its whole time.",
	}, adminOfCampaign, h.resend)
	register(api, operation{
		id: "revoke-invitation", method: http.MethodPost, path: all + "/{invitation}/revoke",
		summary: "Take an invitation back: its link no longer works",
	}, adminOfCampaign, h.revoke)
	h.registerLists(api, all)
}

// InvitationRequest is who is invited.
type InvitationRequest struct {
	Email     string `json:"email" example:"ana@example.org"`
	FirstName string `json:"first_name" example:"Ana"`
	LastName  string `json:"last_name" example:"Lee"`
	Language  string `json:"language,omitempty" enum:"en,es" default:"en" doc:"Of the mail and its page."`
}

// InvitationRecord is an invitation as its campaign's administrators see it.
type InvitationRecord struct {
	ID string `json:"id"`
	InvitationRequest
	InvitedBy     InvitationBy `json:"invited_by"`
	State         string       `json:"state" enum:"open,accepted,expired,revoked"`
	DeliveryState string       `json:"delivery_state" enum:"queued,sent,delivered,bounced,complained,rejected,suppressed,unsubscribed" doc:"What became of the latest mail."`
	MailHeld      string       `json:"mail_held,omitempty" doc:"Why the mail waits and what to do, while the organization's mail is stopped."`
	CreatedAt     string       `json:"created_at" format:"date-time"`
	FirstSentAt   string       `json:"first_sent_at,omitempty" format:"date-time"`
	SentAt        string       `json:"sent_at,omitempty" format:"date-time" doc:"Of the latest mail that went out."`
	ExpiresAt     string       `json:"expires_at" format:"date-time"`
	AcceptedAt    string       `json:"accepted_at,omitempty" format:"date-time"`
	Mobilizer     string       `json:"mobilizer,omitempty" doc:"Id of the membership of whoever accepted."`
}

// InvitationBy is who invited last.
type InvitationBy struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func showInvitation(i *invitation.Invitation, at time.Time) InvitationRecord {
	return InvitationRecord{
		ID:                string(i.ID),
		InvitationRequest: InvitationRequest{i.Email, i.FirstName, i.LastName, string(i.Language)},
		InvitedBy:         InvitationBy{i.By.Name, i.By.Email}, State: string(i.State(at)), DeliveryState: string(i.Delivery),
		CreatedAt: stamp(i.CreatedAt), FirstSentAt: stamp(i.FirstSent()), SentAt: stamp(i.LastSent()),
		ExpiresAt: stamp(i.ExpiresAt), AcceptedAt: stamp(i.AcceptedAt), Mobilizer: string(i.Membership),
	}
}

// shown is an invitation with why its mail is held, if it is.
func (h *invitations) shown(ctx context.Context, i *invitation.Invitation, at time.Time) (InvitationRecord, error) {
	standing, err := h.store.Standing(ctx, i.Organization)
	if err != nil {
		return InvitationRecord{}, err
	}
	return held(showInvitation(i, at), standing), nil
}

// held adds why a mail that waits is held, if it is.
func held(r InvitationRecord, standing *invitation.Standing) InvitationRecord {
	if r.DeliveryState == string(invitation.Queued) {
		r.MailHeld = standing.Reason()
	}
	return r
}

// InvitationCreate is what inviting takes.
type InvitationCreate struct {
	CampaignPath
	Body InvitationRequest
}

func (h *invitations) invite(ctx context.Context, a *Access, in *InvitationCreate) (*Body[InvitationRecord], error) {
	guest, err := invitation.Guest{
		Email: in.Body.Email, FirstName: in.Body.FirstName, LastName: in.Body.LastName,
		Language: invitation.Language(in.Body.Language),
	}.Clean()
	if err != nil {
		return nil, err
	}
	return revise(ctx, a, http.StatusCreated, func() (InvitationRecord, []dynamo.Write, error) {
		i, writes, err := h.open(ctx, a, guest)
		if err != nil {
			return InvitationRecord{}, nil, err
		}
		record, err := h.shown(ctx, i, a.At)
		return record, append(writes, h.mail(i, a)...), err
	})
}

// open opens the invitation of an address, a new one or the one it has, and returns the writes that keep it.
//
// Conflict: the campaign takes nobody, the address has an open invitation, or a mobilizer of the campaign has it.
func (h *invitations) open(ctx context.Context, a *Access, g invitation.Guest) (*invitation.Invitation, []dynamo.Write, error) {
	if err := invitation.CanInvite(a.Campaign); err != nil {
		return nil, nil, err
	}
	if err := h.isNoMobilizer(ctx, a.Campaign.ID, g.Email); err != nil {
		return nil, nil, err
	}
	i, err := h.store.InvitationOf(ctx, a.Campaign.ID, g.Email)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, nil, err
	}
	return h.opened(a, g, i)
}

// opened opens an address's invitation, or a new one when there is none. Conflict: it is open.
func (h *invitations) opened(a *Access, g invitation.Guest, i *invitation.Invitation) (*invitation.Invitation, []dynamo.Write, error) {
	if i == nil {
		i = invitation.New(g, a.Campaign, inviter(a.User), h.tokens, h.life, a.At)
		return i, h.store.CreateInvitation(i, i.Links(h.tokens)), nil
	}
	if err := i.Again(g, inviter(a.User), h.tokens, h.life, a.At); err != nil {
		return nil, nil, err
	}
	return i, h.store.PutInvitation(i, i.Links(h.tokens)...), nil
}

func inviter(u *user.User) invitation.Inviter {
	return invitation.Inviter{User: u.ID, Name: u.Name, Email: u.Email}
}

func (h *invitations) isNoMobilizer(ctx context.Context, c campaign.ID, email string) error {
	owner, err := h.store.Address(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	member, err := h.store.MembershipOf(ctx, c, owner.User)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !member.Left() {
		return fault.Conflict("already_mobilizer", "Somebody with this address is a mobilizer of this campaign already.")
	}
	return nil
}

// mail asks for the invitation's mail, in the transaction that makes it wanted.
func (h *invitations) mail(i *invitation.Invitation, a *Access) []dynamo.Write {
	return h.store.CreateJob(job.New(job.Invitation, string(i.Organization), string(i.Campaign), string(i.ID), a.At, time.Now()))
}

// InvitationList is what listing invitations takes.
type InvitationList struct {
	CampaignPath
	PageQuery
	State  string `query:"state" enum:"open,accepted,expired,revoked" doc:"Only these."`
	Search string `query:"search" maxLength:"200" doc:"Part of a name or of the e-mail address; accents and case make no difference."`
}

// InvitationsPage is a page of invitations, with what else stands on the dashboard's page.
type InvitationsPage struct {
	List[InvitationRecord]
	Examined       int    `json:"examined" doc:"Invitations looked at for this page."`
	LandingPageURL string `json:"landing_page_url" doc:"Where people join without an invitation."`
	MailHeld       string `json:"mail_held,omitempty" doc:"Why the organization's mail is stopped and what to do. Absent while it goes out."`
}

// mostExamined is how many rows a page looks at.
const mostExamined = 1000

func (h *invitations) list(ctx context.Context, a *Access, in *InvitationList) (*Body[InvitationsPage], error) {
	bound := binding("list-invitations", string(a.UserID), string(a.Campaign.ID), in.State, in.Search)
	var before string
	if err := h.pages.from(bound, in.Page, &before); err != nil {
		return nil, err
	}
	found, examined, last, err := h.store.Invitations(ctx, a.Campaign.ID, before, in.Limit, mostExamined, dynamo.InvitationFilter{
		State: invitation.State(in.State), At: a.At, Search: in.Search,
	})
	if err != nil {
		return nil, err
	}
	standing, err := h.store.Standing(ctx, a.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	page := InvitationsPage{
		List:     listOf(found, func(i *invitation.Invitation) InvitationRecord { return held(showInvitation(i, a.At), standing) }),
		Examined: examined, LandingPageURL: h.pageURL + a.Campaign.Slug, MailHeld: standing.Reason(),
	}
	if last != "" {
		page.Next, err = h.pages.seal(bound, last)
	}
	return bodyOf(page), err
}

// InvitationPath is what every route of one invitation takes.
type InvitationPath struct {
	CampaignPath
	Invitation string `path:"invitation" doc:"Id of the invitation."`
}

func (h *invitations) of(ctx context.Context, a *Access, in *InvitationPath) (*invitation.Invitation, error) {
	if !id.Valid(in.Invitation) {
		return nil, fault.NotFound("invitation")
	}
	return h.store.Invitation(ctx, a.Campaign.ID, invitation.ID(in.Invitation))
}

func (h *invitations) resend(ctx context.Context, a *Access, in *InvitationPath) (*Body[InvitationRecord], error) {
	return revise(ctx, a, http.StatusOK, func() (InvitationRecord, []dynamo.Write, error) {
		i, err := h.of(ctx, a, in)
		if err != nil {
			return InvitationRecord{}, nil, err
		}
		if err := invitation.CanInvite(a.Campaign); err != nil {
			return InvitationRecord{}, nil, err
		}
		if err := i.Resend(inviter(a.User), h.tokens, h.life, a.At); err != nil {
			return InvitationRecord{}, nil, err
		}
		record, err := h.shown(ctx, i, a.At)
		return record, append(h.store.PutInvitation(i, i.Links(h.tokens)...), h.mail(i, a)...), err
	})
}

func (h *invitations) revoke(ctx context.Context, a *Access, in *InvitationPath) (*Body[InvitationRecord], error) {
	return revise(ctx, a, http.StatusOK, func() (InvitationRecord, []dynamo.Write, error) {
		i, err := h.of(ctx, a, in)
		if err != nil {
			return InvitationRecord{}, nil, err
		}
		if err := i.Revoke(a.At); err != nil {
			return InvitationRecord{}, nil, err
		}
		return showInvitation(i, a.At), h.store.PutInvitation(i), nil
	})
}
