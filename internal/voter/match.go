package voter

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Confirm returns the match with a voter, whose values are copied. Choosing the same voter again keeps the time of the
// first choice; choosing another one moves it.
func (m Match) Confirm(v Voter, at time.Time) Match {
	if m.Status == Confirmed && m.Voter.CanonicalID == v.CanonicalID {
		return Match{Status: Confirmed, Voter: v, At: m.At}
	}
	return Match{Status: Confirmed, Voter: v, At: at}
}

// Unmatched returns the match that says why no voter was chosen.
//
// Invalid: the status is unknown, or is one that is reached in another way: Confirmed by choosing a voter, Pending by
// resetting.
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
