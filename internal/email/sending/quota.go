package sending

import (
	"github.com/kithhq/kith/internal/email"
)

// Quota is how much the account may send.
type Quota struct {
	PerSecond float64
	Remaining int // of what it may send in 24 hours; negative when there is no limit
	State     email.ServiceState
}

// quotaUsedUp reports whether the daily quota is used up, after everything in flight is done.
func (r *run) quotaUsedUp() bool {
	if r.quotaLeft() {
		return false
	}
	r.awaitInFlight()
	return !r.quotaLeft()
}

func (r *run) quotaLeft() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.remaining != 0
}

// returnQuota adds a message that was not sent to the daily quota.
func (r *run) returnQuota() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.remaining >= 0 {
		r.remaining++
	}
}

// reserveQuota takes one message off the daily quota, and reports whether there was one left.
func (r *run) reserveQuota() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.remaining > 0 {
		r.remaining--
		return true
	}
	return r.remaining < 0
}
