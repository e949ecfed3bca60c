package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// accepting answers whoever comes by the link in an invitation's mail.
type accepting struct {
	*joins
	issuer *identity.Issuer
}

// RegisterAccepting adds accepting invitations.
func RegisterAccepting(api *httpapi.API, issuer *identity.Issuer) {
	h := &accepting{&joins{store: api.Store()}, issuer}
	const path = "/v1/mobilizer/invitations/accept"
	httpapi.Register(api, httpapi.Operation{
		ID: "accept-invitation", Method: http.MethodPost, Path: path, Status: http.StatusCreated,
		Summary: "Accept an invitation to a campaign",
		Description: "Requires an ID token issued in the last ten minutes whose verified email address is the invited one, or that of " +
			"an approved access request. No passcode is required. If the caller is already a mobilizer of the campaign, " +
			"returns 200 with the membership. Each refusal has its own code.",
	}, httpapi.AnyUser, h.accept)
	api.AlsoOK(path, "Was a mobilizer already, or is one again")
	h.registerAsking(api)
	h.registerRoles(api)
}

// AcceptRequest is what somebody sends who accepts an invitation.
type AcceptRequest struct {
	Token         string `json:"token" doc:"From the link in the mail." maxLength:"200"`
	IDToken       string `json:"id_token" doc:"Of a sign-in of the last ten minutes." maxLength:"20000"`
	FirstName     string `json:"first_name,omitempty" doc:"As invited, when left out."`
	LastName      string `json:"last_name,omitempty" doc:"As invited, when left out."`
	PreferredName string `json:"preferred_name,omitempty"`
	City          string `json:"city,omitempty"`
	State         string `json:"state,omitempty"`
	Zip           string `json:"zip,omitempty"`
	Phone         string `json:"phone,omitempty"`
	Consent       bool   `json:"consent,omitempty" doc:"To share e-mail and phone with the campaign's administrators."`
}

// joining is what the request says, with the invited names where it says none.
func (r AcceptRequest) joining(i *invitation.Invitation) (mobilizer.JoinInput, error) {
	profile := mobilizer.Profile{
		FirstName: r.FirstName, LastName: r.LastName, PreferredName: r.PreferredName, City: r.City, State: r.State,
		Zip: r.Zip, Phone: r.Phone,
	}
	if profile.FirstName == "" {
		profile.FirstName = i.FirstName
	}
	if profile.LastName == "" {
		profile.LastName = i.LastName
	}
	clean, err := profile.Clean()
	return mobilizer.JoinInput{Profile: clean, Consent: r.Consent}, err
}

func (h *accepting) accept(ctx context.Context, a *httpapi.Access, in *struct{ Body AcceptRequest }) (*Joined, error) {
	email, link, err := h.comes(ctx, a, in.Body.Token, in.Body.IDToken)
	if err != nil {
		return nil, err
	}
	if link.Campaign == "" {
		return nil, invitation.UnknownLink()
	}
	content, err := h.store.Content(ctx, link.Campaign)
	if err != nil {
		return nil, err
	}
	a.Campaign, a.Items = content.Campaign, content.Items
	var joined *Joined
	err = dynamo.Retry(ctx, func() error {
		i, err := h.store.Invitation(ctx, invitation.Target{Campaign: link.Campaign}, link.Invitation)
		if err != nil {
			return err
		}
		joined, err = h.by(ctx, a, i, link.Generation, email, in.Body)
		return err
	})
	return joined, err
}

// by lets the caller in by an invitation as it was just read.
func (h *accepting) by(ctx context.Context, a *httpapi.Access, i *invitation.Invitation, generation int, email string, in AcceptRequest) (*Joined, error) {
	there, err := h.present(ctx, a)
	if err != nil {
		return nil, err
	}
	if i.AcceptedBy == a.UserID {
		if there == nil {
			refused := fault.Conflict("left_since", "You have joined by this invitation and left since. Join again from the campaign's landing page.")
			return nil, &leftSince{refused, a.Campaign.Slug}
		}
		return there, nil
	}
	approved, err := h.admitted(ctx, a, i, generation, email)
	if err != nil {
		return nil, err
	}
	if there != nil {
		i.Accept(a.Mobilizer, a.At)
		return there, a.Commit(ctx, there.Status, there.Body, append(h.store.UpdateInvitation(i), approved...)...)
	}
	joining, err := in.joining(i)
	if err != nil {
		return nil, err
	}
	return h.enter(ctx, a, joining, i, approved...)
}

// leftSince is the refusal of an invitation to whoever accepted it and left, with where they can join again.
type leftSince struct {
	error
	slug string
}

// Unwrap returns the refusal.
func (l *leftSince) Unwrap() error { return l.error }

// Members returns where to join again.
func (l *leftSince) Members() httpapi.ProblemMembers { return httpapi.ProblemMembers{Slug: l.slug} }

// admitted says whether the caller may accept an invitation with the address that they have proved, and returns the check
// of the ask that lets them, when it is another than the invited one.
func (h *accepting) admitted(ctx context.Context, a *httpapi.Access, i *invitation.Invitation, generation int, email string) ([]dynamo.Write, error) {
	var asked *invitation.AccessRequest
	var err error
	if user.NormalizeEmail(email) != i.Email {
		if asked, err = h.store.AccessRequest(ctx, i, a.UserID); err != nil {
			return nil, err
		}
	}
	if err := i.CheckAccess(a.Campaign, generation, email, asked, a.At); err != nil || asked == nil {
		return nil, err
	}
	return h.store.CheckAccessRequest(asked), nil
}

// comes returns the e-mail address that the caller has just proved, and where the link leads by which they come.
//
// Not found: it leads nowhere. Unauthenticated: the proof is none, or not of now.
func (h *accepting) comes(ctx context.Context, a *httpapi.Access, token, idToken string) (string, *invitation.Link, error) {
	claims, err := h.issuer.VerifyFresh(ctx, idToken, a.Subject, invitation.MaxProofAge)
	if err != nil {
		return "", nil, err
	}
	link, err := linkOf(ctx, h.store, token)
	return claims.Email, link, err
}

// linkOf returns where the token of a link leads that accepts.
//
// Not found: it leads nowhere.
func linkOf(ctx context.Context, store *dynamo.Store, token string) (*invitation.Link, error) {
	if !invitation.ValidToken(token) {
		return nil, invitation.UnknownLink()
	}
	link, err := store.Link(ctx, invitation.Hash(token))
	if fault.Is(err, fault.KindNotFound) || err == nil && link.Generation == 0 {
		return nil, invitation.UnknownLink()
	}
	return link, err
}

// invited returns the open invitation of the caller's address, which joining in another way accepts too; nil when there is
// none.
func (h *joins) invited(ctx context.Context, a *httpapi.Access) (*invitation.Invitation, error) {
	i, err := h.store.InvitationByEmail(ctx, invitation.Target{Campaign: a.Campaign.ID}, a.User.Email)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil || i.State(a.At) != invitation.Open {
		return nil, err
	}
	return i, nil
}
