package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

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
	Body   OwnMembership
}

func (m *mobilizerRoutes) join(ctx context.Context, a *Access, in *struct{ Body JoinRequest }) (*Joined, error) {
	if !campaign.ValidSlug(in.Body.Slug) {
		return nil, fault.NotFound("campaign")
	}
	content, err := m.store.CampaignBySlug(ctx, in.Body.Slug)
	if err != nil {
		return nil, err
	}
	a.Campaign, a.Items = content.Campaign, content.Items
	there, err := m.present(ctx, a)
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
	if err := m.admit(ctx, a, in.Body.Passcode); err != nil {
		return nil, err
	}
	var joined *Joined
	err = dynamo.Retry(ctx, func() error {
		joined, err = m.present(ctx, a)
		if err != nil || joined != nil {
			return err
		}
		invited, err := m.invited(ctx, a)
		if err != nil {
			return err
		}
		joined, err = m.enter(ctx, a, joining, invited)
		return err
	})
	return joined, err
}

// present returns the caller's membership when there is one and they have not left: who is already a mobilizer is
// simply there.
func (m *mobilizerRoutes) present(ctx context.Context, a *Access) (*Joined, error) {
	member, err := m.store.MembershipByUser(ctx, a.Campaign.ID, a.UserID)
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
	return &Joined{http.StatusOK, showMembership(member)}, nil
}

// admit compares the passcode, after counting the try.
func (m *mobilizerRoutes) admit(ctx context.Context, a *Access, passcode string) error {
	if a.Campaign.PasscodeMAC == "" {
		return nil
	}
	if passcode == "" {
		return fault.Invalid("passcode", "This campaign asks for a passcode. Whoever invited you has it.")
	}
	left, err := m.store.CountPasscodeTry(ctx, a.Campaign.ID, a.UserID, a.At)
	if capped, ok := errors.AsType[*dynamo.PasscodeLimitError](err); ok {
		slog.WarnContext(ctx, "passcode cap reached", "campaign", string(capped.Campaign)) // the template has an alarm on it
		return fault.RateLimited("passcode_cap", "Too many wrong passcodes were tried at this campaign. Please try again later.", capped.Until.Sub(a.At)).WithTime(capped.Until)
	}
	if err != nil {
		return err
	}
	if !a.Campaign.VerifyPasscode(m.passcodes, passcode) {
		return &wrongPasscode{fault.Invalid("passcode", "This is not the campaign's passcode."), left}
	}
	return m.store.UncountPasscodeTry(ctx, a.Campaign.ID, a.At)
}

// wrongPasscode is the refusal of a passcode, with how many tries are left before waiting.
type wrongPasscode struct {
	error
	left int
}

// Unwrap returns the refusal.
func (w *wrongPasscode) Unwrap() error { return w.error }

// enter makes the caller a mobilizer, or one again who had left. An invitation that led here, nil for none, counts as
// accepted, on the given conditions.
func (m *mobilizerRoutes) enter(ctx context.Context, a *Access, j mobilizer.JoinInput, by *invitation.Invitation, on ...dynamo.Write) (*Joined, error) {
	var writes []dynamo.Write
	status := http.StatusOK
	member := a.Mobilizer
	if member != nil {
		member.Rejoin(a.User, j)
		writes = m.store.UpdateMembership(member)
	} else {
		person, known, err := m.person(ctx, a.UserID, a.Campaign.Organization, a.At)
		if err != nil {
			return nil, err
		}
		status = http.StatusCreated
		member = mobilizer.Join(a.Campaign, a.User, person, j, a.At)
		writes = append(known, m.store.CreateMembership(member)...)
	}
	if by != nil {
		by.Accept(member, a.At)
		writes = append(writes, m.store.UpdateInvitation(by)...)
	}
	writes = append(writes, on...)
	joined := &Joined{status, showMembership(member)}
	return joined, a.Commit(ctx, joined.Status, joined.Body, writes...)
}

// person returns who a user is in an organization, with the write that keeps it when they had no part in it before.
func (m *mobilizerRoutes) person(ctx context.Context, u user.ID, o organization.ID, at time.Time) (user.PersonID, []dynamo.Write, error) {
	known, err := m.store.Person(ctx, u, o)
	if err == nil {
		return known.ID, nil, nil
	}
	if !fault.Is(err, fault.KindNotFound) {
		return "", nil, err
	}
	made := &organization.Person{ID: user.PersonID(id.At(at)), User: u, Organization: o}
	return made.ID, m.store.CreatePerson(made), nil
}

func (m *mobilizerRoutes) campaign(ctx context.Context, a *Access, _ *CampaignPath) (*Body[OwnCampaign], error) {
	if err := a.Fresh(ctx); err != nil {
		return nil, err
	}
	return bodyOf(showCampaign(a)), nil
}

// changeSelf carries out a write of the membership alone.
func (m *mobilizerRoutes) changeSelf(ctx context.Context, a *Access, do func(*mobilizer.Mobilizer) error) (*Body[OwnMembership], error) {
	var body OwnMembership
	err := m.write(ctx, a, func() error {
		changed := *a.Mobilizer
		if err := do(&changed); err != nil {
			return err
		}
		body = showMembership(&changed)
		return a.Commit(ctx, http.StatusOK, body, m.store.UpdateMembership(&changed)...)
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(body), nil
}

// ProfileEdit says what to change of a profile. Fields that are left out stay; an empty string makes one unset.
type ProfileEdit struct {
	FirstName     *string `json:"first_name,omitempty"`
	LastName      *string `json:"last_name,omitempty"`
	PreferredName *string `json:"preferred_name,omitempty"`
	City          *string `json:"city,omitempty"`
	State         *string `json:"state,omitempty"`
	Zip           *string `json:"zip,omitempty"`
	Phone         *string `json:"phone,omitempty"`
}

func (m *mobilizerRoutes) editProfile(ctx context.Context, a *Access, in *struct {
	CampaignPath
	Body ProfileEdit
},
) (*Body[OwnMembership], error) {
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		if err := self.CanAct(a.Campaign); err != nil {
			return err
		}
		return self.UpdateProfile(mobilizer.ProfilePatch(in.Body))
	})
}

// ConsentRequest gives or withdraws consent.
type ConsentRequest struct {
	Consent bool `json:"consent" doc:"Whether the campaign's administrators may see e-mail and phone."`
}

func (m *mobilizerRoutes) setConsent(ctx context.Context, a *Access, in *struct {
	CampaignPath
	Body ConsentRequest
},
) (*Body[OwnMembership], error) {
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		return self.SetConsent(in.Body.Consent, a.Campaign)
	})
}

// LeaveRequest says what becomes of the contacts.
type LeaveRequest struct {
	Contacts string `json:"contacts" enum:"keep,remove" doc:"Whether the contacts stay with the campaign."`
}

// Left is the answer to leaving.
type Left struct {
	Contacts string `json:"contacts" enum:"keep,remove"`
	LeftAt   string `json:"left_at" format:"date-time"`
}

func (m *mobilizerRoutes) leave(ctx context.Context, a *Access, in *struct {
	CampaignPath
	Body LeaveRequest
},
) (*Body[Left], error) {
	if a.Mobilizer == nil {
		return nil, fault.NotFound("campaign")
	}
	body := Left{in.Body.Contacts, stamp(a.At)}
	err := m.write(ctx, a, func() error {
		gone := *a.Mobilizer
		if err := gone.Leave(a.At); err != nil {
			return err
		}
		writes := m.store.UpdateMembership(&gone)
		if in.Body.Contacts == "remove" {
			writes = m.store.DeleteMembership(a.Mobilizer)
		}
		return a.Commit(ctx, http.StatusOK, body, writes...)
	})
	if err != nil {
		return nil, err
	}
	return bodyOf(body), nil
}

// MatchRequest chooses a voter, or says why there is none: exactly one of the two.
type MatchRequest struct {
	CanonicalVoterID string `json:"canonical_voter_id,omitempty" doc:"The voter, as the voter file names them." maxLength:"200"`
	Status           string `json:"status,omitempty" doc:"Why there is no voter: REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES."`
}

// chosen returns the voter that the request confirms, or nil when it gives a status instead.
//
// Invalid: it gives both or neither, or no voter file of the organization has the voter.
func (m *mobilizerRoutes) chosen(ctx context.Context, o organization.ID, in MatchRequest) (*voter.Voter, error) {
	if (in.CanonicalVoterID == "") == (in.Status == "") {
		return nil, fault.Invalid("canonical_voter_id", "Send either canonical_voter_id or status.")
	}
	if in.Status != "" {
		return nil, nil
	}
	found, err := m.store.VoterByID(ctx, o, in.CanonicalVoterID)
	if fault.Is(err, fault.KindNotFound) {
		return nil, fault.Invalid("canonical_voter_id", "No voter file of this organization has this voter.")
	}
	return found, err
}

func (m *mobilizerRoutes) matchSelf(ctx context.Context, a *Access, in *struct {
	CampaignPath
	Body MatchRequest
},
) (*Body[OwnMembership], error) {
	chosen, err := m.chosen(ctx, a.Organization, in.Body)
	if err != nil {
		return nil, err
	}
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		if err := self.CanAct(a.Campaign); err != nil {
			return err
		}
		if chosen == nil {
			return self.SetMatchStatus(voter.Status(in.Body.Status), a.At)
		}
		self.ConfirmMatch(*chosen, a.At)
		return nil
	})
}

func (m *mobilizerRoutes) resetSelf(ctx context.Context, a *Access, _ *CampaignPath) (*Body[OwnMembership], error) {
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		if err := self.CanAct(a.Campaign); err != nil {
			return err
		}
		self.ResetMatch(a.At)
		return nil
	})
}
