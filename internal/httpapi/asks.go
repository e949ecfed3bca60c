package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/user"
)

func (h *invitations) registerAsks(api *API) {
	const all = "/v1/admin/campaigns/{campaign}/invitations/{invitation}/asks"
	register(api, operation{
		id: "list-asks", method: http.MethodGet, path: all,
		summary:     "List who asks to accept an invitation with another address",
		description: "The link in the mail about it leads to a page that shows this; neither decides anything.",
	}, adminOfCampaign, h.asks)
	register(api, operation{
		id: "approve-ask", method: http.MethodPost, path: all + "/{ask}/approve",
		summary: "Let somebody accept an invitation with another address",
		description: "Exactly the login that asked, for 14 days, also when the invitation expires meanwhile. The invited address stays " +
			"what it is. Whoever asked hears of it by mail, once a decision. Approving after declining is possible.",
	}, adminOfCampaign, h.approve)
	register(api, operation{
		id: "decline-ask", method: http.MethodPost, path: all + "/{ask}/decline",
		summary:     "Don't let somebody accept an invitation with another address",
		description: "Whoever asked hears of it by mail, once a decision. Declining after approving is possible until they have accepted.",
	}, adminOfCampaign, h.decline)
}

// AskRecord is somebody's request to accept an invitation with another address, as administrators see it.
type AskRecord struct {
	ID        string        `json:"id"`
	Name      string        `json:"name" doc:"As their sign-in gives it."`
	Email     string        `json:"email" doc:"Verified by their sign-in; not the invited address."`
	State     string        `json:"state" enum:"pending,approved,declined,lapsed" doc:"lapsed: approved, but not used in 14 days."`
	AskedAt   string        `json:"asked_at" format:"date-time"`
	DecidedBy *InvitationBy `json:"decided_by,omitempty"`
	DecidedAt string        `json:"decided_at,omitempty" format:"date-time"`
	Until     string        `json:"until,omitempty" format:"date-time" doc:"When an approval ends."`
}

func showAsk(i *invitation.Invitation, k *invitation.AccessRequest, at time.Time) AskRecord {
	shown := AskRecord{
		ID: string(k.ID), Name: k.Requester.Name, Email: k.Requester.Email, State: string(k.State(i, at)), AskedAt: stamp(k.RequestedAt),
		DecidedAt: stamp(k.DecidedAt), Until: stamp(k.ApprovedUntil),
	}
	if !k.DecidedAt.IsZero() {
		shown.DecidedBy = &InvitationBy{k.DecidedBy.Name, k.DecidedBy.Email}
	}
	return shown
}

func (h *invitations) asks(ctx context.Context, a *Access, in *InvitationPath) (*Body[List[AskRecord]], error) {
	return h.asksAbout(ctx, a, in.Invitation)
}

func (h *invitations) asksAbout(ctx context.Context, a *Access, wanted string) (*Body[List[AskRecord]], error) {
	i, err := h.of(ctx, a, wanted)
	if err != nil {
		return nil, err
	}
	all, err := h.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, err
	}
	return bodyOf(listOf(all, func(k *invitation.AccessRequest) AskRecord { return showAsk(i, k, a.At) })), nil
}

// AskPath is what deciding about an ask takes.
type AskPath struct {
	InvitationPath
	Ask string `path:"ask" doc:"Id of the request."`
}

func (h *invitations) approve(ctx context.Context, a *Access, in *AskPath) (*Body[AskRecord], error) {
	return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Approve)
}

func (h *invitations) decline(ctx context.Context, a *Access, in *AskPath) (*Body[AskRecord], error) {
	return h.decide(ctx, a, in.Invitation, in.Ask, (*invitation.AccessRequest).Decline)
}

func (h *invitations) decide(
	ctx context.Context, a *Access, about, wanted string,
	decision func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error),
) (*Body[AskRecord], error) {
	return revise(ctx, a, http.StatusOK, func() (AskRecord, []dynamo.Write, error) {
		i, err := h.of(ctx, a, about)
		if err != nil {
			return AskRecord{}, nil, err
		}
		if err := mayDecide(a, i); err != nil {
			return AskRecord{}, nil, err
		}
		all, err := h.store.AccessRequests(ctx, i)
		if err != nil {
			return AskRecord{}, nil, err
		}
		for _, k := range all {
			if string(k.ID) != wanted {
				continue
			}
			news, err := decision(k, i, inviter(a.User), a.At)
			if err != nil || !news {
				return showAsk(i, k, a.At), nil, err
			}
			return showAsk(i, k, a.At), append(h.store.UpdateAccessRequest(k), h.store.CreateDecisionNotice(i, k, a.At, time.Now())...), nil
		}
		return AskRecord{}, nil, fault.NotFound("request")
	})
}

// notices returns the writes by which administrators hear what is asked about an invitation, each mail's job: none when
// they have heard enough on this day, then the list alone shows it.
func notices(ctx context.Context, store *dynamo.Store, i *invitation.Invitation, asker user.ID, at time.Time) ([]dynamo.Write, error) {
	all, err := store.Administrators(ctx, i.Organization)
	if err != nil {
		return nil, err
	}
	free, err := store.CountNotice(ctx, i.Organization, invitation.MaxNoticesPerOrganization, at)
	if err != nil {
		return nil, err
	}
	if !free {
		slog.WarnContext(ctx, "notice without mail: the day's are used up", "organization", string(i.Organization))
		return nil, nil
	}
	return store.CreateNotices(i, i.NoticeRecipients(all), asker, at, time.Now()), nil
}
