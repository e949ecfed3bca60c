package metricstest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

// Errors that faults return.
var (
	errOutage = errors.New("metricstest: the store is down")
	errLost   = errors.New("metricstest: the answer was lost, the update was not")
	errDead   = errors.New("metricstest: the process is dead")
)

// process is one function process in front of shared counters and a shared aside place: its calls fail, some after they
// took effect, and it may die, after which nothing it does reaches anybody.
type process struct {
	counters metrics.CounterStore

	mu     sync.Mutex
	random *rand.Rand
	outage float64 // chance that a call fails without effect
	lost   float64 // chance that a call takes effect and fails
	dies   int     // calls until it dies; negative: never
	after  bool    // whether it dies after that call's effect
	dead   bool
}

// call decides the fate of one store call: whether it takes effect, and with which error it ends (nil: its own).
func (p *process) call() (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return false, errDead
	}
	if p.dies == 0 {
		p.dead = true
		return p.after, errDead
	}
	p.dies--
	switch chance := p.random.Float64(); {
	case chance < p.outage:
		return false, errOutage
	case chance < p.outage+p.lost:
		return true, errLost
	}
	return true, nil
}

func (p *process) died() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// UpdateCounter implements metrics.Counters.
func (p *process) UpdateCounter(ctx context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	takes, fails := p.call()
	if !takes {
		return metrics.ItemState{}, false, fails
	}
	state, moved, err := p.counters.UpdateCounter(ctx, a)
	if fails != nil {
		return metrics.ItemState{}, false, errors.Join(fails, err)
	}
	return state, moved, err
}

// RequestRecount implements metrics.Counters.
func (p *process) RequestRecount(ctx context.Context, c campaign.ID, at time.Time, why string) error {
	takes, fails := p.call()
	if !takes {
		return fails
	}
	return errors.Join(fails, p.counters.RequestRecount(ctx, c, at, why))
}

// Put implements metrics.Aside.
func (p *process) Put(_ context.Context, _ string, body []byte) error {
	_, fails := p.call()
	if len(body) == 0 {
		return errors.Join(fails, errors.New("metricstest: nothing is put aside"))
	}
	return fails
}
