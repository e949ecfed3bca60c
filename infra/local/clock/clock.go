// Package clock is the one clock that the local cloud stamps events with. It runs with the machine's clock, plus a shift
// that tests move. Leases, token expiry, timeouts and presigning use the machine's own clock instead.
package clock

import (
	"sync"
	"time"
)

// Clock tells the machine's time plus a shift. The zero value has no shift.
type Clock struct {
	mu      sync.Mutex
	shift   time.Duration
	changed chan struct{}
}

// Now returns the shifted time in UTC.
func (c *Clock) Now() time.Time {
	return time.Now().UTC().Add(c.Shift())
}

// Shift returns how far the clock is ahead of the machine's; negative when it is behind.
func (c *Clock) Shift() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shift
}

// SetShift puts the clock d ahead of the machine's, whatever its shift was.
func (c *Clock) SetShift(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shift = d
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// Set puts the clock to at; it keeps running from there.
func (c *Clock) Set(at time.Time) {
	c.SetShift(time.Until(at))
}

// Changed returns a channel that is closed at the next change of the shift, for those who wait for a time to come.
func (c *Clock) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed
}
