package voter

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/voter/match"
)

// Confirm returns a confirmed match with a copy of the voter's values. Confirming the same voter again keeps the time and
// the method of the first confirmation.
func (m Match) Confirm(v Voter, how Evidence, at time.Time) Match {
	confirmed := Match{
		Status: Confirmed, Voter: v.copied(), At: at, Method: how.Method, Confidence: how.P,
		Household: match.Household(fiveDigits(v.Zip), v.Street),
	}
	if m.Is(&v) {
		confirmed.At, confirmed.Method, confirmed.Confidence = m.At, m.Method, m.Confidence
	}
	return confirmed
}

// Is reports whether the match is confirmed with the voter.
func (m Match) Is(v *Voter) bool {
	return m.Status == Confirmed && m.Voter.CanonicalID == v.CanonicalID
}

// copied returns the voter with the values that a match copies.
func (v Voter) copied() Voter {
	return Voter{
		CanonicalID: v.CanonicalID, StateFileID: v.StateFileID, FirstName: v.FirstName, LastName: v.LastName, City: v.City,
		State: v.State, Zip: v.Zip,
	}
}

// Unmatched returns the match that records why no voter was chosen. It fails with invalid if the status is unknown,
// Confirmed (choose a voter) or Pending (reset the match).
func Unmatched(status Status) (Match, error) {
	switch status {
	case RegEligible, RegIneligible, RegUncertain, NoMatches:
		return Match{Status: status}, nil
	case Confirmed:
		return Match{}, fault.Invalid("status", "Send canonical_voter_id to confirm a voter.")
	case Pending:
		return Match{}, fault.Invalid("status", "Delete the match to make it pending again.")
	}
	return Match{}, fault.Invalid("status", "Use REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.")
}
