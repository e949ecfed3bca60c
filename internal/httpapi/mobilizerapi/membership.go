package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
)

func (m *mobilizerRoutes) campaign(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[OwnCampaign], error) {
	if err := a.RefreshCampaign(ctx); err != nil {
		return nil, err
	}
	return httpapi.NewBody(showCampaign(a)), nil
}

// changeSelf carries out a write of the membership alone.
func (m *mobilizerRoutes) changeSelf(ctx context.Context, a *httpapi.Access, do func(*mobilizer.Mobilizer) error) (*httpapi.Body[httpapi.OwnMembership], error) {
	var body httpapi.OwnMembership
	err := m.write(ctx, a, func() error {
		changed := *a.Mobilizer
		if err := do(&changed); err != nil {
			return err
		}
		body = httpapi.NewMembership(&changed)
		return a.Commit(ctx, http.StatusOK, body, m.store.UpdateMembership(&changed)...)
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(body), nil
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

func (m *mobilizerRoutes) editProfile(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ProfileEdit
},
) (*httpapi.Body[httpapi.OwnMembership], error) {
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

func (m *mobilizerRoutes) setConsent(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ConsentRequest
},
) (*httpapi.Body[httpapi.OwnMembership], error) {
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

func (m *mobilizerRoutes) leave(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body LeaveRequest
},
) (*httpapi.Body[Left], error) {
	if a.Mobilizer == nil {
		return nil, fault.NotFound("campaign")
	}
	body := Left{in.Body.Contacts, httpapi.Timestamp(a.At)}
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
	return httpapi.NewBody(body), nil
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

func (m *mobilizerRoutes) matchSelf(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body MatchRequest
},
) (*httpapi.Body[httpapi.OwnMembership], error) {
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

func (m *mobilizerRoutes) resetSelf(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.OwnMembership], error) {
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		if err := self.CanAct(a.Campaign); err != nil {
			return err
		}
		self.ResetMatch(a.At)
		return nil
	})
}
