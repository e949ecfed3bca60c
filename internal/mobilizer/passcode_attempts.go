package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Limits of passcode attempts. A passcode has 40 bits, so a campaign's limit leaves one chance in a billion an hour.
const (
	maxRecentAttempts   = 5                // of one caller in attemptWindow
	attemptWindow       = 15 * time.Minute // sliding
	maxTotalAttempts    = 50               // of one caller, ever
	MaxCampaignAttempts = 1000             // failed ones of all callers of a campaign in one hour
)

// PasscodeAttempts are one caller's attempts to enter the passcode of one campaign. The zero value has none.
type PasscodeAttempts struct {
	Recent []time.Time // the latest maxRecentAttempts, in order
	Total  int
}

// Add counts an attempt. The caller must store the result before it compares the passcode, so that no attempt goes
// uncounted.
//
// Rate limited: there were too many attempts in fifteen minutes, or ever.
func (a *PasscodeAttempts) Add(at time.Time) error {
	if a.Total >= maxTotalAttempts {
		return fault.RateLimited("passcode_tries_used",
			"You have tried too many passcodes at this campaign. Ask the person who invited you for help.", 0)
	}
	if len(a.Recent) >= maxRecentAttempts {
		next := a.Recent[len(a.Recent)-maxRecentAttempts].Add(attemptWindow)
		if at.Before(next) {
			return fault.RateLimited("passcode_tries",
				"You have tried too many passcodes. Try again in 15 minutes.", next.Sub(at)).WithTime(next)
		}
	}
	a.Recent = append(a.Recent, at)
	if n := len(a.Recent); n > maxRecentAttempts {
		a.Recent = a.Recent[n-maxRecentAttempts:]
	}
	a.Total++
	return nil
}

// Remaining returns the number of attempts that are possible at an instant without waiting.
func (a *PasscodeAttempts) Remaining(at time.Time) int {
	remaining := maxRecentAttempts
	for _, attempt := range a.Recent {
		if at.Before(attempt.Add(attemptWindow)) {
			remaining--
		}
	}
	return max(0, min(remaining, maxTotalAttempts-a.Total))
}
