package mapping

import (
	"context"
	"encoding/json"
	"time"
)

const (
	// windowWait is the time after its end at which a window without new records is closed.
	windowWait = 2 * time.Minute
	// eventLimit is the part of Lambda's 6 MB that the records of an event may use.
	eventLimit = 6<<20 - 64<<10
	// stateLimit is the size of a window's state above which the window is closed early.
	stateLimit = 1 << 20
)

// partition delivers the records of some items, one batch after the other.
type partition struct {
	consumer   *consumer
	shardIndex int
	wake       chan struct{}

	// Guarded by consumer.mu.
	after  string    // the last sequence number that was delivered
	queue  []*record // queued and in flight, in order
	window *window
}

// window is an open tumbling window.
type window struct {
	Shard string          `json:"shard"`
	Start time.Time       `json:"start"`
	End   time.Time       `json:"end"`
	State json.RawMessage `json:"state"`
	Early bool            `json:"early,omitempty"` // its state is too large
}

// contains reports whether a record belongs to the window.
func (w *window) contains(r *record) bool {
	return r.shard == w.Shard && !r.stamp.Before(w.Start) && r.stamp.Before(w.End)
}

// newWindow returns the window of a record, with an empty state.
func newWindow(r *record, length time.Duration) *window {
	secs := int64(length / time.Second)
	start := time.Unix(r.stamp.Unix()/secs*secs, 0).UTC()
	return &window{Shard: r.shard, Start: start, End: start.Add(length), State: json.RawMessage("{}")}
}

// position returns the last sequence number that needs no delivery: the reader's position if nothing is queued. The caller
// holds consumer.mu.
func (p *partition) position() string {
	if len(p.queue) == 0 && after(p.consumer.position, p.after) {
		return p.consumer.position
	}
	return p.after
}

func (p *partition) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run delivers records until ctx is done.
func (p *partition) run(ctx context.Context) {
	clock := p.consumer.runner.c.Clock
	for ctx.Err() == nil {
		clockChanged := clock.Changed()
		batch, final, wait := p.next(clock.Now())
		switch {
		case final:
			p.closeWindow(ctx)
			continue
		case batch != nil:
			p.deliver(ctx, batch)
			continue
		}
		var timer <-chan time.Time
		if wait > 0 {
			timer = time.After(wait)
		}
		select {
		case <-ctx.Done():
		case <-p.wake:
		case <-clockChanged:
		case <-timer:
		}
	}
}

// next returns the next batch; or final if the window must be closed first; or the maximum time to wait, 0 for until a
// record arrives.
func (p *partition) next(now time.Time) (batch []*record, final bool, wait time.Duration) {
	openShard := p.consumer.reader.openShard(p.shardIndex)
	p.consumer.mu.Lock()
	defer p.consumer.mu.Unlock()
	if p.window != nil {
		deadline := p.window.End.Add(windowWait)
		switch {
		case p.window.Early:
			return nil, true, 0
		case len(p.queue) > 0:
			if !p.window.contains(p.queue[0]) {
				return nil, true, 0
			}
		case p.window.Shard != openShard, !now.Before(deadline):
			return nil, true, 0
		default:
			wait = deadline.Sub(now)
		}
	}
	if len(p.queue) == 0 || p.consumer.disabled {
		return nil, false, wait
	}
	n, full := p.countBatch()
	left := p.consumer.m.BatchWindow - time.Since(p.queue[0].arrived)
	if !full && left > 0 {
		return nil, false, left
	}
	return append([]*record(nil), p.queue[:n]...), false, 0
}

// countBatch returns the number of records in the next batch. full is set if no further record fits.
func (p *partition) countBatch() (n int, full bool) {
	window := p.window
	if window == nil && p.consumer.m.TumblingWindow > 0 {
		window = newWindow(p.queue[0], p.consumer.m.TumblingWindow)
	}
	size := 0
	for _, r := range p.queue {
		size += len(r.body) + 1
		other := r.shard != p.queue[0].shard || (window != nil && !window.contains(r))
		if n > 0 && (n == p.consumer.m.BatchSize || size > eventLimit || other) {
			return n, true
		}
		n++
	}
	return n, n >= p.consumer.m.BatchSize
}

// advance removes delivered records from the queue and sets the window's state.
func (p *partition) advance(done []*record, state json.RawMessage) {
	p.consumer.mu.Lock()
	defer p.consumer.mu.Unlock()
	p.consumer.dirty = true
	if state != nil && p.window != nil {
		p.window.State = state
		p.window.Early = len(state) > stateLimit
	}
	if len(done) == 0 {
		return
	}
	p.after = done[len(done)-1].seq
	p.queue = p.queue[len(done):]
	p.consumer.delivered += int64(len(done))
}
