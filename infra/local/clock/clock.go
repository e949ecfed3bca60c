// Package clock is the clock whose time the local cloud puts into events. It is the machine's clock plus a shift that
// tests set. Leases, token expiry, timeouts and presigning use the machine's clock.
package clock

import (
	"sync"
	"time"
)

// Clock returns the machine's time plus a shift. The zero value has no shift.
type Clock struct {
	mu      sync.Mutex
	shift   time.Duration
	changed chan struct{}
}

// Now returns the shifted time in UTC.
func (c *Clock) Now() time.Time {
	return time.Now().UTC().Add(c.Shift())
}

// Shift returns how far the clock is ahead of the machine's; it is negative if the clock is behind.
func (c *Clock) Shift() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shift
}

// SetShift sets the shift to d.
func (c *Clock) SetShift(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shift = d
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// Set sets the clock to at. It keeps running from there.
func (c *Clock) Set(at time.Time) {
	c.SetShift(time.Until(at))
}

// Changed returns a channel that is closed at the next change of the shift, for callers that wait for a time.
func (c *Clock) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed
}
