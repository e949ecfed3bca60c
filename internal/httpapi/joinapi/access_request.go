package joinapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/user"
)

func (h *accepting) registerAsking(api *httpapi.API) {
	const path = "/v1/mobilizer/access-requests"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-access-request", Method: http.MethodPost, Path: path, Status: http.StatusCreated,
		Summary: "Request access to an invitation with another address",
		Description: "For people who hold the link of an invitation and sign in with another address than the invited one. The " +
			"inviter, or the owners in their place, get an email and decide; the requester gets an email with the decision. " +
			"A repeated request returns 200 with its status. At most five per user and day.",
	}, httpapi.AnyUser, h.ask)
	api.AlsoOK(path, "Has asked before")
}

// InvitationLinkRequest is what somebody sends who has a link for another address.
type InvitationLinkRequest struct {
	Token   string `json:"token" doc:"From the link in the mail." maxLength:"200"`
	IDToken string `json:"id_token" doc:"Of a sign-in of the last ten minutes." maxLength:"20000"`
}

// MyAccessRequest is a request to accept an invitation, as whoever made it sees it.
type MyAccessRequest struct {
	State   string `json:"status" enum:"pending,approved,declined,lapsed"`
	Email   string `json:"email" doc:"The address that was proved with it."`
	AskedAt string `json:"requested_at" format:"date-time"`
	Until   string `json:"expires_at,omitempty" format:"date-time" doc:"When an approval ends."`
}

// Asked is the answer to asking: 201 when somebody is told, 200 when they were before.
type Asked struct {
	Status int
	Body   MyAccessRequest
}

func asked(status int, i *invitation.Invitation, k *invitation.AccessRequest, at time.Time) *Asked {
	return &Asked{status, MyAccessRequest{string(k.State(i, at)), k.Requester.Email, httpapi.Timestamp(k.RequestedAt), httpapi.Timestamp(k.ApprovedUntil)}}
}

func (h *accepting) ask(ctx context.Context, a *httpapi.Access, in *struct{ Body InvitationLinkRequest }) (*Asked, error) {
	email, link, err := h.comes(ctx, a, in.Body.Token, in.Body.IDToken)
	if err != nil {
		return nil, err
	}
	by := invitation.Person{User: a.UserID, Name: a.User.Name, Email: user.NormalizeEmail(email)}
	counted := false
	var reply *Asked
	err = dynamo.Retry(ctx, func() error {
		i, c, err := invitationAt(ctx, h.store, link)
		if err != nil {
			return err
		}
		k, told, err := h.putQuestion(ctx, a, i, c, by)
		if err != nil {
			return err
		}
		if told == nil {
			reply = asked(http.StatusOK, i, k, a.At)
			return nil
		}
		if !counted {
			free, err := h.store.CountAccessRequest(ctx, a.UserID, invitation.MaxRequestsPerUser, a.At)
			if err != nil {
				return err
			}
			if !free {
				return fault.RateLimited("too_many_access_requests", "You have asked about many invitations today. Please try again tomorrow.", 24*time.Hour)
			}
			counted = true
		}
		mails, err := notices(ctx, h.store, i, a.UserID, a.At)
		if err != nil {
			return err
		}
		reply = asked(http.StatusCreated, i, k, a.At)
		return a.Commit(ctx, reply.Status, reply.Body, append(told, mails...)...)
	})
	return reply, err
}

// putQuestion returns what the caller asks about an invitation, and the writes that keep it: nil when it is kept already.
func (h *accepting) putQuestion(ctx context.Context, a *httpapi.Access, i *invitation.Invitation, c *campaign.Campaign, by invitation.Person) (*invitation.AccessRequest, []dynamo.Write, error) {
	if err := h.outside(ctx, a, i); err != nil {
		return nil, nil, err
	}
	all, err := h.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, nil, err
	}
	var own *invitation.AccessRequest
	others := 0
	for _, k := range all {
		if k.Requester.User == a.UserID {
			own = k
		} else {
			others++
		}
	}
	if err := i.CanRequestAccess(c, by.Email, others, a.At); err != nil {
		return nil, nil, err
	}
	if own == nil {
		own = invitation.NewAccessRequest(i, by, a.At)
		return own, h.store.CreateAccessRequest(own), nil
	}
	news, err := own.Renew(i, by, a.At)
	if err != nil || !news {
		return own, nil, err
	}
	return own, h.store.UpdateAccessRequest(own), nil
}

// outside says whether the caller still has something to gain by an invitation.
func (h *accepting) outside(ctx context.Context, a *httpapi.Access, i *invitation.Invitation) error {
	if i.Campaign == "" {
		_, err := h.store.Administrator(ctx, i.Organization, a.UserID)
		if err == nil {
			return fault.Conflict("already_administrator", "You are an administrator of this organization already.")
		}
		return unlessMissing(err)
	}
	member, err := h.store.MembershipByUser(ctx, i.Campaign, a.UserID)
	if err == nil && !member.HasLeft() {
		return fault.Conflict("already_mobilizer", "You are a mobilizer of this campaign already.")
	}
	return unlessMissing(err)
}

func unlessMissing(err error) error {
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	return err
}

// invitationAt returns the invitation that a link leads to, and its campaign: nil for one to administer.
func invitationAt(ctx context.Context, store *dynamo.Store, link *invitation.Link) (*invitation.Invitation, *campaign.Campaign, error) {
	i, err := store.Invitation(ctx, link.Target(), link.Invitation)
	if err != nil || i.Campaign == "" {
		return i, nil, err
	}
	content, err := store.Content(ctx, i.Campaign)
	if err != nil {
		return nil, nil, err
	}
	return i, content.Campaign, nil
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
