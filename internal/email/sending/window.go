package sending

import (
	"sync"
	"time"
)

// window keeps the number of messages within any second at the account's quota, also when some were claimed late and are sent
// close to those after them. It is safe for concurrent use.
type window struct {
	length time.Duration

	mu   sync.Mutex
	sent []time.Time // when each of the latest messages was sent, as many as may be sent within the length
	next int         // index of the oldest
}

// newWindow returns the window of a quota. It is half a hundredth longer than the quota's, because messages may arrive a little closer
// together than they are sent, and shorter than that many messages take at the pace, so that a late one is caught up with.
func newWindow(perSecond float64) *window {
	perSecond = max(perSecond, 0.01)
	count := max(1, int(perSecond))
	return &window{length: time.Duration(1.005 * float64(count) / perSecond * float64(time.Second)), sent: make([]time.Time, count)}
}

// reserve reserves a place for one message, and returns the place with the earliest time at which to send the message.
func (w *window) reserve(now time.Time) (place int, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	place, at = w.next, now
	if free := w.sent[place].Add(w.length); free.After(at) {
		at = free
	}
	w.sent[place] = at
	w.next = (place + 1) % len(w.sent)
	return place, at
}

// confirm notes when the message of a place is sent.
func (w *window) confirm(place int, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at.After(w.sent[place]) {
		w.sent[place] = at
	}
}
