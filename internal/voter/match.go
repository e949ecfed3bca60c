package voter

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Confirm returns a confirmed match with a copy of the voter's values. Confirming the same voter again keeps the time of
// the first confirmation.
func (m Match) Confirm(v Voter, at time.Time) Match {
	if m.Status == Confirmed && m.Voter.CanonicalID == v.CanonicalID {
		return Match{Status: Confirmed, Voter: v, At: m.At}
	}
	return Match{Status: Confirmed, Voter: v, At: at}
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
