package mapping

import (
	"context"
	"encoding/json"
	"time"
)

const (
	// windowWait is how long after its end a window without new records is taken to be over.
	windowWait = 2 * time.Minute
	// eventLimit is how much of Lambda's 6 MB the records of a call may take.
	eventLimit = 6<<20 - 64<<10
	// stateLimit ends a window early.
	stateLimit = 1 << 20
)

// lane hands on, one batch after the other, the records of the items that fall into it.
type lane struct {
	f    *flow
	slot int
	wake chan struct{}

	// Guarded by f.mu.
	after string    // everything up to here has been handed on
	queue []*record // what waits or is out, in order
	win   *window
}

// window is a tumbling window that has begun.
type window struct {
	Shard string          `json:"shard"`
	Start time.Time       `json:"start"`
	End   time.Time       `json:"end"`
	State json.RawMessage `json:"state"`
	Early bool            `json:"early,omitempty"` // its state has grown too large
}

func (w *window) holds(r *record) bool {
	return r.shard == w.Shard && !r.stamp.Before(w.Start) && r.stamp.Before(w.End)
}

// newWindow is the window of a record, with the empty state that it starts from.
func newWindow(r *record, length time.Duration) *window {
	secs := int64(length / time.Second)
	start := time.Unix(r.stamp.Unix()/secs*secs, 0).UTC()
	return &window{Shard: r.shard, Start: start, End: start.Add(length), State: json.RawMessage("{}")}
}

// at is how far the lane has come: as far as the source when nothing waits. The caller holds f.mu.
func (l *lane) at() string {
	if len(l.queue) == 0 && after(l.f.position, l.after) {
		return l.f.position
	}
	return l.after
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run hands on records until ctx ends.
func (l *lane) run(ctx context.Context) {
	clock := l.f.svc.c.Clock
	for ctx.Err() == nil {
		moved := clock.Changed()
		batch, final, wait := l.next(clock.Now())
		switch {
		case final:
			l.finish(ctx)
			continue
		case batch != nil:
			l.hand(ctx, batch)
			continue
		}
		var timer <-chan time.Time
		if wait > 0 {
			timer = time.After(wait)
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-moved:
		case <-timer:
		}
	}
}

// next returns the next batch, or whether the window has to be finished first, or how long to wait at most (0: until
// something comes).
func (l *lane) next(now time.Time) (batch []*record, final bool, wait time.Duration) {
	open := l.f.src.open(l.slot)
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	if l.win != nil {
		over := l.win.End.Add(windowWait)
		switch {
		case l.win.Early:
			return nil, true, 0
		case len(l.queue) > 0:
			if !l.win.holds(l.queue[0]) {
				return nil, true, 0
			}
		case l.win.Shard != open, !now.Before(over):
			return nil, true, 0
		default:
			wait = over.Sub(now)
		}
	}
	if len(l.queue) == 0 {
		return nil, false, wait
	}
	n, full := l.gather()
	left := l.f.m.BatchWindow - time.Since(l.queue[0].arrived)
	if !full && left > 0 {
		return nil, false, left
	}
	return append([]*record(nil), l.queue[:n]...), false, 0
}

// gather counts the records of the next batch and reports whether waiting can't add to it.
func (l *lane) gather() (n int, full bool) {
	win := l.win
	if win == nil && l.f.m.TumblingWindow > 0 {
		win = newWindow(l.queue[0], l.f.m.TumblingWindow)
	}
	size := 0
	for _, r := range l.queue {
		size += len(r.body) + 1
		other := r.shard != l.queue[0].shard || (win != nil && !win.holds(r))
		if n > 0 && (n == l.f.m.BatchSize || size > eventLimit || other) {
			return n, true
		}
		n++
	}
	return n, n >= l.f.m.BatchSize
}

// advance notes that the first records of the queue are done with, and the state that the window has come to.
func (l *lane) advance(done []*record, state json.RawMessage) {
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	l.f.dirty = true
	if state != nil && l.win != nil {
		l.win.State = state
		l.win.Early = len(state) > stateLimit
	}
	if len(done) == 0 {
		return
	}
	l.after = done[len(done)-1].seq
	l.queue = l.queue[len(done):]
	l.f.handed += int64(len(done))
}
