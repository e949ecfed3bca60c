package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

func (m *mobilizerRoutes) campaign(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[MyCampaign], error) {
	if err := a.RefreshCampaign(ctx); err != nil {
		return nil, err
	}
	return httpapi.NewBody(showCampaign(a)), nil
}

// changeSelf carries out a write of the membership alone.
func (m *mobilizerRoutes) changeSelf(ctx context.Context, a *httpapi.Access, do func(*mobilizer.Mobilizer) error) (*httpapi.Body[httpapi.Membership], error) {
	var body httpapi.Membership
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

// ProfileUpdate says what to change of a profile. Fields that are left out stay; an empty string makes one unset.
type ProfileUpdate struct {
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
	Body ProfileUpdate
},
) (*httpapi.Body[httpapi.Membership], error) {
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
) (*httpapi.Body[httpapi.Membership], error) {
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		return self.SetConsent(in.Body.Consent, a.Campaign)
	})
}

// LeaveRequest says what becomes of the contacts.
type LeaveRequest struct {
	Contacts string `json:"contacts" enum:"keep,remove" doc:"Whether the contacts stay with the campaign."`
}

// LeaveResult is the answer to leaving.
type LeaveResult struct {
	Contacts string `json:"contacts" enum:"keep,remove"`
	LeftAt   string `json:"left_at" format:"date-time"`
}

func (m *mobilizerRoutes) leave(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body LeaveRequest
},
) (*httpapi.Body[LeaveResult], error) {
	if a.Mobilizer == nil {
		return nil, fault.NotFound("campaign")
	}
	body := LeaveResult{in.Body.Contacts, httpapi.Timestamp(a.At)}
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

// matchDescription describes both routes that match.
const matchDescription = "Send one of candidate, canonical_voter_id and status. A candidate comes from a search. A voter given by " +
	"canonical_voter_id must agree with the name; attempts that do not are counted like searches."

// MatchRequest chooses a voter, or says why there is none: exactly one of the three.
type MatchRequest struct {
	Candidate        string `json:"candidate,omitempty" doc:"A candidate of a search." maxLength:"2000"`
	CanonicalVoterID string `json:"canonical_voter_id,omitempty" doc:"The voter, by the id of the voter file." maxLength:"200"`
	Status           string `json:"status,omitempty" doc:"Why there is no voter: REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES."`
}

// chosenVoter is the voter that a request confirms.
type chosenVoter struct {
	voter.Voter
	evidence voter.Evidence
}

// chosen returns the voter that the request confirms, or nil if it gives a status instead.
//
// Invalid: it gives none or several, or no voter file of the organization has the voter. Rate limited: too many attempts.
func (m *mobilizerRoutes) chosen(ctx context.Context, a *httpapi.Access, in MatchRequest) (*chosenVoter, error) {
	given := 0
	for _, field := range []string{in.Candidate, in.CanonicalVoterID, in.Status} {
		if field != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, fault.Invalid("canonical_voter_id", "Send either candidate, canonical_voter_id or status.")
	case in.Status != "":
		return nil, nil
	case in.Candidate != "":
		return m.chosenCandidate(ctx, a, in.Candidate)
	}
	found, err := m.store.VoterByID(ctx, a.Organization, in.CanonicalVoterID)
	if fault.Is(err, fault.KindNotFound) {
		return nil, m.refuseID(ctx, a, in.CanonicalVoterID)
	}
	if err != nil {
		return nil, err
	}
	return &chosenVoter{*found, voter.Evidence{By: a.UserID, Method: voter.ByID}}, nil
}

// checkAgreement fails if a voter who was given by id does not agree with the person, so that voters cannot be read by
// guessing ids.
func (m *mobilizerRoutes) checkAgreement(ctx context.Context, a *httpapi.Access, chosen *chosenVoter, k known) error {
	if chosen.evidence.Method != voter.ByID || match.Plausible(k.input, chosen.Entry(), chosen.City) {
		return nil
	}
	return m.refuseID(ctx, a, chosen.CanonicalID)
}

// refuseID counts an attempt to match by an id that is unknown or does not agree, and returns one error for both.
func (m *mobilizerRoutes) refuseID(ctx context.Context, a *httpapi.Access, canonicalID string) error {
	if err := m.countSearches(ctx, a, []uint32{voter.SearchKey("id", canonicalID)}); err != nil {
		return err
	}
	return fault.Invalid("canonical_voter_id", "No voter file of this organization has this voter under this name.")
}

// chosenCandidate returns the voter of a search's candidate.
func (m *mobilizerRoutes) chosenCandidate(ctx context.Context, a *httpapi.Access, token string) (*chosenVoter, error) {
	refused := fault.Invalid("candidate", "This candidate has expired or belongs to somebody else. Search again.")
	var candidate candidateToken
	if err := m.candidateCursor(a).Position(token, &candidate); err != nil {
		return nil, refused
	}
	ref := voter.Ref{File: candidate.File, CanonicalID: candidate.ID}
	voters, err := m.store.VotersByRef(ctx, a.Organization, []voter.Ref{ref})
	if err != nil {
		return nil, err
	}
	if voters[ref] == nil {
		return nil, refused
	}
	return &chosenVoter{*voters[ref], candidate.Evidence}, nil
}

func (m *mobilizerRoutes) matchSelf(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body MatchRequest
},
) (*httpapi.Body[httpapi.Membership], error) {
	chosen, err := m.chosen(ctx, a, in.Body)
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
		if err := m.checkAgreement(ctx, a, chosen, knownOfSelf(a)); err != nil {
			return err
		}
		self.ConfirmMatch(chosen.Voter, chosen.evidence, a.At)
		return nil
	})
}

func (m *mobilizerRoutes) resetSelf(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.Membership], error) {
	return m.changeSelf(ctx, a, func(self *mobilizer.Mobilizer) error {
		if err := self.CanAct(a.Campaign); err != nil {
			return err
		}
		self.ResetMatch(a.At)
		return nil
	})
}
