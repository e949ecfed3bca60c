package joinapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/joining"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/secret"
)

type joins struct {
	joiner *joining.Joiner
	phones PhoneCheck
}

// RegisterJoin adds the route that joins a campaign from its landing page. Keys are derived from the application's secret.
func RegisterJoin(api *httpapi.API, secrets *secret.Reader, phones PhoneCheck) {
	h := &joins{joining.NewJoiner(api.Store(), secrets), phones}
	const path = "/v1/mobilizer/join"
	httpapi.Register(api, httpapi.Operation{
		ID: "join-campaign", Method: http.MethodPost, Path: path, Status: http.StatusCreated,
		Summary: "Join a campaign",
		Description: "Requires the passcode if the campaign has one. After several wrong passcodes the caller must wait before each further " +
			"attempt, after many also the other callers in the client's network: 429 with Retry-After. A new passcode resets both counts. " +
			"If the caller is already a mobilizer of the campaign, returns 200 with the existing membership; after leaving, restores it, with " +
			"the earlier profile where no other is sent. " +
			"Fails with state_contradicts_zip if the zip code is in another state; ask the person, then correct the profile or send confirm_place.",
	}, httpapi.AnyUser, h.join)
	api.AlsoOK(path, "The caller was a mobilizer already, or the membership was restored.")
}

// ProfileFields holds the fields of a mobilizer's profile.
type ProfileFields struct {
	FirstName     string `json:"first_name,omitempty"`
	LastName      string `json:"last_name,omitempty"`
	PreferredName string `json:"preferred_name,omitempty"`
	City          string `json:"city,omitempty"`
	State         string `json:"state,omitempty"`
	Zip           string `json:"zip,omitempty"`
	Phone         string `json:"phone,omitempty"`
	Consent       bool   `json:"consent,omitempty" doc:"Whether the campaign's administrators may see email and phone."`
	ConfirmPlace  bool   `json:"confirm_place,omitempty" doc:"Confirms a state that the zip code contradicts."`
}

// PhoneCheck returns a phone number in E.164, or records in the checker that the input has none. It is a parameter, since the
// metadata of phone numbers is large and some functions do not need it.
type PhoneCheck func(check *fault.Checker, field, input string) string

// details returns the fields with the phone in E.164. The others are as sent.
//
// Invalid: the phone cannot be dialed.
func (p ProfileFields) details(phones PhoneCheck) (joining.Details, error) {
	var check fault.Checker
	profile := mobilizer.Profile{
		FirstName: p.FirstName, LastName: p.LastName, PreferredName: p.PreferredName, City: p.City, State: p.State, Zip: p.Zip,
		Phone: phones(&check, "phone", p.Phone),
	}
	return joining.Details{Profile: profile, Consent: p.Consent, ConfirmPlace: p.ConfirmPlace}, check.Err()
}

// JoinRequest is a request to join a campaign. First and last name are required.
type JoinRequest struct {
	Slug     string `json:"slug" doc:"Of the campaign's landing page, or an earlier one." maxLength:"200"`
	Passcode string `json:"passcode,omitempty" doc:"Required if the campaign has one." maxLength:"200"`
	ProfileFields
}

// Joined is the response to joining: 201 for a new membership, 200 for an existing or restored one.
type Joined struct {
	Status int
	Body   httpapi.Membership
}

func newJoined(m joining.Membership) *Joined {
	status := http.StatusOK
	if m.Created {
		status = http.StatusCreated
	}
	return &Joined{status, httpapi.NewMembership(m.Mobilizer)}
}

func (h *joins) join(ctx context.Context, a *httpapi.Access, in *struct{ Body JoinRequest }) (*Joined, error) {
	b := in.Body
	details, err := b.details(h.phones)
	if err != nil {
		return nil, err
	}
	by := caller(a)
	by.Network = mobilizer.ClientNetwork(apigw.RequestContextOf(ctx).Client)
	m, err := h.joiner.Join(ctx, by, joining.JoinRequest{Slug: b.Slug, Passcode: b.Passcode, Details: details}, commitMembership(a))
	if err != nil {
		return nil, withMembers(err)
	}
	return newJoined(m), nil
}

func caller(a *httpapi.Access) joining.Caller { return joining.Caller{User: a.User, At: a.At} }

// commitMembership commits writes with the response to the membership that they store.
func commitMembership(a *httpapi.Access) joining.Commit[joining.Membership] {
	return func(ctx context.Context, m joining.Membership, writes ...dynamo.Write) error {
		joined := newJoined(m)
		return a.Commit(ctx, joined.Status, joined.Body, writes...)
	}
}

// withMembers adds to a refusal the members of its problem.
func withMembers(err error) error {
	if wrong, ok := errors.AsType[*joining.WrongPasscodeError](err); ok {
		return httpapi.WithMembers(err, httpapi.ProblemMembers{AttemptsLeft: &wrong.AttemptsLeft})
	}
	if left, ok := errors.AsType[*joining.LeftError](err); ok {
		return httpapi.WithMembers(err, httpapi.ProblemMembers{Slug: left.Slug})
	}
	return err
}
