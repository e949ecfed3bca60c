package metricstest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/peoplelist"
)

// Errors that faults return.
var (
	errOutage = errors.New("metricstest: the store is down")
	errLost   = errors.New("metricstest: the response was lost, the update was not")
	errCrash  = errors.New("metricstest: the process has crashed")
)

// process is one function process that uses shared stores: its calls may fail, with or without an effect, and it may
// crash, after which its calls have no effect.
type process struct {
	counters metrics.CounterStore
	blocks   peoplelist.BlockStore

	mu              sync.Mutex
	random          *rand.Rand
	outage          float64 // probability that a call fails without effect
	lostResponse    float64 // probability that a call takes effect and fails
	callsUntilCrash int     // negative: never
	crashAfter      bool    // whether the crashing call takes effect
	crashed         bool
}

// call decides whether one store call takes effect, and with which error it ends; nil for the store's own.
func (p *process) call() (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.crashed {
		return false, errCrash
	}
	if p.callsUntilCrash == 0 {
		p.crashed = true
		return p.crashAfter, errCrash
	}
	p.callsUntilCrash--
	switch chance := p.random.Float64(); {
	case chance < p.outage:
		return false, errOutage
	case chance < p.outage+p.lostResponse:
		return true, errLost
	}
	return true, nil
}

func (p *process) hasCrashed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.crashed
}

// UpdateCounter implements metrics.Counters.
func (p *process) UpdateCounter(ctx context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	effective, injected := p.call()
	if !effective {
		return metrics.ItemState{}, false, injected
	}
	state, updated, err := p.counters.UpdateCounter(ctx, a)
	if injected != nil {
		return metrics.ItemState{}, false, errors.Join(injected, err)
	}
	return state, updated, err
}

// RequestRecount implements metrics.Counters.
func (p *process) RequestRecount(ctx context.Context, c campaign.ID, at time.Time, reason string) error {
	effective, injected := p.call()
	if !effective {
		return injected
	}
	return errors.Join(injected, p.counters.RequestRecount(ctx, c, at, reason))
}

// UpdateBlock implements peoplelist.BlockStore.
func (p *process) UpdateBlock(ctx context.Context, b peoplelist.Block, rows []peoplelist.Row, at time.Time) (map[string][]byte, error) {
	effective, injected := p.call()
	if !effective {
		return nil, injected
	}
	stored, err := p.blocks.UpdateBlock(ctx, b, rows, at)
	if injected != nil {
		return nil, errors.Join(injected, err)
	}
	return stored, err
}

// Put implements metrics.Aside.
func (p *process) Put(_ context.Context, _ string, body []byte) error {
	_, injected := p.call()
	if len(body) == 0 {
		return errors.Join(injected, errors.New("metricstest: the quarantined record is empty"))
	}
	return injected
}
