package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

func (m *mobilizerRoutes) registerMatches(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "update-my-match", Method: http.MethodPut, Path: campaignPrefix + "/match",
		Summary:     "Match the caller to a voter",
		Description: matchDescription,
	}, httpapi.CampaignMobilizer, m.updateMyMatch)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-my-match", Method: http.MethodDelete, Path: campaignPrefix + "/match",
		Summary:     "Reset the caller's match",
		Description: "The match status becomes PENDING.",
	}, httpapi.CampaignMobilizer, m.deleteMyMatch)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-contact-match", Method: http.MethodPut, Path: contactPrefix + "/match",
		Summary:     "Match a contact to a voter",
		Description: matchDescription + " The caller's other contacts with the same voter are in likely_duplicates; nothing is refused for it.",
	}, httpapi.CampaignMobilizer, m.updateContactMatch)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-contact-match", Method: http.MethodDelete, Path: contactPrefix + "/match",
		Summary:     "Reset a contact's match",
		Description: "Its match status becomes PENDING.",
	}, httpapi.CampaignMobilizer, m.deleteContactMatch)
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

func (m *mobilizerRoutes) updateMyMatch(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body MatchRequest
},
) (*httpapi.Body[httpapi.Membership], error) {
	chosen, err := m.chosen(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	return m.writeMembership(ctx, a, func(member *mobilizer.Mobilizer) error {
		if err := member.CanAct(a.Campaign); err != nil {
			return err
		}
		if chosen == nil {
			return member.SetMatchStatus(voter.Status(in.Body.Status), a.At)
		}
		if err := m.checkAgreement(ctx, a, chosen, knownOfSelf(a)); err != nil {
			return err
		}
		member.ConfirmMatch(chosen.Voter, chosen.evidence, a.At)
		return nil
	})
}

func (m *mobilizerRoutes) deleteMyMatch(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.Membership], error) {
	return m.writeMembership(ctx, a, func(member *mobilizer.Mobilizer) error {
		if err := member.CanAct(a.Campaign); err != nil {
			return err
		}
		member.ResetMatch(a.At)
		return nil
	})
}

// MatchedContact is a contact after a match, with the other contacts that are matched to the same voter.
type MatchedContact struct {
	ContactStatus
	Duplicates []LikelyDuplicate `json:"likely_duplicates,omitempty" doc:"The caller's other contacts that are matched to this voter: likely the same person."`
}

func (m *mobilizerRoutes) updateContactMatch(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	Body MatchRequest
},
) (*httpapi.Body[MatchedContact], error) {
	chosen, err := m.chosen(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	return httpapi.Write(ctx, a, http.StatusOK, func() (MatchedContact, []dynamo.Write, error) {
		c, err := m.readEditableContact(ctx, a, in.Contact)
		if err != nil {
			return MatchedContact{}, nil, err
		}
		if chosen == nil {
			if err := c.SetMatchStatus(voter.Status(in.Body.Status), a.Moment()); err != nil {
				return MatchedContact{}, nil, err
			}
			return MatchedContact{ContactStatus: newContactStatus(a, c)}, m.store.UpdateContact(c), nil
		}
		if err := m.checkAgreement(ctx, a, chosen, knownOf(c, nil)); err != nil {
			return MatchedContact{}, nil, err
		}
		c.ConfirmMatch(chosen.Voter, chosen.evidence, a.Moment())
		duplicates, err := m.duplicatesByVoter(ctx, a, c)
		if err != nil {
			return MatchedContact{}, nil, err
		}
		return MatchedContact{newContactStatus(a, c), duplicates}, m.store.UpdateContact(c), nil
	})
}

func (m *mobilizerRoutes) deleteContactMatch(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactStatus], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ContactStatus, []dynamo.Write, error) {
		c, err := m.readEditableContact(ctx, a, in.Contact)
		if err != nil {
			return ContactStatus{}, nil, err
		}
		c.ResetMatch(a.Moment())
		return newContactStatus(a, c), m.store.UpdateContact(c), nil
	})
}
