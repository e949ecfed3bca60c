package gateway

import (
	"sync"
	"time"
)

// bucket lets through rate requests a second on average and burst at once.
type bucket struct {
	mu    sync.Mutex
	rate  float64
	burst float64
	left  float64
	last  time.Time
}

func newBucket(rate float64, burst int) *bucket {
	size := max(float64(burst), 1)
	return &bucket{rate: rate, burst: size, left: size, last: time.Now()}
}

func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.left = min(b.burst, b.left+b.rate*now.Sub(b.last).Seconds())
	b.last = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
