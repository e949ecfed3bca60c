package mobilizing

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// Choice is the outcome of a search: a voter, or why there is none.
type Choice struct {
	Voter    *voter.Voter // nil for none
	Evidence voter.Evidence
	Status   voter.Status // without a voter
}

// ChooseByID returns the choice of a voter by the id of the voter file.
//
// Invalid: no voter file of the organization has the voter. Rate limited: too many attempts.
func (s *Service) ChooseByID(ctx context.Context, by *Caller, canonicalID string) (Choice, error) {
	found, err := s.store.VoterByID(ctx, by.Campaign.Organization, canonicalID)
	if fault.Is(err, fault.KindNotFound) {
		return Choice{}, s.refuseID(ctx, by, canonicalID)
	}
	if err != nil {
		return Choice{}, err
	}
	return Choice{Voter: found, Evidence: voter.Evidence{By: by.Mobilizer.User, Method: voter.ByID}}, nil
}

// ChooseCandidate returns the choice of a candidate of a search.
//
// Not found: the voter's file was removed since.
func (s *Service) ChooseCandidate(ctx context.Context, by *Caller, ref voter.Ref, evidence voter.Evidence) (Choice, error) {
	voters, err := s.store.VotersByRef(ctx, by.Campaign.Organization, []voter.Ref{ref})
	if err != nil {
		return Choice{}, err
	}
	if voters[ref] == nil {
		return Choice{}, fault.NotFound("voter")
	}
	return Choice{Voter: voters[ref], Evidence: evidence}, nil
}

// MatchMobilizer returns the caller's membership with a match, and the writes that store it.
//
// Forbidden, conflict: the mobilizer has left or the campaign is not active. Invalid: the voter was given by id and does not
// agree with the name, or the status is not allowed. Rate limited: too many such attempts.
func (s *Service) MatchMobilizer(ctx context.Context, by *Caller, choice Choice) (*mobilizer.Mobilizer, []dynamo.Write, error) {
	changed := *by.Mobilizer
	if err := changed.CanAct(by.Campaign); err != nil {
		return nil, nil, err
	}
	if choice.Voter == nil {
		if err := changed.SetMatchStatus(choice.Status, by.At); err != nil {
			return nil, nil, err
		}
		return &changed, s.store.UpdateMembership(&changed), nil
	}
	if err := s.checkAgreement(ctx, by, choice, knownOfMobilizer(&changed)); err != nil {
		return nil, nil, err
	}
	changed.ConfirmMatch(*choice.Voter, choice.Evidence, by.At)
	return &changed, s.store.UpdateMembership(&changed), nil
}

// ResetOwnMatch returns the caller's membership without a match, and the writes that store it.
//
// Forbidden, conflict: the mobilizer has left or the campaign is not active.
func (s *Service) ResetOwnMatch(by *Caller) (*mobilizer.Mobilizer, []dynamo.Write, error) {
	changed := *by.Mobilizer
	if err := changed.CanAct(by.Campaign); err != nil {
		return nil, nil, err
	}
	changed.ResetMatch(by.At)
	return &changed, s.store.UpdateMembership(&changed), nil
}

// MatchContact returns a contact with a match, the caller's other contacts with the same voter, and the writes that store it.
//
// It fails as UpdateContact and MatchMobilizer do.
func (s *Service) MatchContact(ctx context.Context, by *Caller, contactID string, choice Choice) (*contact.Contact, []Duplicate, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, nil, err
	}
	if choice.Voter == nil {
		if err := c.SetMatchStatus(choice.Status, by.moment()); err != nil {
			return nil, nil, nil, err
		}
		return c, nil, s.store.UpdateContact(c), nil
	}
	if err := s.checkAgreement(ctx, by, choice, knownOfContact(c, nil)); err != nil {
		return nil, nil, nil, err
	}
	c.ConfirmMatch(*choice.Voter, choice.Evidence, by.moment())
	duplicates, err := s.duplicatesByVoter(ctx, by, c)
	if err != nil {
		return nil, nil, nil, err
	}
	return c, duplicates, s.store.UpdateContact(c), nil
}

// ResetContactMatch returns a contact without a match, and the writes that store it.
//
// It fails as UpdateContact does.
func (s *Service) ResetContactMatch(ctx context.Context, by *Caller, contactID string) (*contact.Contact, []dynamo.Write, error) {
	c, err := s.editable(ctx, by, contactID)
	if err != nil {
		return nil, nil, err
	}
	c.ResetMatch(by.moment())
	return c, s.store.UpdateContact(c), nil
}

// checkAgreement fails if a voter who was given by id does not agree with the person, so that voters cannot be read by
// guessing ids.
func (s *Service) checkAgreement(ctx context.Context, by *Caller, choice Choice, k Known) error {
	if choice.Evidence.Method != voter.ByID || match.Plausible(k.Input, choice.Voter.Entry(), choice.Voter.City) {
		return nil
	}
	return s.refuseID(ctx, by, choice.Voter.CanonicalID)
}

// refuseID counts an attempt to match by an id that is unknown or does not agree, and returns one error for both.
func (s *Service) refuseID(ctx context.Context, by *Caller, canonicalID string) error {
	if err := s.countSearches(ctx, by, []uint32{voter.SearchKey("id", canonicalID)}); err != nil {
		return err
	}
	return fault.Invalid("canonical_voter_id", "No voter file of this organization has this voter under this name.")
}
