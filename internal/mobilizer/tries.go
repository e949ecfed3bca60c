package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Limits of passcode tries. A passcode has 40 bits, so a campaign's cap leaves one chance in a billion an hour.
const (
	windowTries         = 5                // of one caller in one window
	tryWindow           = 15 * time.Minute // which slides
	lifeTries           = 50               // of one caller, ever
	MaxCampaignAttempts = 1000             // wrong ones of all callers of a campaign in one hour
)

// PasscodeAttempts are one caller's passcode tries at one campaign. The zero Tries are none.
type PasscodeAttempts struct {
	Recent []time.Time // the latest, at most as many as a window allows, in order
	Total  int
}

// Add adds a try, to be stored before the passcode is compared, so that nobody tries more often than was counted.
//
// Rate limited: too many in fifteen minutes, or ever.
func (t *PasscodeAttempts) Add(at time.Time) error {
	if t.Total >= lifeTries {
		return fault.RateLimited("passcode_tries_used", "You have tried too many passcodes at this campaign. Ask whoever invited you to help you join.", 0)
	}
	if len(t.Recent) >= windowTries {
		free := t.Recent[len(t.Recent)-windowTries].Add(tryWindow)
		if at.Before(free) {
			return fault.RateLimited("passcode_tries", "You have tried too many passcodes. Please wait a quarter of an hour.", free.Sub(at)).WithTime(free)
		}
	}
	t.Recent = append(t.Recent, at)
	if n := len(t.Recent); n > windowTries {
		t.Recent = t.Recent[n-windowTries:]
	}
	t.Total++
	return nil
}

// Remaining returns how many tries there are at once at an instant.
func (t *PasscodeAttempts) Remaining(at time.Time) int {
	free := windowTries
	for _, tried := range t.Recent {
		if at.Before(tried.Add(tryWindow)) {
			free--
		}
	}
	return max(0, min(free, lifeTries-t.Total))
}
