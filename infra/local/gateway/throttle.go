package gateway

import (
	"sync"
	"time"
)

// bucket is a token bucket: rate requests per second on average, burst at once.
type bucket struct {
	mu     sync.Mutex
	rate   float64
	burst  float64
	tokens float64
	last   time.Time
}

func newBucket(rate float64, burst int) *bucket {
	size := max(float64(burst), 1)
	return &bucket{rate: rate, burst: size, tokens: size, last: time.Now()}
}

// take takes a token and reports whether there was one.
func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.last).Seconds())
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
