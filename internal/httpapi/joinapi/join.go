package joinapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

const joinPath = "/v1/mobilizer/join"

// joins answers people who join a campaign from its landing page.
type joins struct {
	store     *dynamo.Store
	passcodes []byte // the key that passcodes are compared under
}

// RegisterJoin adds joining a campaign. Keys are derived from the application's secret.
func RegisterJoin(api *httpapi.API, secret []byte) {
	h := &joins{api.Store(), httpapi.PasscodeKey(secret)}
	httpapi.Register(api, httpapi.Operation{
		ID: "join-campaign", Method: http.MethodPost, Path: joinPath, Status: http.StatusCreated,
		Summary: "Join a campaign",
		Description: "Requires the passcode if the campaign has one. If the caller is already a mobilizer of the campaign, returns " +
			"200 with the existing membership; after leaving, restores it.",
	}, httpapi.AnyUser, h.join)
	api.AlsoOK(joinPath, "Was a mobilizer already, or is one again")
}

// JoinRequest is what somebody sends who joins.
type JoinRequest struct {
	Slug          string `json:"slug" doc:"Of the campaign's landing page." maxLength:"200"`
	Passcode      string `json:"passcode,omitempty" doc:"If the campaign asks for one." maxLength:"200"`
	FirstName     string `json:"first_name,omitempty" doc:"Always asked."`
	LastName      string `json:"last_name,omitempty" doc:"Always asked."`
	PreferredName string `json:"preferred_name,omitempty"`
	City          string `json:"city,omitempty"`
	State         string `json:"state,omitempty"`
	Zip           string `json:"zip,omitempty"`
	Phone         string `json:"phone,omitempty"`
	Consent       bool   `json:"consent,omitempty" doc:"To share e-mail and phone with the campaign's administrators."`
}

func (r JoinRequest) joining() (mobilizer.JoinInput, error) {
	profile, err := mobilizer.Profile{
		FirstName: r.FirstName, LastName: r.LastName, PreferredName: r.PreferredName, City: r.City, State: r.State,
		Zip: r.Zip, Phone: r.Phone,
	}.Clean()
	return mobilizer.JoinInput{Profile: profile, Consent: r.Consent}, err
}

// Joined is the answer to joining: 201 for a new membership, 200 for one that was there.
type Joined struct {
	Status int
	Body   httpapi.Membership
}

func (h *joins) join(ctx context.Context, a *httpapi.Access, in *struct{ Body JoinRequest }) (*Joined, error) {
	if !campaign.ValidSlug(in.Body.Slug) {
		return nil, fault.NotFound("campaign")
	}
	content, err := h.store.CampaignBySlug(ctx, in.Body.Slug)
	if err != nil {
		return nil, err
	}
	a.Campaign, a.Items = content.Campaign, content.Items
	there, err := h.present(ctx, a)
	if err != nil || there != nil {
		return there, err
	}
	if err := mobilizer.CanJoin(a.Campaign); err != nil {
		return nil, err
	}
	joining, err := in.Body.joining()
	if err != nil {
		return nil, err
	}
	if err := h.admit(ctx, a, in.Body.Passcode); err != nil {
		return nil, err
	}
	var joined *Joined
	err = dynamo.Retry(ctx, func() error {
		joined, err = h.present(ctx, a)
		if err != nil || joined != nil {
			return err
		}
		invited, err := h.invited(ctx, a)
		if err != nil {
			return err
		}
		joined, err = h.enter(ctx, a, joining, invited)
		return err
	})
	return joined, err
}

// present returns the caller's membership when there is one and they have not left: who is already a mobilizer is
// simply there.
func (h *joins) present(ctx context.Context, a *httpapi.Access) (*Joined, error) {
	member, err := h.store.MembershipByUser(ctx, a.Campaign.ID, a.UserID)
	if fault.Is(err, fault.KindNotFound) {
		a.Mobilizer = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a.Mobilizer = member
	if member.HasLeft() {
		return nil, nil
	}
	return &Joined{http.StatusOK, httpapi.NewMembership(member)}, nil
}

// admit compares the passcode, after counting the try.
func (h *joins) admit(ctx context.Context, a *httpapi.Access, passcode string) error {
	if a.Campaign.PasscodeMAC == "" {
		return nil
	}
	if passcode == "" {
		return fault.Invalid("passcode", "This campaign asks for a passcode. Whoever invited you has it.")
	}
	left, err := h.store.CountPasscodeAttempt(ctx, a.Campaign.ID, a.UserID, a.At)
	if capped, ok := errors.AsType[*dynamo.PasscodeLimitError](err); ok {
		slog.WarnContext(ctx, "passcode cap reached", "campaign", string(capped.Campaign)) // the template has an alarm on it
		return fault.RateLimited("passcode_cap", "Too many wrong passcodes were tried at this campaign. Please try again later.", capped.Until.Sub(a.At)).WithTime(capped.Until)
	}
	if err != nil {
		return err
	}
	if !a.Campaign.VerifyPasscode(h.passcodes, passcode) {
		return &wrongPasscode{fault.Invalid("passcode", "This is not the campaign's passcode."), left}
	}
	return h.store.UncountPasscodeAttempt(ctx, a.Campaign.ID, a.At)
}

// wrongPasscode is the refusal of a passcode, with how many tries are left before waiting.
type wrongPasscode struct {
	error
	left int
}

// Unwrap returns the refusal.
func (w *wrongPasscode) Unwrap() error { return w.error }

// Members returns how many tries are left.
func (w *wrongPasscode) Members() httpapi.ProblemMembers {
	return httpapi.ProblemMembers{TriesLeft: &w.left}
}

// enter makes the caller a mobilizer, or one again who had left. An invitation that led here, nil for none, counts as
// accepted, on the given conditions.
func (h *joins) enter(ctx context.Context, a *httpapi.Access, j mobilizer.JoinInput, by *invitation.Invitation, on ...dynamo.Write) (*Joined, error) {
	var writes []dynamo.Write
	status := http.StatusOK
	member := a.Mobilizer
	if member != nil {
		member.Rejoin(a.User, j)
		writes = h.store.UpdateMembership(member)
	} else {
		person, known, err := h.person(ctx, a.UserID, a.Campaign.Organization, a.At)
		if err != nil {
			return nil, err
		}
		status = http.StatusCreated
		member = mobilizer.Join(a.Campaign, a.User, person, j, a.At)
		writes = append(known, h.store.CreateMembership(member)...)
	}
	if by != nil {
		by.Accept(member, a.At)
		writes = append(writes, h.store.UpdateInvitation(by)...)
	}
	writes = append(writes, on...)
	joined := &Joined{status, httpapi.NewMembership(member)}
	return joined, a.Commit(ctx, joined.Status, joined.Body, writes...)
}

// person returns who a user is in an organization, with the write that keeps it when they had no part in it before.
func (h *joins) person(ctx context.Context, u user.ID, o organization.ID, at time.Time) (user.PersonID, []dynamo.Write, error) {
	known, err := h.store.Person(ctx, u, o)
	if err == nil {
		return known.ID, nil, nil
	}
	if !fault.Is(err, fault.KindNotFound) {
		return "", nil, err
	}
	made := &organization.Person{ID: user.PersonID(id.At(at)), User: u, Organization: o}
	return made.ID, h.store.CreatePerson(made), nil
}
