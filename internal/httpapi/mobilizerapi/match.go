package mobilizerapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/mobilizing"
	"github.com/kithhq/kith/internal/voter"
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
	Status           string `json:"status,omitempty" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES" doc:"Why there is no voter. PENDING and CONFIRMED are refused: delete the match, or send a voter."`
}

// choose returns the choice of a request.
//
// Invalid: it gives none or several, or no voter file of the organization has the voter. Rate limited: too many attempts.
func (m *mobilizerRoutes) choose(ctx context.Context, a *httpapi.Access, in MatchRequest) (mobilizing.Choice, error) {
	given := 0
	for _, field := range []string{in.Candidate, in.CanonicalVoterID, in.Status} {
		if field != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return mobilizing.Choice{}, fault.Invalid("canonical_voter_id", "Send either candidate, canonical_voter_id or status.")
	case in.Status != "":
		return mobilizing.Choice{Status: voter.Status(in.Status)}, nil
	case in.Candidate != "":
		return m.chooseCandidate(ctx, a, in.Candidate)
	}
	return m.service.ChooseByID(ctx, newCaller(a), in.CanonicalVoterID)
}

// chooseCandidate returns the choice of a search's candidate.
func (m *mobilizerRoutes) chooseCandidate(ctx context.Context, a *httpapi.Access, token string) (mobilizing.Choice, error) {
	refused := fault.Invalid("candidate", "This candidate has expired or belongs to somebody else. Search again.")
	var candidate candidateToken
	if err := m.candidateCursor(a).Position(token, &candidate); err != nil {
		return mobilizing.Choice{}, refused
	}
	choice, err := m.service.ChooseCandidate(ctx, newCaller(a), voter.Ref{File: candidate.File, CanonicalID: candidate.ID}, candidate.Evidence)
	if fault.Is(err, fault.KindNotFound) {
		return mobilizing.Choice{}, refused
	}
	return choice, err
}

func (m *mobilizerRoutes) updateMyMatch(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body MatchRequest
},
) (*httpapi.Body[httpapi.Membership], error) {
	choice, err := m.choose(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	return writeMembership(ctx, a, func() (*mobilizer.Mobilizer, []dynamo.Write, error) {
		return m.service.MatchMobilizer(ctx, newCaller(a), choice)
	})
}

func (m *mobilizerRoutes) deleteMyMatch(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.Membership], error) {
	return writeMembership(ctx, a, func() (*mobilizer.Mobilizer, []dynamo.Write, error) {
		return m.service.ResetOwnMatch(newCaller(a))
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
	choice, err := m.choose(ctx, a, in.Body)
	if err != nil {
		return nil, err
	}
	return httpapi.Write(ctx, a, http.StatusOK, func() (MatchedContact, []dynamo.Write, error) {
		c, duplicates, writes, err := m.service.MatchContact(ctx, newCaller(a), in.Contact, choice)
		if err != nil {
			return MatchedContact{}, nil, err
		}
		return MatchedContact{newContactStatus(a, c), newLikelyDuplicates(duplicates)}, writes, nil
	})
}

func (m *mobilizerRoutes) deleteContactMatch(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactStatus], error) {
	return writeStatus(ctx, a, func(by *mobilizing.Caller) (*contact.Contact, []dynamo.Write, error) {
		return m.service.ResetContactMatch(ctx, by, in.Contact)
	})
}
